"""What robots.txt means for the pages of a site."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from index.fetch import AddressRefused, Clock, FetchFailed
from index.fetch.robots import Robots
from index.types import SkipReason

SITE = "https://paper.example"


@dataclass
class Site:
    """A site whose robots.txt is `body`, or fails with `failure`."""

    body: bytes = b""
    failure: FetchFailed | None = None
    now: float = 0.0
    loads: list[str] = field(default_factory=list)

    def load(self, url: str) -> bytes:
        self.loads.append(url)
        if self.failure is not None:
            raise self.failure
        return self.body

    def robots(self) -> Robots:
        clock = Clock(monotonic=lambda: self.now)
        return Robots("Byline/0.1 (+news archive indexer)", clock, self.load)


def refusal(robots: Robots, path: str = "/story") -> SkipReason:
    with pytest.raises(FetchFailed) as caught:
        robots.check(SITE, SITE + path)
    return caught.value.reason


def test_disallowed_pages_are_refused_and_others_are_not() -> None:
    site = Site(b"User-agent: *\nDisallow: /private/\nAllow: /private/open")
    robots = site.robots()
    assert refusal(robots, "/private/x") is SkipReason.ROBOTS
    assert robots.check(SITE, SITE + "/private/open") == 0.0
    assert robots.check(SITE, SITE + "/story") == 0.0
    assert site.loads == [SITE + "/robots.txt"]


def test_rules_for_byline_by_name_come_before_those_for_all() -> None:
    site = Site(b"User-agent: *\nDisallow: /\n\nUser-agent: byline\nDisallow: /no")
    robots = site.robots()
    assert robots.check(SITE, SITE + "/yes") == 0.0
    assert refusal(robots, "/no") is SkipReason.ROBOTS


def test_a_crawl_delay_is_obeyed_up_to_a_point() -> None:
    assert Site(b"User-agent: *\nCrawl-delay: 4").robots().check(SITE, SITE + "/") == 4.0
    assert Site(b"User-agent: *\nCrawl-delay: 9999").robots().check(SITE, SITE + "/") == 30.0


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_rules_may_be_read(status: int) -> None:
    robots = Site(failure=FetchFailed(SkipReason.HTTP, "none", status=status)).robots()
    assert robots.check(SITE, SITE + "/") == 0.0


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_whose_rules_cannot_be_had_may_not_be_read(status: int) -> None:
    robots = Site(failure=FetchFailed(SkipReason.HTTP, "broken", status=status)).robots()
    assert refusal(robots) is SkipReason.ROBOTS


def test_a_dead_site_is_reported_as_dead_and_not_as_forbidding() -> None:
    robots = Site(failure=FetchFailed(SkipReason.TIMEOUT, "silence")).robots()
    assert refusal(robots) is SkipReason.TIMEOUT


def test_a_refused_address_stays_refused() -> None:
    robots = Site(failure=AddressRefused("inside")).robots()
    with pytest.raises(AddressRefused):
        robots.check(SITE, SITE + "/")


def test_rules_are_read_again_after_a_day_and_failures_sooner() -> None:
    site = Site(failure=FetchFailed(SkipReason.HTTP, "broken", status=500))
    robots = site.robots()
    refusal(robots)
    site.failure = None
    site.now = 599.0
    refusal(robots)
    site.now = 601.0
    robots.check(SITE, SITE + "/")
    site.now += 24 * 3600 - 1
    robots.check(SITE, SITE + "/")
    assert len(site.loads) == 2
    site.now += 2
    robots.check(SITE, SITE + "/")
    assert len(site.loads) == 3


def test_a_robots_file_of_noise_forbids_nothing() -> None:
    robots = Site(b"\xff\xfe\x00<html>" * 1000).robots()
    assert robots.check(SITE, SITE + "/") == 0.0
