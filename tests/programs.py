"""The whole server, running, for the tests of programs that speak to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browsing import Served
from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk
from ui.server import create_app
from ui.serving.service import Service
from ui.sites.store import Sites


@contextmanager
def serving(
    desk: Newsdesk, *, at_once: int = 2, waiting: int = 8, sites: Path | None = None
) -> Iterator[str]:
    """The address of a server over `desk`, without quotas for visitors; `sites` is its folder."""
    service = Service(
        Capacity(at_once, waiting),
        sites=Sites.open(sites) if sites else None,
        visitor_per_minute=0,
    )
    served = Served(create_app(desk, title="The Harbour Archive", service=service))
    yield served.url
    served.stop()
