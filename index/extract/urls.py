"""The address that an article is cited by."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit

from courlan import normalize_url

_LONGEST = 2_000


def clean_url(url: str | None, base: str | None = None) -> str | None:
    """An absolute http(s) address without tracking and fragment, or None."""
    if not url or len(url) > _LONGEST:
        return None
    try:
        absolute = urldefrag(urljoin(base or "", url.strip())).url
        parts = urlsplit(absolute)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            return None
        cleaned = normalize_url(absolute)
        return cleaned if urlsplit(cleaned).hostname else None
    except ValueError:
        return None


def canonical_url(candidates: Iterable[str | None], page_url: str | None) -> str | None:
    """The first candidate that can be the address of an article.

    A front page is not: templates that put the site's address into every
    page are common. A page that is itself a front page keeps its address.
    """
    own = clean_url(page_url)
    for candidate in candidates:
        cleaned = clean_url(candidate, own)
        if cleaned is not None and (not _is_front(cleaned) or cleaned == own):
            return cleaned
    return own


def host_of(url: str | None) -> str | None:
    """The host as a reader would name the site, without "www."."""
    cleaned = clean_url(url)
    host = urlsplit(cleaned).hostname if cleaned else None
    return host.removeprefix("www.") if host else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query
