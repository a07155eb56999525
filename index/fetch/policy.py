"""How politely, how patiently and how far pages are fetched."""

from __future__ import annotations

from dataclasses import dataclass

MAX_PAGE_BYTES = 20_000_000
"""More than this is not an article: the longest ones are under a megabyte."""

USER_AGENT = "Byline/0.1 (+news archive indexer)"


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The limits one fetcher works under. The defaults suit a stranger's site."""

    user_agent: str = USER_AGENT
    """Sent with every request; the part before "/" is looked up in robots.txt."""

    delay_seconds: float = 1.0
    """Least time between two requests to one host; robots.txt may ask for more."""

    timeout_seconds: float = 20.0
    """Longest wait for a connection, or for the next bytes of an answer."""

    max_seconds: float = 60.0
    """Longest time on the network for one page, its redirects and retries
    together: a server that drips a byte a second never times out otherwise.
    Waiting out of politeness does not count."""

    retries: int = 3
    """How often to try again after a busy server or a broken connection."""

    max_bytes: int = MAX_PAGE_BYTES
    """Largest page accepted, counted after decompression."""

    max_redirects: int = 5
    """Longest chain of redirects followed."""

    allow_private: bool = False
    """Whether private, loopback and other non-public addresses may be fetched.
    Off, because a link in a feed must not reach into the local network."""

    respect_robots: bool = True
    """Whether robots.txt is obeyed."""
