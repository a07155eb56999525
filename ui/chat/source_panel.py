"""A citation opened: the quote, marked, where it stood in the story."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Paragraph, Sentence, SourceView
from ui.chat import told, verdicts
from ui.chat.doubts import reasons, runs
from ui.chat.render import OUTSIDE, byline, story
from ui.chat.words import count, escape, long_date, site, web_url


def panel(view: SourceView, said: Sequence[Sentence] = ()) -> str:
    """The source panel's contents, beside what the answer has `said` by this source."""
    citation = view.citation
    named = citation.story
    author = (
        f'<p class="source-author">By <bdi>{escape(named.author)}</bdi></p>' if named.author else ""
    )
    lang = f' lang="{escape(named.language)}"' if named.language else ""
    return (
        f'<p class="source-number">Source {citation.number}</p>'
        f'<h2 class="source-title" tabindex="-1" dir="auto"{lang}>{escape(named.title)}</h2>'
        f'<p class="byline">{byline(named)}</p>'
        f"{author}{_outdated(view)}{_corrected(view)}"
        f'<div class="source-text"{lang}>{_body(view, _reworded(view, said))}</div>'
        f"{_dates(view)}{_link(view)}{_copies(view)}"
    )


def _body(view: SourceView, reworded: str) -> str:
    """The story around the quote, and right above the quote what the answer made of it."""
    before = _gap("The story begins earlier.") if view.before else ""
    after = _gap("The story goes on.") if view.after else ""
    paragraphs = [_paragraph(p) for p in view.paragraphs]
    quote = next((n for n, p in enumerate(view.paragraphs) if any(m for _, m in p.runs)), 0)
    paragraphs.insert(quote, reworded)
    return before + "".join(paragraphs) + after


def _gap(meaning: str) -> str:
    told = f'<span class="sr-only">{meaning}</span>'
    return f'<p class="gap"><span aria-hidden="true">…</span>{told}</p>'


def _paragraph(paragraph: Paragraph) -> str:
    tag = "h3" if paragraph.heading else "p"
    inner = "".join(
        f"<mark>{escape(text)}</mark>" if marked else escape(text)
        for text, marked in paragraph.runs
    )
    quoted = ' class="quoted"' if any(marked for _, marked in paragraph.runs) else ""
    return f'<{tag}{quoted} dir="auto">{inner}</{tag}>'


def _reworded(view: SourceView, said: Sequence[Sentence]) -> str:
    """What a language model made of the quote, to be compared with it."""
    blocks = "".join(
        f'<div class="reworded-one"><div class="reworded-text" dir="auto">'
        f"{runs(verdicts.claim(each.text, each.verdict))}</div>"
        f"{reasons(verdicts.reasons(each.verdict))}</div>"
        for each in said
        if each.verdict is not None and verdicts.reworded(each, view.citation.quote)
    )
    if not blocks:
        return ""
    return (
        '<div class="reworded"><div class="reworded-lead">The answer puts it in other words</div>'
        f"{blocks}</div>"
    )


def _dates(view: SourceView) -> str:
    """What "on Tuesday" in the quote means: a story is read long after its week."""
    meant = told.dates(view.citation)
    return f'<p class="source-dates">Here {escape(meant)}.</p>' if meant else ""


def _corrected(view: SourceView) -> str:
    """The article's own note that it was corrected, before its text."""
    correction = view.citation.correction
    if correction is None:
        return ""
    on = correction.on
    day = f' <time datetime="{on.isoformat()}">{long_date(on)}</time>' if on else ""
    return (
        f'<div class="correction"><p class="correction-lead">Corrected{day}</p>'
        f'<p dir="auto">{escape(correction.text)}</p></div>'
    )


def _outdated(view: SourceView) -> str:
    if not view.outdated:
        return ""
    return '<p class="outdated">The publisher has changed this story since it was cited.</p>'


def _link(view: SourceView) -> str:
    url = web_url(view.citation.link)
    if url is None:
        return '<p class="source-link unlinked">This story has no page to link to.</p>'
    return (
        f'<p class="source-link"><a href="{escape(url)}" {OUTSIDE}>Read it at '
        f'{escape(site(url))}<span class="arrow" aria-hidden="true"> ↗</span>'
        '<span class="sr-only"> (opens at the quote, in a new tab)</span></a></p>'
    )


def _copies(view: SourceView) -> str:
    copies = view.citation.also_in
    if not copies:
        return ""
    number = count(len(copies), "copy")
    items = "".join(f"<li>{story(copy)}</li>" for copy in copies)
    return f'<details class="copies"><summary>Also in: {number}</summary><ul>{items}</ul></details>'
