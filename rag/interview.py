"""Interviews in question-and-answer form: whose the answers are.

A story is one where at least three short paragraphs are questions and what
follows them speaks in the first person outside any quotation; questions that
a paper answers itself (an explainer's) do not. The interviewee is the one
person named both in the title and before the first question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.types import Article, Span

_QUESTIONS = 3  # at least
_LONGEST_QUESTION = 60  # words of a paragraph that asks
_FIRST_PERSON = re.compile(r"\b(?:I|I['’](?:m|ve|d|ll)|[Mm]y|[Mm]e|mine|myself)\b")
_SHARE = 0.5  # of the answers that speak in the first person
_NAME = re.compile(r"(?<!\w)[^\W\d_a-z][\w’'-]{1,30}(?: [^\W\d_a-z][\w’'-]{1,30}){1,3}")
_LONGEST = 200_000  # code points of a body that are looked at


def answers(article: Article, spans: Sequence[tuple[Span, int]]) -> dict[Span, str]:
    """The interviewee by each sentence of an answer; empty where it is no interview.

    `spans` are the sentences, each with the number of its paragraph.
    """
    body = article.body
    paragraphs: list[list[Span]] = []
    last = None
    for span, number in spans:
        if number != last or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(span)
        last = number
    texts = [body[p[0].start : p[-1].end] for p in paragraphs]
    asking = [n for n, text in enumerate(texts) if _asks(text)]
    if len(asking) < _QUESTIONS:
        return {}
    after = [texts[n + 1] for n in asking if n + 1 < len(texts) and not _asks(texts[n + 1])]
    spoken = sum(bool(_FIRST_PERSON.search(text)) for text in after)
    if not after or spoken < _SHARE * len(after):
        return {}
    who = _interviewee(article.title, " ".join(texts[: asking[0]])[:_LONGEST])
    if who is None:
        return {}
    found: dict[Span, str] = {}
    for n, paragraph in enumerate(paragraphs):
        if n <= asking[0] or _asks(texts[n]):
            continue
        if n - 1 in asking or _FIRST_PERSON.search(texts[n]):
            found.update(dict.fromkeys(paragraph, who))
    return found


def _asks(text: str) -> bool:
    return text.rstrip("”\"’'») ").endswith("?") and len(text.split()) <= _LONGEST_QUESTION


def _interviewee(title: str, opening: str) -> str | None:
    titled = [name for name in _NAME.findall(title) if name in opening]
    if len(titled) == 1:
        return str(titled[0])
    named = [n for n in dict.fromkeys(_NAME.findall(opening)) if n.split()[-1] in title.split()]
    return str(named[0]) if len(named) == 1 else None
