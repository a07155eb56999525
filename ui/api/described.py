"""What an archive holds within some filters, so that every page may ask for it.

Figures and examples are found out once for each state of the archive. Examples
take answers, so they hold a place as questions do; whoever asks meanwhile is told
what was known before.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from index.types import Filters
from ui.api.failures import write_down
from ui.api.ids import new_id
from ui.api.problems import Problem
from ui.api.replies import AboutJson, CountedJson
from ui.api.work import Work

_EXAMPLES = 4
_KEPT = 60.0  # seconds until it is asked whether the archive has changed
_AGAIN = 5.0  # seconds until what could not be found out is tried again
_MOST = 64  # different filters, mostly one for each site, of which it is remembered


@dataclass(frozen=True, slots=True)
class _Known:
    state: object  # of the archive; None where examples are wanting yet
    about: AboutJson
    until: float


class Described:
    """What is told of an archive, by filters. For one event loop."""

    def __init__(self, work: Work, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._work = work
        self._clock = clock
        self._known: OrderedDict[Filters, _Known] = OrderedDict()
        self._looking: dict[Filters, asyncio.Task[AboutJson]] = {}

    async def within(self, filters: Filters) -> AboutJson:
        """What is known; the first who asks waits for it, and with him who asks meanwhile."""
        known = self._known.get(filters)
        if known is not None and self._clock() < known.until:
            self._known.move_to_end(filters)
            return known.about
        looking = self._looking.get(filters)
        if looking is None:
            looking = asyncio.ensure_future(self._look(filters, known))
            self._looking[filters] = looking
            looking.add_done_callback(lambda done: self._looked(filters, done))
        if known is not None:
            return known.about
        return await asyncio.shield(looking)  # whoever leaves ends it for nobody else

    def _looked(self, filters: Filters, done: asyncio.Task[AboutJson]) -> None:
        del self._looking[filters]
        if done.cancelled() or (error := done.exception()) is None:
            return
        if (known := self._known.get(filters)) is not None:  # nobody waits, so nobody is told
            write_down(error, new_id())
            self._known[filters] = replace(known, until=self._clock() + _AGAIN)

    async def _look(self, filters: Filters, known: _Known | None) -> AboutJson:
        desk = self._work.desk
        stats = await self._work.read(desk.stats)
        state = (stats.updated, stats.articles, stats.copies, stats.versions)
        if known is not None and known.state == state:
            self._keep(filters, replace(known, until=self._clock() + _KEPT))
            return known.about
        facets = await self._work.read(lambda: desk.facets(filters))
        coverage = await self._work.read(lambda: desk.coverage(filters))
        try:
            examples = await self._work.once(lambda: desk.examples(_EXAMPLES, filters=filters))
        except Problem:  # readers' questions come first
            examples, drawn = tuple(known.about["examples"]) if known else (), False
        else:
            drawn = True
        about: AboutJson = {
            "examples": list(examples),
            "articles": coverage.articles,
            "first": _iso(coverage.first),
            "last": _iso(coverage.last),
            "updated": _iso(stats.updated),
            "sources": [_counted(*each) for each in facets.sources],
            "sections": [_counted(*each) for each in facets.sections],
        }
        until = self._clock() + (_KEPT if drawn else _AGAIN)
        self._keep(filters, _Known(state if drawn else None, about, until))
        return about

    def _keep(self, filters: Filters, known: _Known) -> None:
        self._known[filters] = known
        self._known.move_to_end(filters)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)


def _counted(name: str, articles: int) -> CountedJson:
    return {"name": name, "articles": articles}


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
