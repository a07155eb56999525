"""Origins: where a page comes from, as a browser says it (RFC 6454, and WHATWG's URL standard).

Only what `normalised` has made is ever stored, compared or sent back, so an
origin holds nothing but a scheme, a host in ASCII and a port.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

import idna

from ui.sites.errors import SiteError

_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"(0x[0-9a-f]*|\d+)", re.ASCII)  # as a last label it makes an IPv4 address
_EXAMPLE = "write it as in https://news.example.org"
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0]")  # parsers drop some of these without a word
_UNPRINTED = re.compile(r"[^!-~]")
_LONGEST = 300  # characters: a host has 253 at most


def normalised(text: str, *, allow_http: bool = False) -> str:
    """An origin as browsers send it: "https://news.example.org", without a default port.

    A host in other letters becomes its IDNA form. Plain http is for pages on
    this machine (localhost, 127.0.0.1, ::1) unless `allow_http`: anybody between
    such a page and its reader could ask in its name. Raises SiteError.
    """
    shown = _shown(text)
    text = text.strip()
    if len(text) > _LONGEST or _UNSEEN.search(text):
        raise SiteError(f"{shown} is no origin of a page: {_EXAMPLE}")
    parts = split(text)
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise SiteError(f"{shown} is no origin of a page: {_EXAMPLE}")
    if "*" in text:
        raise SiteError(f"{shown}: an origin has no wildcard; name each one with its own --origin")
    if "@" in parts.netloc:
        raise SiteError(f"{shown}: an origin has no user name; {_EXAMPLE}")
    if parts.path not in ("", "/") or "?" in text or "#" in text or "\\" in text:
        raise SiteError(f"{shown}: an origin has no path; {_EXAMPLE}")
    try:
        host, port = _host(parts.hostname or "", bracketed="[" in parts.netloc), parts.port
    except ValueError as error:
        raise SiteError(f"{shown}: that is no host with a port; {_EXAMPLE}") from error
    if port == 0 or parts.netloc.endswith(":"):
        raise SiteError(f"{shown}: that is no port; {_EXAMPLE}")
    if scheme == "http" and not allow_http and not is_loopback(host):
        raise SiteError(
            f"{shown}: on plain http anybody between the page and its reader could change it. "
            "Use https, or say --allow-http"
        )
    return f"{scheme}://{host}" + (f":{port}" if port and port != _PORTS[scheme] else "")


def is_own(origin: str, host: str) -> bool:
    """Whether a page of `origin` came from the server that was called as `host` (its header)."""
    parts = split(origin.lower())
    default = {name: f":{port}" for name, port in _PORTS.items()}.get(parts.scheme)
    if default is None or not parts.netloc:
        return False
    return parts.netloc.removesuffix(default) == host.lower().removesuffix(default)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name: 127.0.0.1, ::1, localhost."""
    name = host.strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def split(address: str) -> SplitResult:
    """An address in parts; empty ones where it cannot be read."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _host(name: str, *, bracketed: bool) -> str:
    """A host in ASCII. Raises ValueError for what browsers would read otherwise or not at all."""
    if bracketed:
        if "%" in name:  # a network card's name: it means something on one machine alone
            raise ValueError(name)
        return f"[{IPv6Address(name)}]"
    # UTS 46 as browsers do it; a dot at the end would be another origin to them
    host = idna.encode(name, uts46=True).decode("ascii")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):  # only now: ² is 2 to them as well
        return str(ip_address(host))
    if not host or host.endswith(".") or not re.fullmatch(r"[a-z0-9.-]+", host):
        raise ValueError(host)
    return host


def _shown(text: str) -> str:
    """What was given, safe to print."""
    return repr(_UNPRINTED.sub("?", text[:80]))
