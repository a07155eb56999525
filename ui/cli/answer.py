"""An answer as text for a terminal: the sentences, their sources, what was searched."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from rag.types import Answer, Citation, Story
from rag.written import Written
from ui.chat import outline, told, verdicts, written
from ui.chat.words import count, days, long_date, web_url
from ui.cli.console import line, out, write

_DIM = Style(dim=True)


def show(answer: Answer, *, verbose: bool = False) -> None:
    """Print an answer or a refusal; with `verbose`, the sentences that were left out too."""
    for n, paragraph in enumerate(outline.body(answer, _HAND)):
        if n:
            write()
        for text in paragraph.splitlines():
            _show_line(text)
    for citation in answer.citations:
        write()
        _show_citation(citation)
    write()
    _aside(searched(answer))
    if answer.written is not None:
        _show_written(answer, answer.written, verbose)
    if answer.question.notes:
        _aside("Understood: " + "; ".join(line(note) for note in answer.question.notes))


def _show_written(answer: Answer, by: Written, verbose: bool) -> None:
    """What a language model had to do with it: a line, what it took, and what was left out."""
    _aside(line(" ".join((written.line(answer), *written.account(by)))))
    if by.dropped and not verbose:
        _aside("What was left out is told with: byline -v ask ...")
    for each in by.dropped if verbose else ():
        why = " ".join(verdicts.reasons(each.verdict))
        state = each.verdict.state.value.replace("_", " ")
        _aside(f"- left out, {state}: {line(each.text)} {line(why)}".rstrip())


def searched(answer: Answer) -> str:
    """Such as "Searched 34 articles, 3 January 2024 to 12 June 2025 · newest evidence ..."."""
    span = days(answer.first, answer.last)
    text = f"Searched {count(answer.searched, 'article')}" + (f", {span}" if span else "")
    if newest := told.newest(answer):
        text += f" · {newest}"
    return text


def _show_citation(citation: Citation) -> None:
    margin = " " * len(f"[{citation.number}] ")
    write(f"[{citation.number}] {line(citation.story.title)}")
    if about := _about(citation.story):
        write(margin + about)
    _show_url(margin, citation.story, citation.link)
    for remark in outline.remarks(citation, _HAND):
        write(margin + remark)
    for copy in citation.also_in:
        where = " · ".join(part for part in (line(copy.source), line(copy.url)) if part)
        write(f"{margin}also in: {where or line(copy.title)}")


def _about(story: Story) -> str:
    """Outlet, date and section, as far as they are known."""
    published = long_date(story.published) if story.published else ""
    parts = (line(story.source), published, line(story.section))
    return " · ".join(part for part in parts if part)


def _show_line(text: str) -> None:
    """A line of an answer; an address is never broken over two."""
    whole = not out.is_terminal or web_url(text.strip()) is not None
    out.print(Text(text), soft_wrap=whole)


def _show_url(margin: str, story: Story, link: str | None) -> None:
    """The address, never broken over two lines; where a terminal can, it opens at the quote."""
    if not (url := web_url(story.url)):
        return
    style = Style(link=web_url(link) or url) if out.is_terminal else Style()
    out.print(Text(margin).append(line(url), style), soft_wrap=True)


def _aside(text: str) -> None:
    out.print(Text(text, _DIM), soft_wrap=not out.is_terminal)


def _named(story: Story) -> str:
    """A story over several lines: its title, outlet and date, address."""
    parts = (line(story.title), _about(story), line(web_url(story.url)))
    return "\n    ".join(part for part in parts if part)


_HAND = outline.Hand(line, _named, quote="  ")
