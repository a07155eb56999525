"""What a language model had to do with an answer: a quiet line, and behind it what was left out.

`line` says it as text, for the exports and the terminal; `written` as HTML.
"""

from __future__ import annotations

from rag.types import Answer
from rag.verdict import State
from rag.written import Dropped, Fallback, Written
from ui.chat import told, verdicts
from ui.chat.doubts import likely, pair, reasons
from ui.chat.words import clean, count, escape

_FELL_BACK = {
    Fallback.UNREACHABLE: "The language model could not be reached",
    Fallback.SLOW: "The language model took too long",
    Fallback.RATE_LIMITED: "The language model takes no more questions just now",
    Fallback.REFUSED: "The language model’s service did not accept the request",
    Fallback.FAILED: "The language model’s service had an error",
    Fallback.GARBAGE: "The language model wrote nothing that can be read",
    Fallback.CUT_SHORT: "The language model broke off before anything could be checked",
    Fallback.NOTHING_HELD: "The archive bears out nothing that the language model wrote",
}
_LEAST_COST = 0.0001  # US dollars, below which only that it is less is told
_BESIDE = "Closest in the archive"
_DOT = '<span class="dot" aria-hidden="true"> · </span>'


def line(answer: Answer) -> str:
    """ "Written by MODEL, checked against the archive; 2 sentences left out."; "" without one."""
    by = answer.written
    if by is None:
        return ""
    out = left_out(by)
    return f"{clean(''.join(_lead(answer, by)))}{f'; {out}' if out else ''}."


def left_out(by: Written) -> str:
    """ "2 sentences left out", or ""."""
    return f"{count(len(by.dropped), 'sentence')} left out" if by.dropped else ""


def account(by: Written) -> tuple[str, ...]:
    """What else there is to know of the model's work, a line each."""
    told_of: list[str] = []
    if by.mended:
        told_of.append(
            f"{count(by.mended, 'citation')} put right: another passage than the one cited says so."
        )
    if by.again:
        told_of.append(f"{count(by.again, 'sentence')} asked for once more.")
    if by.invented_ids:
        told_of.append(
            f"{count(by.invented_ids, 'invented citation')}, of no passage that it was given."
        )
    if by.invented_quotations:
        told_of.append(
            f"{count(by.invented_quotations, 'invented quotation')}, of words that nobody wrote."
        )
    if spent := _spent(by):
        told_of.append(spent)
    if by.fallback and (told_of or by.dropped):
        told_of.insert(0, f"{by.model} was asked.")
    return tuple(told_of)


def written(answer: Answer) -> str:
    """The line under an answer; it opens on what was left out, and why."""
    by = answer.written
    if by is None:
        return ""
    before, model, after = _lead(answer, by)
    named = f"<bdi>{escape(model)}</bdi>" if model else ""
    lead = f"{escape(before)}{named}{escape(after)}"
    opened = f"{_dropped(by.dropped, answer)}{_account(by)}"
    if not opened:
        return f'<p class="written written-line">{lead}</p>'
    out = left_out(by) or "details"
    return (
        f'<details class="written"><summary class="written-line">{lead}{_DOT}'
        f'<span class="left-out">{out}</span></summary>{opened}</details>'
    )


def _lead(answer: Answer, by: Written) -> tuple[str, str, str]:
    """The line's words before the model's name, the name, and the words after it."""
    if by.fallback is not None:
        instead = (
            "this is the archive’s own answer"
            if answer.refusal
            else "these are the archive’s own sentences"
        )
        return f"{_FELL_BACK[by.fallback]}; {instead}", "", ""
    verb = "Asked of" if answer.refusal else "Written by"
    return f"{verb} ", by.model, ", checked against the archive"


def _dropped(dropped: tuple[Dropped, ...], answer: Answer) -> str:
    if not dropped:
        return ""
    citations = told.by_number(answer.citations)
    items = "".join(
        f'<li class="dropped"><p class="dropped-state">{_mark(each.verdict.state)}'
        f"{verdicts.plainly(each.verdict.state, 'the archive')}</p>"
        f"{reasons(_why(each))}"
        f"{pair(each.text, each.verdict, citations, lead='Left out', beside=_BESIDE, struck=True)}"
        f"{likely(each.verdict)}</li>"
        for each in dropped
    )
    return (
        '<h3 class="dropped-head">Not borne out by the archive</h3>'
        '<p class="dropped-note">The language model wrote this too. '
        f'It is no part of the answer.</p><ol role="list">{items}</ol>'
    )


def _why(each: Dropped) -> tuple[str, ...]:
    """Its reasons, unless they only repeat its state."""
    plain = verdicts.plainly(each.verdict.state, "the archive")
    told_why = verdicts.reasons(each.verdict, who="the model", where="the archive")
    return tuple(why for why in told_why if why != plain)


def _mark(state: State) -> str:
    mark, _ = verdicts.DOUBTS.get(state, ("✓", ""))
    return f'<span class="doubt-mark" aria-hidden="true">{mark}</span>'


def _account(by: Written) -> str:
    items = "".join(f'<li dir="auto">{escape(each)}</li>' for each in account(by))
    return f'<ul class="account-of">{items}</ul>' if items else ""


def _spent(by: Written) -> str:
    read, wrote = by.prompt_tokens, by.completion_tokens
    parts = [
        f"{count(read, 'token')} read" if read is not None else "",
        f"{count(wrote, 'token')} written" if wrote is not None else "",
        _cost(by.cost) if by.cost is not None else "",
    ]
    told_of = ", ".join(part for part in parts if part)
    return f"{told_of[0].upper()}{told_of[1:]}." if told_of else ""


def _cost(dollars: float) -> str:
    if dollars <= 0:
        return "at no cost"
    if dollars < _LEAST_COST:
        return f"under ${_LEAST_COST:.4f}"
    return f"${dollars:.2f}" if dollars >= 1 else f"${dollars:.4f}"
