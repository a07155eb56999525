"""The dates of a question, as tests write them."""

from __future__ import annotations

from datetime import date

from rag.times import find

TODAY = date(2025, 11, 8)  # a Saturday


def days(question: str, today: date = TODAY) -> str | None:
    """What was understood, as "first..last"; None where no date was."""
    period = find(question, today)
    return f"{period.first or ''}..{period.last or ''}" if period else None
