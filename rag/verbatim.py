"""A claim that a context has word for word, as whole sentences of its own.

Words that stand inside a sentence are no copy of it: "the minister took bribes"
is within "She denied that the minister took bribes". Nor is a sentence from
within a quotation a statement of the context's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag import quotations as marks
from rag.ready import LONGEST
from rag.verdict import Context, Ground
from rag.wording import sentences_of

_FEWEST = 3  # words: a shorter claim is not looked for
_MOST = 20  # sentences of a claim; a longer one is an article of its own
_TRIED = 1000  # places of a claim's first sentence that are looked at
_KEPT = 64  # contexts kept cut
_QUOTES = "\"“”«»„'‘’"
# "ADLERBY, 3 May (MW) – ", "Port Merrin (MW) - ", "(MW) -- ": where and by whom, before the news
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z'’./ -]{2,40}(?:,\s[^.!?–—\n()]{1,40})?(?:\s?\([^()\n]{1,40}\))?"
    r"|(?:[A-Z][\w'’./ -]{1,40}(?:,\s[^.!?–—\n()]{1,40})?)?\s?\([A-Z][^()\n]{1,40}\))"
    r"\s?[-–—]{1,2}\s"
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A context's statements, without white space and stops at their ends, and where they are."""

    spans: tuple[tuple[int, int], ...]
    texts: tuple[str, ...]
    where: Mapping[str, tuple[int, ...]]
    short: Mapping[str, tuple[int, ...]]  # likewise without the dateline before it
    news: Mapping[int, int]  # where, after its dateline, a sentence begins


def verbatim(claim_text: str, contexts: Sequence[Context]) -> Ground | None:
    """The first context's sentence or sentences that are the claim word for word, None for none.

    Whole sentences only, a dateline before the first, white space, the last
    stop and marks around the whole claim apart. A sentence within a quotation
    is a copy only of a claim that is in quotation marks too. The ground's text
    is without the last stop. Reads `LONGEST` code points of each context; time
    is linear in them and in the claim.
    """
    told = claim_text[:LONGEST].strip()
    wanted = [_plain(told[s.start : s.end]) for s in sentences_of(told)]
    if not wanted or len(wanted) > _MOST or len(told.split()) < _FEWEST:
        return None
    opened = _inner(wanted[0]) if len(wanted) == 1 else None
    for n, context in enumerate(contexts):
        cut = _cut(context.text[:LONGEST])
        found = _find(cut, wanted) or (_find(cut, [opened]) if opened else None)
        if found is not None:
            start, end = found
            return Ground(n, start, end, context.text[start:end], 1.0)
    return None


def _find(cut: _Cut, wanted: Sequence[str]) -> tuple[int, int] | None:
    for places, late in ((cut.where, False), (cut.short, True)):
        for first in places.get(wanted[0], ())[:_TRIED]:
            if cut.texts[first + 1 : first + len(wanted)] == tuple(wanted[1:]):
                start, end = cut.spans[first][0], cut.spans[first + len(wanted) - 1][1]
                return (cut.news[first] if late else start), end
    return None


@lru_cache(maxsize=_KEPT)
def _cut(text: str) -> _Cut:
    quoted = marks.quotations(text)
    spans: list[tuple[int, int]] = []
    texts: list[str] = []
    where: dict[str, list[int]] = {}
    short: dict[str, list[int]] = {}
    news: dict[int, int] = {}
    for span in sentences_of(text):
        end = span.start + len(text[span.start : span.end].rstrip(" .!"))
        plain = _plain(text[span.start : span.end])
        n = len(texts)
        spans.append((span.start, end))
        within = any(
            q.start <= span.start and end <= q.end for q in quoted.within(span.start, span.end)
        )
        # a blank stands for what is no statement of the context's: no claim is equal to it
        texts.append(" " if within and plain[:1] not in _QUOTES else plain)
        where.setdefault(texts[n], []).append(n)
        dateline = _DATELINE.match(text, span.start, end)
        if dateline is not None:
            news[n] = dateline.end()
            short.setdefault(_plain(text[dateline.end() : end]), []).append(n)
    return _Cut(
        tuple(spans),
        tuple(texts),
        {key: tuple(places) for key, places in where.items()},
        {key: tuple(places) for key, places in short.items()},
        news,
    )


def _plain(sentence: str) -> str:
    return " ".join(sentence.split()).rstrip(" .!")


def _inner(sentence: str) -> str | None:
    """What stands between marks around a whole claim; None where none do."""
    if len(sentence) < 3 or sentence[0] not in _QUOTES or sentence[-1] not in _QUOTES:
        return None
    inner = sentence[1:-1]
    return None if any(c in inner for c in '"“”«»„') else inner.rstrip(" .!,")
