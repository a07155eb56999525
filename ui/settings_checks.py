"""What the value of a setting may be, and how text becomes one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from index.errors import ArchiveError, SettingsError
from index.location import Folder, Remote, located

# The endpoint's key: a secret, so it is no setting; rag.llm reads it where it asks.
KEY_VARIABLE = "BYLINE_LLM_KEY"

_TYPES = {
    "str": "text",
    "Path": "a path",
    "Folder": "a folder or an address",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
_BOOLS = {"true": True, "1": True, "yes": True, "on": True} | {
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")  # what needs no escaping, in a page or a header


def parsed(text: str, kind: type) -> object:
    """Text as a number or a truth where one is wanted; `checked` refuses what cannot be one."""
    if kind is bool:
        return _BOOLS.get(text.strip().lower(), text)
    try:
        return kind(text) if kind in (int, float) else text
    except ValueError:
        return text


def checked(
    name: str,
    value: object,
    kind: type,
    bounds: tuple[float | None, float | None],
    where: str,
) -> object:
    """The value in its setting's type, or a SettingsError that names where it stands."""
    if kind is Folder and isinstance(value, Path | Folder | Remote | str) and str(value):
        try:
            return located(value)
        except ArchiveError as error:
            raise SettingsError(f"{where}: {error}") from error
    if kind is Path and isinstance(value, str | Path) and str(value):
        return Path(value).expanduser()
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise SettingsError(f"{where}: expected {_TYPES[kind.__name__]}, found {value!r}")
    if name in _CHECKS and (wanted := _CHECKS[name](str(value))):
        raise SettingsError(f"{where}: expected {wanted}")
    if isinstance(value, int | float):
        least, most = bounds
        low, high = -math.inf if least is None else least, math.inf if most is None else most
        if not low <= value <= high:
            raise SettingsError(f"{where}: expected {low:g} to {high:g}, found {value!r}")
    return value


def prices(text: str) -> tuple[float, float]:
    """`llm_price` as dollars for a million tokens read, and written. Raises ValueError."""
    read, written = (float(part) for part in text.split(","))
    if not all(math.isfinite(price) and price >= 0 for price in (read, written)):
        raise ValueError(text)
    return read, written


def proxies(text: str | None) -> tuple[str, ...]:
    """`trusted_proxies` as a list. Raises ValueError for what is neither address nor network."""
    named = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    for each in named:
        ip_network(each)
    return named


def _wrong_price(text: str) -> str:
    """What a price should have been, or "" for a good one."""
    try:
        prices(text)
    except ValueError:
        return f"two prices in dollars, as 0.15,0.60, found {text!r}"
    return ""


def _wrong_url(text: str) -> str:
    """The same for an endpoint's address. One that holds a key is not repeated."""
    parts = _split(text)
    if parts is None:
        return "an http or https address"
    if "@" in parts.netloc or parts.query or parts.fragment:
        return f"an address alone; a key is read from {KEY_VARIABLE}"
    return ""


def public_address(text: str) -> str:
    """`public_url` as browsers name it: its host in ASCII, without a default port.

    Raises SettingsError.
    """
    from ui.sites.errors import SiteError
    from ui.sites.origins import normalised

    if wrong := _wrong_public_url(text):
        raise SettingsError(f"public_url: expected {wrong}")
    parts = urlsplit(text)
    try:
        origin = normalised(f"{parts.scheme}://{parts.netloc}", allow_http=True)
    except SiteError as error:
        raise SettingsError(f"public_url: {error}") from error
    return origin + parts.path


def _wrong_public_url(text: str) -> str:
    parts = _split(text)
    if parts is None:
        return "an http or https address"
    if "@" in parts.netloc or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        return "an address alone, with a plain path at most, as https://news.example.org/chat"
    return ""


def _split(text: str) -> SplitResult | None:
    """An http or https address in its parts; None for anything else."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def _wrong_proxies(text: str) -> str:
    try:
        proxies(text)
    except ValueError:
        return f"addresses or networks, as 127.0.0.1,10.0.0.0/8, found {text!r}"
    return ""


def _wrong_api(text: str) -> str:
    return "" if text in ("open", "sites") else f"open or sites, found {text!r}"


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "llm_price": _wrong_price,
    "llm_url": _wrong_url,
    "public_url": _wrong_public_url,
    "trusted_proxies": _wrong_proxies,
    "api": _wrong_api,
}
