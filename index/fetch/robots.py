"""What each site's robots.txt allows (RFC 9309).

An answer of 4xx means that there are no rules (2.3.1.3); a server error, or
no answer at all, means that nothing may be fetched until it recovers
(2.3.1.4). "Too many requests" is counted with the latter, as it is a plea for
fewer requests. Rules are kept for a day at most (2.4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from protego import Protego

from index.fetch.clock import Clock
from index.fetch.failures import AddressRefused, FetchFailed
from index.types import SkipReason

ROBOTS_BYTES: Final = 500 * 1024
"""RFC 9309, 2.5: at least this much must be read. The rest is ignored."""

LONGEST_CRAWL_DELAY: Final = 30.0

_FRESH: Final = 24 * 3600.0
_FRESH_FAILURE: Final = 600.0


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego | None
    failure: FetchFailed | None
    until: float


class Robots:
    """The rules of every origin met so far. `load` fetches a robots.txt."""

    def __init__(self, user_agent: str, clock: Clock, load: Callable[[str], bytes]) -> None:
        self._agent = user_agent.partition("/")[0].strip()
        self._clock = clock
        self._load = load
        self._known: dict[str, _Rules] = {}

    def check(self, origin: str, url: str) -> float:
        """The crawl delay asked for (0 if none); raise if `url` is disallowed."""
        rules = self._rules(origin)
        if rules.failure is not None:
            raise rules.failure.with_traceback(None)
        if rules.parsed is None:
            return 0.0
        if not rules.parsed.can_fetch(url, self._agent):
            raise FetchFailed(SkipReason.ROBOTS, f"{origin}/robots.txt disallows {url}")
        return min(rules.parsed.crawl_delay(self._agent) or 0.0, LONGEST_CRAWL_DELAY)

    def _rules(self, origin: str) -> _Rules:
        known = self._known.get(origin)
        if known is None or known.until <= self._clock.monotonic():
            known = self._known[origin] = self._read(origin)
        return known

    def _read(self, origin: str) -> _Rules:
        now = self._clock.monotonic()
        try:
            body = self._load(f"{origin}/robots.txt")
        except AddressRefused as refusal:
            return _Rules(None, refusal, now + _FRESH_FAILURE)
        except FetchFailed as failure:
            status = failure.status
            if status is not None and 400 <= status < 500 and status != 429:
                return _Rules(None, None, now + _FRESH)
            reason = SkipReason.ROBOTS if status is not None else failure.reason
            message = f"{origin}/robots.txt cannot be read, so nothing may be: {failure}"
            return _Rules(None, FetchFailed(reason, message), now + _FRESH_FAILURE)
        return _Rules(Protego.parse(body.decode("utf-8", "replace")), None, now + _FRESH)
