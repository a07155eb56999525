"""What a site may show holds, whatever its readers send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from index.types import Filters
from tests.api_calls import As, site
from tests.fake_newsdesk import FakeNewsdesk
from tests.fake_stories import STORIES, passes
from ui.api.app import create_api
from ui.api.capacity import Capacity
from ui.api.filters import confined
from ui.api.problems import Problem
from ui.sites.types import Caller

SOURCES = ("The Sample Gazette", "Coast Wire", "Northern Post")
SECTIONS = ("Transport", "Culture", "World")
URLS = [story.url for story in STORIES.values()]

days = st.dates(date(2025, 1, 1), date(2025, 12, 31))


def some(names: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    spelt = st.sampled_from(names).flatmap(
        lambda name: st.sampled_from([name, name.upper(), name.lower()])
    )
    return st.lists(spelt, max_size=2).map(tuple)


filters = st.builds(
    Filters,
    after=st.none() | days,
    before=st.none() | days,
    sources=some(SOURCES),
    sections=some(SECTIONS),
    articles=st.lists(st.sampled_from(sorted(STORIES)), max_size=3).map(tuple),
)


@given(filters, filters)
@settings(max_examples=300, deadline=None)
def test_two_filters_together_let_through_what_both_do(site: Filters, reader: Filters) -> None:
    both = {key for key, s in STORIES.items() if passes(s, site) and passes(s, reader)}
    try:
        together = confined(site, reader)
    except Problem:
        assert not both
    else:
        assert {key for key, s in STORIES.items() if passes(s, together)} == both


bodies = st.fixed_dictionaries(
    {"question": st.sampled_from(["The ferry?", "The museum and the fares?"])},
    optional={
        "filters": st.fixed_dictionaries(
            {},
            optional={
                "after": st.none() | days.map(str),
                "before": days.map(str),
                "sources": some((*SOURCES, "Elsewhere")).map(list),
                "sections": some(SECTIONS).map(list),
            },
        ),
        "scope": st.fixed_dictionaries(
            {"url": st.sampled_from([*URLS, "https://elsewhere.example/"])},
            optional={"within": st.sampled_from(["article", "section", "topic"])},
        ),
        "stream": st.booleans(),
        "infer": st.booleans(),
    },
)


@pytest.fixture(scope="module")
def anybody() -> Iterator[tuple[FakeNewsdesk, As, TestClient]]:
    desk = FakeNewsdesk()
    caller = As(create_api(desk, capacity=Capacity(4, 50)), Caller("visitor"))
    with TestClient(caller) as client:
        yield desk, caller, client


@given(allowed=filters, body=bodies)
@example(
    allowed=Filters(sections=("Culture",)),
    body={"question": "The ferry?", "scope": {"url": URLS[0]}},
)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_nothing_a_reader_sends_reaches_beyond_its_site(
    anybody: tuple[FakeNewsdesk, As, TestClient], allowed: Filters, body: dict[str, Any]
) -> None:
    desk, caller, client = anybody
    desk.seen.clear()
    caller.caller = Caller("visitor", site(allowed))
    given = body.get("filters", {})
    client.post("/ask", json=body)
    client.post("/verify", json={"text": body["question"], "filters": given})
    client.get("/search", params={"q": body["question"], "source": given.get("sources", [])})
    client.get("/site")
    client.get("/articles/a1", params={"start": 0, "end": 9})
    hidden = {key for key, story in STORIES.items() if not passes(story, allowed)}
    assert desk.seen
    for called, reached in desk.seen:
        shown = {key for key, story in STORIES.items() if passes(story, reached)}
        assert not (shown & hidden), called


def test_days_the_wrong_way_round_are_pointed_out() -> None:
    with pytest.raises(Problem, match="first day is later than the last"):
        confined(Filters(), Filters(after=date(2025, 2, 1), before=date(2025, 1, 1)))


def test_what_a_reader_may_choose_from_is_named() -> None:
    with pytest.raises(Problem, match="There are: Coast Wire, Northern Post") as none:
        confined(Filters(sources=SOURCES[1:]), Filters(sources=("Daily Other",)))
    assert none.value.members == {"available": {"sources": ["Coast Wire", "Northern Post"]}}
    with pytest.raises(Problem) as days:
        confined(Filters(after=date(2025, 1, 1)), Filters(before=date(2024, 1, 1)))
    assert days.value.members == {"available": {"after": "2025-01-01", "before": None}}
