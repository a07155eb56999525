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
from itertools import accumulate

from index import sentences
from index.embed import Embedder
from index.types import Article, Passage, Span

_TARGET = 120  # tokens after which a passage may end
_LIMIT = 200  # tokens at which it must
_ORPHAN = 40  # tokens: a remainder shorter than this joins what stands before
_FEWEST = 16  # tokens that a passage may always have, however little a model reads
# Bytes of UTF-8, not letters: where a letter is often a token of its own, it has two or three.
_TITLE_LIMIT = 160  # of the title that are embedded
_HEADING_LIMIT = 80  # and of the heading
_SPECIAL = 2  # [CLS] and [SEP]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence (or a piece of one that is too long) with its length."""

    span: Span
    tokens: int
    section: int  # the number of headings before it
    above: int  # their tokens


def embedding_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: title and heading, then the passage."""
    lead = (_first(article.title, _TITLE_LIMIT), _first(passage.heading or "", _HEADING_LIMIT))
    return "\n".join([*(part for part in lead if part), passage.text])


def sentence_spans(article: Article, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of `body[start:end]`, headings left out: what may be quoted."""
    starts = [h.start for h in article.headings]

    def is_heading(span: Span) -> bool:
        last = bisect.bisect_right(starts, span.start) - 1
        return last >= 0 and span.end <= article.headings[last].end

    return [s for s in sentences.split(article.body, start, end) if not is_heading(s)]


def cut(article: Article, embedder: Embedder) -> tuple[Passage, ...]:
    """The passages of an article, in order. An empty body has none."""
    heads = [article.body[h.start : h.end] for h in article.headings]
    title, *headings = embedder.count_tokens(
        [_first(article.title, _TITLE_LIMIT), *(_first(head, _HEADING_LIMIT) for head in heads)]
    )
    room = embedder.max_tokens - _SPECIAL - title - max(headings, default=0)
    limit = max(_FEWEST, min(_LIMIT, room))
    runs: list[list[_Unit]] = []
    for unit in _units(article, embedder, limit, embedder.count_tokens(heads)):
        if runs and _joins(runs[-1], unit, limit):
            runs[-1].append(unit)
        else:
            runs.append([unit])
    runs = _join_short_sections(_adopt_orphans(runs, limit), limit)
    return tuple(_passage(article, ordinal, run) for ordinal, run in enumerate(runs))


def _joins(run: Sequence[_Unit], unit: _Unit, limit: int) -> bool:
    length = _length(run)
    same_section = unit.section == run[-1].section
    return same_section and length < _TARGET and length + unit.tokens <= limit


def _adopt_orphans(runs: list[list[_Unit]], limit: int) -> list[list[_Unit]]:
    """A short rest of a section joins what stands before it."""
    kept: list[list[_Unit]] = []
    for run in runs:
        same_section = bool(kept) and kept[-1][-1].section == run[0].section
        if same_section and _length(run) < _ORPHAN and _length([*kept[-1], *run]) <= limit:
            kept[-1].extend(run)
        else:
            kept.append(run)
    return kept


def _join_short_sections(runs: list[list[_Unit]], limit: int) -> list[list[_Unit]]:
    """A section too short to stand alone takes the next one in, heading and all."""
    kept: list[list[_Unit]] = []
    for run in runs:
        if kept and _length(kept[-1]) < _ORPHAN and _length([*kept[-1], *run]) <= limit:
            kept[-1].extend(run)
        else:
            kept.append(run)
    return kept


def _length(run: Sequence[_Unit]) -> int:
    """Tokens from the first unit to the last, the headings between them too."""
    return sum(unit.tokens for unit in run) + run[-1].above - run[0].above


def _units(
    article: Article, embedder: Embedder, limit: int, headings: Sequence[int]
) -> list[_Unit]:
    """`headings`: the tokens of each."""
    above = [0, *accumulate(headings)]
    spans = sentence_spans(article)
    lengths = embedder.count_tokens([article.body[s.start : s.end] for s in spans])
    starts = [h.start for h in article.headings]
    units: list[_Unit] = []
    for span, tokens in zip(spans, lengths, strict=True):
        section = bisect.bisect_right(starts, span.start)
        units += [
            _Unit(piece, count, section, above[section])
            for piece, count in _fit(article.body, span, tokens, limit, embedder)
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


def _first(text: str, size: int) -> str:
    """As much of `text` as fits into `size` bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


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
