"""When a server is asked again, and how often one host is asked."""

from __future__ import annotations

from dataclasses import replace
from http.server import BaseHTTPRequestHandler

from index.fetch import Fetcher
from index.types import SkipReason
from tests.test_fetch_fetcher import LOCAL, FakeTime, failing, reply, serving


def test_a_busy_server_is_asked_again_after_the_time_it_names() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if len(asked) == 1:
            reply(handler, 429, Retry_After="7")
        else:
            reply(handler, body=b"at last")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert fetcher.get(base).body == b"at last"
    assert held.slept == [7.0]


def test_retry_after_may_be_a_date() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        if len(asked) == 1:
            reply(handler, 503, Retry_After="Thu, 01 Jan 1970 00:16:52 GMT")
        else:
            reply(handler, body=b"ok")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        fetcher.get(base)
    assert held.slept == [12.0]


def test_a_server_that_asks_for_an_hour_is_left_alone_and_so_are_its_other_pages() -> None:
    asked = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        reply(handler, 429, Retry_After="3600")

    held = FakeTime()
    with serving(answer) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert "3600 seconds" in str(failing(fetcher, base + "/a"))
        assert "3600 seconds" in str(failing(fetcher, base + "/b"))
    assert asked == ["/a"]
    assert held.slept == []


def test_without_a_named_time_each_wait_is_twice_as_long() -> None:
    held = FakeTime()
    with serving(lambda h: reply(h, 502)) as base, Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert failing(fetcher, base).status == 502
    assert held.slept == [1.0, 2.0, 4.0]


def test_a_refused_connection_is_tried_again_and_then_reported() -> None:
    with serving(reply) as base:
        pass  # nobody listens there any more
    held = FakeTime()
    with Fetcher(LOCAL, clock=held.clock) as fetcher:
        assert failing(fetcher, base).reason is SkipReason.HTTP
    assert len(held.slept) == 3


def test_one_host_is_not_asked_more_often_than_the_delay_allows() -> None:
    held = FakeTime()
    policy = replace(LOCAL, delay_seconds=2.5)
    with serving(reply) as base, Fetcher(policy, clock=held.clock) as fetcher:
        for _ in range(3):
            fetcher.get(base)
    assert held.slept == [2.5, 2.5]
