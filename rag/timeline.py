"""Timelines: what happened when, a sentence for each event, in order.

A question may ask for the course of a story and not for one fact of it. Its
answer is chosen differently: not the few sentences nearest to the question but
one for each event, spread over the time that the story ran, dated by its own
words where it has any and by its day of publication where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.analyze import language_key, words
from rag.cite import needs_neighbour
from rag.remarks import Days
from rag.select import Candidate
from rag.timeline_days import days_of

__all__ = ["Event", "chronicle", "days_of", "subject_of", "wants_timeline"]

MOST = 8  # events of a timeline
_OF_STORY = 0.15  # of the best score; an article without a sentence so good is of another story
_RELEVANT = 0.5  # of the best score in its own article, which need not name the story again
_WORTH = 0.15  # of the most telling event's worth, below which a sentence is no event
_PER_ARTICLE = 2  # events from one article and its copies
_SAME = 0.6  # of the shorter sentence's words in common: the same event told twice
_SAME_DAY = 0.35  # the same, of two sentences of one day
_AN_EVENT = 45  # days: what is dated to a year only is no event on a line of days
_NEAR = 3  # days within which two events crowd one another
_CROWDED = 0.75  # what an event is worth for each one already chosen so near to it
_AGAIN = 0.6  # and for each one from its article

_EVENTS = r"what(?:\s+has|['’]s)?\s+happened"
_ASKED = re.compile(
    r"\b(?:(?:give|show|draw|write|make)\s+(?:me\s+)?)?(?:an?\s+|the\s+)?"
    r"(?:(?:short|brief|full|complete|detailed)\s+)?"
    r"(?:time-?lines?|chronolog(?:y|ies)|sequence\s+of\s+events|course\s+of\s+events)\b"
    r"(?:\s+(?:of|for|on|in|about|behind|leading\s+(?:up\s+)?to))?"
    r"|\bchronologically\b|\b(?:in|by)\s+(?:chronological|date)\s+order\b"
    rf"|\b{_EVENTS}\s+when\b(?:\s+(?:in|with|during|to|at))?"
    rf"|\b{_EVENTS}\b(?=.{{0,80}}\b(?:in\s+order|step\s+by\s+step|day\s+by\s+day|so\s+far)\b)"
    rf"|\b{_EVENTS}\b(?:\s+(?:in|with|to|at|on))?(?=\s[^?]{{1,80}}\bsince\b)|\b{_EVENTS}\s+since\b"
    r"|\bhow\s+(?:did|has|have)\b(?=\s[^?]{1,100}\b(?:unfold|develop|evolve|progress|play\s+out|come\s+about)"
    r"(?:ed|d)?\s*\??$)"
    r"|\b(?:the\s+)?history\s+of\b(?=.{1,80}\bstep\s+by\s+step\b)"
    r"|\b(?:step\s+by\s+step|day\s+by\s+day|month\s+by\s+month|in\s+order)(?=\s*[?.!]*$)"
    r"|\b(?:olayların\s+)?(?:kronoloji|zaman\s+çizelge)\w*|\b(?:olayların\s+)?(?:sırası|gelişimi)\s+nedir\b"
    r"|\b(?:adım\s+adım|gün\s+gün|sırasıyla)\b|\bnasıl\s+geliş(?:ti|iyor)\b|\bne\s+zaman\s+ne\s+oldu\b"
    r"|\bхронологи\w+(?:\s+событий)?|\bлент\w+\s+событий|\bпоследовательност\w+\s+событий"
    r"|\bкак\s+развива\w+(?:\s+событи\w+)?|\bшаг\s+за\s+шагом|\bпо\s+порядку\b|\bчто\s+и\s+когда\s+произошло\b",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\b(?:unfold|develop|evolve|progress|play\s+out|come\s+about)(?:ed)?(?=\s*\??$)", re.IGNORECASE
)
_WHICH_ORDER = re.compile(r"\b(?:out\s+of|in)\s+order\s+to\b|\bback\s+in\s+order\b", re.IGNORECASE)
_FRAME = re.compile(
    r"^\s*(?:(?:please|can\s+you|could\s+you|tell\s+me|what\s+(?:is|was|were)|the)\s+)+|\bplease\b",
    re.IGNORECASE,
)

# Words of what happened, and of what is only said of it.
_PAST = re.compile(
    r"\b(?:was|were|had|has|have|went|fell|rose|took|won|lost|gave|held|found|left|sent|broke|"
    r"struck|began|came|became|met|died|led|cut|[a-z]{2,}(?<!ee)ed)\b"
    r"|\w(?:[dt][ıiuü](?:lar|ler)?|m[ıiuü]ş(?:t[ıiuü]r?)?)\b|[а-яё]{2,}(?:л|ла|ло|ли|лся|лась|лись)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|could|should|may|might|must|expects?|expected|plans?|is\s+to|are\s+to|"
    r"буд(?:ет|ут)|планиру\w+)\b|\w(?:acak|ecek)\w*\b",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\b(?:said|says|told|argued|believes?|thinks?|called|insisted|criticised|criticized|praised|"
    r"dedi|belirtti|сказал\w*|считает|отметил\w*)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”?|«[^»]*»?|\"[^\"]*\"?")


@dataclass(frozen=True, slots=True)
class Event:
    """A sentence and the days that it tells of."""

    candidate: Candidate
    days: Days


def wants_timeline(question: str) -> bool:
    """Whether a question asks what happened when, and not when one thing did."""
    return _ASKED.search(_WHICH_ORDER.sub("", question)) is not None


def subject_of(question: str) -> str:
    """What the timeline is of: the question without the words that ask for one.

    The question itself where nothing is left of it, or where it asks for none.
    """
    if not wants_timeline(question):
        return question
    left = _FRAME.sub(" ", _ENDING.sub(" ", _ASKED.sub(" ", question)))
    left = " ".join(left.split()).strip(" ?!.,:;–—-")
    return left or question


def chronicle(scored: Sequence[Candidate], *, most: int = MOST) -> tuple[Event, ...]:
    """At most `most` events in order of their days, () where nothing fits.

    Chosen one by one by how well they fit and how much they are events, each
    the less for those already chosen from its article or close to its day.
    """
    best: dict[str, float] = {}  # of each article
    for candidate in scored:
        best[_root(candidate)] = max(best.get(_root(candidate), 0.0), candidate.score)
    least = _OF_STORY * max(best.values(), default=0.0)
    worth = {
        event: value
        for candidate in scored
        if best[_root(candidate)] >= least
        and candidate.score >= _RELEVANT * best[_root(candidate)]
        and (event := _event(candidate)) is not None
        if (value := candidate.score * _eventful(event)) > 0
    }
    floor = _WORTH * max(worth.values(), default=0.0)
    events = _once({event: value for event, value in worth.items() if value >= floor})
    chosen: list[Event] = []
    while events and len(chosen) < most:
        event = max(events, key=lambda e: worth[e] * _discount(e, chosen))
        events.remove(event)
        if sum(_root(e.candidate) == _root(event.candidate) for e in chosen) < _PER_ARTICLE:
            chosen.append(event)
    return tuple(sorted(chosen, key=_order))


def _order(event: Event) -> tuple[date, date, date, int]:
    days, candidate = event.days, event.candidate
    return days.first, days.last, _published(candidate) or days.last, candidate.span.start


def _event(candidate: Candidate) -> Event | None:
    published = _published(candidate)
    if published is None:
        return None
    found = days_of(candidate.text, published, candidate.article.language)
    vague = found is not None and (found.last - found.first).days > _AN_EVENT
    if found is None or vague or found.first > published:
        found = Days(published, published)  # what is foretold has been told, and not happened
    return Event(candidate, found)


def _published(candidate: Candidate) -> date | None:
    published = candidate.article.published
    return published.date() if published else None


def _eventful(event: Event) -> float:
    """How much a sentence tells what happened, about 0 to 2."""
    text = event.candidate.text
    plain = _QUOTED.sub(" ", text)
    if len(plain) < len(text) / 2 or text.rstrip().endswith("?"):
        return 0.3  # somebody's words
    value = 1.0
    if needs_neighbour(event.candidate.article.body, event.candidate.span):
        value -= 0.4  # "That is disputed." alone says nothing
    if event.days.words:
        value += 0.5 if (event.days.last - event.days.first).days <= 1 else 0.2
    if _AHEAD.search(plain):
        value -= 0.3
    elif _PAST.search(plain):
        value += 0.2
    else:
        value -= 0.3  # a state and not an event
    if _SAYS.search(plain) and not event.days.words:
        value -= 0.2
    return value


def _root(candidate: Candidate) -> str:
    """The article, or the one that it is a copy of."""
    head = candidate.hit.article
    return head.original or head.id


def _once(worth: dict[Event, float]) -> list[Event]:
    """Each event told once: the account that tells it best, of two as good the earlier."""
    kept: list[Event] = []
    for event in sorted(worth, key=lambda e: (-worth[e], _published(e.candidate) or date.max)):
        if not any(_same(event, other) for other in kept):
            kept.append(event)
    return kept


def _same(event: Event, other: Event) -> bool:
    apart = abs((event.days.first - other.days.first).days)
    if event.days.words and other.days.words and apart > _NEAR:
        return False  # two dates of their own: a rate cut in May and one in June
    left, right = (
        set(words(e.candidate.text, language_key(e.candidate.article.language)))
        for e in (event, other)
    )
    common = len(left & right) / max(1, min(len(left), len(right)))
    return common >= (_SAME if apart else _SAME_DAY)


def _discount(event: Event, chosen: Sequence[Event]) -> float:
    value = 1.0
    for other in chosen:
        if _root(other.candidate) == _root(event.candidate):
            value *= _AGAIN
        if abs((other.days.first - event.days.first).days) <= _NEAR:
            value *= _CROWDED
    return value
