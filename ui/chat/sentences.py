"""One sentence of an answer as HTML: its words, the days they mean, whose claim, its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rag.remarks import Speech
from rag.types import Citation, Sentence
from ui.chat import told
from ui.chat.words import clean, escape

_UNKNOWN: Mapping[int, Citation] = MappingProxyType({})


def sentence(
    said: Sentence,
    citations: Mapping[int, Citation] = _UNKNOWN,
    *,
    claimed: Speech | None = None,
) -> str:
    """A sentence, with the name under it if it is `claimed`.

    While an answer arrives its `citations` are not known yet. The last word and
    the numbers never part at a line's end.
    """
    *runs, last = told.runs(said, citations) or (told.Run(""),)
    words = "".join(_glossed(run) for run in runs)
    ending = numbers(said.citations, citations)
    if claimed is not None:
        words += f"{_glossed(last)} "
        *names, name = told.who(claimed)
        lead = "".join(f"<bdi>{escape(each)}</bdi>, " for each in names)
        inner = (
            f'{words}<span class="claim"><span aria-hidden="true">—&nbsp;</span>'
            f'<span class="sr-only">said by </span>{lead}{_together(name, ending)}</span>'
        )
    elif last.meant:
        inner = f'{words}<span class="together">{_glossed(last)}{ending}</span>'
    else:
        inner = words + _together(last.text, ending)
    return f'<span class="sentence" dir="auto">{inner}</span>'


def numbers(cited: tuple[int, ...], citations: Mapping[int, Citation] = _UNKNOWN) -> str:
    """The buttons that open the sources, each with a mark if its article was corrected."""
    if not cited:
        return ""
    chips = "".join(
        f'<button type="button" class="chip" data-cite="{n}" aria-label="Source {n}"'
        f' aria-pressed="false" aria-controls="source" disabled>{n}</button>'
        f"{_corrected(citations.get(n))}"
        for n in cited
    )
    return f'<span class="chips">{chips}</span>'


def label(citation: Citation) -> str:
    """A chip's name for a screen reader: "Source 2: AnewZ, Five years after the war"."""
    story = citation.story
    named = ", ".join(part for part in (story.source, story.title) if part)
    noted = f" ({told.corrected(citation)})" if citation.correction else ""
    return clean(f"Source {citation.number}: {named}{noted}")


def _corrected(citation: Citation | None) -> str:
    if citation is None or citation.correction is None:
        return ""
    return '<span class="corrected">corrected</span>'


def _glossed(run: told.Run) -> str:
    gloss = f' <span class="meant">({escape(run.meant)})</span>' if run.meant else ""
    return escape(run.text) + gloss


def _together(text: str, ending: str) -> str:
    if not ending:
        return escape(text)
    head, space, tail = text.rpartition(" ")
    return f'{escape(head + space)}<span class="together">{escape(tail)}{ending}</span>'
