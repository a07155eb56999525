"""Four stories as an archive keeps them, and what a desk finds in them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index.types import Article, Filters, Headline, Passage, Span
from rag.types import Citation, Grounding, Hit, Paragraph, SourceView, Story
from rag.verdict import Check, Failure, Ground, State, Verdict
from tests.fake_desk import AROUND, COPY, FARES, FERRY, QUOTES

MUSEUM = Story(
    "a3",
    "Museum of the sound reopens after four years",
    "Northern Post",
    "Ilse Aaberg",
    "Culture",
    "https://post.example/culture/museum?edition=2",
    datetime(2025, 3, 9, 8, 0, tzinfo=UTC),
    "en",
)
REOPENED = "The museum of the sound reopened on Sunday after four years of repairs."


def _article(story: Story, quote: str, original: str | None = None) -> Article:
    heading = "What it costs"
    body = "\n\n".join((AROUND[0], quote, AROUND[1], heading, AROUND[2]))
    start = body.index(heading)
    return Article(
        story.article_id,
        story.url,
        story.title,
        body,
        source=story.source,
        author=story.author,
        section=story.section,
        language=story.language,
        published=story.published,
        modified=story.published + timedelta(hours=2) if story.published else None,
        version=2 if story is FERRY else 1,
        headings=(Span(start, start + len(heading)),),
        original=original,
    )


ARTICLES = {
    article.id: article
    for article in (
        _article(FERRY, QUOTES[0]),
        _article(COPY, QUOTES[0], original=FERRY.article_id),
        _article(FARES, QUOTES[1]),
        _article(MUSEUM, REOPENED),
    )
}
STORIES = {story.article_id: story for story in (FERRY, COPY, FARES, MUSEUM)}
QUOTED = {"a1": QUOTES[0], "a1c": QUOTES[0], "a2": QUOTES[1], "a3": REOPENED}


def passes(story: Story, filters: Filters) -> bool:
    """Whether the filters let a story through, as the archive says."""
    day = story.published.date() if story.published else None
    if (filters.after or filters.before) and day is None:
        return False
    if day and (
        (filters.after and day < filters.after) or (filters.before and day > filters.before)
    ):
        return False
    for wanted, name in ((filters.sources, story.source), (filters.sections, story.section)):
        if wanted and (name or "").casefold() not in {each.casefold() for each in wanted}:
            return False
    return not filters.articles or story.article_id in filters.articles


def matching(text: str, filters: Filters) -> list[Story]:
    words = text.lower()
    named = {"a1": "ferry" in words, "a2": "fare" in words or "cost" in words}
    named["a3"] = "museum" in words
    return [STORIES[a] for a, wanted in named.items() if wanted and passes(STORIES[a], filters)]


def citation(number: int, story: Story) -> Citation:
    article, quote = ARTICLES[story.article_id], QUOTED[story.article_id]
    start = article.body.index(quote)
    return Citation(
        number,
        f"{article.id}.v{article.version}.{number}",
        story,
        article.version,
        quote,
        start,
        start + len(quote),
        f"{story.url}#:~:text=council" if story.url else None,
        (COPY,) if story is FERRY else (),
    )


def hit(rank: int, cited: Citation) -> Hit:
    article = ARTICLES[cited.story.article_id]
    return Hit(
        Passage(
            cited.passage_id,
            article.id,
            cited.version,
            rank,
            cited.start,
            cited.end,
            cited.quote,
        ),
        Headline(
            article.id,
            article.url,
            article.title,
            article.source,
            article.author,
            article.section,
            article.language,
            article.published,
            article.modified,
            article.version,
            article.original,
        ),
        1 / rank,
        rank,
    )


def view(article: Article, start: int, end: int) -> SourceView:
    """`body[start:end]` of an article, between all of its paragraphs."""
    cited = replace(
        citation(1, STORIES[article.id]),
        version=article.version,
        quote=article.body[start:end],
        start=start,
        end=end,
    )
    paragraphs = []
    for found in re.finditer(r"[^\n]+", article.body):
        first, last = found.span()
        left, right = max(first, start), min(last, end)
        runs = [(article.body[first:last], False)]
        if left < right:
            cut = [(article.body[first:left], False), (article.body[left:right], True)]
            runs = [*cut, (article.body[right:last], False)]
        heading = Span(first, last) in article.headings
        paragraphs.append(Paragraph(tuple(run for run in runs if run[0]), heading))
    return SourceView(
        cited,
        tuple(paragraphs),
        before=False,
        after=False,
        outdated=article.version != ARTICLES[article.id].version,
    )


def grounding(text: str, start: int, end: int, filters: Filters) -> Grounding:
    evidence = tuple(citation(n, story) for n, story in enumerate(matching(text, filters)[:1], 1))
    grounds = tuple(Ground(0, 0, len(c.quote), c.quote, 0.9) for c in evidence)
    if not evidence:
        return Grounding(text, start, end, Verdict(State.UNSUPPORTED, 0.02))
    if "twelve" in text:
        at = text.index("twelve")
        failure = Failure(Check.NUMBER, "twelve", at, at + 6, "11", opposed=True)
        verdict = Verdict(State.CONTRADICTED, 0.05, grounds, (failure,))
        return Grounding(text, start, end, verdict, evidence)
    return Grounding(text, start, end, Verdict(State.SUPPORTED, 0.95, grounds), evidence)
