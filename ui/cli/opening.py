"""Archives and models as the settings name them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index import database
from index.embed import DEFAULT_MODEL, Identity, SentenceTransformerEmbedder
from index.location import Location
from ui.settings import Settings
from ui.settings_checks import prices

if TYPE_CHECKING:
    from rag.llm.endpoint import Endpoint


def existing_identity(location: Location) -> Identity:
    """Which model made an archive, which has to be there. Raises ArchiveMissing."""
    found = database.identity_at(location)
    if found is None:
        raise database.missing(location)
    return found


def embedder_for(settings: Settings, made_with: Identity | None) -> SentenceTransformerEmbedder:
    """The model that was asked for, or else the one that an archive was made with.

    Prefixes that are not given are the archive's too, as long as the model is.
    """
    model = model_name(settings.model) or (made_with.id if made_with else None)
    same = made_with if made_with is not None and made_with.id == model else None
    query, passage = settings.query_prefix, settings.passage_prefix
    return SentenceTransformerEmbedder(
        model,
        query_prefix=query if query is not None or same is None else same.query_prefix,
        passage_prefix=passage if passage is not None or same is None else same.passage_prefix,
    )


def model_name(given: str | None) -> str | None:
    """A folder by its full path, so that an archive finds its model from anywhere."""
    if given is None or given == DEFAULT_MODEL:
        return given
    folder = Path(given).expanduser()
    return str(folder.resolve()) if folder.is_dir() else given


def language_model(settings: Settings) -> Endpoint | None:
    """The language model that is set, with the environment's key; None where none is.

    Raises ModelError where the package that reaches it is missing, and
    SettingsError for a key that cannot be sent.
    """
    if settings.llm is None:
        return None
    from rag.llm.endpoint import Endpoint

    return Endpoint.from_environment(
        settings.llm,
        url=settings.llm_url,
        timeout=settings.llm_timeout,
        price=prices(settings.llm_price) if settings.llm_price else None,
    )
