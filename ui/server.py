"""The chat as one FastAPI app with Gradio inside, and the server that runs it."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from index.errors import SettingsError
from ui.chat.app import STATIC, mount
from ui.chat.desk import Desk
from ui.chat.door import Door
from ui.chat.dress import Page
from ui.chat.report import PATH, Report, missing


def create_app(
    assistant: Desk,
    *,
    title: str = "Byline",
    allowed_origins: tuple[str, ...] = (),
    model: str | None = None,
    report: Path | None = None,
) -> FastAPI:
    """The chat over `assistant` as an ASGI app.

    Pages of `allowed_origins` ("https://news.example") may call it besides its own.
    `model` is the language model that writes its answers, if one does; the page
    then says so. `report` is an evaluation's HTML file, shown at `/report`.
    """
    shown = Report(report.absolute()) if report is not None else None
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)
    started = secrets.token_hex(8)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "started": started}

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get(PATH, include_in_schema=False)
    def evaluation() -> Response:
        return shown.reply() if shown is not None else missing()

    app.mount("/byline", StaticFiles(directory=STATIC))
    _in_loop(lambda: mount(app, assistant, title=title, model=model, report=shown))
    app.add_middleware(Page, title=title)
    app.add_middleware(Door, allowed_origins=allowed_origins)
    return app


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
    """Serve `app` until interrupted. An address that cannot be had is a `SettingsError`."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[_listen(host, port)])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} is already in use. Stop what uses it, or take "
                f"another port: byline chat --port {port + 1}"
            ) from error
        raise SettingsError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Give an address of this machine: byline chat --host 127.0.0.1"
        ) from error
