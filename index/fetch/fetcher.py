"""Fetching one URL: politely, within limits, and never from a private address."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import httpcore

from index.fetch.addressing import Address, follow, parse_address
from index.fetch.clock import Clock
from index.fetch.exchange import CONTENT, Answer, Exchange, Want
from index.fetch.failures import FetchFailed, Interrupted
from index.fetch.network import Deadline, GuardedBackend, Resolver, resolve
from index.fetch.pace import Pace
from index.fetch.policy import FetchPolicy
from index.fetch.robots import ROBOTS_BYTES, Robots
from index.types import SkipReason

log = logging.getLogger(__name__)

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered. `url_final` is where the redirects ended.

    `body` is decompressed; it is empty when `not_modified`, which can only be
    true when validators were sent. `etag` and `last_modified` are the ones to
    send next time.
    """

    url_final: str
    status: int
    content_type: str
    charset: str | None
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


class Fetcher:
    """Fetches pages under one `FetchPolicy`. Everything it raises is `FetchFailed`.

    It keeps connections open between pages, so use it as a context manager.
    One fetcher belongs to one thread: the pages of one host are asked for one
    after the other in any case.
    """

    def __init__(
        self,
        policy: FetchPolicy | None = None,
        *,
        clock: Clock | None = None,
        resolver: Resolver = resolve,
        backend: httpcore.NetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.policy = policy or FetchPolicy()
        clock = clock or Clock()
        self._deadline = Deadline(clock)
        guarded = GuardedBackend(
            resolver, self._deadline, allow_private=self.policy.allow_private, inner=backend
        )
        self._exchange = Exchange(self.policy, clock, guarded, ssl_context)
        self._pace = Pace(clock, self.policy.delay_seconds)
        self._robots = Robots(self.policy.user_agent, clock, self._load_robots)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections kept open; the fetcher may still be used."""
        self._exchange.close()

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
    ) -> Fetched:
        """Fetch `url`, following redirects; the validators make it conditional.

        `limit` is the largest body accepted, the policy's unless given.
        """
        conditions = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
        sent = tuple((name, value) for name, value in conditions if value)
        want = Want(limit or self.policy.max_bytes, sent)
        address, answer = self._travel(url, want, robots=self.policy.respect_robots)
        content_type, charset = answer.headers.content_type()
        fresh = answer.status == 304
        return Fetched(
            url_final=address.url,
            status=answer.status,
            content_type=content_type,
            charset=charset,
            body=answer.body,
            etag=answer.headers.get("etag") or (etag if fresh else None),
            last_modified=answer.headers.get("last-modified") or (last_modified if fresh else None),
            not_modified=fresh,
        )

    def _load_robots(self, url: str) -> bytes:
        want = Want(ROBOTS_BYTES, truncate=True)
        return self._travel(url, want, robots=False)[1].body

    def _travel(self, url: str, want: Want, *, robots: bool) -> tuple[Address, Answer]:
        """Follow redirects by hand, so that every hop is checked like the first."""
        address = parse_address(url)
        seconds = self.policy.max_seconds
        for _ in range(self.policy.max_redirects + 1):
            if robots:
                delay = self._robots.check(address.origin, address.url)
                self._pace.slow(address.host, delay)
            answer, seconds = self._ask(address, want, seconds)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                break
            address = follow(address, location)
        else:
            message = f"more than {self.policy.max_redirects} redirects from {url}"
            raise FetchFailed(SkipReason.HTTP, message)
        if answer.status in CONTENT or (answer.status == 304 and want.conditions):
            return address, answer
        message = f"{address.host} answered {answer.status}"
        raise FetchFailed(SkipReason.HTTP, message, status=answer.status)

    def _ask(self, address: Address, want: Want, seconds: float) -> tuple[Answer, float]:
        """One hop, tried again while the server is busy or the line is bad.

        Returns what is left of `seconds` as well.
        """
        attempt = 0
        while True:
            self._pace.wait(address.host)
            self._deadline.start(seconds)
            try:
                answer = self._exchange.ask(address, want)
            except Interrupted as interruption:
                if attempt == self.policy.retries:
                    raise
                log.info("will ask for %s again: %s", address.url, interruption)
                self._pace.back_off(address.host, attempt, interruption.wait)
                attempt += 1
            else:
                return answer, self._deadline.remaining()
            finally:
                seconds = self._deadline.remaining()
                self._pace.asked(address.host)
