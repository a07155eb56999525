"""Fetching pages: `with Fetcher(FetchPolicy()) as fetcher: fetcher.get(url)`."""

from index.fetch.clock import Clock
from index.fetch.failures import AddressRefused, FetchFailed, Interrupted
from index.fetch.fetcher import Fetched, Fetcher
from index.fetch.policy import MAX_PAGE_BYTES, USER_AGENT, FetchPolicy

__all__ = [
    "MAX_PAGE_BYTES",
    "USER_AGENT",
    "AddressRefused",
    "Clock",
    "FetchFailed",
    "FetchPolicy",
    "Fetched",
    "Fetcher",
    "Interrupted",
]
