"""Reading the dates that exports and feeds contain, leniently but not gullibly.

A date that does not exist (31 February) or cannot be a story's (the epoch, the
year 9999) is no date: an undated article is better than a misdated one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final

_FIRST_YEAR: Final = 1600  # newspapers begin in 1605
_LAST_YEAR: Final = 2100
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MILLISECONDS: Final = 100_000_000_000  # as seconds, the year 5138

_TIME: Final = r"(?:,?\s+(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?"
_ZONE: Final = r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?"
_DAY_FIRST: Final = re.compile(
    rf"(?:\w+,\s*)?(\d{{1,2}})[\s-]+([a-z]{{3,9}})\.?,?[\s-]+(\d{{4}}){_TIME}{_ZONE}", re.I
)
_MONTH_FIRST: Final = re.compile(
    rf"(?:\w+,\s*)?([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}{_ZONE}",
    re.I,
)
_SLASHED: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=\D|$)")


def parse_date(value: object) -> datetime | None:
    """A time-zone aware date from a string or a number of seconds, or None."""
    try:
        found = _parse(value)
        if found is None or not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return None
        found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        found.astimezone(UTC)  # a zone can push a date over the edge of time
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return found


def parse_local(local: str | None, utc: str | None) -> datetime | None:
    """A date given twice, on the newsroom's clock and in UTC, in the former's zone."""
    there, here = parse_date(local), parse_date(utc)
    if there is None or here is None:
        return here or there
    offset = there.replace(tzinfo=UTC) - here.replace(tzinfo=UTC)
    if abs(offset) > timedelta(hours=14) or offset % timedelta(minutes=15):
        return here
    return here.astimezone(timezone(offset))


def _parse(value: object) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_epoch(value)
    if not isinstance(value, str):
        return None
    text = " ".join(value[:100].split())
    if re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", text):
        return _from_epoch(float(text))
    text = _SLASHED.sub(r"\1-\2-\3", text, count=1)
    return _from_iso(text) or _from_words(text) or _from_mail(text)


def _from_epoch(seconds: float) -> datetime | None:
    if abs(seconds) > _MILLISECONDS:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if abs(seconds) >= 86_400 else None


def _from_iso(text: str) -> datetime | None:
    text = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", text, flags=re.I)
    text = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text)
    text = re.sub(r"^(\d{4})-(\d)(?=-)", r"\1-0\2", text)
    text = re.sub(r"^(\d{4}-\d\d)-(\d)(?!\d)", r"\1-0\2", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _from_words(text: str) -> datetime | None:
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year, *rest = match.groups()
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day, year, *rest = match.groups()
    else:
        return None
    if month[:3].lower() not in _MONTHS:
        return None
    hour, minute, second, zone = rest
    clock = f"{int(hour or 0):02}:{minute or '00'}:{second or '00'}"
    offset = zone if zone and zone[0] in "+-" else "+00:00"
    number = _MONTHS.index(month[:3].lower()) + 1
    return datetime.fromisoformat(f"{year}-{number:02}-{int(day):02}T{clock}{offset}")


def _from_mail(text: str) -> datetime | None:
    return parsedate_to_datetime(text)
