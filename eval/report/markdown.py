"""A report as Markdown, short enough for a comment on a pull request.

What came from the input is escaped so that it reads as it was written: it can
neither break a table nor format, nor link, nor call anyone. As hosts turn bare
addresses, `@names`, `#numbers` and `:words:` into links and pictures after the Markdown is gone, an
invisible word joiner stands in those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.figures import three
from eval.report import words
from eval.report.model import CaseResult, ClaimResult, Report

_WORST = 20  # cases: a comment may hold 65,536 characters on GitHub
_TEXT, _ID = 200, 60  # characters shown of a text, and of a name
_MARKUP = re.compile(r"([\\`*_\[\]#~^$=])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
_JOINER = "\u2060"
# Where a host would begin a link of its own accord
_LINKED = re.compile(
    r"@|#(?=\w)|:(?=//)|:(?=[\w+-]+:)|(?<=www)\.|(?<=GH)-(?=\d)|(?<=mailto):", re.IGNORECASE
)


def text(report: Report) -> str:
    """The measures with their intervals, the states, and the worst cases."""
    parts = [
        f"## {plain(words.title(report), _TEXT)}",
        _measures(report),
        _states(report),
        _worst(report),
        _setup(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(written: str, most: int) -> str:
    """A text of others on one line, cut to `most` characters, with no effect but its own words."""
    marked = _LINKED.sub(lambda found: found[0] + _JOINER, words.cut(written, most))
    return _MARKUP.sub(r"\\\1", marked).translate(_ENTITIES)


def _measures(report: Report) -> str:
    if not report.measures:
        return ""
    rows = [
        (
            plain(measure.title, _ID),
            f"**{words.value(measure)}**" if measure.value is not None else words.value(measure),
            words.interval(measure),
            str(measure.n),
            plain(words.remark(measure), _TEXT),
        )
        for measure in report.measures
    ]
    return _table(("measure", "value", "95 % interval", "cases", ""), "lrrrl", rows)


def _states(report: Report) -> str:
    total, claims = sum(n for _, n in report.states), sum(n for _, n in report.claim_states)
    of_rows, of_claims = dict(report.states), dict(report.claim_states)
    names = [name for name, _ in words.counted((*report.states, *report.claim_states))]
    rows = [
        (
            f"{words.sign(name)} {plain(words.state(name), _ID)}",
            _share(of_rows.get(name, 0), total),
            _share(of_claims.get(name, 0), claims),
        )
        for name in names
    ]
    return _table(("state", f"of {total} rows", f"of {claims} claims"), "lrr", rows)


def _worst(report: Report) -> str:
    wrong = words.worst(report)
    if not wrong:
        return "No case is contradicted, unsupported or left without a judgement."
    rows = [(*_named(case), _reason(case)) for case in wrong[:_WORST]]
    said = f"The {len(rows)} worst of {len(wrong)}" if len(wrong) > _WORST else "Worst first"
    table = _table(("case", "state", "score", "why"), "llrl", rows)
    return f"### Not supported\n\n{said}:\n\n{table}"


def _named(case: CaseResult) -> tuple[str, str, str]:
    score = three(case.score) if case.score is not None else ""
    return plain(case.id, _ID), f"{words.sign(case.state)} {words.state(case.state)}", score


def _reason(case: CaseResult) -> str:
    """The worst claim, what is wrong with it, and the evidence; or the note."""
    wrong = [claim for claim in case.claims if claim.verdict.state in words.WRONG]
    if case.note or not wrong:
        return plain(case.note or case.answer, _TEXT)
    return _claim(min(wrong, key=lambda claim: claim.verdict.score))


def _claim(claim: ClaimResult) -> str:
    lines = [f"“{plain(claim.text, _TEXT)}”"]
    lines += [f"**{plain(words.failure(f), _TEXT)}**" for f in claim.verdict.failures[:3]]
    lines += [f"evidence: “{plain(ground.text, _TEXT)}”" for ground in claim.verdict.grounds[:1]]
    return "<br>".join(lines)


def _setup(report: Report) -> str:
    setup = report.setup
    named = [*setup.models, *setup.versions, *setup.options]
    parts = [
        f"sha256 {setup.sha256[:12]}",
        f"threshold {setup.threshold:g}",
        f"seed {setup.seed}",
        *(f"{name} {value}" for name, value in named),
    ]
    return f"<sub>{' · '.join(plain(part, _ID) for part in parts)}</sub>"


def _share(count: int, total: int) -> str:
    return f"{count} ({100 * count / total:.1f} %)" if total else "0"


def _table(head: tuple[str, ...], sides: str, rows: Sequence[tuple[str, ...]]) -> str:
    rule = ["---:" if side == "r" else ":---" for side in sides]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
