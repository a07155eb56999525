"""The whole server, running, for the tests of programs that speak to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from index.types import Filters
from tests.browsing import Served
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.newsdesk import Newsdesk
from ui.server import create_app
from ui.serving.service import Service
from ui.sites.store import Sites

ORIGIN = "https://news.example"  # of the one site there is, which sees the Northern Post alone
PATIENCE = 30.0  # seconds that a test waits for a reply


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
    try:
        yield served.url
    finally:
        served.stop()


@contextmanager
def full() -> Iterator[str]:
    """The address of a server whose only place is taken, and nobody may wait for it."""
    body = {"question": "The endless ferry", "stream": True}
    with (
        serving(FakeNewsdesk(), at_once=1, waiting=0) as url,
        httpx.stream("POST", f"{url}v1/ask", json=body, timeout=PATIENCE) as held,
    ):
        told = held.iter_bytes()
        next(told)
        yield url


@pytest.fixture(scope="module")
def desk() -> FakeNewsdesk:
    return FakeNewsdesk()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    only = Filters(sources=("Northern Post",))
    Sites.open(folder).add("post", origins=[ORIGIN], filters=only, visitor_per_minute=0)
    return folder


@pytest.fixture(scope="module")
def url(desk: FakeNewsdesk, sites: Path) -> Iterator[str]:
    with serving(desk, sites=sites) as url:
        yield url
