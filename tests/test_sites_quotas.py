"""Quotas: exact, for many threads, in bounded memory, and nobody's address kept."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ui.sites import routes
from ui.sites.quotas import Guesses, Quotas
from ui.sites.types import Caller, Cost, Site
from ui.sites.visitors import Visitors

SITE = Site(
    "news", "byl_x", (), datetime(2026, 1, 1, tzinfo=UTC), per_minute=0, per_day=0,
    visitor_per_minute=0,
)  # fmt: skip
NOON = 20_000 * 86_400 + 43_200.0  # seconds since 1970
ASK, READ = Cost.QUESTION, Cost.READ


class Clock:
    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_a_visitor_may_ask_so_often_in_any_sixty_seconds() -> None:
    clock = Clock()
    quotas = Quotas(visitor_per_minute=12, clock=clock)
    caller = Caller("ada", replace(SITE, visitor_per_minute=3))
    for _ in range(3):
        assert quotas.take(caller, ASK) is None
        clock.now += 10
    over = quotas.take(caller, ASK)
    assert over is not None
    assert (over.whose, over.within, over.limit) == ("visitor", "minute", 3)
    assert over.retry_after == pytest.approx(30)  # the first was 30 seconds ago
    clock.now += over.retry_after - 0.01
    assert quotas.take(caller, ASK) is not None
    clock.now += 0.02
    assert quotas.take(caller, ASK) is None
    assert quotas.take(caller, ASK) is not None  # the second was 50 seconds ago
    assert quotas.take(Caller("bob", caller.site), ASK) is None


def test_being_refused_costs_nothing() -> None:
    clock = Clock()
    quotas = Quotas(clock=clock, visitor_per_minute=1)
    assert quotas.take(Caller("ada"), ASK) is None
    for _ in range(500):
        clock.now += 0.1
        assert quotas.take(Caller("ada"), ASK) is not None
    clock.now += 10.1
    assert quotas.take(Caller("ada"), ASK) is None


def test_a_site_s_minute_is_shared_by_its_visitors() -> None:
    quotas = Quotas(visitor_per_minute=12, clock=Clock())
    site = replace(SITE, per_minute=5)
    taken = [quotas.take(Caller(f"v{n}", site), ASK) for n in range(7)]
    assert taken[:5] == [None] * 5
    assert [(each.whose, each.within, each.limit) for each in taken[5:] if each] == [
        ("site", "minute", 5)
    ] * 2
    assert quotas.take(Caller("v1", replace(site, name="other")), ASK) is None


def test_a_site_s_day_ends_at_midnight_and_says_when_that_is() -> None:
    today = Clock(NOON)
    clock = Clock()
    quotas = Quotas(visitor_per_minute=12, clock=clock, today=today)
    site = replace(SITE, per_day=2)
    for n in range(2):
        assert quotas.take(Caller(f"v{n}", site), ASK) is None
        clock.now += 3_600
    over = quotas.take(Caller("v9", site), ASK)
    assert over is not None
    assert (over.whose, over.within, over.retry_after) == ("site", "day", 43_200)
    assert quotas.take(Caller("v9", replace(site, name="other")), ASK) is None
    today.now += 43_200
    assert quotas.take(Caller("v9", site), ASK) is None


def test_ten_sources_may_be_opened_for_each_question() -> None:
    quotas = Quotas(visitor_per_minute=12, clock=Clock(), today=Clock(NOON))
    caller = Caller("ada", replace(SITE, visitor_per_minute=2, per_minute=3, per_day=3))
    assert [quotas.take(caller, READ) for _ in range(20)] == [None] * 20
    over = quotas.take(caller, READ)
    assert over is not None
    assert (over.whose, over.limit) == ("visitor", 20)
    assert quotas.take(caller, ASK) is None  # counted apart
    assert [quotas.take(caller, Cost.FREE) for _ in range(99)] == [None] * 99


def test_no_limit_is_none() -> None:
    quotas = Quotas(clock=Clock(), visitor_per_minute=0)
    assert {quotas.take(Caller("ada", SITE), ASK) for _ in range(1_000)} == {None}
    assert {quotas.take(Caller("ada"), ASK) for _ in range(1_000)} == {None}


def test_a_limit_that_is_lowered_holds_at_once() -> None:
    clock = Clock()
    quotas = Quotas(visitor_per_minute=12, clock=clock)
    for _ in range(4):
        assert quotas.take(Caller("ada", replace(SITE, visitor_per_minute=9)), ASK) is None
        clock.now += 1
    over = quotas.take(Caller("ada", replace(SITE, visitor_per_minute=2)), ASK)
    assert over is not None
    assert over.retry_after == pytest.approx(58)  # until there is but one in the minute


@pytest.mark.parametrize("limit", ["per_minute", "per_day", "visitor_per_minute"])
def test_many_threads_at_once_are_let_through_exactly_as_often_as_one(limit: str) -> None:
    quotas = Quotas(visitor_per_minute=12, clock=Clock(), today=Clock(NOON))
    caller = Caller("ada", replace(SITE, **{limit: 137}))
    let_through: list[int] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        let_through.append(sum(quotas.take(caller, ASK) is None for _ in range(100)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(let_through) == 137


def test_a_flood_of_addresses_takes_no_more_memory_than_is_allowed() -> None:
    clock = Clock()
    quotas = Quotas(clock=clock, visitor_per_minute=1, most_visitors=100)
    for n in range(5_000):
        assert quotas.take(Caller(f"v{n}"), ASK) is None
        clock.now += 0.001
    assert sum(len(each) for each in quotas._visitors.values()) == 100
    assert quotas.take(Caller("v4999"), ASK) is not None  # those who came last are still known


def test_who_has_been_silent_for_a_minute_is_forgotten() -> None:
    clock = Clock()
    quotas = Quotas(visitor_per_minute=12, clock=clock)
    for n in range(100):
        quotas.take(Caller(f"v{n}"), ASK)
    clock.now += 61
    for n in range(100):
        quotas.take(Caller(f"w{n % 3}", SITE), ASK)
    assert len(quotas._visitors[ASK]) == 3


def test_a_busy_visitor_without_a_limit_is_remembered_for_a_minute_only() -> None:
    clock = Clock()
    quotas = Quotas(visitor_per_minute=12, clock=clock)
    for _ in range(1_000):
        assert quotas.take(Caller("ada", SITE), ASK) is None
        clock.now += 1
    assert len(quotas._visitors[ASK]._times["ada"]) <= 60


def test_keys_are_looked_at_again_after_a_minute() -> None:
    clock = Clock()
    guesses = Guesses(most=3, clock=clock)
    for _ in range(3):
        assert guesses.wait("ada") == 0
        guesses.wrong("ada")
    assert guesses.wait("ada") == pytest.approx(60)
    assert guesses.wait("bob") == 0
    clock.now += 60.1
    assert guesses.wait("ada") == 0


def test_a_visitor_is_a_hash_that_nobody_can_work_out_and_that_changes_at_midnight() -> None:
    clock = Clock(NOON)
    visitors = Visitors(clock=clock)
    name = visitors.by_address("192.0.2.7")
    assert name == visitors.by_address("192.0.2.7")
    assert name != visitors.by_address("192.0.2.8")
    assert name != Visitors(clock=clock).by_address("192.0.2.7")  # another server's salt
    assert len(name) == 24
    clock.now += 43_199
    assert visitors.by_address("192.0.2.7") == name
    clock.now += 1
    assert visitors.by_address("192.0.2.7") != name


def test_an_ipv6_household_is_one_visitor() -> None:
    visitors = Visitors()
    home = visitors.by_address("2001:db8:0:7::1")
    assert visitors.by_address("2001:db8:0:7:ffff:ffff:ffff:ffff") == home
    assert visitors.by_address("2001:db8:0:8::1") != home
    assert visitors.by_address("::ffff:192.0.2.7") == visitors.by_address("192.0.2.7")
    assert visitors.by_address("fe80::1%eth0") == visitors.by_address("fe80::2")


def test_a_subject_is_somebody_else_on_each_site_and_no_address() -> None:
    visitors = Visitors()
    names = {
        visitors.by_subject("news", "192.0.2.7"),
        visitors.by_subject("sport", "192.0.2.7"),
        visitors.by_address("192.0.2.7"),
        visitors.by_subject("news", "a\nb"),
        visitors.by_subject("news", "\ud800"),
    }
    assert len(names) == 5


def test_what_every_page_with_the_chat_asks_uses_nothing_up() -> None:
    assert routes.cost("GET", "/v1/site") is Cost.FREE
    assert routes.cost("GET", "/v1/articles/a1") is Cost.READ
    assert routes.cost("GET", "/v1/search") is Cost.QUESTION
