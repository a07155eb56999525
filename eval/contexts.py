"""The texts that an answer should rest on, from a column of any usual shape."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.sources.dates import parse_date
from rag.verdict import Context

_TEXTS = ("text", "page_content", "content", "body", "passage", "chunk", "document", "snippet")
_TITLES = ("title", "headline")
_DAYS = ("published", "published_at", "published_date", "date_published", "date")
# A half of a pair without its other cannot be written down: it is no character.
_BROKEN = re.compile("[\ud800-\udfff\x00]")


class ContextError(ValueError):
    """A column of contexts has a shape that is not understood."""


def contexts_of(name: str, value: Any, columns: Mapping[str, Any]) -> tuple[Context, ...]:
    """The contexts in a column: one text, an object with a text, or a list of these.

    A list may have been written as text, as tables do. Blank texts are left
    out. `columns` are the row's: its language is that of its texts, its title
    and date those of a single one. Raises ContextError.
    """
    if isinstance(value, str) and value[:1] == "[" and value.rstrip()[-1:] == "]":
        value = _listed(value)
    spoken = columns.get("language") or columns.get("lang") or "en"
    language = spoken if isinstance(spoken, str) else "en"
    if isinstance(value, str):
        found = [_context(name, {**columns, "text": value}, language)]
    elif isinstance(value, Mapping | Context):
        found = [_context(name, value, language)]
    elif isinstance(value, list | tuple):
        found = [_context(f"{name}[{n}]", each, language) for n, each in enumerate(value)]
    else:
        raise ContextError(f"{name}: expected a list of texts, found {type(value).__name__}")
    return tuple(context for context in found if context.text.strip())


def text_of(value: Any, names: tuple[str, ...]) -> str | None:
    """A text, or the one that an object keeps under one of these names; None for any other."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in names if isinstance(value.get(name), str)), None)
    return value if isinstance(value, str) else None


def day_of(value: Any) -> date | None:
    """The day of a date in any usual form; None where it is none."""
    found = parse_date(value) if isinstance(value, str | int | float) else None
    return None if found is None else found.date()


def _context(name: str, value: Any, spoken: str) -> Context:
    if isinstance(value, Context):
        return value
    text = text_of(value, _TEXTS)
    if text is None:
        raise ContextError(f"{name}: expected text, found {type(value).__name__}")
    about = dict(value) if isinstance(value, Mapping) else {}
    inner = about.get("metadata")
    if isinstance(inner, Mapping):
        about = {**inner, **about}
    language = about.get("language")
    return Context(
        clean(text),
        title=clean(next((about[n] for n in _TITLES if isinstance(about.get(n), str)), "")),
        published=next((d for n in _DAYS if (d := day_of(about.get(n))) is not None), None),
        language=language if isinstance(language, str) and language else spoken,
    )


def clean(text: str) -> str:
    """Text of the same length without nulls and halves of surrogate pairs."""
    return _BROKEN.sub("\ufffd", text)


def _listed(text: str) -> Any:
    """The list that a text spells, or the text where it spells none of texts."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    fit = isinstance(value, list) and value and all(isinstance(e, str | dict) for e in value)
    return value if fit else text
