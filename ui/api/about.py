"""GET /v1/site: what can be asked here, for whoever draws a chat."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Query as Parameters

from index.types import Filters
from ui.api.bodies import Query
from ui.api.callers import caller_of, id_of
from ui.api.documented import failures
from ui.api.encode import Json
from ui.api.replies import AboutJson, AboutReplyJson, CountedJson
from ui.api.shapes import shape
from ui.api.work import Work
from ui.newsdesk import Newsdesk

_EXAMPLES = 4
_KEPT = 60  # seconds that it is kept: every page with a chat asks, and examples take answers
_SITES = 64  # sites' figures kept


def router(work: Work, *, title: str, model: str | None) -> APIRouter:
    routes = APIRouter()
    described = Described(work.desk)

    @routes.get(
        "/site",
        summary="What can be asked here",
        description="Examples, and figures of the articles that this site's filters let through. "
        "`model` is the language model that writes answers; null where they are the archive's "
        "own sentences.",
        response_model=shape(AboutReplyJson),
        responses=failures(),
    )
    async def about(request: Request, query: Annotated[Query, Parameters()]) -> Response:
        caller = caller_of(request)
        known = await work.read(lambda: described.within(caller.filters))
        named = caller.site.title if caller.site and caller.site.title else title
        reply: AboutReplyJson = {
            "request_id": id_of(request),
            "title": named,
            "model": model,
            **known,
        }
        return Json(reply)

    return routes


class Described:
    """What an archive holds within some filters, kept for a minute. Shared between threads."""

    def __init__(self, desk: Newsdesk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._kept: OrderedDict[Filters, tuple[float, AboutJson]] = OrderedDict()

    def within(self, filters: Filters) -> AboutJson:
        with self._lock:  # whoever comes while it is found out waits for it
            now = time.monotonic()
            kept = self._kept.get(filters)
            if kept is not None and now - kept[0] < _KEPT:
                return kept[1]
            found = self._found(filters)
            self._kept[filters] = (now, found)
            self._kept.move_to_end(filters)
            if len(self._kept) > _SITES:
                self._kept.popitem(last=False)
            return found

    def _found(self, filters: Filters) -> AboutJson:
        facets, coverage = self._desk.facets(filters), self._desk.coverage(filters)
        updated = self._desk.stats().updated
        return {
            "examples": list(self._desk.examples(_EXAMPLES, filters=filters)),
            "articles": coverage.articles,
            "first": _iso(coverage.first),
            "last": _iso(coverage.last),
            "updated": _iso(updated),
            "sources": [_counted(*each) for each in facets.sources],
            "sections": [_counted(*each) for each in facets.sections],
        }


def _counted(name: str, articles: int) -> CountedJson:
    return {"name": name, "articles": articles}


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None
