"""Grounding as a library: judge one answer, or let a test fail where it claims too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from eval.contexts import ContextError, contexts_of
from eval.grounding import EMPTY, FAILED, Recipe, case_of, judge
from eval.report.model import CaseResult, ClaimResult
from eval.rows import Row
from rag.verdict import Context, Failure, State, Verifier

Texts = str | Context | Mapping[str, Any] | Sequence[str | Context | Mapping[str, Any]]

_LONG = 300  # characters of a sentence that a message shows
_SHOWN = 10  # claims that a message shows


def ground(
    answer: str,
    contexts: Texts,
    *,
    question: str = "",
    threshold: float | None = None,
    verifier: Verifier | str | None = None,
) -> CaseResult:
    """Judge an answer by the texts that it should rest on.

    A context is a text, a `rag.verdict.Context`, or an object with a text
    ("text", "page_content", "content") and, if need be, "title" and
    "published", from which its "on Tuesday" counts. `verifier` is a verifier, or
    a name as `byline eval grounding --verifier` takes it; `threshold` is that of
    a named one. Raises TypeError for a context that is no text, ModelError
    where the verifier cannot be used.
    """
    if not isinstance(answer, str):
        raise TypeError(f"answer: expected text, found {type(answer).__name__}")
    try:
        texts = contexts_of("contexts", contexts, {})
    except ContextError as error:
        raise TypeError(str(error)) from error
    row = Row("answer", 1, "answer", question, answer, texts)
    known = (
        _named(verifier, threshold) if verifier is None or isinstance(verifier, str) else verifier
    )
    return case_of(row, judge([row], known).judgements[0])


def assert_grounded(
    answer: str,
    contexts: Texts,
    *,
    question: str = "",
    least: float = 1.0,
    threshold: float | None = None,
    verifier: Verifier | str | None = None,
) -> CaseResult:
    """Fail unless at least a share of the answer's claims is supported by the contexts.

    Of an answer that claims nothing ("I do not know") nothing is unsupported: it
    passes; an empty one does not. The other arguments, and what is raised, are
    those of `ground`; besides, AssertionError names each claim that fails, why,
    and the best evidence there is, and ValueError tells of a `least` beyond 0 to 1.
    """
    __tracebackhide__ = True  # pytest then shows the test, which is where the reader looks
    if not 0 <= least <= 1:
        raise ValueError(f"least: expected a share of 0 to 1, found {least}")
    case = ground(answer, contexts, question=question, threshold=threshold, verifier=verifier)
    if case.state in (EMPTY, FAILED):
        raise AssertionError(case.note)
    checked = [c for c in case.claims if c.verdict.state is not State.NOT_CHECKABLE]
    failing = [c for c in checked if c.verdict.state is not State.SUPPORTED]
    if checked and len(checked) - len(failing) < least * len(checked):
        raise AssertionError(_message(case, checked, failing, least))
    return case


@lru_cache(maxsize=4)
def _named(name: str | None, threshold: float | None) -> Verifier:
    """Loaded once for all tests of a run."""
    return Recipe(name, threshold).verifier()


def _message(
    case: CaseResult, checked: Sequence[ClaimResult], failing: Sequence[ClaimResult], least: float
) -> str:
    share = 1 - len(failing) / len(checked)
    lines = [
        f"{len(failing)} of {len(checked)} claims not supported by the contexts "
        f"({share:.0%} supported, at least {least:.0%} wanted)"
    ]
    if case.question:
        lines.append(f"question: {_cut(case.question)}")
    for claim in failing[:_SHOWN]:
        verdict = claim.verdict
        lines += ["", f"{verdict.state.value} ({verdict.score:.2f}): {_cut(claim.text)}"]
        lines += [f"  {_why(failure)}" for failure in verdict.failures]
        if verdict.grounds:
            best = verdict.grounds[0]
            lines.append(f"  best evidence, contexts[{best.context}]: {_cut(best.text)}")
        else:
            lines.append("  no evidence in the contexts")
    if len(failing) > _SHOWN:
        lines += ["", f"and {len(failing) - _SHOWN} more"]
    return "\n".join(lines)


def _why(failure: Failure) -> str:
    said = f'{failure.check.value}: "{_cut(failure.words)}"'
    if not failure.found:
        return f"{said} is not in the evidence"
    return f'{said}, where the evidence has "{_cut(failure.found)}"'


def _cut(text: str) -> str:
    """On one line, and no longer than a reader reads."""
    whole = " ".join(text.split())
    return whole if len(whole) <= _LONG else f"{whole[:_LONG].rstrip()}…"
