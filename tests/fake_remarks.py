"""A desk whose answers carry all that an answer can: speech, days, differences, parts, readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Self

from index.mentions import Mention
from index.types import Filters
from rag.remarks import Account, Correction, Days, Difference, DifferenceKind, Speech
from rag.types import (
    Answer,
    Asks,
    Citation,
    Part,
    Question,
    Refusal,
    RefusalKind,
    Sentence,
    Story,
    Turn,
)
from tests.fake_desk import FakeDesk

TODAY = date(2024, 10, 16)
CASTELLAN = Speech("Jonas Castellan", False, "interior minister", "Merrin")
BRANDT = Speech("Oda Brandt", True, "who chairs the council")
NOTE = "Correction, 14 October: an earlier version of this story said that six had died."


def _story(key: str, title: str, source: str, day: int) -> Story:
    published = datetime(2024, 10, day, 9, tzinfo=UTC)
    url = f"https://{key}.example/2024/10/dam"
    return Story(key, title, source, None, "National", url, published, "en")


STORIES = (
    _story("wire", "Toll at Hollin rises to eleven", "Meridian Wire", 13),
    _story("gazette", "Four dead as spillway fails at Hollin Dam", "The Harbour Gazette", 11),
    _story("courier", "Nine feared dead below the dam", "Adlerby Courier", 12),
)
QUOTES = (
    "At least 11 people are now known to have died, and the search goes on.",
    "Four people died when the spillway of Hollin Dam failed on Thursday night.",
    "At least nine people were killed, the fire service said.",
)
CLAIM = "Nothing in the records gave any reason to fear for the dam."
OPENED = "The gates were opened at 22.40 and the siren sounded 47 minutes late."
SPOKEN = (
    "“We shall rebuild every house,” Castellan told the council.",
    "Whoever signed for that gate will answer for it, he said.",
    "“Nobody in this chamber slept,” said Oda Brandt.",
)
READINGS = (
    "How many people died at Hollin Dam?",
    "Why did the spillway of Hollin Dam fail?",
    "What did Jonas Castellan say about Hollin Dam?",
)


def _citation(number: int, quote: str = "") -> Citation:
    story = STORIES[number - 1]
    text = quote or QUOTES[number - 1]
    found = text.find("Thursday")
    thursday = Mention(found, found + 8, "Thursday", date(2024, 10, 10), date(2024, 10, 10))
    return Citation(
        number, f"{story.article_id}.v1.1", story, 1, text, 0, len(text), f"{story.url}#:~:text=x",
        dates=(thursday,) if found >= 0 else (),
    )  # fmt: skip


CITATIONS = tuple(_citation(n) for n in (1, 2, 3))
CORRECTED = replace(CITATIONS[1], correction=Correction(NOTE, 90, 170, date(2024, 10, 14)))
SENTENCES = tuple(Sentence(c.quote, (c.number,)) for c in CITATIONS)
TOLL = Difference(
    DifferenceKind.CHANGED,
    "people killed",
    (
        Account("Four people", 2, 4, date(2024, 10, 11)),
        Account("At least nine people", 3, 9, date(2024, 10, 12)),
        Account("At least 11 people", 1, 11, date(2024, 10, 13)),
    ),
)
BLAME = Difference(
    DifferenceKind.DISAGREE,
    "when the siren sounded",
    (Account("47 minutes late", 1), Account("when the gates opened", 3)),
)


def timeline(answer: Answer) -> Answer:
    thursday = Days(date(2024, 10, 10), date(2024, 10, 10), "on Thursday")
    days = (
        (SENTENCES[1], thursday),
        (Sentence(OPENED, (2,)), thursday),
        (SENTENCES[2], Days(date(2024, 10, 12), date(2024, 10, 12))),
        (SENTENCES[0], Days(date(2024, 10, 13), date(2024, 10, 13))),
    )
    lines = tuple(replace(said, days=when) for said, when in days)
    return replace(answer, sentences=lines, citations=CITATIONS)


def speech(answer: Answer) -> Answer:
    citations = tuple(_citation(n, quote) for n, quote in enumerate(SPOKEN, 1))
    second = replace(citations[1], story=STORIES[0])
    speeches = (replace(CASTELLAN, direct=True), replace(CASTELLAN, direct=True), BRANDT)
    lines = tuple(
        Sentence(q, (n,), s) for n, (q, s) in enumerate(zip(SPOKEN, speeches, strict=True), 1)
    )
    return replace(answer, sentences=lines, citations=(citations[0], second, citations[2]))


def parts(answer: Answer) -> Answer:
    unknown = Refusal(RefusalKind.OFF_TOPIC, "No article here is about the regatta.", (STORIES[0],))
    return replace(
        answer,
        sentences=SENTENCES[:2],
        citations=CITATIONS[:2],
        parts=(
            Part("How many died at Hollin Dam?", "how many died", (0, 1), None, 0.9),
            Part("Who won the regatta?", "who won the regatta", (), unknown, 0.1),
        ),
    )


def vague(answer: Answer) -> Answer:
    told = "The archive holds several stories that this could be about."
    return replace(answer, refusal=Refusal(RefusalKind.TOO_VAGUE, told, (), READINGS))


def toll(answer: Answer) -> Answer:
    said = (*SENTENCES, Sentence(CLAIM, (1,), CASTELLAN))
    return replace(
        answer,
        sentences=said,
        citations=(CITATIONS[0], CORRECTED, CITATIONS[2]),
        differences=(TOLL, BLAME),
    )


ANSWERS = {
    "timeline": timeline,
    "say": speech,
    "regatta?": parts,
    "dam?": vague,
    "toll": toll,
}
NOTES = {
    "timeline": ("a timeline",),
    "say": ("what Jonas Castellan said",),
    "toll": ("the latest", "following on from: What happened at Hollin?"),
}
ASKS = {"timeline": Asks.TIMELINE, "say": Asks.SPEECH}


class RemarkingDesk(FakeDesk):
    """Answers by the first word of `ANSWERS` in a question; with `infer` off, as FakeDesk does."""

    def _understand(
        self, text: str, history: Sequence[Turn], filters: Filters, infer: bool
    ) -> Question:
        kind = self._kind(text) if infer else ""
        return replace(
            super()._understand(text, history, filters, infer),
            notes=NOTES.get(kind, ()),
            asks=ASKS.get(kind, Asks.FACT),
            latest=kind == "toll",
        )

    def _answer(self, question: Question) -> Answer:
        answer = replace(super()._answer(question), today=TODAY)
        kind = self._kind(question.text)
        if not kind or question.asks is not ASKS.get(kind, Asks.FACT):
            return answer
        made = ANSWERS[kind](replace(answer, refusal=None, sentences=(), citations=()))
        published = [c.story.published.date() for c in made.citations if c.story.published]
        return replace(made, newest=max(published, default=None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, question: str, **given: Any) -> Answer:
        """As the command line asks."""
        *_, answer = self.stream(question, **given)
        assert isinstance(answer, Answer)
        return answer

    @staticmethod
    def _kind(text: str) -> str:
        return next((word for word in ANSWERS if word in text.lower()), "")


def remarked(question: str) -> Answer:
    """What the desk answers."""
    return RemarkingDesk().ask(question)
