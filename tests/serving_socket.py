"""An app behind the real server, on a real socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from tests.browsing import until
from ui.serving import run
from ui.serving.ending import Ending


async def endless(request: Request) -> Response:
    async def beats() -> AsyncIterator[bytes]:
        while True:
            yield b"beat\n"
            await asyncio.sleep(0.05)

    return StreamingResponse(beats())


@contextmanager
def served(
    app: ASGIApp, ending: Ending | None = None, limit: float = 5, **options: Any
) -> Iterator[int]:
    ending = ending or Ending()
    server = run.Server(ending.middleware(app), ending, limit=limit, **options)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()
