"""What every reader of a source is given, and what it gives back."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from index.errors import BylineError
from index.fetch import MAX_PAGE_BYTES, FetchFailed
from index.fetch.fetcher import Fetched
from index.types import NotModified, Page, Skip, SkipReason

Item = Page | Skip | NotModified

Validators = tuple[str | None, str | None]
"""The (etag, last_modified) a URL had when it was last read."""


class Source(Protocol):
    """Where pages come from. One bad page is a `Skip`, never an exception."""

    def pages(self) -> Iterator[Item]:
        """Every page, one at a time; nothing is read ahead."""
        ...

    def count(self) -> int | None:
        """A cheap estimate of how many pages there are, None when unknown."""
        ...


class Getter(Protocol):
    """The part of a `Fetcher` that sources use."""

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int | None = None,
    ) -> Fetched: ...


def never_seen(url: str) -> Validators:
    """The answer of an archive that is still empty."""
    return None, None


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read. Without a `fetcher` nothing is fetched.

    `known` is asked for the validators of each URL about to be fetched, by the
    URL as the source wrote it: the `origin` of the page it became last time.
    """

    fetcher: Getter | None = None
    known: Callable[[str], Validators] = never_seen
    max_bytes: int = MAX_PAGE_BYTES


@dataclass(frozen=True, slots=True)
class Opened:
    """Something opened for reading: a file, or the body of an answer.

    `stream` is already decompressed. `url` is set only for what was fetched.
    `follow` says whether it was named by the user, and not merely found in a
    folder: only then may it send us to other addresses.
    """

    stream: BinaryIO
    origin: str
    url: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    follow: bool = True


class Unfit(BylineError):
    """The rest of what is being read cannot be: becomes a `Skip`."""

    def __init__(self, reason: SkipReason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
        self.detail = detail


def guarded(origin: str, items: Iterable[Item]) -> Iterator[Item]:
    """Pass `items` on; if reading them fails, end with a `Skip` that says why."""
    try:
        yield from items
    except Unfit as unfit:
        yield Skip(origin, unfit.reason, unfit.detail)
    except FetchFailed as failure:
        yield Skip(origin, failure.reason, str(failure))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        yield Skip(origin, SkipReason.MALFORMED, f"damaged compression: {error}")
    except OSError as error:
        yield Skip(origin, SkipReason.UNREADABLE, error.strerror or str(error))


def read_all(stream: BinaryIO, limit: int) -> bytes:
    """Everything in `stream`, refused as soon as it proves longer than `limit`."""
    body = bytearray()
    while piece := stream.read(1 << 16):
        body += piece
        if len(body) > limit:
            raise Unfit(SkipReason.TOO_LARGE, f"more than {limit:,} bytes")
    return bytes(body)
