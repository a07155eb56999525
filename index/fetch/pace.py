"""When each host may be asked again: the delay between requests, and back-off.

Both are one thing, a time before which the host is left alone, so a server
that answers "too many requests" is also spared every other page of its own.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from index.fetch.clock import Clock
from index.fetch.failures import FetchFailed
from index.types import SkipReason

LONGEST_WAIT = 60.0
"""A server that asks for longer than this is given up on, not asked sooner."""

_FIRST_BACKOFF = 1.0


class Pace:
    """The time each host may next be asked, and the delay it wants."""

    def __init__(self, clock: Clock, delay: float) -> None:
        self._clock = clock
        self._delay = delay
        self._delays: dict[str, float] = {}
        self._free: dict[str, float] = {}

    def slow(self, host: str, delay: float) -> None:
        """Ask `host` no more often than every `delay` seconds from now on."""
        self._delays[host] = max(self._delay, delay)

    def wait(self, host: str) -> None:
        """Sleep until `host` may be asked; raise if that is too far away."""
        remaining = self._free.get(host, 0.0) - self._clock.monotonic()
        if remaining > LONGEST_WAIT:
            message = f"{host} asked not to be asked again for {remaining:.0f} seconds"
            raise FetchFailed(SkipReason.HTTP, message)
        if remaining > 0:
            self._clock.sleep(remaining)

    def asked(self, host: str) -> None:
        """Note that a request to `host` has just ended."""
        self._hold(host, self._delays.get(host, self._delay))

    def back_off(self, host: str, attempt: int, wait: float | None) -> None:
        """Leave `host` alone for the `wait` it asked for, or twice as long each time."""
        if wait is None:
            wait = _FIRST_BACKOFF * 2**attempt * (0.5 + self._clock.jitter())
        self._hold(host, wait)

    def _hold(self, host: str, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        self._free[host] = max(until, self._free.get(host, 0.0))


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds a Retry-After header asks for (RFC 9110, 10.2.3), or None."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
