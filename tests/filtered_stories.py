"""Stories of several sources, sections and days, filters of every kind, and what passes them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from index.types import Article, Filters
from tests.small_archive import story

SOURCES = ("The Gazette", "Şehir Postası", None)
SECTIONS = ("World", "City", None)


def made() -> list[Article]:
    """Eighteen stories of three sources, sections and months; the last copies the first."""
    stories = []
    for n in range(18):
        published = datetime(2025, 1 + n % 3, 1 + n, tzinfo=UTC) if n % 7 else None
        about: dict[str, Any] = {"source": SOURCES[n % 3], "section": SECTIONS[n // 6]}
        stories.append(story(n, published=published, **about))
    return [*stories[:-1], replace(stories[-1], original="story0")]


STORIES = made()


def passes(article: Article, filters: Filters) -> bool:
    """What the documentation of `Filters` says, word for word."""
    day = article.published.date() if article.published else None
    return (
        (filters.after is None or (day is not None and day >= filters.after))
        and (filters.before is None or (day is not None and day <= filters.before))
        and (not filters.sources or _any(article.source, filters.sources))
        and (not filters.sections or _any(article.section, filters.sections))
        and (not filters.articles or article.id in filters.articles)
    )


def _any(value: str | None, named: tuple[str, ...]) -> bool:
    return value is not None and value.casefold() in {name.casefold() for name in named}


def drawn(count: int = 60) -> list[Filters]:
    """Filters of every kind and mixture, the same in every run."""
    chance = random.Random(5)

    def maybe(values: list[str]) -> tuple[str, ...]:
        some = chance.random() < 0.4
        return tuple(chance.sample(values, chance.randint(1, 2))) if some else ()

    ids = [each.id for each in STORIES] + ["no such"]
    found = [Filters()]
    for _ in range(count):
        days = sorted(date(2025, chance.randint(1, 3), chance.randint(1, 28)) for _ in range(2))
        found.append(
            Filters(
                after=days[0] if chance.random() < 0.3 else None,
                before=days[1] if chance.random() < 0.3 else None,
                sources=maybe(["THE gazette", "şehir postası", "Nobody"]),
                sections=maybe(["world", "CITY", "Sport"]),
                articles=tuple(chance.sample(ids, chance.randint(1, 9)))
                if chance.random() < 0.5
                else (),
            )
        )
    return found
