"""One FastAPI app: the chat, with Gradio inside, and what serves other sites and programs.

    RequestLog -> ending -> Public -> Door -> Gate -> Attended -> Body -> Page -> app

From outside in: the id, the line and the count; being ended at the end; the
address that readers know; which addresses there are; who calls and how often;
whether anybody is there; the body, in time; the chat's page.
"""

from __future__ import annotations

import asyncio
import errno
import math
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from gradio.routes import App
from starlette.routing import BaseRoute, Mount

from index.errors import SettingsError
from ui.api.app import create_api
from ui.chat.app import STATIC, mount
from ui.chat.desk import Desk
from ui.chat.door import Door
from ui.chat.dress import Page
from ui.chat.posts import Posts, fits
from ui.chat.report import PATH, Report, missing
from ui.mcp.http import asgi
from ui.mcp.http import mount as mount_mcp
from ui.newsdesk import Newsdesk
from ui.serving.attended import Attended
from ui.serving.body import Body
from ui.serving.ending import Ending
from ui.serving.health import router as health
from ui.serving.metrics import Metrics, templates_of
from ui.serving.pool import Pool
from ui.serving.public import Public
from ui.serving.request_log import RequestLog
from ui.serving.service import Service
from ui.serving.watched import Placed, Watched
from ui.sites.gate import Gate
from ui.widget.routes import routes as widget

_IN_LINE = 24  # readers of the chat who wait for a place in a thread each, of the 40 that there are


def create_app(
    assistant: Desk,
    *,
    title: str = "Byline",
    allowed_origins: tuple[str, ...] = (),
    model: str | None = None,
    report: Path | None = None,
    service: Service | None = None,
) -> FastAPI:
    """The chat over `assistant` as an ASGI app.

    Pages of `allowed_origins` ("https://news.example") may call it besides its own.
    `model` is the language model that writes its answers, if one does; the page
    then says so. `report` is an evaluation's HTML file, shown at `/report`. With a
    `service`, which needs a whole `Newsdesk`, there are the API, the widget and
    MCP too; `app.state.ending` then says when it may stop (`ui.serving.run`).
    """
    if service is not None:
        return _serving(cast(Newsdesk, assistant), title, model, report, allowed_origins, service)
    app = _chat(assistant, title=title, model=model, report=report)
    app.add_middleware(Door, allowed_origins=allowed_origins)
    return app


def _serving(
    assistant: Newsdesk,
    title: str,
    model: str | None,
    report: Path | None,
    allowed_origins: tuple[str, ...],
    service: Service,
) -> FastAPI:
    metrics = Metrics()
    desk = Watched(
        assistant,
        metrics,
        log_questions=service.log_questions,
        attended=lambda: ending.attended,
    )
    capacity = service.capacity
    ending = Ending(
        busy=lambda: bool(desk.active or capacity.active or capacity.waiting),
        ready=lambda: bool(getattr(assistant, "ready", True)),
    )
    # who waits for a place is told at once where the line is full, and holds a thread
    threads = min(_IN_LINE, capacity.at_once + capacity.line + 1)
    app = _chat(
        Placed(desk, capacity),
        title=title,
        model=model,
        report=report,
        before=[
            *health(ending, metrics).routes,
            *widget(title),
            Mount("/v1", create_api(desk, capacity=capacity, title=title, model=model)),
        ],
        at_once=threads,
        # The rest of the line; but as many may come in the same moment as threads then take up.
        line=max(threads, capacity.at_once + capacity.line - threads),
    )
    mount_mcp(app, asgi(desk, capacity, title=title))
    app.state.ending = ending
    metrics.know(templates_of(app.routes))
    metrics.watch(capacity)
    metrics.gauge(
        "byline_articles",
        "Articles in the archive, once it is open.",
        lambda: desk.stats().articles if ending.ready else math.nan,
    )
    if isinstance(assistant, Pool):
        metrics.gauge("byline_workers", "Processes there to answer.", lambda: len(assistant.pids))
    own = tuple(filter(None, (*allowed_origins, service.origin)))
    app.add_middleware(Body)
    app.add_middleware(Attended, attended=lambda: ending.attended)
    app.add_middleware(
        Gate,
        sites=service.sites,
        api=service.api,
        own_origins=own,
        visitor_per_minute=service.visitor_per_minute,
    )
    app.add_middleware(Door, allowed_origins=own, service=True)
    app.add_middleware(Public, public_url=service.public_url, trusted=service.trusted_proxies)
    app.add_middleware(ending.middleware)
    app.add_middleware(
        RequestLog,
        observe=metrics.request,
        private=service.log_questions,
        trusted=service.trusted_proxies,
    )
    return app


def _chat(
    desk: Desk,
    *,
    title: str,
    model: str | None,
    report: Path | None,
    before: Sequence[BaseRoute] = (),
    **limits: int,
) -> FastAPI:
    """The chat, with nothing before it yet but its page. `before` lies over its addresses."""
    shown = Report(report.absolute()) if report is not None else None
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    started = secrets.token_hex(8)

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok", "started": started}

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get(PATH, include_in_schema=False)
    def evaluation() -> Response:
        return shown.reply() if shown is not None else missing()

    app.mount("/byline", StaticFiles(directory=STATIC))
    app.router.routes += before
    _in_loop(lambda: mount(app, desk, title=title, model=model, report=shown, **limits))
    app.add_middleware(Posts, fits=fits(_blocks(app)))
    app.add_middleware(Page, title=title)
    return app


def _blocks(app: FastAPI) -> gr.Blocks:
    """What Gradio was mounted with."""
    mounted = (getattr(each, "app", None) for each in app.routes)
    blocks: gr.Blocks = next(each for each in mounted if isinstance(each, App)).get_blocks()
    return blocks


def _in_loop(work: Callable[[], None]) -> None:
    """Do `work` inside an event loop: outside of one, Gradio makes loops and never closes them."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def run() -> None:
            work()

        asyncio.run(run())
    else:
        work()


def serve(app: FastAPI, host: str, port: int) -> None:
    """Serve the chat until interrupted. An address that cannot be had is a `SettingsError`."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listen(host, port)])


def listen(host: str, port: int, *, command: str = "chat") -> socket.socket:
    """A socket that listens there. Raises SettingsError with what to run instead."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} is already in use. Stop what uses it, or take "
                f"another port: byline {command} --port {port + 1}"
            ) from error
        raise SettingsError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            f"Give an address of this machine: byline {command} --host 127.0.0.1"
        ) from error
