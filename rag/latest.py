"""Questions about how things stand now: the newest evidence first.

News decays: of two sentences that fit equally well the newer is the better
answer to "how many now". But newness is worth nothing without relevance, so
age takes away at most a fixed share of a sentence's score.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.select import Candidate

_KEPT = 0.7  # share of its score that the oldest sentence keeps: a newer one must fit as well
_HALVINGS = 3  # half-lives between the oldest and the newest of the sentences that fit
_FITS = 0.5  # of the best score; sentences below it do not say how long the story has run

_WANTED = re.compile(
    r"(?<!at the )\b(?:latest|newest|most\s+recent(?:ly)?|currently|nowadays|"
    r"so\s+far(?!\s+(?:away|as|from))|"
    r"at\s+(?:the\s+moment|present)|as\s+of\s+(?:today|now)|these\s+days|recently|up[\s-]to[\s-]date|"
    r"where\s+do\s+things\s+stand|(?:any|what)\s+(?:news|updates?)|what['’]s\s+(?:new|the\s+news)|"
    r"(?:news|updates?)\s+(?:on|about))\b"
    r"|\b(?:(?<!out\s)to\s+date|(?:is|are|was|were|have|has|does|do)\s+(?:\S+\s+){0,5}?(?-i:still))\b"
    r"|\b(?<!just\s)(?<!until\s)(?<!by\s)(?-i:now)\b(?![-‑]\w|\s+(?:that|closed|defunct|former|famous))"
    r"|\bcurrent\b(?=\s+[a-z])(?!\s+(?:affairs|account|at|in|of|on|off|near|is|was|has|had|"
    r"where|there|that|which|flows?|runs?|and)\b)"
    r"|\b(?:son\s+durum|son\s+(?:gelişme|haber)\w*|şu\s+an(?:da|ki)?|en\s+son|güncel|hâlâ|halen|şimdi|"
    r"şimdiye\s+kadar|bugün\s+itibarıyla)\b"
    r"|\b(?:сейчас|теперь|на\s+(?:данный|сегодняшний|текущий)\s+\w+|в\s+настоящ(?:ее|ий)\s+\w+|"
    r"(?:по\s+)?последн\w+\s+(?:новост|данн|событи|информаци|сведени)\w*|до\s+сих\s+пор|"
    r"текущ\w+|актуальн\w+|на\s+сегодня)\b",
    re.IGNORECASE,
)


def wants_latest(question: str) -> bool:
    """Whether a question asks how things stand now, in English, Turkish or Russian."""
    return _WANTED.search(question) is not None


def prefer_recent(scored: Sequence[Candidate], newest: date | None) -> list[Candidate]:
    """The candidates with age taken off their scores, best first.

    A sentence keeps `0.7 + 0.3 * 0.5 ** (age / half-life)` of its score: age
    counts in days from the newest sentence that fits (from `newest` where that
    is earlier), and the half-life is a third of the time that those sentences
    span, so that a story of a week and one of years are told alike. An undated
    sentence is taken to be as old as the oldest. The `score` returned is what
    is left: decide on a refusal before.
    """
    best = max((candidate.score for candidate in scored), default=0.0)
    days = [d for c in scored if c.score >= _FITS * best and (d := _published(c)) is not None]
    if not days:
        return list(scored)
    end = max(days) if newest is None else min(max(days), newest)
    span = max(1, (end - min(days)).days)
    half_life = span / _HALVINGS

    def aged(candidate: Candidate) -> Candidate:
        day = _published(candidate)
        age = span if day is None else min(span, max(0, (end - day).days))
        kept = _KEPT + (1 - _KEPT) * 0.5 ** (age / half_life)
        return replace(candidate, score=candidate.score * kept)

    return sorted(map(aged, scored), key=lambda c: -c.score)  # stable: ties keep their order


def _published(candidate: Candidate) -> date | None:
    published = candidate.article.published
    return published.date() if published else None
