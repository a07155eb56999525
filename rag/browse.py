"""Looking into an archive without asking it: passages, articles, and what stands around a quote."""

from __future__ import annotations

from index.archive import Archive
from index.types import Filters, Span
from rag import source
from rag.cite import cite_span
from rag.find import Finder
from rag.types import Hit, SourceView
from rag.understand import clean

MOST_HITS = 100  # of one search
_LONGEST = 2_000  # code points of a quote: more is no quote, and would open an article whole


def search(finder: Finder, text: str, count: int, filters: Filters) -> tuple[Hit, ...]:
    """At most `count` passages, best first, with nothing read into the words.

    Raises QuestionError where there is nothing to search for, or too much.
    """
    return finder.search(clean(text), min(count, MOST_HITS), filters) if count > 0 else ()


def excerpt(
    archive: Archive, article_id: str, version: int, span: Span, filters: Filters
) -> SourceView | None:
    """`body[span]` highlighted between the paragraphs around it.

    None where the filters let no such article through, where it has no such
    version, or where the version has no words there. White space at the ends
    is not highlighted.
    """
    if not 0 <= span.start < span.end <= span.start + _LONGEST:
        return None
    article = archive.article(article_id, version, filters)
    if article is None or span.end > len(article.body):
        return None
    text = article.body[span.start : span.end]
    if not any(character.isalnum() for character in text):
        return None
    start = span.start + len(text) - len(text.lstrip())
    quoted = Span(start, start + len(text.strip()))
    return source.view(archive, cite_span(archive, article, quoted, filters))
