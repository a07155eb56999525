"""An answer laid out: as prose, as a timeline, as quotations, or question by question.

A layout is a name, by which the page chooses the element and its style, and the
blocks that stand in it one after the other, each one element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.remarks import Days
from rag.types import Answer, Asks, Citation, Sentence
from ui.chat import told
from ui.chat.render import refused
from ui.chat.sentences import sentence
from ui.chat.words import escape, long_date

_NAMES = {Asks.FACT: "running", Asks.TIMELINE: "timeline", Asks.SPEECH: "speech"}
_TAGS = {"running": "p", "timeline": "ol", "speech": "div"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands in an answer's place. `name` is running (text), timeline, speech or parts."""

    name: str
    blocks: tuple[str, ...]


def growing(asks: Asks, said: Sequence[Sentence]) -> Layout:
    """An answer while it arrives: its sentences so far, its citations not known yet."""
    return _laid(_NAMES[asks], said, {})


def whole(answer: Answer) -> Layout:
    """A whole answer as it was given."""
    name = _NAMES[answer.question.asks]
    return _parts(answer, name) or _laid(name, answer.sentences, told.by_number(answer.citations))


def in_time(answer: Answer) -> Layout | None:
    """The same sentences in order of time; None where that would tell nothing new."""
    if not told.chronology(answer):
        return None
    citations = told.by_number(answer.citations)
    ordered = told.in_time(answer.sentences, citations)
    return _parts(answer, "timeline") or _laid("timeline", ordered, citations)


def _parts(answer: Answer, name: str) -> Layout | None:
    """Several questions answered one by one; None where there was one."""
    if not answer.parts:
        return None
    citations = told.by_number(answer.citations)
    blocks = []
    for part in answer.parts:
        said = told.part_of(answer, part)
        if name == "timeline":
            said = told.in_time(said, citations)
        inner = "".join(_laid(name, said, citations).blocks)
        tag = _TAGS[name]
        role = ' role="list"' if tag == "ol" else ""
        text = f'<{tag} class="{name}"{role}>{inner}</{tag}>' if said else ""
        refusal = refused(part.refusal) if part.refusal else ""
        blocks.append(
            f'<div class="part"><h3 class="part-asked" dir="auto">{escape(part.text)}</h3>'
            f"{text}{refusal}</div>"
        )
    return Layout("parts", tuple(blocks))


def _laid(name: str, said: Sequence[Sentence], citations: Mapping[int, Citation]) -> Layout:
    if name == "timeline":
        return Layout(name, _timeline(said, citations))
    if name == "speech":
        return Layout(name, _speech(said, citations))
    blocks = tuple(sentence(s, citations, claimed=told.claimed(s)) for s in said)
    return Layout(name, blocks)


def _timeline(said: Sequence[Sentence], citations: Mapping[int, Citation]) -> tuple[str, ...]:
    blocks, above = [], ""
    for each in said:
        when = _when(told.day_of(each, citations))
        hidden = " sr-only" if when == above else ""  # seen once, heard with each line
        blocks.append(
            f'<li class="line"><span class="when{hidden}">{when} </span>'
            f'<span class="what">{sentence(each, citations, claimed=told.claimed(each))}</span>'
            "</li>"
        )
        above = when
    return tuple(blocks)


def _when(days: Days | None) -> str:
    if days is None:
        return "undated"
    shown = f'<time datetime="{days.first.isoformat()}">{_short(days)}</time>'
    return shown if days.words else f'<span class="published">published</span> {shown}'


def _short(days: Days) -> str:
    return told.short_days(days.first, days.last)


def _speech(said: Sequence[Sentence], citations: Mapping[int, Citation]) -> tuple[str, ...]:
    """Quotations, each run of them with its speaker under the last."""
    captions = [_caption(each, citations) for each in said]
    blocks = []
    for n, (each, caption) in enumerate(zip(said, captions, strict=True)):
        text = sentence(each, citations)
        if not caption:
            blocks.append(f'<p class="unspoken">{text}</p>')
            continue
        goes_on = n + 1 < len(said) and captions[n + 1] == caption
        under = "" if goes_on else f'<figcaption class="speaker">{caption}</figcaption>'
        kind = "said goes-on" if goes_on else "said"
        blocks.append(f'<figure class="{kind}"><blockquote>{text}</blockquote>{under}</figure>')
    return tuple(blocks)


def _caption(said: Sentence, citations: Mapping[int, Citation]) -> str:
    """Speaker, role, place and day: "— Jonas Castellan, interior minister, in Merrin · ..."."""
    if said.speech is None:
        return ""
    name, *rest = told.who(said.speech)
    days = told.day_of(said, citations)
    named = f'<bdi class="speaker-name">{escape(name)}</bdi>' + "".join(
        f", <bdi>{escape(each)}</bdi>" for each in rest
    )
    day = ""
    if days is not None:
        published = "" if days.words else "published "
        shown = long_date(days.first) if days.first == days.last else _short(days)
        day = (
            '<span class="dot" aria-hidden="true"> · </span>'
            f'{published}<time datetime="{days.first.isoformat()}">{shown}</time>'
        )
    return f'<span aria-hidden="true">— </span>{named}{day}'
