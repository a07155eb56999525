"""From what somebody wrote as a URL to where a request goes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from index.fetch.failures import AddressRefused, FetchFailed
from index.types import SkipReason

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart. `url` carries neither credentials nor a fragment."""

    url: str
    scheme: str
    host: str
    port: int
    target: bytes

    @property
    def netloc(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def parse_address(url: str) -> Address:
    """Take `url` apart; raise `FetchFailed` if it is not one that can be fetched."""
    try:
        parsed = httpx.URL(url.strip())
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchFailed(SkipReason.MALFORMED, f"not a URL: {url!r}: {error}") from error
    if parsed.scheme not in _PORTS:
        raise AddressRefused(f"only http and https are fetched, not {url!r}")
    if not host:
        raise FetchFailed(SkipReason.MALFORMED, f"a URL without a host: {url!r}")
    target = parsed.raw_path or b"/"
    port = _PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port < 65_536:
        raise FetchFailed(SkipReason.MALFORMED, f"a URL with an impossible port: {url!r}")
    address = Address("", parsed.scheme, host, port, target)
    return Address(address.origin + target.decode("ascii"), parsed.scheme, host, port, target)


def follow(base: Address, location: str) -> Address:
    """Where a redirect from `base` leads."""
    try:
        return parse_address(urljoin(base.url, location.strip()))
    except ValueError as error:
        raise FetchFailed(SkipReason.HTTP, f"redirect to {location!r}: {error}") from error
