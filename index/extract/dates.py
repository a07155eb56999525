"""Dates as publishers write them for machines.

Words such as "3 hours ago" are not read: what they mean depends on when the
page was fetched, and a wrong date is worse than none.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST_YEAR = 1800
_AHEAD = timedelta(days=2)  # clocks differ, and the date line is where it is
_LONGEST = 60
_ZONE_GAP = re.compile(r"(?<=\d) (?=[+-]\d{2}:?\d{2}$|Z$)")
_UTC_NAME = re.compile(r" ?(?:UTC|GMT)$", re.I)
_LEADING = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_WRITTEN = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%A, %B %d, %Y", "%d.%m.%Y")


def parse_date(value: object) -> datetime | None:
    """A zone-aware date and time that keeps the publisher's zone, or None.

    Reads ISO 8601, RFC 2822 and a few plain forms. A date without a time is
    midnight UTC, and so is a time without a zone taken to be in UTC. Days
    that do not exist, years before 1800 and dates more than two days ahead
    are None.
    """
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    if not text or len(text) > _LONGEST:
        return None
    found = _iso(text) or _mail(text) or _written(text) or _leading(text)
    return found if found is not None and is_plausible(found) else None


def is_plausible(moment: datetime) -> bool:
    """Whether a story can have been published then."""
    if moment.year < EARLIEST_YEAR:
        return False
    try:
        return moment <= datetime.now(UTC) + _AHEAD
    except OverflowError:  # the last day of the calendar, moved by its zone
        return False


def _iso(text: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(_UTC_NAME.sub("Z", _ZONE_GAP.sub("", text))))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(text: str) -> datetime | None:
    for form in _WRITTEN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _leading(text: str) -> datetime | None:
    """The date that a longer, unknown form begins with."""
    found = _LEADING.match(text)
    if found is None:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
