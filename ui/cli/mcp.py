"""`byline mcp`: the archive as an MCP server on standard input and output."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import TYPE_CHECKING

from ui.cli.interrupt import INTERRUPTED
from ui.cli.options import (
    ArchiveOption,
    TitleOption,
    TodayOption,
)
from ui.cli.shared_options import with_llm
from ui.settings import Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant

_AT_ONCE = 2  # questions: one person's model asks, and may do so twice at a time
_WAITING = 16  # more than it has any use for


@with_llm(archive=ArchiveOption, title=TitleOption)
def mcp(chosen: Settings, today: TodayOption = None) -> None:
    """Serve an archive to a program that speaks MCP, on standard input and output.

    Such programs start this command themselves: give them `byline mcp --archive DIR`. A server
    that others reach is `byline serve`, which speaks MCP at /mcp.
    """
    from ui.cli.ask import open_assistant
    from ui.cli.progress import Bar

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

    signal.signal(signal.SIGINT, _stop)
    server = build(Work(assistant, Capacity(_AT_ONCE, _WAITING)), title=title)
    anyio.run(server.run_stdio_async)


def _stop(number: int, frame: FrameType | None) -> None:
    """End at once: what waits for the next line cannot be woken, and nothing is left to save."""
    os.write(2, b"Stopped.\n")
    os._exit(INTERRUPTED)
