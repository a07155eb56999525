"""`byline chat`: the chat in a browser."""

from __future__ import annotations

import signal
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import SettingsError
from ui.cli.console import say
from ui.cli.options import (
    ArchiveOption,
    HostOption,
    PortOption,
    ReportOption,
    TitleOption,
    TodayOption,
)
from ui.cli.shared_options import with_llm
from ui.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI


@with_llm(
    archive=ArchiveOption,
    host=HostOption,
    port=PortOption,
    title=TitleOption,
    report=ReportOption,
)
def chat(
    chosen: Settings,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the chat in a browser when it is ready.")
    ] = False,
    today: TodayOption = None,
) -> None:
    """Open the chat over an archive, for readers to use in their browsers."""
    from ui.cli.ask import open_assistant
    from ui.cli.progress import Bar

    if chosen.report is not None and not chosen.report.is_file():
        raise SettingsError(f"there is no report {chosen.report}; `byline eval` writes one")
    with Bar() as bar:
        assistant = open_assistant(chosen, bar, today=today.date() if today else None)
    with assistant:
        # After the archive: a missing one is reported before these seconds pass.
        from ui.server import create_app, serve

        assistant.warm()
        app = create_app(assistant, title=chosen.title, model=chosen.llm, report=chosen.report)
        url = address(chosen.host, chosen.port)

        def ready() -> None:
            say(f"The chat is ready at {url} (Ctrl-C stops it)")
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

        when_ready(app, ready)
        # The server stops gracefully at Ctrl-C and SIGTERM, and one that stops when it is told
        # to has ended well. It raises SIGTERM once more when it is done: not to die of it.
        signal.signal(signal.SIGTERM, lambda *_: None)
        serve(app, chosen.host, chosen.port)
        say("Stopped.")


def address(host: str, port: int) -> str:
    """What to type into a browser on this machine."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 (compared, not bound)
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def when_ready(app: FastAPI, announce: Callable[[], None]) -> None:
    """Call `announce` once the app has started: by then its port is listened on."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(started: Any) -> AsyncIterator[Any]:
        async with inner(started) as state:
            announce()
            yield state

    app.router.lifespan_context = lifespan
