"""One sentence of an answer as HTML: its words, the days they mean, whose claim, its numbers.

What a verifier doubts of it stands behind its numbers; what it bears out is silent.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.remarks import Speech
from rag.types import Citation, Sentence
from ui.chat import told
from ui.chat.chips import UNKNOWN, numbers
from ui.chat.doubts import doubt
from ui.chat.words import escape

_LONG = 24  # characters of a last word, beyond which it may be parted to fit a phone


def sentence(
    said: Sentence,
    citations: Mapping[int, Citation] = UNKNOWN,
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
    return f'<span class="sentence" dir="auto">{inner}{doubt(said, citations)}</span>'


def _glossed(run: told.Run) -> str:
    gloss = f' <span class="meant">({escape(run.meant)})</span>' if run.meant else ""
    return escape(run.text) + gloss


def _together(text: str, ending: str) -> str:
    head, space, tail = text.rpartition(" ")
    if not ending or len(tail) > _LONG:
        return escape(text) + ending
    return f'{escape(head + space)}<span class="together">{escape(tail)}{ending}</span>'
