"""From an answer to HTML: sentences with their chips, the line under them, refusals.

Every string from outside passes `words.escape`. Archive text carries
`dir="auto"`, so that a sentence in Arabic stands right to left inside an
English page.
"""

from __future__ import annotations

from index.types import Filters
from rag.types import Answer, Citation, Question, RefusalKind, Sentence, Story
from ui.chat.words import clean, count, days, escape, long_date, web_url

OUTSIDE = 'target="_blank" rel="noopener noreferrer"'

HEADINGS = {
    RefusalKind.EMPTY_ARCHIVE: "The archive is empty",
    RefusalKind.OUTSIDE_FILTERS: "Nothing within these limits",
    RefusalKind.NOT_FOUND: "Not in the archive",
    RefusalKind.ONLY_TEASED: "Only mentioned in passing",
    RefusalKind.NOT_UNDERSTOOD: "Nothing to search for",
}


def sentence(said: Sentence) -> str:
    """One sentence and its chips. The last word and the chips never part at a line's end."""
    chips = "".join(
        f'<button type="button" class="chip" data-cite="{n}" aria-label="Source {n}"'
        f' aria-pressed="false" aria-controls="source" disabled>{n}</button>'
        for n in said.citations
    )
    if not chips:
        return f'<span class="sentence" dir="auto">{escape(said.text)}</span>'
    head, space, tail = said.text.rpartition(" ")
    return (
        f'<span class="sentence" dir="auto">{escape(head + space)}'
        f'<span class="together">{escape(tail)}<span class="chips">{chips}</span></span></span>'
    )


def label(citation: Citation) -> str:
    """A chip's name for a screen reader: "Source 2: AnewZ, Five years after the war"."""
    story = citation.story
    named = ", ".join(part for part in (story.source, story.title) if part)
    return clean(f"Source {citation.number}: {named}")


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
    stories = {c.story.article_id: c.story for c in answer.citations}
    for citation in answer.citations:
        numbers.setdefault(citation.story.article_id, []).append(citation.number)
    items = "".join(
        f'<li><span class="cited-number">{", ".join(map(str, numbers[article]))}</span> '
        f"{_outlet(named)}</li>"
        for article, named in stories.items()
    )
    return f'<ul class="cited">{items}</ul>' if items else ""


def facts(answer: Answer) -> str:
    """The line under an answer: what was searched, its dates, the newest evidence."""
    parts = [f"{count(answer.searched, 'article')} searched"]
    if span := days(answer.first, answer.last):
        parts.append(span)
    if answer.newest is not None and answer.refusal is None:
        parts.append(f"newest evidence {long_date(answer.newest)}")
    items = "".join(f"<li>{escape(part)}</li>" for part in parts)
    return f'<ul class="facts-line">{items}</ul>'


def refusal(answer: Answer) -> str:
    """A refusal, as considered as an answer: why, and the nearest stories."""
    refused = answer.refusal
    if refused is None:
        return ""
    nearest = "".join(f"<li>{story(near)}</li>" for near in refused.nearest)
    listed = (
        f'<div class="nearest"><h3>Nearest stories</h3><ul>{nearest}</ul></div>' if nearest else ""
    )
    wider = (
        '<p><button type="button" class="quiet" data-widen>Ask without the filters</button></p>'
        if refused.kind is RefusalKind.OUTSIDE_FILTERS
        else ""
    )
    return (
        f'<div class="refusal" data-kind="{refused.kind.value}">'
        f'<p class="refusal-kind">{HEADINGS[refused.kind]}</p>'
        f'<p class="refusal-message" dir="auto">{escape(refused.message)}</p>{wider}{listed}</div>'
    )


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


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
