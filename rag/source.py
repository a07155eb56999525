"""A citation opened: the quote, highlighted, among the paragraphs around it."""

from __future__ import annotations

import re

from index.archive import Archive
from index.errors import QuestionError
from rag.types import Citation, Paragraph, SourceView

_AROUND = 3  # paragraphs shown on each side of the quote's
_PARAGRAPH = re.compile(r"[^\n]+")


def view(archive: Archive, citation: Citation) -> SourceView:
    """Raises QuestionError where the article is no longer in the archive."""
    article = archive.article(citation.story.article_id, citation.version)
    if article is None:
        raise QuestionError("This article has been removed from the archive.")
    current = archive.article(citation.story.article_id)
    spans = [match.span() for match in _PARAGRAPH.finditer(article.body)]
    quoted = [
        n for n, (start, end) in enumerate(spans) if start < citation.end and end > citation.start
    ]
    first = max(0, min(quoted, default=0) - _AROUND)
    last = min(len(spans), max(quoted, default=0) + _AROUND + 1)
    headings = {(h.start, h.end) for h in article.headings}
    paragraphs = tuple(
        Paragraph(
            runs=_runs(article.body, start, end, citation),
            heading=(start, end) in headings,
        )
        for start, end in spans[first:last]
    )
    return SourceView(
        citation=citation,
        paragraphs=paragraphs,
        before=first > 0,
        after=last < len(spans),
        outdated=current is None or current.version != citation.version,
    )


def _runs(body: str, start: int, end: int, citation: Citation) -> tuple[tuple[str, bool], ...]:
    left, right = max(start, citation.start), min(end, citation.end)
    if left >= right:
        return ((body[start:end], False),)
    runs = ((body[start:left], False), (body[left:right], True), (body[right:end], False))
    return tuple(run for run in runs if run[0])
