"""From what was found to what is said: the lines of an answer, by what the question asks for.

A line is one sentence, verbatim, with whose words it carries and, in a
timeline, the days it tells of. Nothing is numbered yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from index.analyze import language_key
from index.types import Article, Span
from rag.corrections import correction, is_note
from rag.differ import Contrast, contrasts
from rag.find import Finding
from rag.latest import prefer_recent
from rag.refuted import refuted
from rag.remarks import Days, Speech
from rag.said import sentences_of, words_of
from rag.select import Candidate
from rag.speech import speeches
from rag.timeline import chronicle
from rag.types import Asks, Question
from rag.weights import coverage
from rag.write import MOST_SENTENCES, arrange, compose

_WORDS = 3  # sentences of a speaker's words
_ON_TOPIC = 0.5  # of the best of a speaker's sentences, to be given with it
_AT_FIRST = re.compile(
    r"\b(?:at first|first (?:report|estimate|count|said|thought)\w*|initial(?:ly)?|originally|"
    r"early (?:reports?|estimates?)|ilk başta|сначала|первоначальн\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of an answer before it is numbered."""

    candidate: Candidate
    speech: Speech | None = None
    days: Days | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of an answer in reading order, and what its accounts differ on; empty for none."""

    lines: tuple[Line, ...] = ()
    contrasts: tuple[Contrast, ...] = ()


class _Attributions:
    """Whose words the sentences of articles are, each article read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Mapping[Span, Speech]] = {}

    def of(self, article: Article) -> Mapping[Span, Speech]:
        key = (article.id, article.version)
        if key not in self._known:
            self._known[key] = speeches(article)
        return self._known[key]

    def line(self, candidate: Candidate, days: Days | None = None) -> Line:
        return Line(candidate, self.of(candidate.article).get(candidate.span), days)


def draft(finding: Finding) -> Draft:
    """What answers a question, of what was found for it; empty where nothing does."""
    told = _Attributions()
    question = finding.question
    scored = _unrefuted(finding)
    if not scored:
        return Draft()
    if question.asks is Asks.TIMELINE:
        return Draft(tuple(told.line(e.candidate, e.days) for e in chronicle(scored)))
    if question.asks is Asks.SPEECH and question.speaker:
        words = _words(question.speaker, scored, finding, told)
        if words:
            return Draft(words)
    if question.latest:
        scored = prefer_recent(scored, finding.coverage.last)
    chosen = compose(scored)
    own = {
        (c.article.id, c.span.start): speech
        for c in scored
        if (speech := told.of(c.article).get(c.span)) is not None
    }
    differing = contrasts(question.searched, chosen, scored, speeches=own)
    if _as_it_stands(question):
        for contrast in differing:
            chosen = _newest_first(chosen, contrast)
    return Draft(tuple(told.line(candidate) for candidate in chosen), differing)


def _unrefuted(finding: Finding) -> list[Candidate]:
    """Without sentences that repeat what some article's correction says was wrong."""
    notes = [note for a in finding.articles.values() if (note := correction(a)) is not None]
    if not notes:
        return list(finding.scored)
    kept = [
        c for c in finding.scored if is_note(c.article, c.span) or refuted(c.text, notes) is None
    ]
    return kept or list(finding.scored)


def _as_it_stands(question: Question) -> bool:
    """Whether the last account is the one that is wanted, and not that of a day past."""
    past = question.filters.before is not None
    return not past and _AT_FIRST.search(question.searched) is None


def _newest_first(chosen: Sequence[Candidate], contrast: Contrast) -> tuple[Candidate, ...]:
    """The sentences with the account that holds now at their head."""
    newest = contrast.newest
    if newest is None or not chosen:
        return tuple(chosen)
    at = (newest.article.id, newest.span)
    others = [c for c in chosen if (c.article.id, c.span) != at]
    return arrange((newest,), others[: MOST_SENTENCES - 1])


def _words(
    speaker: str, scored: Sequence[Candidate], finding: Finding, told: _Attributions
) -> tuple[Line, ...]:
    """What a speaker said, to the point first; () where nothing is theirs."""
    pairs = words_of(speaker, scored, told.of)
    if not pairs:
        pairs = _elsewhere(speaker, scored, finding, told)
    if not pairs or max(c.score for c, _ in pairs) < _ON_TOPIC * scored[0].score:
        return ()  # not on this
    least = _ON_TOPIC * max(candidate.score for candidate, _ in pairs)
    kept = [pair for pair in pairs if pair[0].score >= least][:_WORDS]
    order = {c.article.id: n for n, (c, _) in reversed(list(enumerate(kept)))}
    kept.sort(key=lambda pair: (order[pair[0].article.id], pair[0].span.start))
    return tuple(Line(candidate, speech) for candidate, speech in kept)


def _elsewhere(
    speaker: str, scored: Sequence[Candidate], finding: Finding, told: _Attributions
) -> list[tuple[Candidate, Speech]]:
    """Their words in the same articles, beyond the passages that were read."""
    near = {c.article.id: c for c in reversed(scored)}
    found = []
    for article, span, speech in sentences_of(speaker, list(finding.articles.values()), told.of):
        if article.id not in near:
            continue
        text = article.body[span.start : span.end]
        fit = coverage(finding.terms, f"{article.title}\n{text}", language_key(article.language))
        found.append((replace(near[article.id], span=span, text=text, score=fit), speech))
    return sorted(found, key=lambda pair: -pair[0].score)
