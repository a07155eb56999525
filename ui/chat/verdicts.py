"""A verdict in plain words: what is doubted of a sentence, why, and the words that differ.

Everything here is plain text for `doubts` and its like to escape, so that the
page, the terminal and the exports say the same. Offsets are never trusted: a
verdict comes back from the reader's page before it is exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.types import Sentence
from rag.verdict import Check, Failure, Ground, State, Verdict
from ui.chat.told import quoted

# Beside a sentence of an answer: a mark, so that colour alone says nothing, and a word.
DOUBTS = {
    State.CONTRADICTED: ("≠", "the source differs"),
    State.UNSUPPORTED: ("?", "not in the source"),
    State.NOT_CHECKABLE: ("–", "nothing to check"),
}
_PLAINLY = {
    State.SUPPORTED: "Checked: {where} bears it out.",
    State.CONTRADICTED: "{where} says otherwise.",
    State.UNSUPPORTED: "{where} does not say so.",
    State.NOT_CHECKABLE: "It claims nothing that could be checked.",
}
_SILENT = {
    Check.NUMBER: "{where} does not give the figure {said}.",
    Check.DATE: "{where} does not give the date {said}.",
    Check.NAME: "{where} does not name {said}.",
    Check.NEGATION: "{who} and {where} differ on whether it is so: {said}.",
    Check.QUOTATION: "{who} quotes {said}, and {where} has no such words.",
    Check.DIRECTION: "{where} does not say that it went that way: {said}.",
    Check.WORDS: "Nothing in {where} bears out {said}.",
}
_LONGEST = 120  # characters of a sentence's words that a reason repeats
_GROUNDS = 2  # sentences of evidence that a claim is set beside: it may lean on two

Runs = tuple[tuple[str, bool], ...]


def doubted(said: Sentence) -> Verdict | None:
    """The verdict that a reader must see; None where the evidence bears the sentence out."""
    verdict = said.verdict
    return None if verdict is None or verdict.state is State.SUPPORTED else verdict


def doubt(said: Sentence) -> str:
    """ "the source differs", or "" where there is none."""
    verdict = doubted(said)
    return DOUBTS[verdict.state][1] if verdict else ""


def plainly(state: State, where: str = "the source") -> str:
    """A state as a sentence: "The source says otherwise."."""
    return _upper(_PLAINLY[state].format(where=where))


def reasons(
    verdict: Verdict, *, who: str = "the answer", where: str = "the source"
) -> tuple[str, ...]:
    """Why a sentence is doubted: "The answer says “nine”; the source says “ten”."."""
    told: list[str] = []
    strange = [each for each in verdict.failures if each.check is Check.WORDS and not each.found]
    for failure in verdict.failures:
        if failure not in strange:
            told.append(_reason(failure, who, where))
        elif failure is strange[0]:
            said = ", ".join(dict.fromkeys(_brief(each.words) for each in strange))
            told.append(_SILENT[Check.WORDS].format(where=where, said=said))
    return tuple(dict.fromkeys(_upper(each) for each in told)) or (plainly(verdict.state, where),)


def likely(verdict: Verdict) -> str:
    """The verdict's probability in words: "12% likely to be borne out", or ""."""
    if verdict.state is State.NOT_CHECKABLE:
        return ""
    percent = round(verdict.score * 100)
    shown = "under 1%" if percent < 1 else "over 99%" if percent > 99 else f"{percent}%"
    return f"{shown} likely to be borne out"


def claim(text: str, verdict: Verdict) -> Runs:
    """A sentence cut where its words fail a check: (text, fails) runs."""
    return _cut(text, ((each.start, each.end) for each in verdict.failures))


def evidence(verdict: Verdict) -> tuple[tuple[Ground, Runs], ...]:
    """The best evidence, each cut where it has something else in a claim's place.

    The best sentence, and one more if words stand there that the first has not.
    """
    found = [each.found for each in verdict.failures if each.found.strip()]
    chosen: list[tuple[Ground, Runs]] = []
    for ground in verdict.grounds:
        spans = [span for words in found if (span := _place(words, ground.text))]
        if not chosen or spans:
            chosen.append((ground, _cut(ground.text, spans)))
            found = [words for words in found if not _place(words, ground.text)]
        if len(chosen) == _GROUNDS or not found:
            break
    return tuple(chosen)


def reworded(said: Sentence, quote: str) -> bool:
    """Whether a sentence is the model's own and not the words of the quote."""
    return said.verdict is not None and _folded(said.text) not in _folded(quote)


def _reason(failure: Failure, who: str, where: str) -> str:
    said, found = _brief(failure.words), _brief(failure.found)
    if not failure.found.strip():
        return _SILENT[failure.check].format(who=who, where=where, said=said)
    verb = "quotes" if failure.check is Check.QUOTATION else "says"
    has = "says" if failure.opposed else "only has"
    return f"{who} {verb} {said}; {where} {has} {found}."


def _brief(words: str) -> str:
    flat = " ".join(words.split())
    return quoted(flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST].rstrip()}…")


def _place(words: str, text: str) -> tuple[int, int] | None:
    """Where words stand in a text, as words of their own."""
    exact = r"(?<!\w)" + re.escape(words.strip()) + r"(?!\w)"
    found = re.search(exact, text, re.IGNORECASE)
    return found.span() if found else None


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> Runs:
    runs: list[tuple[str, bool]] = []
    done = 0
    for start, end in _ordered(spans, len(text)):
        if end <= done:
            continue
        start = max(start, done)
        if start > done:
            runs.append((text[done:start], False))
        runs.append((text[start:end], True))
        done = end
    if done < len(text):
        runs.append((text[done:], False))
    return tuple(runs)


def _ordered(spans: Iterable[tuple[int, int]], length: int) -> Sequence[tuple[int, int]]:
    return sorted((start, min(end, length)) for start, end in spans if 0 <= start < end)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
