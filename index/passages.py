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
        pieces = _pieces(article.body, span, tokens, limit)
        counts = embedder.count_tokens([article.body[p.start : p.end] for p in pieces])
        units += [_Unit(p, min(n, limit), section) for p, n in zip(pieces, counts, strict=True)]
    return units


def _pieces(body: str, span: Span, tokens: int, limit: int) -> list[Span]:
    """Cut a sentence of too many tokens at clauses, else spaces, else anywhere."""
    # A rate below the mean leaves room for stretches denser in tokens than the rest.
    width = max(8, int(0.6 * limit * (span.end - span.start) / tokens))
    pieces: list[Span] = []
    start = span.start
    while span.end - start > width:
        window = body[start : start + width]
        at = max(window.rfind(mark) for mark in ("; ", ", ", ": "))
        if at < width // 2:
            at = window.rfind(" ")
        at = width if at < width // 4 else at + 1
        pieces.append(_stripped(body, start, start + at))
        start += at
    pieces.append(_stripped(body, start, span.end))
    return [p for p in pieces if p.end > p.start]


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
