"""The passages that a language model may write from, and the verifier may believe.

What a correction says was wrong, and the paragraphs that speak to models, are
blanked out: every offset stays, so that evidence found here is at the same
place in the article's body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.passages import sentence_spans
from index.types import Article, Passage, Span
from rag.corrections import correction
from rag.draft import Draft
from rag.find import Finding
from rag.llm.orders import gives_orders
from rag.refuted import refuted
from rag.remarks import Correction
from rag.select import Candidate
from rag.types import Hit
from rag.verdict import Context, Ground

MOST = 6  # passages, those first that the archive's own answer stands in

_NEAR = 2_000  # code points on either side of a passage that are looked through for orders


@dataclass(frozen=True, slots=True)
class Source:
    """A passage as it may be used: `context.text` is as long as the passage."""

    hit: Hit
    article: Article
    context: Context

    def candidate(self, ground: Ground, score: float) -> Candidate | None:
        """The evidence as a sentence that can be cited; None where it is not the article's own."""
        start = self.hit.passage.start + ground.start
        end = self.hit.passage.start + ground.end
        body = self.article.body
        while start < end and body[start].isspace():
            start += 1
        while end > start and body[end - 1].isspace():
            end -= 1
        if start >= end or body[start:end] != ground.text.strip():
            return None
        span = Span(start, end)
        return Candidate(
            hit=self.hit,
            article=self.article,
            span=span,
            text=body[start:end],
            near=0.0,
            covered=0.0,
            beyond=0.0,
            around=0.0,
            fits=None,
            score=score,
        )

    @property
    def sentences(self) -> list[Ground]:
        """Each that may be used, with no weight, by the context's offsets."""
        at, text = self.hit.passage.start, self.context.text
        return [
            Ground(0, s.start - at, s.end - at, text[s.start - at : s.end - at], 0.0)
            for s in sentence_spans(self.article, at, self.hit.passage.end)
            if text[s.start - at : s.end - at].strip()
        ]


def sources(finding: Finding, draft: Draft) -> tuple[Source, ...]:
    """The passages of a finding, best first; those that are wholly blank are left out."""
    return usable(_in_order(finding, draft), finding.articles, MOST)


def usable(
    hits: Iterable[Hit], articles: Mapping[str, Article], most: int | None = None
) -> tuple[Source, ...]:
    """At most `most` passages of the hits whose articles are given, by id, in their order."""
    notes = [n for a in articles.values() if (n := correction(a)) is not None]
    found: dict[str, Source] = {}
    for hit in hits:
        article = articles.get(hit.article.id)
        if article is None or hit.passage.id in found:
            continue
        text = _usable(article, hit.passage, notes)
        if text.strip():
            published = hit.article.published.date() if hit.article.published else None
            context = Context(text, article.title, published, article.language)
            found[hit.passage.id] = Source(hit, article, context)
        if len(found) == most:
            break
    return tuple(found.values())


def _in_order(finding: Finding, draft: Draft) -> Iterable[Hit]:
    yield from (line.candidate.hit for line in draft.lines)
    yield from finding.hits


def _usable(article: Article, passage: Passage, notes: Sequence[Correction]) -> str:
    body = article.body
    text = list(body[passage.start : passage.end])

    def blank(start: int, end: int) -> None:
        first, last = max(start, passage.start), min(end, passage.end)
        if first < last:
            text[first - passage.start : last - passage.start] = " " * (last - first)

    for heading in article.headings:
        blank(heading.start, heading.end)
    for start, end in _withheld(body, passage.start, passage.end):
        blank(start, end)
    if (note := correction(article)) is not None:
        blank(note.start, note.end)  # it has to name what was wrong
    for span in sentence_spans(article, passage.start, passage.end):
        if notes and refuted(body[span.start : span.end], notes) is not None:
            blank(span.start, span.end)
    return "".join(text)


def _withheld(body: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """The paragraphs around `body[start:end]` that give orders, and those that they lead to.

    A faked passage or turn has its marks in paragraphs of their own: what
    stands between two of them, or right after one, is theirs.
    """
    near = list(_paragraphs(body, max(0, start - _NEAR), min(len(body), end + _NEAR)))
    orders = [n for n, (first, last) in enumerate(near) if gives_orders(body[first:last])]
    if not orders:
        return []
    return [each for n, each in enumerate(near) if orders[0] <= n <= orders[-1] or n - 1 in orders]


def _paragraphs(body: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Those that `body[start:end]` touches, whole."""
    first = body.rfind("\n\n", 0, start)
    at = 0 if first < 0 else first + 2
    while at < end:
        stop = body.find("\n\n", at)
        stop = len(body) if stop < 0 else stop
        yield at, stop
        at = stop + 2
