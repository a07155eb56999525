"""Text, days and names as strangers send them: bounded, and free of what no reader types."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

MAX_QUESTION = 2_000  # code points, as `rag.understand` takes them
MAX_NAME = 200  # code points of an outlet's, a section's or an id's name
MAX_URL = 2_000  # code points of an address; browsers take about as many

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and line feed
_HALF = re.compile(r"[\ud800-\udfff]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def readable(text: str) -> str:
    """The text with a space for each control character, so that offsets into it stay.

    Raises ValueError for half a character, which no file, log or header can hold.
    """
    if _HALF.search(text):
        raise ValueError("must not hold half a character (a lone surrogate)")
    return _CONTROL.sub(" ", text)


def said(text: str) -> str:
    """What somebody wrote, without the white space around it. Raises ValueError if none is left."""
    text = readable(text).strip()
    if not text:
        raise ValueError("must hold something besides white space")
    return text


def named(text: str) -> str:
    """A name or an address, which is one line. Raises ValueError for control characters."""
    if _CONTROL.search(text) or "\n" in text or "\t" in text:
        raise ValueError("must not hold control characters or line breaks")
    return said(text)


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("must be a day, written YYYY-MM-DD")


Said = Annotated[str, Field(min_length=1, max_length=MAX_QUESTION), AfterValidator(said)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(named)]
Url = Annotated[str, Field(min_length=1, max_length=MAX_URL), AfterValidator(named)]
Day = Annotated[date, BeforeValidator(_day)]
