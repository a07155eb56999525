"""The numbers that open an answer's sources, as buttons."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rag.types import Citation
from ui.chat import told
from ui.chat.words import clean

UNKNOWN: Mapping[int, Citation] = MappingProxyType({})  # while an answer still arrives


def numbers(cited: tuple[int, ...], citations: Mapping[int, Citation] = UNKNOWN) -> str:
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
