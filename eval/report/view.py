"""What the page's script is given: the cases, cut and marked, ready to be drawn.

Everything that takes thought is done here, where it can be tested; the script
puts runs of text into elements and knows no offsets. Contexts travel once,
however many cases share them, and apart from the cases: most are never opened.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from eval.report import marks, words
from eval.report.as_json import stable
from eval.report.model import CaseResult, ClaimResult, Report
from rag.verdict import Context, Ground

_AROUND = 160  # characters of a context shown on either side of a sentence of evidence
_SPACES = re.compile(r"\s+")
_TITLE = 120  # characters of a context's title beside a sentence of it
_ESCAPES = str.maketrans({letter: f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})


def cases(report: Report) -> tuple[str, str]:
    """The cases and the contexts, each as JSON that may stand inside a `<script>`."""
    table: dict[Context, int] = {}
    names = {*words.STATES, *(words.shown(case.state) for case in report.cases)}
    drawn = {
        "cases": [
            {"key": key, **_case(case, table)}
            for key, case in zip(_keys(report.cases), report.cases, strict=True)
        ],
        "states": [_state(name) for name in words.ordered(names)],
    }
    return embedded(drawn), embedded([_context(context) for context in table])


def embedded(value: Any) -> str:
    """JSON without a character that HTML or JavaScript could take for an end of it."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.translate(_ESCAPES)


def _keys(cases: Sequence[CaseResult]) -> list[str]:
    """What each case is addressed by: its id, numbered where one before it has the same."""
    keys: dict[str, None] = {}
    met: Counter[str] = Counter()
    for case in cases:
        name = key = words.shown(case.id)
        while key in keys:
            met[name] += 1
            key = f"{name} ({met[name] + 1})"
        keys[key] = None
    return list(keys)


def _state(name: str) -> dict[str, str]:
    return {
        "name": name,
        "word": words.state(name),
        "sign": words.sign(name),
        "kind": words.kind(name),
    }


def _case(case: CaseResult, table: dict[Context, int]) -> dict[str, Any]:
    return {
        "id": words.shown(case.id),
        "group": words.shown(case.group),
        "question": words.shown(case.question),
        "expected": words.shown(case.expected),
        "note": words.shown(case.note),
        "state": words.shown(case.state),
        "score": None if case.score is None else stable(case.score),
        "label": case.label,
        "disagrees": words.disagrees(case),
        "checks": words.checks(case),
        "answer": _answer(case),
        "claims": [_claim(claim, case.contexts) for claim in case.claims],
        "contexts": [table.setdefault(context, len(table)) for context in case.contexts],
        "measures": {words.shown(name): stable(value) for name, value in case.measures},
    }


def _answer(case: CaseResult) -> list[tuple[str, int]]:
    """The answer in pieces, each with the number of its claim, or -1 between claims."""
    text = words.shown(case.answer)
    cuts: list[tuple[int, int, int]] = []
    at = 0
    for start, end, number in sorted(
        (claim.start, claim.end, number) for number, claim in enumerate(case.claims)
    ):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            cuts.append((start, end, number))
            at = end
    edges = [(0, 0, -1), *cuts, (len(text), len(text), -1)]
    pieces: list[tuple[str, int]] = []
    for before, this in pairwise(edges):
        pieces += [(text[before[1] : this[0]], -1), (text[this[0] : this[1]], this[2])]
    return [piece for piece in pieces if piece[0]]


def _claim(claim: ClaimResult, contexts: Sequence[Context]) -> dict[str, Any]:
    verdict = claim.verdict
    evidence = " ".join(ground.text for ground in verdict.grounds)
    language = _language(verdict.grounds, contexts)
    return {
        "state": verdict.state.value,
        "score": stable(verdict.score),
        "runs": _seen(marks.claim(claim.text, verdict.failures, evidence, language)),
        "failures": [words.failure(failure) for failure in verdict.failures],
        "grounds": [
            {
                **_surroundings(ground, contexts),
                "context": ground.context,
                "start": ground.start,
                "end": ground.end,
                **_source(ground, contexts),
                "runs": _seen(marks.ground(ground.text, verdict.failures, claim.text, language)),
            }
            for ground in verdict.grounds
        ],
    }


def _language(grounds: Sequence[Ground], contexts: Sequence[Context]) -> str | None:
    best = grounds[0].context if grounds else -1
    return contexts[best].language if 0 <= best < len(contexts) else None


def _surroundings(ground: Ground, contexts: Sequence[Context]) -> dict[str, str]:
    """What stands before and after a sentence of evidence, cut at words."""
    if not 0 <= ground.context < len(contexts):
        return {"before": "", "after": ""}
    text = contexts[ground.context].text
    start, end = max(0, ground.start - _AROUND), ground.end + _AROUND
    before, after = text[start : max(0, ground.start)], text[ground.end : end]
    if start > 0:
        before = f"… {before.partition(' ')[2]}"
    if end < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    # paragraphs run on here; the whole text has them
    return {"before": _on_one_line(before), "after": _on_one_line(after)}


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", words.shown(text))


def _source(ground: Ground, contexts: Sequence[Context]) -> dict[str, str]:
    if not 0 <= ground.context < len(contexts):
        return {"title": "", "published": ""}
    context = contexts[ground.context]
    published = context.published.isoformat() if context.published else ""
    return {"title": words.cut(context.title, _TITLE), "published": published}


def _context(context: Context) -> dict[str, Any]:
    return {
        "title": words.shown(context.title),
        "published": context.published.isoformat() if context.published else "",
        "text": words.shown(context.text),
    }


def _seen(runs: Sequence[marks.Run]) -> list[marks.Run]:
    return [(words.shown(text), mark) for text, mark in runs]
