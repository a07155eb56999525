"""The structured results of the tools: those of the HTTP API, without the request's id."""

from __future__ import annotations

from typing import TypedDict

from ui.api.replies import SearchHitJson


class SearchJson(TypedDict):
    query: str
    hits: list[SearchHitJson]
