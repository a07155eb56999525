"""Citations: numbering them, and linking to the quote on the publisher's page.

A citation is made from the span that the sentence was taken from, so it cannot
point anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from index.archive import Archive
from index.mentions import Mention, resolve
from index.types import Article, Filters, Headline, Span
from rag.corrections import correction
from rag.select import Candidate
from rag.types import Citation, Story

_WHOLE = 12  # words of a quote that go whole into the link; of a longer one, both ends do
_END = 5  # words of each end


def story(headline: Headline | Article) -> Story:
    return Story(
        article_id=headline.id,
        title=headline.title,
        source=headline.source,
        author=headline.author,
        section=headline.section,
        url=headline.url,
        published=headline.published,
        language=headline.language,
    )


def cite(
    archive: Archive, chosen: Sequence[Candidate], filters: Filters = Filters()
) -> tuple[Citation, ...]:
    """One citation for each sentence, numbered from 1 in order.

    Of its copies those are named that `filters` let through. Raises ValueError
    where one is not, word for word, what its article has there: whatever wrote
    it, it is never shown.
    """
    for candidate in chosen:
        if candidate.article.body[candidate.span.start : candidate.span.end] != candidate.text:
            raise ValueError(
                f"not in {candidate.article.id} at {candidate.span.start}: {candidate.text[:80]!r}"
            )
    editions = _editions(archive, [candidate.hit.article for candidate in chosen], filters)
    return tuple(
        _citation(
            candidate.hit.article,
            candidate.article,
            candidate.span,
            number,
            _passage_id(archive, candidate),
            editions,
        )
        for number, candidate in enumerate(chosen, start=1)
    )


def cite_span(archive: Archive, article: Article, span: Span, filters: Filters) -> Citation:
    """A citation of `body[span]`, number 1, that no search led to.

    Its passage's id is "" where the version is not the current one, or no passage is there.
    """
    head = archive.headlines([article.id]).get(article.id)
    current = head is not None and head.version == article.version
    passage_id = archive.passage_at(article.id, span.start) if current else None
    editions = _editions(archive, [article], filters)
    return _citation(article, article, span, 1, passage_id or "", editions)


def _editions(
    archive: Archive, stories: Sequence[Headline | Article], filters: Filters
) -> dict[str, list[Headline]]:
    """The original of each story and its copies, by the original's id."""
    originals = {each.original or each.id for each in stories}
    copies = archive.copies(originals, filters)
    heads = archive.headlines(originals, filters)
    return {
        root: ([heads[root]] if root in heads else []) + list(copies.get(root, ()))
        for root in originals
    }


def _citation(
    head: Headline | Article,
    article: Article,
    span: Span,
    number: int,
    passage_id: str,
    editions: Mapping[str, Sequence[Headline]],
) -> Citation:
    text = article.body[span.start : span.end]
    return Citation(
        number=number,
        passage_id=passage_id,
        story=story(head),
        version=article.version,
        quote=text,
        start=span.start,
        end=span.end,
        link=link_to_quote(head.url, text),
        also_in=tuple(story(e) for e in editions[head.original or head.id] if e.id != head.id),
        dates=_dates(head, text),
        correction=correction(article),
    )


def _dates(head: Headline | Article, quoted: str) -> tuple[Mention, ...]:
    if head.published is None:
        return ()
    return resolve(quoted, head.published.date(), head.language)


def _passage_id(archive: Archive, candidate: Candidate) -> str:
    """A sentence brought along to be understood may stand in the passage before."""
    passage = candidate.hit.passage
    if passage.start <= candidate.span.start < passage.end:
        return passage.id
    return archive.passage_at(candidate.article.id, candidate.span.start) or passage.id


def link_to_quote(url: str | None, text: str) -> str | None:
    """The page's URL with a text fragment (https://wicg.github.io/scroll-to-text-fragment/).

    None where the URL is not http or https: nothing else is ever a link.
    """
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    words = text.split()
    if len(words) <= _WHOLE:
        directive = _encoded(words)
    else:
        directive = f"{_encoded(words[:_END])},{_encoded(words[-_END:])}"
    fragment = f"{parts.fragment}:~:text={directive}" if parts.fragment else f":~:text={directive}"
    return urlunsplit(parts._replace(fragment=fragment))


def _encoded(words: Sequence[str]) -> str:
    # "-" and "," have a meaning of their own in a text directive; quote() keeps "-"
    return quote(" ".join(words), safe="").replace("-", "%2D")


def needs_neighbour(body: str, span: Span) -> bool:
    """Whether a sentence leans on the one before it: it opens with a word that points back."""
    opening = body[span.start : span.start + 60].lstrip("“\"'‘").split()
    if not opening:
        return False
    first = opening[0].strip(",.:;").casefold()
    second = opening[1].strip(",.:;").casefold() if len(opening) > 1 else ""
    if first in {"he", "she", "they", "it", "his", "her", "their", "its"}:
        return True
    return first in {"this", "that", "these", "those", "such", "both", "neither"} or (
        first == "the" and second in {"move", "decision", "figure", "number", "latter", "former"}
    )
