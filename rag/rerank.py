"""Reranking by reading: the best hits in the order in which a reader finds answers in them.

Retrieval finds the topic, a reader the answer; each is wrong where the other
is mostly right, so the order is by both: the score is taken for a probability,
and the reader's log-odds are added to its own with a weight. What was read is kept with its hit:
choosing sentences needs the same reading.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from index.fluency import fluency
from index.passages import sentence_spans
from index.types import Article, Span
from rag.clauses import clauses
from rag.overlap import asks
from rag.reader import Extract, OnnxReader, Reader, Reading, shipped_tokenizer
from rag.types import Hit

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST = 5  # hits that are read: each costs some 15 ms on two cores
READER_WEIGHT = 0.45  # of the reader's log-odds, added to the log-odds that the score is
_KEPT = 2048  # questions and passages whose fluency is remembered, a kilobyte each
_ENOUGH = 0.5  # of fluency, 0 to 1, to be read
_CERTAIN = 10.0  # log-odds beyond which nothing changes
_SURE = 1e-3  # scores nearer to 0 or 1 than this are taken to be this near


@dataclass(frozen=True, slots=True)
class Read:
    """A hit with the sentences that were read of it, and what the reader made of them.

    `spans` are of the article's body; `reading` is None for a hit that was not read.
    """

    hit: Hit
    spans: tuple[Span, ...]
    reading: Reading | None


def rerank(
    reader: Reader,
    question: str,
    hits: Sequence[Hit],
    articles: Mapping[str, Article],
    most: int = MOST,
) -> list[Read]:
    """Read the first `most` hits and order them by score and reading; the rest stay behind.

    `articles` are the hits' own, by id; a hit whose article is not there, or is
    there in another version, is not read. Neither is one whose language, or the
    question's, the reader does not know. Scores stay between 0 and 1 and ranks
    count from 1; what is not read keeps its score unless it would overtake what
    is. Raises ModelError where the reader cannot be loaded.
    """
    head, tail = list(hits[: max(0, most)]), list(hits[max(0, most) :])
    spans = [_sentences(hit, articles.get(hit.article.id)) for hit in head]
    if isinstance(reader, OnnxReader):  # another does not tell what it knows, and is believed
        spans = [
            each if _knows(question, hit) else () for hit, each in zip(head, spans, strict=True)
        ]
    weight = READER_WEIGHT if one_question(question) else 0.0
    wanted = [n for n, each in enumerate(spans) if each]
    readings: dict[int, Reading] = {}
    if wanted:
        extracts = [_extract(articles[head[n].article.id], spans[n]) for n in wanted]
        readings = dict(zip(wanted, reader.read(question, extracts), strict=True))
    read = [
        Read(_rescored(hit, readings.get(n), weight), spans[n], readings.get(n))
        for n, hit in enumerate(head)
    ]
    read.sort(key=lambda each: (-each.hit.score, each.hit.rank))
    least = min((each.hit.score for each in read), default=1.0)
    read += [Read(replace(hit, score=min(hit.score, least)), (), None) for hit in tail]
    return [
        replace(each, hit=replace(each.hit, rank=rank)) for rank, each in enumerate(read, start=1)
    ]


def _knows(question: str, hit: Hit) -> bool:
    """Whether the shipped reader knows the languages of both."""
    return min(_fluency(question), _fluency(hit.passage.text)) >= _ENOUGH


@lru_cache(maxsize=_KEPT)
def _fluency(text: str) -> float:
    return fluency(text, _pieces)


def _pieces(texts: Sequence[str]) -> list[int]:
    """How many tokens the shipped reader makes of each."""
    encoded = _tokenizer().encode_batch(list(texts), add_special_tokens=False)
    return [len(each.ids) for each in encoded]


def one_question(text: str) -> bool:
    """Whether a text is a question that one passage can answer, as the reader learnt them.

    A topic ("the nuclear test ban talks") is answered by no sentence, and of a
    question with several clauses each passage answers but one: there the order
    of retrieval is better, and what is read only chooses sentences.
    """
    return asks(text) and not clauses(text)


def _rescored(hit: Hit, reading: Reading | None, weight: float) -> Hit:
    if reading is None or not weight:
        return hit
    score = min(1 - _SURE, max(_SURE, hit.score))
    odds = min(_CERTAIN, max(-_CERTAIN, reading.answerable))
    mixed = math.log(score / (1 - score)) + weight * odds
    return replace(hit, score=1 / (1 + math.exp(-mixed)))


def _sentences(hit: Hit, article: Article | None) -> tuple[Span, ...]:
    if article is None or article.version != hit.passage.version:
        return ()
    return tuple(sentence_spans(article, hit.passage.start, hit.passage.end))


def _extract(article: Article, spans: Sequence[Span]) -> Extract:
    return Extract(article.title, tuple(article.body[s.start : s.end] for s in spans))


@cache
def _tokenizer() -> Tokenizer:
    """Read from its file once, and not for every question."""
    return shipped_tokenizer()
