"""Text to measure with: passages of a source of articles, and articles made of the sample's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from eval.asking import SAMPLE
from index.drafts import draft
from index.embed import Embedder
from index.errors import BylineError, SourceError
from index.passages import cut, embedding_text, sentence_spans
from index.sentences import split
from index.sources import open_source
from index.types import Article, Metadata, Page

_RUNS = range(3, 8)  # sentences to a passage of the sample: about as long as those that are cut
_SENTENCES = 25  # of an article that is made: some four passages
_PARAGRAPH = 5  # sentences of those
_SHORT = 40  # characters: what is no longer is a heading, or little more


def texts(data: Path | None, embedder: Embedder, count: int) -> list[str]:
    """`count` different passages as they are embedded. Raises SourceError where there are fewer.

    Those of `data` are cut as an archive's are. The sample's few articles have not
    enough of those: of them, every run of a few sentences is one.
    """
    found: dict[str, None] = {}  # a set that keeps their order
    for page in open_source(data or SAMPLE / "articles").pages():
        try:
            article = draft(page).article if isinstance(page, Page) else None
        except BylineError:
            continue  # no story: what an archive would leave out too
        if article is None:
            continue
        if data is None:
            found.update(dict.fromkeys(_runs(article)))
            continue
        passages = cut(article, embedder)
        found.update(dict.fromkeys(embedding_text(article, passage) for passage in passages))
        if len(found) >= count:
            break
    if len(found) < count:
        raise SourceError(
            f"{data or SAMPLE}: expected articles of at least {count:,} different passages, "
            f"found {len(found):,}"
        )
    every = len(found) / count
    there = list(found)
    return [there[int(number * every)] for number in range(count)]


def _runs(article: Article) -> list[str]:
    spans = sentence_spans(article)
    return [
        f"{article.title}\n{article.body[spans[at].start : spans[at + length - 1].end]}"
        for length in _RUNS
        for at in range(len(spans) - length + 1)
    ]


def made(name: str, count: int) -> Iterator[Page]:
    """`count` articles of the sample's sentences, all different, the same for a name."""
    sentences = _sentences()
    for number in range(count):
        draw = random.Random(f"{name} {number}")  # noqa: S311 - nothing secret is drawn
        drawn = draw.sample(sentences, _SENTENCES)
        paragraphs = [
            " ".join(drawn[at : at + _PARAGRAPH]) for at in range(0, _SENTENCES, _PARAGRAPH)
        ]
        known = Metadata(
            url=f"https://{name}.example/{number}",
            title=f"Story {number} of {name}",
            source="The Added Gazette",
            language="en",
        )
        content = "\n\n".join(paragraphs)
        yield Page(f"{name}#{number}", "text", content, known.url, known, whole=True)


@cache
def _sentences() -> tuple[str, ...]:
    found: dict[str, None] = {}
    for page in open_source(SAMPLE / "articles").pages():
        if isinstance(page, Page):
            body = draft(page).article.body
            found.update({body[span.start : span.end]: None for span in split(body)})
    return tuple(each for each in found if len(each) > _SHORT)
