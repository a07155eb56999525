"""The articles and questions that all contestants are given, as files of JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any

from eval.asking import SAMPLE
from eval.corpus import read_queries, read_rows
from index.drafts import draft
from index.errors import NoStory, SourceError
from index.sources import open_source
from index.types import Page

SETS = ("news_facts", "time1963", "xquad_en")
DISTRACTORS = Path("corpus") / "reuters21578.jsonl.gz"
_SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Story:
    """An article as every contestant is given it; the id says which set it is of."""

    id: str
    title: str
    body: str
    source: str
    date: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its set, and the ids of the articles that answer it.

    Of editions of one story, or accounts of one fact, one will do: then any that is
    found is all that there is to find.
    """

    set: str
    question: str
    relevant: frozenset[str]
    one_will_do: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """What is indexed and what is asked. No question is without an article that answers it."""

    stories: tuple[Story, ...]
    asked: tuple[Asked, ...]

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets that questions are of, in order."""
        return tuple(dict.fromkeys(each.set for each in self.asked))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """The files of the articles and of the questions, made in a folder."""
        stories, asked = folder / "articles.jsonl", folder / "questions.jsonl"
        names = Story.__slots__
        _write(stories, ({name: getattr(each, name) for name in names} for each in self.stories))
        _write(asked, ({"question": each.question} for each in self.asked))
        return stories, asked


def read(
    data: Path | None,
    articles: int,
    questions: int | None = None,
    sets: Sequence[str] = SETS,
) -> Collection:
    """Benchmarks under `data`, or the sample that ships without it.

    `data` holds retrieval/NAME/{corpus,queries}.jsonl for the names of `sets`, of which
    one will do, and corpus/reuters21578.jsonl.gz, which fills up to so many `articles`.
    Fewer than the sets hold takes some of each, and the questions that those answer; of
    the questions at most so many are asked. Raises SourceError.
    """
    whole = _sample() if data is None else _benchmarks(data, articles, sets)
    stories = whole.stories[:articles]
    there = {each.id for each in stories}
    asked = [each for each in whole.asked if each.relevant <= there]
    if not asked:
        raise SourceError(f"expected questions that {articles} articles answer, found none")
    if questions is not None and questions < len(asked):
        asked = [asked[n * len(asked) // questions] for n in range(questions)]
    return Collection(stories, tuple(asked))


def _benchmarks(data: Path, articles: int, sets: Sequence[str]) -> Collection:
    stories: list[list[Story]] = []
    asked: list[Asked] = []
    for name in sets:
        folder = data / "retrieval" / name
        if not folder.is_dir():
            continue
        stories.append([_story(name, row) for _, row in read_rows(folder / "corpus.jsonl")])
        asked += [
            Asked(name, each.question, frozenset(f"{name}/{id}" for id in each.relevant))
            for each in read_queries(folder / "queries.jsonl")
            if each.relevant
        ]
    if not stories:
        raise SourceError(f"{data} holds none of {', '.join(f'retrieval/{name}' for name in sets)}")
    # Turn about, so that the first so many are of every set.
    mixed = [each for each in chain.from_iterable(zip_longest(*stories)) if each is not None]
    missing = articles - len(mixed)
    if missing > 0 and (data / DISTRACTORS).is_file():
        mixed += islice(_distractors(data / DISTRACTORS), missing)
    return Collection(tuple(mixed), tuple(asked))


def _distractors(path: Path) -> Iterator[Story]:
    for _, row in read_rows(path):
        if str(row.get("text") or "").strip():
            yield _story("reuters", row)


def _story(name: str, row: Mapping[str, Any]) -> Story:
    if "id" not in row or "text" not in row:
        raise SourceError(f"{name}: expected the fields id and text, found {sorted(row)}")
    # Rows are articles of their own even where two came from one page: no URLs.
    return Story(
        f"{name}/{row['id']}",
        str(row.get("title") or ""),
        str(row["text"]),
        str(row.get("source") or ""),
        str(row.get("published") or ""),
    )


def _sample() -> Collection:
    stories: dict[str, Story] = {}  # by canonical URL: a page may be there twice
    for page in open_source(SAMPLE / "articles").pages():
        if not isinstance(page, Page):
            continue
        try:
            article = draft(page).article
        except NoStory:
            continue
        url = article.url or page.origin
        date = article.published.isoformat() if article.published else ""
        stories.setdefault(url, Story(url, article.title, article.body, article.source or "", date))
    asked = [
        Asked(
            _SAMPLE,
            str(row["question"]),
            frozenset(gold["url"] for gold in row["gold"]),
            row["need"] == "any",
        )
        for _, row in read_rows(SAMPLE / "questions.jsonl")
        if row["answerable"] and row["gold"]
    ]
    return Collection(tuple(stories.values()), tuple(asked))


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
