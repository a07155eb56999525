"""Cutting an article into passages: runs of whole sentences.

A passage is about 120 to 200 tokens long, long enough to be understood and
short enough for the model to read whole together with the article's title and
the section heading. Those two are embedded with it and never quoted. A
sentence too long for the model is cut, at a clause where it has one.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from index import sentences
from index.embed import Embedder
from index.types import Article, Passage, Span

_TARGET = 120  # tokens after which a passage may end
_LIMIT = 200  # tokens at which it must
_ORPHAN = 40  # tokens: a remainder shorter than this joins what stands before
_TITLE_LIMIT = 160  # code points of the title that are embedded
_HEADING_LIMIT = 80  # and of the heading
_HEADING = 30  # tokens kept free for it
_SPECIAL = 2  # [CLS] and [SEP]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence (or a piece of one that is too long) with its length."""

    span: Span
    tokens: int
    section: int  # the number of headings before it


def embedding_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: title and heading, then the passage."""
    lead = [article.title[:_TITLE_LIMIT]] if article.title else []
    if passage.heading:
        lead.append(passage.heading[:_HEADING_LIMIT])
    return "\n".join([*lead, passage.text])


def sentence_spans(article: Article, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `body[start:end]`, headings left out: what may be quoted."""
    heads = {(h.start, h.end) for h in article.headings}
    return [
        span
        for span in sentences.split(article.body, start, end)
        if not any(left <= span.start and span.end <= right for left, right in heads)
    ]


def cut(article: Article, embedder: Embedder) -> tuple[Passage, ...]:
    """The passages of an article, in order. An empty body has none."""
    (title_tokens,) = embedder.count_tokens([article.title[:_TITLE_LIMIT]])
    room = embedder.max_tokens - _SPECIAL - title_tokens - _HEADING
    limit = max(32, min(_LIMIT, room))
    units = _units(article, embedder, limit)
    runs: list[list[_Unit]] = []
    for unit in units:
        if runs and _joins(runs[-1], unit, limit):
            runs[-1].append(unit)
        else:
            runs.append([unit])
    runs = _adopt_orphans(runs, limit)
    return tuple(_passage(article, ordinal, run) for ordinal, run in enumerate(runs))


def _joins(run: Sequence[_Unit], unit: _Unit, limit: int) -> bool:
    length = sum(u.tokens for u in run)
    if length + unit.tokens > limit:
        return False
    if unit.section != run[-1].section:
        return length < _ORPHAN
    return length < _TARGET


def _adopt_orphans(runs: list[list[_Unit]], limit: int) -> list[list[_Unit]]:
    kept: list[list[_Unit]] = []
    for run in runs:
        length = sum(u.tokens for u in run)
        if (
            kept
            and length < _ORPHAN
            and kept[-1][-1].section == run[0].section
            and sum(u.tokens for u in kept[-1]) + length <= limit
        ):
            kept[-1].extend(run)
        else:
            kept.append(run)
    return kept


def _units(article: Article, embedder: Embedder, limit: int) -> list[_Unit]:
    spans = sentence_spans(article)
    lengths = embedder.count_tokens([article.body[s.start : s.end] for s in spans])
    starts = [h.start for h in article.headings]
    units: list[_Unit] = []
    for span, tokens in zip(spans, lengths, strict=True):
        section = bisect.bisect_right(starts, span.start)
        if tokens <= limit:
            units.append(_Unit(span, tokens, section))
            continue
        units += [
            _Unit(p, n, section) for p, n in _fit(article.body, span, tokens, limit, embedder)
        ]
    return units


def _fit(
    body: str, span: Span, tokens: int, limit: int, embedder: Embedder
) -> list[tuple[Span, int]]:
    """Halve a sentence of too many tokens until every piece fits."""
    if tokens <= limit or span.end - span.start < 2:
        return [(span, tokens)]
    at = _clause(body, span)
    halves = [_stripped(body, span.start, at), _stripped(body, at, span.end)]
    halves = [half for half in halves if half.end > half.start]
    counts = embedder.count_tokens([body[h.start : h.end] for h in halves])
    pieces: list[tuple[Span, int]] = []
    for half, count in zip(halves, counts, strict=True):
        pieces += _fit(body, half, count, limit, embedder)
    return pieces


def _clause(body: str, span: Span) -> int:
    """Where to cut: after the clause, else the word, nearest to the middle."""
    middle = (span.start + span.end) // 2
    quarter = (span.end - span.start) // 4
    for marks in (("; ", ": ", ", "), (" ",)):
        found = [
            at + len(mark)
            for mark in marks
            for at in (
                body.rfind(mark, middle - quarter, middle),
                body.find(mark, middle, middle + quarter),
            )
            if at >= 0
        ]
        if found:
            return min(found, key=lambda at: abs(at - middle))
    return middle


def _stripped(body: str, start: int, end: int) -> Span:
    text = body[start:end]
    return Span(start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip()))


def _passage(article: Article, ordinal: int, run: Sequence[_Unit]) -> Passage:
    start, end = run[0].span.start, run[-1].span.end
    section = run[0].section
    heading = None
    if section:
        span = article.headings[section - 1]
        heading = article.body[span.start : span.end]
    return Passage(
        id=f"{article.id}.v{article.version}.{ordinal}",
        article_id=article.id,
        version=article.version,
        ordinal=ordinal,
        start=start,
        end=end,
        text=article.body[start:end],
        heading=heading,
    )
