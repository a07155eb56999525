"""Fetching something to read, whatever it turns out to be."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from index.sources.kinds import HEAD_BYTES, Kind, kind_of_answer
from index.sources.reading import Getter, Opened, Reading, Validators


def fetch_opened(
    url: str, reading: Reading, fetcher: Getter, validators: Validators = (None, None)
) -> tuple[Opened, Kind] | None:
    """What is at `url` and what it is; None if it has not changed.

    The whole answer is held in memory, within the limit; a compressed file
    that it may hold (`sitemap.xml.gz`) is unpacked only as it is read.
    """
    etag, last_modified = validators
    fetched = fetcher.get(url, etag=etag, last_modified=last_modified, limit=reading.max_bytes)
    if fetched.not_modified:
        return None
    stream = _unpacked(fetched.body)
    kind = kind_of_answer(
        urlsplit(fetched.url_final).path, fetched.content_type, stream.read(HEAD_BYTES)
    )
    stream.seek(0)
    opened = Opened(
        stream=stream,
        origin=url,
        url=fetched.url_final,
        charset=fetched.charset,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )
    return opened, kind


def _unpacked(body: bytes) -> BinaryIO:
    stream = BytesIO(body)
    if body.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    return stream
