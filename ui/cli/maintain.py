"""`byline rebuild` and `byline reembed`: what is derived from the articles, made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ui.cli.console import line, write
from ui.cli.options import (
    ArchiveOption,
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    settings_for,
)

if TYPE_CHECKING:
    from index.embed import Vectors
    from index.types import Article, Passage


def rebuild(ctx: typer.Context, archive: ArchiveOption = None) -> None:
    """Make the vector and word indexes anew from the database. The articles stay as they are."""
    from index.writer import ArchiveWriter
    from ui.cli.opening import existing_identity
    from ui.cli.progress import Bar

    location = settings_for(ctx, archive=archive).archive
    identity = existing_identity(location)
    with Bar() as bar, ArchiveWriter(location, identity, progress=bar.step) as writer:
        writer.rebuild()
    write(f"The indexes of {line(str(location))} have been made anew.")


def reembed(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    model: ModelOption = None,
    query_prefix: QueryPrefixOption = None,
    passage_prefix: PassagePrefixOption = None,
) -> None:
    """Cut and embed every article anew, with another model if one is given.

    Stopped in between, the archive is as it was before.
    """
    from index.passages import cut, embedding_text
    from index.writer import ArchiveWriter
    from ui.cli.opening import embedder_for, existing_identity
    from ui.cli.progress import Bar

    chosen = settings_for(
        ctx,
        archive=archive,
        model=model,
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
    )
    made_with = existing_identity(chosen.archive)
    embedder = embedder_for(chosen, made_with)

    def anew(article: Article) -> tuple[tuple[Passage, ...], Vectors]:
        passages = cut(article, embedder)
        return passages, embedder.embed_passages([embedding_text(article, p) for p in passages])

    with Bar() as bar, ArchiveWriter(chosen.archive, made_with, progress=bar.step) as writer:
        writer.reembed(embedder.identity, anew)
    name = line(embedder.identity.id)
    write(f"{line(str(chosen.archive))} is now embedded with {name}.")
