"""What the reports say in words: states, failed checks, figures, and texts of others made visible.

Questions, answers, contexts, ids and notes are anyone's. `shown` is the first
thing done to them for a reader; each format then escapes for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eval.figures import three
from eval.report.model import CaseResult, Measure, Report
from rag.verdict import Check, Failure

# Of rows and of claims, best first: the order of every list, and a sign that needs no colour.
STATES = {
    "supported": ("supported", "✓"),
    "contradicted": ("contradicted", "✕"),
    "unsupported": ("unsupported", "?"),
    "not_checkable": ("not checkable", "–"),
    "refused": ("refused", "○"),
    "empty": ("empty", "□"),
    "failed": ("not judged", "!"),
}
WRONG = frozenset({"contradicted", "unsupported", "failed"})  # what a gate is there to find
_JUDGED = frozenset({"supported", "contradicted", "unsupported"})
_KINDS = {"grounding": "Grounding", "answers": "Answers"}

# Controls, what reorders the text around it, half characters, and what XML 1.0 has no place for.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_PICTURES = 0x2400  # where Unicode has a picture of each control character


def shown(text: str) -> str:
    """`text` with a visible sign for each character that could hide or reorder something.

    One for one, so that offsets hold; tabs and ends of lines stay.
    """
    return _UNSEEN.sub(lambda found: _sign(ord(found[0])), text)


def cut(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters."""
    flat = " ".join(shown(text[: 4 * most]).split())
    return flat if len(flat) <= most and len(text) <= 4 * most else f"{flat[: most - 1].rstrip()}…"


def title(report: Report) -> str:
    """Such as "Grounding of answers.jsonl"."""
    return f"{_KINDS[report.kind]} of {shown(report.setup.input)}"


def state(name: str) -> str:
    """What a state is called; one that is not known is called what it is."""
    return STATES.get(name, (shown(name), "·"))[0]


def sign(name: str) -> str:
    """The sign of a state."""
    return STATES.get(name, ("", "·"))[1]


def counted(states: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    """(name, count) of every state that occurs, the known ones first and in their order."""
    there: dict[str, int] = {}
    for name, count in states:
        there[name] = there.get(name, 0) + count
    return [(name, there[name]) for name in ordered(there) if there[name]]


def ordered(names: Iterable[str]) -> list[str]:
    """Names of states, the known ones first and in their order."""
    known = list(STATES)
    return sorted(
        names, key=lambda name: (known.index(name) if name in STATES else len(known), name)
    )


def kind(name: str) -> str:
    """The end of a state's class names on the page; "other" for one that is not known."""
    return name.replace("_", "-") if name in STATES else "other"


def value(measure: Measure) -> str:
    """The figure to three decimals, or "not measured"."""
    return three(measure.value) if measure.value is not None else "not measured"


def interval(measure: Measure) -> str:
    """Such as "[.801, .880]", or "" where there is none."""
    if measure.value is None or measure.low is None or measure.high is None:
        return ""
    return f"[{three(measure.low)}, {three(measure.high)}]"


def remark(measure: Measure) -> str:
    """Its note, and whether less of it is better."""
    lower = "lower is better" if measure.better == "lower" else ""
    return "; ".join(part for part in (shown(measure.note), lower) if part)


def failure(failed: Failure) -> str:
    """A failed check in a line: "number: the claim says nine, the evidence says ten"."""
    words, found = cut(failed.words, 120), cut(failed.found, 120)
    said = f"{failed.check}: the claim says “{words}”"
    if found and failed.opposed:
        return f"{said}, the evidence says “{found}”"
    if found:
        return f"{said}, the nearest in the evidence is “{found}”"
    if failed.check is Check.QUOTATION:
        return f"{said}, which the evidence does not have word for word"
    return f"{said}, the evidence does not"


def checks(case: CaseResult) -> list[str]:
    """The names of the checks that its claims failed, in alphabetical order."""
    return sorted({f.check.value for claim in case.claims for f in claim.verdict.failures})


def disagrees(case: CaseResult) -> bool:
    """Whether people and verifier say different things of a case that both judged."""
    judged = case.label is not None and case.state in _JUDGED
    return judged and case.label != (case.state == "supported")


def worst(report: Report) -> list[CaseResult]:
    """The cases that are contradicted, unsupported or not judged, lowest score first."""
    wrong = [case for case in report.cases if case.state in WRONG]
    return sorted(wrong, key=lambda case: (case.score is None, case.score or 0.0))


def _sign(code: int) -> str:
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\u2421" if code == 0x7F else "\ufffd"
