"""`byline eval grounding`: anyone's answers, held against the texts that they should rest on.

0    measured, and every gate passed
1    a measure is below its gate
2    there is nothing to measure, or it cannot be done as asked
130  stopped by Ctrl-C; the same command goes on where it stopped
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import SettingsError
from ui.chat.words import count
from ui.cli.console import fail, line, out, say, write, write_json
from ui.cli.evaluate_runs import FailUnderOption, JobsOption, ReportDirOption, bad_input
from ui.cli.figures import table
from ui.cli.options import JsonOption, VerifierOption, settings_for

if TYPE_CHECKING:
    from eval.calibrate import Calibration
    from eval.grounding import Recipe, Run
    from eval.report.model import Measure, Report
    from eval.rows import Table

BELOW = 1
JOURNAL, TIMINGS = "journal.jsonl", "timings.json"
_FAULTS = 5  # malformed rows whose reason is said; the report has all of them


def grounding(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="JSON Lines of question, answer and contexts, or of document and claim, under "
            "any usual names; labels in supported or faithfulness_1_to_4.",
            show_default=False,
        ),
    ],
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="0..1",
            min=0,
            max=1,
            help="The score at or above which a claim counts as supported; by default the "
            "verifier's own.",
            show_default=False,
        ),
    ] = None,
    calibrate: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Fit the threshold to this file's labels; it is then to be used on other files.",
        ),
    ] = False,
    calibration: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where --calibrate writes its threshold, and without it where the threshold is "
            "read from.",
            show_default=False,
        ),
    ] = None,
    verifier: VerifierOption = None,
    report: ReportDirOption = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep what is judged in this file, and go on from what it holds.",
            show_default=False,
        ),
    ] = None,
    jobs: JobsOption = 1,
    fail_under: FailUnderOption = None,
    as_json: JsonOption = False,
) -> None:
    """How far answers are borne out by their contexts, and with labels, how well that is told."""
    with bad_input():
        from eval.gates import GROUNDING, failed, gates
        from eval.grounding import Recipe
        from eval.rows import read

        wanted = gates(fail_under or [], GROUNDING)
        name = settings_for(ctx, verifier=verifier).verifier
        given = sum((threshold is not None, calibrate, calibration is not None and not calibrate))
        if given > 1:
            raise SettingsError(
                "give one of --threshold, --calibrate and --calibration FILE: each sets the "
                "threshold"
            )
        rows = read(file)
        recipe = Recipe(name, threshold)
        if calibration is not None and not calibrate:
            recipe = replace(recipe, threshold=_read(calibration, rows, recipe))
        journal = resume or (report / JOURNAL if report else None)
        run = _measured(rows, recipe, jobs, journal)
        if calibrate:
            fitted = _fitted(run, recipe)
            if calibration is not None:
                _write(fitted, calibration)
            run = _measured(rows, replace(recipe, threshold=fitted.threshold), jobs, None)
            say(
                f"The threshold {fitted.threshold:g} was fitted to this very file, which flatters "
                "the figures: use it on other rows."
            )
        if report is not None:
            _write_report(run, report)
            if resume is None:
                (report / JOURNAL).unlink(missing_ok=True)
        missed = failed(run.report, wanted)
    if as_json:
        write_json(to_json(run))
    else:
        _show(run)
    _tell_malformed(run.report)
    for each in missed:
        fail(each)
    if missed:
        raise typer.Exit(BELOW)


def to_json(run: Run) -> dict[str, Any]:
    """The figures for programs; null where there is none."""
    report = run.report
    values = {measure.name: measure.value for measure in report.measures}
    return {
        "auc": values["auc"],
        "balanced_accuracy": values["balanced_accuracy"],
        "threshold": report.setup.threshold,
        "rows": len(report.cases),
        "claims": sum(number for _, number in report.claim_states),
        "claims_per_second": run.claims_per_second,
        "states": dict(report.states),
    }


def _measured(rows: Table, recipe: Recipe, jobs: int, journal: Path | None) -> Run:
    from eval.grounding import measure
    from ui.cli.progress import Bar

    with Bar() as bar:
        run = measure(rows, recipe, jobs=jobs, journal=journal, progress=bar.step)
    if run.resumed:
        say(f"{count(run.resumed, 'row')} had been judged before")
    return run


def _fitted(run: Run, recipe: Recipe) -> Calibration:
    from eval.calibrate import Calibration, fit
    from eval.grounding_figures import scored

    scores, labels, _ = scored(run.report.cases)
    threshold, reached = fit(scores, labels)
    setup = run.report.setup
    return Calibration(
        threshold, reached, len(scores), dict(setup.models)["verifier"], setup.input, setup.sha256
    )


def _write(fitted: Calibration, path: Path) -> None:
    from eval.calibrate import write as write_calibration

    write_calibration(fitted, path)
    say(f"Written to {path}")


def _read(path: Path, rows: Table, recipe: Recipe) -> float:
    """The threshold that was fitted elsewhere, if it was fitted to this verifier."""
    from eval.calibrate import CalibrationError
    from eval.calibrate import read as read_calibration

    found = read_calibration(path)
    known = recipe.verifier().id
    if found.verifier != known:
        raise CalibrationError(
            f"{path} was fitted to another verifier: expected {known}, found {found.verifier}; "
            "fit it anew with --calibrate"
        )
    if found.sha256 == rows.sha256:
        say(
            f"The threshold {found.threshold:g} was fitted to this very file, which flatters the "
            "figures."
        )
    return found.threshold


def _write_report(run: Run, folder: Path) -> None:
    """The report, which is the same every time, and beside it the times, which are not."""
    from eval import report

    paths = report.write(run.report, folder)
    times = {
        "claims": run.claims,
        "claims_per_second": run.claims_per_second,
        "cores": os.cpu_count(),
        "jobs": run.jobs,
        "resumed_rows": run.resumed,
        "seconds": run.seconds,
    }
    told = json.dumps(times, indent=1, allow_nan=False) + "\n"
    (folder / TIMINGS).write_text(told, encoding="utf-8")
    say(f"Written to {', '.join(str(path) for path in paths)}")


def _show(run: Run) -> None:
    report = run.report
    out.print(table(("", "", "rows"), [_row(measure) for measure in report.measures]))
    for measure in report.measures:
        if measure.note:
            write(f"{measure.title}: {measure.note}")
    states = ", ".join(f"{number:,} {_words(state)}" for state, number in report.states)
    write(f"{count(len(report.cases), 'row')}: {states}")
    claims = sum(number for _, number in report.claim_states)
    states = ", ".join(f"{number:,} {_words(state)}" for state, number in report.claim_states)
    write(f"{count(claims, 'claim')}: {states}" if claims else "no claims")
    speed = run.claims_per_second
    rate = f", {speed:,.0f} claims a second" if speed is not None else ""
    write(f"verifier {line(dict(report.setup.models)['verifier'])}{rate}")


def _row(measure: Measure) -> tuple[str, str, str]:
    from eval.figures import Figure

    figure = Figure(measure.value, measure.low, measure.high)
    return measure.title, str(figure), f"{measure.n:,}"


def _words(state: str) -> str:
    return state.replace("_", " ")


def _tell_malformed(report: Report) -> None:
    from eval.grounding import MALFORMED

    broken = [case for case in report.cases if case.state == MALFORMED]
    for case in broken[:_FAULTS]:
        say(f"{line(case.id)} was left out: {line(case.note)}")
    if len(broken) > _FAULTS:
        say(f"and {count(len(broken) - _FAULTS, 'row')} more")
