"""How often may be asked: by one visitor and by a whole site, in a minute and in a day.

A minute is the last 60 seconds, counted exactly (a sliding log). A day is the
calendar's, in UTC. All of it is in the memory of one process: a restart
begins every count anew, the day's too.
"""

from __future__ import annotations

import threading
import time
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ui.sites.types import Caller, Cost

_MINUTE = 60.0  # seconds
_DAY = 86_400  # seconds
_SHORTEST = 0.001  # seconds: a wait that rounding made nothing is still one
_READS = 10  # sources that may be opened for each question allowed
_MOST_VISITORS = 65_536  # remembered at once; the longest silent is forgotten first


@dataclass(frozen=True, slots=True)
class Over:
    """A quota that is used up: whose, how many it allows, and for how many seconds yet."""

    whose: Literal["visitor", "site"]
    within: Literal["minute", "day"]
    limit: int
    retry_after: float


class Windows:
    """When each of many last did something, within the last minute. Bounded; not locked."""

    def __init__(self, most: int = _MOST_VISITORS) -> None:
        self._most = most
        self._times: OrderedDict[str, array[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def wait(self, who: str, limit: int, now: float) -> float:
        """Seconds until `who` has room for one more; 0 where there is."""
        times = self._times.get(who)
        if times is None:
            return 0.0
        gone = bisect_right(times, now - _MINUTE)
        if len(times) - gone < limit:
            return 0.0
        return max(times[len(times) - limit] + _MINUTE - now, _SHORTEST)

    def add(self, who: str, now: float) -> None:
        times = self._times.get(who)
        if times is None:
            times = self._times[who] = array("d")
        del times[: bisect_right(times, now - _MINUTE)]
        times.append(now)
        self._times.move_to_end(who)
        # Two at most are let go for each that comes, so that no one request pays for many.
        for _ in range(2):
            oldest = next(iter(self._times))
            if len(self._times) > self._most or self._times[oldest][-1] <= now - _MINUTE:
                del self._times[oldest]


class Quotas:
    """What has been used up of every quota. For many threads, exactly.

    A visitor's questions count together wherever they are asked, so that
    holding the keys of many sites gains nothing; each site's own limit is what
    they are held against. Opening sources is counted apart, ten for a question.
    """

    def __init__(
        self,
        *,
        visitor_per_minute: int,
        most_visitors: int = _MOST_VISITORS,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
    ) -> None:
        """`visitor_per_minute` is for who names no site; 0 is no limit.

        `clock` and `today` are in seconds, the second since 1970.
        """
        self._visitor_per_minute = visitor_per_minute
        self._clock = clock
        self._today = today
        self._lock = threading.Lock()
        self._visitors = {cost: Windows(most_visitors) for cost in Cost}
        self._sites = {cost: Windows() for cost in Cost}
        self._day = -1
        self._days: dict[tuple[Cost, str], int] = {}

    def take(self, caller: Caller, cost: Cost) -> Over | None:
        """Count a request; or say what it is over, and count nothing."""
        if cost is Cost.FREE:
            return None
        times = _READS if cost is Cost.READ else 1
        site = caller.site
        mine = times * (site.visitor_per_minute if site else self._visitor_per_minute)
        with self._lock:
            now, today = self._clock(), self._today()
            if int(today // _DAY) != self._day:
                self._day = int(today // _DAY)
                self._days.clear()
            visitors, sites = self._visitors[cost], self._sites[cost]
            if mine and (wait := visitors.wait(caller.visitor, mine, now)):
                return Over("visitor", "minute", mine, wait)
            if site is not None:
                minute, day = times * site.per_minute, times * site.per_day
                used = self._days.get((cost, site.name), 0)
                if day and used >= day:
                    return Over("site", "day", day, _DAY - today % _DAY)
                if minute and (wait := sites.wait(site.name, minute, now)):
                    return Over("site", "minute", minute, wait)
                self._days[cost, site.name] = used + 1
                if minute:
                    sites.add(site.name, now)
            # Without a limit here, but maybe with one at the next site.
            visitors.add(caller.visitor, now)
        return None


class Guesses:
    """Wrong keys, by visitor. Whoever tried too many is not told of any more, right ones too."""

    def __init__(self, *, most: int = 10, clock: Callable[[], float] = time.monotonic) -> None:
        """`most` is wrong keys in a minute."""
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = Windows()

    def wait(self, visitor: str) -> float:
        """Seconds until this visitor's next key is looked at; 0 for now."""
        with self._lock:
            return self._wrong.wait(visitor, self._most, self._clock())

    def wrong(self, visitor: str) -> None:
        with self._lock:
            self._wrong.add(visitor, self._clock())
