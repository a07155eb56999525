"""Where articles come from: `open_source("export.jsonl").pages()`.

    a folder, a file      local.py    HTML, text, JSON, JSON Lines, WordPress,
    http:// https://      remote.py   RSS/Atom, sitemaps, WARC (readers.py)

A source yields a `Page`, a `Skip` or a `NotModified` for everything it meets.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from index.errors import SourceError
from index.fetch import MAX_PAGE_BYTES
from index.sources.local import FileSource, FolderSource
from index.sources.reading import Getter, Item, Reading, Source, Validators, never_seen
from index.sources.remote import RemoteSource

__all__ = ["Getter", "Item", "Source", "Validators", "open_source"]


def open_source(
    spec: str | os.PathLike[str],
    *,
    fetcher: Getter | None = None,
    known: Callable[[str], Validators] = never_seen,
    max_bytes: int = MAX_PAGE_BYTES,
) -> Source:
    """The source that `spec` names: a folder, a file or a URL.

    `known` gives the (etag, last_modified) that a URL had when it was last
    read. Without a `fetcher` only what is on this machine can be read.
    Raises `SourceError` when there is no such thing.
    """
    name = os.fspath(spec)
    return _OPENERS[_names(name)](name, Reading(fetcher, known, max_bytes))


def _names(spec: str) -> str:
    """What `spec` names: a key of `_OPENERS`."""
    scheme = urlsplit(spec[:20]).scheme if "://" in spec[:20] else ""
    if scheme in ("http", "https"):
        return "url"
    if scheme:
        raise SourceError(f"{spec}: expected a path or an http(s) URL, found {scheme}://")
    try:
        path = Path(spec)
        if spec and path.is_dir():
            return "folder"
        if spec and path.exists():
            return "file"
    except (OSError, ValueError) as error:
        raise SourceError(f"{spec!r} cannot be read: {error}") from error
    hint = "; a URL begins with https://" if "." in spec and not path.is_absolute() else ""
    raise SourceError(f"there is no file or folder {spec!r}{hint}")


def _open_url(spec: str, reading: Reading) -> Source:
    if reading.fetcher is None:
        raise SourceError(f"{spec}: reading a URL needs a fetcher")
    return RemoteSource(spec, reading, reading.fetcher)


_OPENERS: Final[dict[str, Callable[[str, Reading], Source]]] = {
    "url": _open_url,
    "folder": lambda spec, reading: FolderSource(Path(spec), reading),
    "file": lambda spec, reading: FileSource(Path(spec), reading),
}
