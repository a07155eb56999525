"""A conversation as Markdown: questions, answers, and the sources they cite.

Markdown is markup: what came from an article or a reader is escaped, so that
it reads as it was written and can neither format the page nor link from it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from rag.types import Answer, Citation, Story
from ui.chat import outline, told, written
from ui.chat.outline import Hand
from ui.chat.words import clean, count, days, long_date, web_url

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#|~!&])")
_AT_LINE_START = re.compile(r"^(\s*)([-+=:>]|\d+[.)])", re.MULTILINE)


def markdown(answers: Sequence[Answer], *, title: str, exported: datetime) -> str:
    """The whole conversation, each answer with its own numbered sources."""
    head = [f"# {_plain(title)}", f"Exported on {long_date(exported)}."]
    return "\n\n".join([*head, *(_exchange(answer) for answer in answers)]) + "\n"


def plain(answer: Answer, *, in_time: bool = False) -> str:
    """One answer and its sources as plain text, for the clipboard; `in_time` in order of time."""
    hand = Hand(clean, lambda story: _named(story, web_url(story.url)))
    sources = [_plain_source(c, hand) for c in answer.citations]
    parts = outline.body(answer, hand, in_time=in_time)
    parts += ["\n".join(sources), written.line(answer)]
    return clean("\n\n".join(part for part in parts if part))


def _plain_source(citation: Citation, hand: Hand) -> str:
    named = f"[{citation.number}] {_named(citation.story, told.address(citation))}"
    return "\n".join([named, *(f"    {line}" for line in outline.remarks(citation, hand))])


def _exchange(answer: Answer) -> str:
    parts = [f"## {_plain(answer.question.text)}"]
    if answer.question.notes:
        parts.append(f"*Understood: {_plain('; '.join(answer.question.notes))}*")
    parts += outline.body(answer, _MARKDOWN)
    parts.append("\n".join(_source(c) for c in answer.citations))
    parts.append(f"*{_plain(_searched(answer))}*")
    if by := written.line(answer):
        parts.append(f"*{_plain(by)}*")
    return "\n\n".join(part for part in parts if part)


def _source(citation: Citation) -> str:
    named = f"{citation.number}. {_plain(_named(citation.story, None))}"
    remarks = "".join(f"\n\n   {line}" for line in outline.remarks(citation, _MARKDOWN))
    return f"{named}{_angled(told.address(citation))}\n   > {_plain(citation.quote)}{remarks}"


def _named(story: Story, url: str | None) -> str:
    date = long_date(story.published) if story.published else None
    return ", ".join(part for part in (story.title, story.source, date, url) if part)


def _angled(url: str | None) -> str:
    safe = web_url(url)
    return f", <{safe}>" if safe else ""


def _searched(answer: Answer) -> str:
    parts = [f"{count(answer.searched, 'article')} searched", days(answer.first, answer.last)]
    parts.append(told.newest(answer))
    return ", ".join(part for part in parts if part)


def _plain(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would act on."""
    flat = " ".join(clean(text).split())
    return _AT_LINE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", flat))


_MARKDOWN = Hand(
    _plain,
    lambda story: f"{_plain(_named(story, None))}{_angled(story.url)}",
    heading="### ",
    quote="> ",
)
