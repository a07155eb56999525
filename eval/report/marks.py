"""Which words of a claim and of its evidence bear on the verdict.

A word matches where the other text has it, stemmed; one that a check failed on
is marked as failing, and so is what the evidence has in its place. The marks
are for the eye: they explain a verdict and never make one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.analyze import language_key, words
from rag.stopwords import STOPWORDS
from rag.verdict import Failure

PLAIN, MATCH, FAIL = "", "match", "fail"
Run = tuple[str, str]  # a piece of text and its mark; the pieces make the text

_WORD = re.compile(r"\w+(?:[.,:]\w+)*")
_LONGEST = 5000  # characters: longer claims are no sentences, and marking their words tells nothing


def claim(text: str, failures: Sequence[Failure], evidence: str, language: str | None) -> list[Run]:
    """A claim in runs: the words that failed, and those that the evidence has."""
    failed = [(failure.start, failure.end) for failure in failures]
    return _runs(text, failed, _matches(text, evidence, language))


def ground(text: str, failures: Sequence[Failure], claim: str, language: str | None) -> list[Run]:
    """A sentence of evidence in runs: what it has in a failed word's place, and shared words."""
    failed = [span for failure in failures for span in _places(failure.found, text)]
    return _runs(text, failed, _matches(text, claim, language))


def _places(found: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `found` stands in `text` as whole words."""
    if not found.strip() or len(text) > _LONGEST:
        return
    for place in re.finditer(re.escape(found), text, re.IGNORECASE):
        start, end = place.span()
        whole = not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
        if whole:
            yield start, end


def _matches(text: str, other: str, language: str | None) -> list[tuple[int, int]]:
    if max(len(text), len(other)) > _LONGEST:
        return []
    key = language_key(language)
    there = set(words(other, key))
    return [
        place.span()
        for place in _WORD.finditer(text)
        if place[0].lower() not in STOPWORDS and there.intersection(_stem(place[0], key))
    ]


@lru_cache(maxsize=20_000)
def _stem(word: str, key: str) -> tuple[str, ...]:
    return words(word, key)


def _runs(
    text: str, failed: Sequence[tuple[int, int]], matched: Sequence[tuple[int, int]]
) -> list[Run]:
    """Cut at the spans, in order; what fails wins over what matches, and none overlap."""
    runs: list[Run] = []
    at = 0
    spans = [(start, end, FAIL) for start, end in failed]
    spans += [
        (start, end, MATCH)
        for start, end in matched
        if not any(start < fend and fstart < end for fstart, fend in failed)
    ]
    for start, end, mark in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            runs.append((text[at:start], PLAIN))
        runs.append((text[start:end], mark))
        at = end
    if at < len(text):
        runs.append((text[at:], PLAIN))
    return runs
