"""A URL: a page, or a list of pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.sources.answers import fetch_opened
from index.sources.readers import READERS
from index.sources.reading import Getter, Item, Reading, guarded
from index.types import NotModified


@dataclass(frozen=True, slots=True)
class RemoteSource:
    """What is at `url`, and if that is a feed or a sitemap, what it links to."""

    url: str
    reading: Reading
    fetcher: Getter

    def pages(self) -> Iterator[Item]:
        yield from guarded(self.url, self._pages())

    def count(self) -> int | None:
        """Unknown: to find out would be to fetch it."""
        return None

    def _pages(self) -> Iterator[Item]:
        answer = fetch_opened(self.url, self.reading, self.fetcher, self.reading.known(self.url))
        if answer is None:
            yield NotModified(self.url)
            return
        opened, kind = answer
        yield from READERS[kind](opened, self.reading)
