"""Answers made by hand, for tests of what is measured of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from index.mentions import Mention
from rag.remarks import Correction, Days, Difference, Speech
from rag.types import (
    Answer,
    Citation,
    Part,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    Story,
    Timings,
)


def story(name: str = "s1", day: str | None = "2025-03-11") -> Story:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    return Story(name, "A title", "The Gazette", None, None, None, published)


def answer(
    *texts: str,
    refusal: RefusalKind | None = None,
    readings: Sequence[str] = (),
    confidence: float = 0.9,
    question: dict[str, Any] | None = None,
    speech: dict[int, Speech] | None = None,
    days: dict[int, Days] | None = None,
    dates: Sequence[Mention] = (),
    published: str | None = "2025-03-11",
    correction: Correction | None = None,
    also_in: Sequence[Story] = (),
    differences: Sequence[Difference] = (),
    parts: Sequence[Part] = (),
) -> Answer:
    """An answer of these sentences, each quoted from one story; or a refusal.

    `speech` and `days` go by the number of the sentence, from 0.
    """
    about = {"text": "Who?", "searched": "Who?", **(question or {})}
    return Answer(
        id="a",
        question=Question(**about),
        sentences=tuple(
            Sentence(text, (n + 1,), (speech or {}).get(n), (days or {}).get(n))
            for n, text in enumerate(texts)
        ),
        citations=tuple(
            Citation(
                number=n + 1,
                passage_id=f"p{n}",
                story=story(day=published),
                version=1,
                quote=text,
                start=0,
                end=len(text),
                link=None,
                also_in=tuple(also_in),
                dates=tuple(dates),
                correction=correction,
            )
            for n, text in enumerate(texts)
        ),
        refusal=Refusal(refusal, "No.", (), tuple(readings)) if refusal else None,
        as_of=datetime(2025, 7, 31, tzinfo=UTC),
        newest=date(2025, 3, 11),
        searched=1,
        first=None,
        last=None,
        confidence=confidence,
        timings=Timings(1.0, 2.0, 3.0, 6.0),
        differences=tuple(differences),
        parts=tuple(parts),
    )
