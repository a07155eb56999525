"""What the runs of `byline eval` print: figures of answers, and of two reports side by side."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.chat.words import count
from ui.cli.console import line, out, say, write
from ui.cli.figures import table

if TYPE_CHECKING:
    from eval.answers import Outcome
    from eval.compare import Comparison, Difference
    from eval.rephrase import Rephrased
    from eval.report import Measure, Report

_SCHEMA = "byline.eval.answers/1"
_MOST_SAID = 10  # cases that failed, or flipped, are named one by one


def write_timings(outcome: Outcome, took: float, path: Path) -> None:
    """What depends on the machine, in a file of its own."""
    said = {**_latency(outcome), "seconds": took, "cores": os.cpu_count()}
    path.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def _latency(outcome: Outcome) -> dict[str, Any]:
    return {"latency_ms": asdict(outcome.latency) if outcome.latency is not None else None}


def answers_json(outcome: Outcome) -> dict[str, Any]:
    """The figures of a run, and the cases that could not be judged."""
    report = outcome.report
    return {
        "schema": _SCHEMA,
        "cases": len(report.cases),
        "measures": {
            each.name: {
                "value": each.value, "low": each.low, "high": each.high, "n": each.n,
                "note": each.note,
            }
            for each in report.measures
        },
        "states": dict(report.states),
        "claim_states": dict(report.claim_states),
        "failed": [{"id": case_id, "why": why} for case_id, why in _unjudged(report)],
        **_latency(outcome),
    }  # fmt: skip


def _unjudged(report: Report) -> list[tuple[str, str]]:
    return [(c.id, c.note) for c in report.cases if c.state in ("failed", "malformed")]


def show_answers(outcome: Outcome) -> None:
    report = outcome.report
    out.print(
        table(
            ("", "value", "95 % interval", "cases"),
            [
                (each.title, _value(each), _ends(each), str(each.n) if each.n else each.note)
                for each in report.measures
            ],
        )
    )
    write()
    write(f"cases: {_counts(report.states)}")
    write(f"claims: {_counts(report.claim_states)}")
    if outcome.latency is not None:
        write(
            f"an answer takes {outcome.latency.median:.0f} ms (median), "
            f"{outcome.latency.p95:.0f} ms (95th percentile)"
        )
    unjudged = _unjudged(report)
    for case_id, why in unjudged[:_MOST_SAID]:
        say(f"{line(case_id)}: {line(why)}")
    if len(unjudged) > _MOST_SAID:
        say(f"and {len(unjudged) - _MOST_SAID:,} more")


def _value(measure: Measure) -> str:
    return "-" if measure.value is None else f"{measure.value:.3f}"


def _ends(measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return ""
    return f"{measure.low:.3f} to {measure.high:.3f}"


def _counts(states: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{many:,} {name.replace('_', ' ')}" for name, many in states) or "none"


def comparison_json(found: Comparison, why: str | None) -> dict[str, Any]:
    """The differences, and the cases that flipped, worst first."""
    return {
        "schema": "byline.eval.compare/1",
        "paired": found.paired,
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "measures": {
            each.name: {
                "before": each.before, "after": each.after, "change": each.change,
                "low": each.low, "high": each.high, "p": each.p, "n": each.n,
                "real": each.regressed or each.improved, "regressed": each.regressed,
            }
            for each in found.differences
        },
        "unpaired": list(found.unpaired),
        "flipped": [asdict(each) for each in found.flips],
        "states": [
            {"id": name, "before": one, "after": other} for name, one, other in found.states
        ],
        "incomparable": why,
    }  # fmt: skip


def show_comparison(found: Comparison) -> None:
    out.print(
        table(
            ("", "before", "after", "change", "95 % interval", "p", ""),
            [
                (
                    each.title,
                    f"{each.before:.3f}",
                    f"{each.after:.3f}",
                    f"{each.change:+.3f}",
                    _between(each),
                    "" if each.p is None else f"{each.p:.3f}",
                    "worse" if each.regressed else "better" if each.improved else "",
                )
                for each in found.differences
            ],
        )
    )
    write()
    alone = len(found.only_before) + len(found.only_after)
    write(f"{count(found.paired, 'case')} paired, {alone:,} in one report alone")
    write(
        '"worse" and "better" are real: nought is outside the interval. Each measure is judged '
        "for itself; of twenty that did not change, one may look so by luck."
    )
    worst = [flip for flip in found.flips if flip.worse]
    best = [flip for flip in reversed(found.flips) if not flip.worse]
    for title, flips in (("Flipped for the worse", worst), ("Flipped for the better", best)):
        if flips:
            write()
            write(f"{title}: {len(flips):,}")
        for flip in flips[:_MOST_SAID]:
            values = f"{flip.before:.2f} to {flip.after:.2f}"
            write(f"  {line(flip.id)} {flip.measure} {values}: {line(flip.question)}")


def _between(difference: Difference) -> str:
    if difference.low is None or difference.high is None:
        return ""
    return f"{difference.low:+.3f} to {difference.high:+.3f}"


def rephrased_json(done: Rephrased | None, model: str | None) -> dict[str, Any] | None:
    """What a language model did to the questions; null where none was asked."""
    if done is None:
        return None
    return {
        "llm": model,
        "changed": done.changed,
        "not_believed": done.refused,
        "failed": done.failed,
        "why": done.why.value if done.why is not None else None,
    }


def show_rephrased(done: Rephrased, model: str | None) -> None:
    write(f"{done.changed:,} of {len(done.rows):,} questions put in other words by {model}")
    if done.refused:
        write(f"{done.refused:,} stand as they were: what it wrote does not ask for the same")
    if done.failed and done.why is not None:
        why = done.why.value.replace("_", " ")
        write(f"{done.failed:,} stand as they were: the language model failed ({why})")
