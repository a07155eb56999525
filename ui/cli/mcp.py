"""`byline mcp`: the archive as an MCP server on standard input and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ui.cli.options import (
    ArchiveOption,
    LlmOption,
    LlmPriceOption,
    LlmTimeoutOption,
    LlmUrlOption,
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    ReaderOption,
    ThresholdOption,
    TitleOption,
    TodayOption,
    VerifierOption,
    settings_for,
)

if TYPE_CHECKING:
    from rag.assistant import Assistant

_AT_ONCE = 2  # questions: one person's model asks, and may do so twice at a time
_WAITING = 16  # more than it has any use for


def mcp(
    ctx: typer.Context,
    archive: ArchiveOption = None,
    title: TitleOption = None,
    today: TodayOption = None,
    threshold: ThresholdOption = None,
    reader: ReaderOption = None,
    llm: LlmOption = None,
    llm_url: LlmUrlOption = None,
    llm_timeout: LlmTimeoutOption = None,
    llm_price: LlmPriceOption = None,
    verifier: VerifierOption = None,
    model: ModelOption = None,
    query_prefix: QueryPrefixOption = None,
    passage_prefix: PassagePrefixOption = None,
) -> None:
    """Serve an archive to a program that speaks MCP, on standard input and output.

    Such programs start this command themselves: give them `byline mcp --archive DIR`. A server
    that others reach is `byline serve`, which speaks MCP at /mcp.
    """
    from ui.cli.ask import open_assistant
    from ui.cli.progress import Bar

    chosen = settings_for(
        ctx,
        archive=archive,
        title=title,
        threshold=threshold,
        reader=reader,
        llm=llm,
        llm_url=llm_url,
        llm_timeout=llm_timeout,
        llm_price=llm_price,
        verifier=verifier,
        model=model,
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
    )
    with Bar() as bar:
        assistant = open_assistant(chosen, bar, today=today.date() if today else None)
    with assistant:
        _speak(assistant, chosen.title)


def _speak(assistant: Assistant, title: str) -> None:
    """Answer until standard input ends. What anybody prints meanwhile goes to standard error."""
    import anyio

    from ui.api.capacity import Capacity
    from ui.api.work import Work
    from ui.mcp.server import build

    server = build(Work(assistant, Capacity(_AT_ONCE, _WAITING)), title=title)
    anyio.run(server.run_stdio_async)
