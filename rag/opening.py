"""What an assistant is made of, opened as its settings name it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.archive import Archive
from index.base import Progress
from index.embed import Embedder, SentenceTransformerEmbedder
from index.location import Location, located
from rag.reader import Reader, reader_for

if TYPE_CHECKING:
    from rag.llm.types import LanguageModel
    from rag.llm.writer import Writer

NO_READER = "none"  # names no reader: likeness alone chooses


def opened(
    where: Location | Path | str,
    *,
    model: str | None = None,
    query_prefix: str | None = None,
    passage_prefix: str | None = None,
    progress: Progress | None = None,
) -> tuple[Archive, Embedder]:
    """An archive and the embedding model it was made with, or the one that is insisted on.

    `where` is a folder or an address (`index.location.parse`). Raises ArchiveMissing,
    ArchiveTooNew, ArchiveDamaged, ModelError, and EmbedderMismatch where the model's
    weights are not the archive's.
    """
    archive = Archive(located(where), progress=progress)
    made_with = archive.identity
    embedder = SentenceTransformerEmbedder(
        model or made_with.id,
        query_prefix=made_with.query_prefix if query_prefix is None else query_prefix,
        passage_prefix=made_with.passage_prefix if passage_prefix is None else passage_prefix,
    )
    try:
        archive.require(embedder.identity)
    except Exception:
        archive.close()
        raise
    return archive, embedder


def reader_named(name: str | None) -> Reader | None:
    """The reader of that name, the shipped one for None, and none for "none". Raises ModelError."""
    return None if name == NO_READER else reader_for(name)


def writer_named(llm: LanguageModel | None, verifier: str | None) -> Writer | None:
    """What writes with a language model, where there is one. Raises ModelError."""
    if llm is None:
        return None
    # not before it is needed: most assistants have no language model
    from rag.llm.writer import writer_for

    return writer_for(llm, verifier)
