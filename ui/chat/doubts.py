"""What is doubted of a sentence, as HTML: a quiet word beside it, and behind it why.

The claim and the evidence stand side by side with the words that differ marked.
Inside a running text everything is phrasing content, laid out by `checked.css`.
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.types import Citation, Sentence
from rag.verdict import Ground, State, Verdict
from ui.chat import verdicts
from ui.chat.chips import numbers
from ui.chat.words import escape

_NOTHING = '<span class="side-text side-none">Nothing comes close.</span>'


def doubt(said: Sentence, citations: Mapping[int, Citation]) -> str:
    """The word that opens why a sentence is doubted, and the why; "" for one borne out."""
    verdict = verdicts.doubted(said)
    if verdict is None:
        return ""
    mark, word = verdicts.DOUBTS[verdict.state]
    return (
        f' <button type="button" class="doubt" data-doubt aria-expanded="false">'
        f'<span class="doubt-mark" aria-hidden="true">{mark}</span>{word}'
        '<span class="sr-only"> (why)</span></button>'
        f'<span class="why" hidden>{reasons(verdicts.reasons(verdict))}'
        f"{_sides(said, verdict, citations)}"
        f"{likely(verdict)}</span>"
    )


def _sides(said: Sentence, verdict: Verdict, citations: Mapping[int, Citation]) -> str:
    """Nothing is beside what claims nothing."""
    if verdict.state is State.NOT_CHECKABLE:
        return ""
    return pair(said.text, verdict, citations, lead="The answer", beside="The source")


def reasons(told: tuple[str, ...]) -> str:
    """Why, a line each; "" for no reasons."""
    if not told:
        return ""
    lines = "".join(
        f'<span class="reason-why" role="listitem" dir="auto">{escape(each)}</span>'
        for each in told
    )
    return f'<span class="reasons" role="list">{lines}</span>'


def likely(verdict: Verdict) -> str:
    """How likely the verifier holds it to be borne out; "" of what claims nothing."""
    told = verdicts.likely(verdict)
    return f'<span class="likely">{told}</span>' if told else ""


def pair(
    text: str,
    verdict: Verdict,
    citations: Mapping[int, Citation],
    *,
    lead: str,
    beside: str,
    struck: bool = False,
) -> str:
    """A claim and the evidence closest to it, side by side; each under its own name.

    `struck` is for a claim that is no part of the answer.
    """
    claim = runs(verdicts.claim(text, verdict))
    claim = f"<s>{claim}</s>" if struck else claim
    found = "".join(
        f'<span class="side-text" dir="auto">{runs(cut)}{_number(ground, citations)}</span>'
        for ground, cut in verdicts.evidence(verdict)
    )
    return (
        f'<span class="sides"><span class="side"><span class="side-lead">{lead}</span>'
        f'<span class="side-text" dir="auto">{claim}</span></span>'
        f'<span class="side"><span class="side-lead">{beside}</span>'
        f"{found or _NOTHING}</span></span>"
    )


def runs(cut: verdicts.Runs) -> str:
    """Text with the words that differ marked."""
    return "".join(
        f'<em class="differs">{escape(text)}</em>' if differs else escape(text)
        for text, differs in cut
    )


def _number(ground: Ground, citations: Mapping[int, Citation]) -> str:
    """The number of the source that the evidence is quoted by, where one is."""
    for number, citation in citations.items():
        if ground.text.strip() and ground.text.strip() in citation.quote:
            return numbers((number,))
    return ""
