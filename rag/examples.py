"""Example questions, drawn from the archive itself.

A headline is turned into a question that its story answers, by its form alone:
nothing is asked that the archive does not hold.
"""

from __future__ import annotations

import re

from index.archive import Archive
from index.passages import sentence_spans
from index.types import Article

_POOL = 60  # of the newest articles
_LONGEST = 90  # code points of a question
_NUMBER_OF = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|[2-9]\d{0,2}|1\d{1,2})\s+(?:new\s+)?"
    r"((?:[a-z]+\s)?[a-z]{3,}s)\s+(were|was|have|had|are|died|took|came|will)\s+(\w+)"
)
_SAID = re.compile(
    r"\b([A-Z][\w’'-]+ [A-Z][\w’'-]+),? (?:has |had )?(?:said|told|warned|added|argued)\b"
)
_NOT_NOUNS = frozenset("years days weeks months hours minutes times".split())


def draw(archive: Archive, n: int) -> tuple[str, ...]:
    """At most `n` questions, from different stories and, as far as possible, of several kinds."""
    numbers: list[str] = []
    speakers: list[str] = []
    for headline in archive.newest(_POOL):
        article = archive.article(headline.id)
        if article is None or (headline.language or "en") != "en":
            continue
        if (question := _how_many(article)) is not None:
            numbers.append(question)
        elif (question := _what_said(article)) is not None:
            speakers.append(question)
        if len(numbers) >= n and len(speakers) >= n:
            break
    mixed = [q for pair in zip(numbers, speakers, strict=False) for q in pair]
    rest = numbers[len(speakers) :] + speakers[len(numbers) :]
    return tuple(dict.fromkeys(mixed + rest))[:n]


def _how_many(article: Article) -> str | None:
    for span in sentence_spans(article):
        sentence = article.body[span.start : span.end]
        match = _NUMBER_OF.search(sentence)
        if match is None:
            continue
        noun, verb, rest = match.groups()
        if noun.split()[-1] in _NOT_NOUNS or (verb in {"were", "was"} and not rest.endswith("ed")):
            continue
        if verb in {"have", "had", "are", "will", "took", "came"}:
            continue
        question = f"How many {noun} {verb}{' ' + rest if verb in {'were', 'was'} else ''}?"
        return question if len(question) <= _LONGEST else None
    return None


def _what_said(article: Article) -> str | None:
    for span in sentence_spans(article):
        match = _SAID.search(article.body, span.start, span.end)
        if match is not None:
            topic = _topic(article, match.group(1))
            question = f"What did {match.group(1)} say about {topic}?" if topic else ""
            return question if question and len(question) <= _LONGEST else None
    return None


def _topic(article: Article, speaker: str) -> str | None:
    """A name in the headline that is not the speaker's."""
    for match in re.finditer(r"(?<=\s)(?:[A-Z][\w’'-]+)(?:\s[A-Z][\w’'-]+)*", article.title):
        name = re.sub(r"['’]s?$", "", match.group())
        if not set(name.split()) & set(speaker.split()):
            return name
    return None
