"""`byline serve`: the chat, the API and the widget, for sites and programs."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import typer

from index.errors import SettingsError
from ui.chat.words import count
from ui.cli.chat import address, when_ready
from ui.cli.console import say, set_up_logging
from ui.cli.options import (
    AccessLogOption,
    ApiOption,
    ArchiveOption,
    HostOption,
    LogQuestionsOption,
    PortOption,
    PublicUrlOption,
    ReportOption,
    TitleOption,
    TodayOption,
    TrustedProxiesOption,
    VisitorPerMinuteOption,
    WaitingOption,
    WorkersOption,
    invocation,
)
from ui.cli.shared_options import with_llm
from ui.settings import Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from ui.newsdesk import Newsdesk
    from ui.serving.service import Service
    from ui.sites.store import Sites

# Questions at once for each process: one has a core to itself, unless a language model
# is waited for, which takes seconds and no core.
_AT_ONCE, _AT_ONCE_WRITTEN = 1, 8


@with_llm(
    archive=ArchiveOption,
    host=HostOption,
    port=PortOption,
    public_url=PublicUrlOption,
    workers=WorkersOption,
    waiting=WaitingOption,
    api=ApiOption,
    visitor_per_minute=VisitorPerMinuteOption,
    trusted_proxies=TrustedProxiesOption,
    access_log=AccessLogOption,
    log_questions=LogQuestionsOption,
    title=TitleOption,
    report=ReportOption,
)
def serve(chosen: Settings, ctx: typer.Context, today: TodayOption = None) -> None:
    """Serve an archive to sites and programs: chat, API, widget and MCP.

    It stops at Ctrl-C or SIGTERM, once the answers in progress are given.
    """
    if chosen.report is not None and not chosen.report.is_file():
        raise SettingsError(f"there is no report {chosen.report}; `byline eval` writes one")
    opening = Opening(chosen, today.date() if today else None, invocation(ctx).verbose)
    with _desk(opening) as (desk, warm), _access_log(chosen.access_log):
        # After the archive: a missing one is reported before these seconds pass.
        from ui.server import create_app, listen
        from ui.serving.run import run
        from ui.sites.store import Sites

        sites = Sites.open(chosen.archive)
        app = create_app(
            desk,
            title=chosen.title,
            model=chosen.llm,
            report=chosen.report,
            service=_service(chosen, sites),
        )

        def warming() -> None:
            warm()
            say(_ready(chosen, len(sites.list())))

        when_ready(app, lambda: _tell(chosen))

        def stop(*_: object) -> None:
            app.state.ending.stopping = True  # `run` looks, where it comes before it listens

        # It raises the signal once more when it is done: not to die of it.
        signal.signal(signal.SIGTERM, stop)
        with listen(chosen.host, chosen.port, command="serve") as listening:
            run(app, listening, app.state.ending, warming=warming)
        say("Stopped.")


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens the assistant, in whichever process calls it."""

    settings: Settings
    today: date | None
    verbose: int = 0

    def __call__(self) -> Assistant:
        from ui.cli.ask import open_assistant
        from ui.cli.progress import Bar

        set_up_logging(self.verbose)
        with Bar() as bar:
            return open_assistant(self.settings, bar, today=self.today)


@contextmanager
def _desk(opening: Opening) -> Iterator[tuple[Newsdesk, Callable[[], None]]]:
    """The assistant itself, or as many processes with one each as are set; and what warms it."""
    from ui.cli.opening import existing_identity

    existing_identity(opening.settings.archive)  # a missing archive is told of at once
    if opening.settings.workers == 1:
        with opening() as assistant:
            yield assistant, assistant.warm
        return
    from ui.serving.pool import Pool

    pool = Pool(opening, opening.settings.workers, at_once=_at_once(opening.settings))
    try:
        yield pool, pool.start
    finally:
        pool.close()


def _at_once(settings: Settings) -> int:
    return _AT_ONCE if settings.llm is None else _AT_ONCE_WRITTEN


def _service(settings: Settings, sites: Sites) -> Service:
    from ui.api.capacity import Capacity
    from ui.serving.service import Service
    from ui.settings_checks import proxies

    # One process has the whole machine: while it reads, another question can be looked for.
    at_once = max(2, settings.workers) * _at_once(settings)
    return Service(
        Capacity(at_once, settings.waiting),
        sites=sites,
        api="sites" if settings.api == "sites" else "open",
        public_url=settings.public_url,
        visitor_per_minute=settings.visitor_per_minute,
        trusted_proxies=proxies(settings.trusted_proxies),
        log_questions=settings.log_questions,
    )


@contextmanager
def _access_log(wanted: bool) -> Iterator[None]:
    """A line for each request, to stderr as it is: no terminal lays it out."""
    from ui.serving.request_log import ACCESS

    lines = logging.getLogger(ACCESS)
    handler = logging.StreamHandler(sys.stderr) if wanted else logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    before = lines.propagate, lines.level
    lines.propagate = False
    lines.setLevel(logging.INFO if wanted else logging.CRITICAL)
    lines.addHandler(handler)
    try:
        yield
    finally:
        # stderr may not outlive the command, where that was called within another program
        lines.removeHandler(handler)
        lines.propagate, level = before
        lines.setLevel(level)


def _tell(settings: Settings) -> None:
    url = settings.public_url or address(settings.host, settings.port)
    url = url.rstrip("/")
    for what, where in (
        ("Chat", f"{url}/"),
        ("API", f"{url}/v1/docs"),
        ("Widget", f"{url}/byline.js"),
        ("MCP", f"{url}/mcp"),
    ):
        say(f"{what:<7} {where}")


def _ready(settings: Settings, sites: int) -> str:
    who = "and to programs that name no site" if settings.api == "open" else "and to nobody else"
    return (
        f"Ready for {count(sites, 'site')} {who}; "
        f"{count(settings.workers, 'worker')} to answer (Ctrl-C stops it)"
    )
