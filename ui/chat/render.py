"""What stands around an answer, as HTML: what was understood, its sources, refusals, stories.

Every string from outside passes `words.escape`. Archive text carries
`dir="auto"`, so that a sentence in Arabic stands right to left inside an
English page.
"""

from __future__ import annotations

from index.types import Filters
from rag.types import Answer, Question, Refusal, RefusalKind, Story
from ui.chat import told
from ui.chat.words import clean, count, days, escape, long_date, web_url

OUTSIDE = 'target="_blank" rel="noopener noreferrer"'


def limits(filters: Filters) -> str:
    """The reader's own filters in words, as text: "AnewZ · World · since 1 May 2024"."""
    parts = [*filters.sources, *filters.sections]
    if filters.after and filters.before:
        parts.append(days(filters.after, filters.before))
    elif filters.after:
        parts.append(f"since {long_date(filters.after)}")
    elif filters.before:
        parts.append(f"until {long_date(filters.before)}")
    return clean(" · ".join(parts))


def notes(question: Question) -> str:
    """What was understood, with the control that undoes it; "" if nothing was."""
    understood = question.notes
    if not understood and _folded(question.searched) != _folded(question.text):
        understood = (f"searched for “{question.searched}”",)
    if not understood:
        return ""
    items = "; ".join(f'<bdi class="note">{escape(note)}</bdi>' for note in understood)
    return (
        f'<p class="notes"><span class="notes-lead">Understood</span> {items}'
        ' <button type="button" class="link" data-undo'
        ' aria-label="Undo: ask again, taking the words literally">Undo</button></p>'
    )


def cited(answer: Answer) -> str:
    """Who says so, at a glance: each article's numbers, source and date, without a click."""
    numbers: dict[str, list[int]] = {}
    first = {c.story.article_id: c for c in reversed(answer.citations)}
    for citation in answer.citations:
        numbers.setdefault(citation.story.article_id, []).append(citation.number)
    items = "".join(
        f'<li><span class="cited-number">{", ".join(map(str, numbers[article]))}</span> '
        f"{_outlet(first[article].story)}{_corrected(told.corrected(first[article]))}</li>"
        for article in numbers
    )
    return f'<ul class="cited">{items}</ul>' if items else ""


def facts(answer: Answer) -> str:
    """The line under an answer: what was searched, its dates, the newest evidence."""
    parts = [f"{count(answer.searched, 'article')} searched"]
    if span := days(answer.first, answer.last):
        parts.append(span)
    items = "".join(f"<li>{escape(part)}</li>" for part in parts)
    if newest := told.newest(answer):
        marked = ' class="age"' if answer.question.latest else ""
        items += f"<li{marked}>{newest}</li>"
    return f'<ul class="facts-line">{items}</ul>'


def refusal(answer: Answer) -> str:
    """Why there is no answer; "" for an answer, and where each part says it for itself."""
    return "" if answer.refusal is None or answer.parts else refused(answer.refusal)


def refused(why: Refusal) -> str:
    """A refusal, as considered as an answer: why, what else to ask, and the nearest stories."""
    return (
        f'<div class="refusal" data-kind="{why.kind.value}">'
        f'<p class="refusal-kind">{told.REFUSED[why.kind]}</p>'
        f'<p class="refusal-message" dir="auto">{escape(why.message)}</p>'
        f"{_wider(why)}{_readings(why)}{_nearest(why)}</div>"
    )


def _wider(why: Refusal) -> str:
    if why.kind is not RefusalKind.OUTSIDE_FILTERS:
        return ""
    return '<p><button type="button" class="quiet" data-widen>Ask without the filters</button></p>'


def _readings(why: Refusal) -> str:
    """Questions to choose from, each a button that asks it."""
    items = "".join(
        f'<li><button type="button" class="example" dir="auto">{escape(reading)}</button></li>'
        for reading in why.readings
    )
    return f'<div class="readings"><h3>Did you mean</h3><ul>{items}</ul></div>' if items else ""


def _nearest(why: Refusal) -> str:
    items = "".join(f"<li>{story(near)}</li>" for near in why.nearest)
    return f'<div class="nearest"><h3>Nearest stories</h3><ul>{items}</ul></div>' if items else ""


def story(near: Story) -> str:
    """A story by its title, linked if its publisher has a page, with source and date."""
    title = f'<span dir="auto">{escape(near.title)}</span>'
    url = web_url(near.url)
    headline = (
        f'<a class="story-title" href="{escape(url)}" {OUTSIDE}>{title}'
        '<span class="sr-only"> (opens the publisher’s page)</span></a>'
        if url
        else f'<span class="story-title">{title}</span>'
    )
    return f'{headline}<span class="byline">{byline(near)}</span>'


def byline(named: Story) -> str:
    """Source · date · section, those that are known."""
    parts = [
        f"<bdi>{escape(named.source)}</bdi>" if named.source else "",
        f'<time datetime="{named.published.date().isoformat()}">{long_date(named.published)}</time>'
        if named.published
        else "",
        f"<bdi>{escape(named.section)}</bdi>" if named.section else "",
    ]
    return '<span class="dot" aria-hidden="true"> · </span>'.join(part for part in parts if part)


def _outlet(named: Story) -> str:
    parts = [
        f"<bdi>{escape(named.source or named.title)}</bdi>",
        long_date(named.published) if named.published else "",
    ]
    return ", ".join(part for part in parts if part)


def _corrected(noted: str) -> str:
    return f' <span class="corrected">{escape(noted)}</span>' if noted else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
