"""Cases made from an archive itself: questions that it answers, that it cannot, and claims.

No language model has a part in it (`eval.rephrase` has one put the questions in
other words, where one is given). The questions ask for what a plain sentence
says (`eval.generating.questions`); some are made unanswerable by withholding
the only article that answers (`eval.withhold` says how it is asked without).
The claims are sentences as they stand and with one fact exchanged
(`eval.generating.swaps`), for `byline eval grounding`. The same archive and seed
give the same cases.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from eval.asking import Progress
from eval.generating.questions import Made, questions
from eval.generating.swaps import swaps
from index.archive import Archive
from index.errors import SourceError
from index.files import replace_durably
from index.types import Article
from rag.stopwords import STOPWORDS

_WITHHELD = 4  # one in so many cases is made unanswerable
_PER_ARTICLE = 3  # questions of one article, at most
_CLAIMS_PER_ARTICLE = 2
_POOL = 3  # times as many questions as wanted are looked for, so that kinds can be mixed
_SEARCHED = 40  # passages in which another article's answer is looked for
_SHARE = 0.5  # of a question's telling words in a passage that has the answer too: it answers;
_MOST = 0.8  # and of those in any passage: it may answer in other words
_ALL = 1_000_000_000  # articles

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Generated:
    """Rows for `byline eval answers` and for `byline eval grounding`."""

    cases: tuple[Row, ...]
    claims: tuple[Row, ...]


def generate(
    archive: Archive, n: int, *, seed: int = 0, progress: Progress | None = None
) -> Generated:
    """At most `n` cases, a quarter of them unanswerable, and as many pairs of claims at most.

    From English articles, each story once. Raises SourceError where not a
    single question can be made.
    """
    draw = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    pool: dict[str, list[tuple[Article, Made]]] = {}
    claims: list[Row] = []
    found, seen = 0, set[str]()
    for article in _articles(archive, draw):
        made = questions(article)
        draw.shuffle(made)
        for each in made[:_PER_ARTICLE]:
            if each.question not in seen:
                seen.add(each.question)
                pool.setdefault(each.kind, []).append((article, each))
                found += 1
        if len(claims) < 2 * n:
            claims += _claims(article, draw)
        if progress is not None:
            progress("questions", min(found, _POOL * n), _POOL * n)
        if found >= _POOL * n and len(claims) >= 2 * n:
            break
    if not pool:
        raise SourceError(f"no question can be made of the articles in {archive.location}")
    mixed = list(islice(_mixed(pool), n))
    return Generated(tuple(_rows(archive, mixed)), tuple(claims[: 2 * n]))


def write(rows: Iterable[Row], path: Path) -> None:
    """Rows as JSON Lines; the file is replaced whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.part")
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    made.write_text("".join(lines), encoding="utf-8", errors="replace")
    replace_durably(made, path)


def _articles(archive: Archive, draw: random.Random) -> Iterator[Article]:
    """The English stories in an order that the seed decides."""
    heads = [h for h in archive.newest(_ALL) if (h.language or "en") == "en"]
    draw.shuffle(heads)
    for head in heads:
        article = archive.article(head.id)
        if article is not None:
            yield article


def _mixed(pool: dict[str, list[tuple[Article, Made]]]) -> Iterator[tuple[Article, Made]]:
    """One of each kind in turn, as long as there are any."""
    kinds = [iter(pool[kind]) for kind in sorted(pool)]
    while kinds:
        for kind in list(kinds):
            each = next(kind, None)
            if each is None:
                kinds.remove(kind)
            else:
                yield each


def _rows(archive: Archive, mixed: list[tuple[Article, Made]]) -> Iterator[Row]:
    withheld = 0
    for number, (article, made) in enumerate(mixed, start=1):
        row: Row = {
            "id": f"g{number:04}",
            "question": made.question,
            "answerable": True,
            "answer": made.answer,
            "gold": [_gold(article, made)],
            "kind": made.kind,
            "group": article.id,
        }
        if article.published is not None:  # "last year" is counted from there
            row["today"] = article.published.date().isoformat()
        if withheld < number // _WITHHELD and only_here(archive, article, made):
            withheld += 1
            row |= {"answerable": False, "answer": "", "gold": [], "withhold": [article.id]}
            row["why"] = "withheld"
        yield row


def _gold(article: Article, made: Made) -> Row:
    gold: Row = {"article_id": article.id, "sentence": article.body[made.start : made.end]}
    return gold | ({"url": article.url} if article.url else {})


def only_here(archive: Archive, article: Article, made: Made) -> bool:
    """Whether no passage of another story seems to answer, by its words.

    Passages are found by the question's words. Copies of the article are the
    same story, and are withheld together with it.
    """
    wanted = made.answer.casefold()
    telling = _telling(made.question)
    hits = archive.search_terms(f"{made.question} {made.answer}", _SEARCHED)
    story = {article.id, article.original or article.id}
    for stored in archive.read([hit.key for hit in hits]).values():
        if {stored.article.id, stored.article.original or stored.article.id} & story:
            continue
        text = f"{stored.article.title} {stored.passage.text}".casefold()
        shared = sum(word in text for word in telling) / max(1, len(telling))
        if shared >= (_SHARE if wanted in text else _MOST):
            return False
    return True


def _telling(question: str) -> list[str]:
    words = (word.strip("?.,'’").casefold() for word in question.split())
    return [word for word in words if word and word not in STOPWORDS]


def _claims(article: Article, draw: random.Random) -> Iterator[Row]:
    """Pairs of a sentence and its exchange, each with the whole article to judge it by."""
    found = swaps(article, draw)
    for number, swap in enumerate(draw.sample(found, min(_CLAIMS_PER_ARTICLE, len(found)))):
        for supported in (True, False):
            yield {
                "id": f"{article.id}/{number}/{'true' if supported else swap.kind}",
                "group": article.id,
                "document": article.body,
                "claim": swap.true if supported else swap.false,
                "supported": supported,
                "kind": swap.kind,
            }
