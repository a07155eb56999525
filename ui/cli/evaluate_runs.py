"""`byline eval answers`, `compare` and `generate`: cases run, held against each other, and made.

0 passed; 1 below a gate, or really worse; 2 what was given cannot be used.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import BylineError, SourceError
from ui.chat.words import count
from ui.cli.console import fail, line, out, say, write, write_json
from ui.cli.figures import table
from ui.cli.options import (
    JsonOption,
    LlmOption,
    LlmPriceOption,
    LlmTimeoutOption,
    LlmUrlOption,
    ModelOption,
    PassagePrefixOption,
    QueryPrefixOption,
    ReaderOption,
    ThresholdOption,
    VerifierOption,
    settings_for,
)

if TYPE_CHECKING:
    from eval.answers import Outcome, Run
    from eval.compare import Comparison, Difference
    from eval.report import Measure, Report
    from ui.cli.progress import Bar
    from ui.settings import Settings

_BAD_INPUT = 2
_SCHEMA = "byline.eval.answers/1"
_PACKAGES = (
    "byline", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy",
    "tokenizers",
)  # fmt: skip
_MOST_SAID = 10  # cases that failed are named one by one

FailUnderOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-under",
        metavar="NAME=VALUE",
        help="Exit with 1 where a measure is below this, as groundedness=0.95; may be repeated.",
        show_default=False,
    ),
]
ReportDirOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="DIR",
        help="Write the report into this folder, and there go on with a run that was interrupted.",
        show_default=False,
    ),
]
JobsOption = Annotated[
    int, typer.Option(min=1, max=64, help="How many are done at once. The result is the same.")
]


@contextmanager
def bad_input() -> Iterator[None]:
    """What is raised on purpose ends with 2: 1 says that something was measured and fell short."""
    try:
        yield
    except (BylineError, OSError) as error:
        fail(str(error))
        raise typer.Exit(_BAD_INPUT) from error


def answers(
    ctx: typer.Context,
    cases: Annotated[
        Path,
        typer.Argument(
            metavar="CASES",
            help="JSON Lines of questions: question; answerable, answer, gold, turns, history, "
            "today, filters, withhold, id and group where they are known.",
            show_default=False,
        ),
    ],
    archive: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The archive to ask; by default one made anew of the sample articles.",
            show_default=False,
        ),
    ] = None,
    report: ReportDirOption = None,
    fail_under: FailUnderOption = None,
    jobs: JobsOption = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    verifier: VerifierOption = None,
    verifier_threshold: Annotated[
        float | None,
        typer.Option(
            metavar="0..1",
            min=0.0,
            max=1.0,
            help="The probability at or above which the verifier counts a claim as supported; "
            "by default its own.",
            show_default=False,
        ),
    ] = None,
    threshold: ThresholdOption = None,
    reader: ReaderOption = None,
    llm: LlmOption = None,
    llm_url: LlmUrlOption = None,
    llm_timeout: LlmTimeoutOption = None,
    llm_price: LlmPriceOption = None,
    model: ModelOption = None,
    query_prefix: QueryPrefixOption = None,
    passage_prefix: PassagePrefixOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every case as a reader would, and measure what is found, said, cited and refused."""
    from eval.answer_journal import AnswerJournal
    from eval.answers import measure
    from eval.gates import ANSWERS, failed, gates
    from eval.report import write as write_report
    from ui.cli.progress import Bar

    with bad_input(), ExitStack() as stack:
        asked_of = gates(fail_under or (), ANSWERS)
        chosen = settings_for(
            ctx,
            model=model,
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            threshold=threshold,
            reader=reader,
            llm=llm,
            llm_url=llm_url,
            llm_timeout=llm_timeout,
            llm_price=llm_price,
            verifier=verifier,
        )
        bar = stack.enter_context(Bar())
        folder = archive or stack.enter_context(_sample(chosen, bar))
        run = _run(chosen, folder, verifier_threshold, bar, seed=seed, jobs=jobs)
        kept = None
        if report is not None:
            kept = stack.enter_context(AnswerJournal(report / "journal.jsonl"))
        began = time.perf_counter()
        outcome = measure(cases, folder, run, kept=kept, progress=bar.step)
        took = time.perf_counter() - began
        if report is not None:
            written = [str(path) for path in write_report(outcome.report, report)]
            _write_timings(outcome, took, report / "timings.json")
            say(f"Written: {', '.join(written)}")
    below = failed(outcome.report, asked_of)
    if as_json:
        write_json({**answers_json(outcome), "failed_gates": list(below)})
    else:
        _show(outcome)
    for each in below:
        fail(each)
    if below:
        raise typer.Exit(1)


@contextmanager
def _sample(chosen: Settings, bar: Bar) -> Iterator[Path]:
    """The folder of an archive of the sample articles, made for this run."""
    from eval.asking import SAMPLE, fill_with, temporary
    from ui.cli.figures import setup_for

    setup = setup_for(chosen)
    with temporary(setup, fill_with(SAMPLE / "articles", setup.embedder, bar.step)) as desk:
        yield desk.archive.folder


def _run(
    chosen: Settings,
    folder: Path,
    verifier_threshold: float | None,
    bar: Bar,
    *,
    seed: int,
    jobs: int,
) -> Run:
    """How the cases are asked: by the assistant that `byline ask` opens."""
    from eval.answers import Run
    from rag.assistant import NO_READER
    from rag.reader import reader_for
    from rag.refuse import THRESHOLD as REFUSING
    from rag.verdict import Claim, Context
    from rag.verify import THRESHOLD, verifier_for
    from ui.cli.ask import open_assistant
    from ui.cli.opening import existing_identity

    made_with = existing_identity(folder)
    verifier = verifier_for(chosen.verifier, verifier_threshold)
    # One that cannot work is found out now, and not case by case.
    verifier.verify([Claim("The bridge was closed.", (Context("The bridge was closed."),))])
    reader = "none" if chosen.reader == NO_READER else reader_for(chosen.reader).id
    models = [
        ("embedder", f"{Path(made_with.id).name} {made_with.weights[:12]}"),
        ("reader", reader),
        *([("llm", chosen.llm)] if chosen.llm else []),
    ]
    refusing = REFUSING if chosen.threshold is None else chosen.threshold
    return Run(
        opener=lambda path: open_assistant(replace(chosen, archive=path), bar),
        verifier=verifier,
        threshold=THRESHOLD if verifier_threshold is None else verifier_threshold,
        seed=seed,
        jobs=jobs,
        models=tuple(models),
        versions=tuple((name, _version(name)) for name in _PACKAGES),
        options=(("refusal_threshold", f"{refusing:g}"), *_size(folder)),
    )


def _size(folder: Path) -> tuple[tuple[str, str], ...]:
    """How large the archive is that was asked, without saying where it lies."""
    from contextlib import closing

    from index.archive import Archive

    with closing(Archive(folder)) as archive:
        stats = archive.stats()
    return ("articles", str(stats.articles)), ("passages", str(stats.passages))


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _write_timings(outcome: Outcome, took: float, path: Path) -> None:
    """What depends on the machine, in a file of its own."""
    import json

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


def _show(outcome: Outcome) -> None:
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


def compare(
    ctx: typer.Context,
    before: Annotated[
        Path,
        typer.Argument(metavar="A", help="A report.json, or its folder.", show_default=False),
    ],
    after: Annotated[
        Path,
        typer.Argument(metavar="B", help="Another, of the same cases.", show_default=False),
    ],
    fail_on_regression: Annotated[
        bool,
        typer.Option("--fail-on-regression", help="Exit with 1 where a measure is really worse."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also where the reports are of different cases.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Which differences between two reports are more than luck, and which cases flipped."""
    from eval.compare import compare as held_against
    from eval.compare import incomparable, load

    with bad_input():
        settings_for(ctx)  # a wrong setting is an error of every command
        reports = load(before), load(after)
        why = incomparable(*reports)
        if why is not None and not force:
            raise SourceError(f"{why}; to compare what can be, add --force")
        found = held_against(*reports, seed=seed)
    if as_json:
        write_json(comparison_json(found, why))
    else:
        if why is not None:
            say(line(why))
        _show_comparison(found)
    if fail_on_regression and found.regressed:
        fail(f"really worse: {', '.join(found.regressed)}")
        raise typer.Exit(1)


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


def _show_comparison(found: Comparison) -> None:
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


def generate(
    ctx: typer.Context,
    archive: Annotated[
        Path,
        typer.Option(metavar="DIR", help="The archive to make them of.", show_default=False),
    ],
    out_file: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="CASES",
            help="The file to write: JSON Lines for `byline eval answers`.",
            show_default=False,
        ),
    ],
    number: Annotated[
        int, typer.Option("-n", "--number", min=1, max=100_000, help="How many cases, at most.")
    ] = 100,
    claims: Annotated[
        Path | None,
        typer.Option(
            metavar="CLAIMS",
            help="A file for claims, half of them with one fact exchanged: JSON Lines for "
            "`byline eval grounding`.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same cases.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Make cases from an archive's own sentences, without a language model.

    Who, when, where and how many; a quarter are made unanswerable by withholding the one article
    that answers.
    """
    from contextlib import closing

    from eval.generate import generate as made_of
    from eval.generate import write as write_rows
    from index.archive import Archive
    from ui.cli.progress import Bar

    with bad_input():
        settings_for(ctx)  # a wrong setting is an error of every command
        with Bar() as bar, closing(Archive(archive, progress=bar.step)) as opened:
            made = made_of(opened, number, seed=seed, progress=bar.step)
        write_rows(made.cases, out_file)
        if claims is not None:
            write_rows(made.claims, claims)
    withheld = sum(not row["answerable"] for row in made.cases)
    if as_json:
        written = len(made.claims) if claims is not None else 0
        write_json(
            {
                "schema": "byline.eval.generate/1",
                "cases": len(made.cases), "unanswerable": withheld, "claims": written,
            }
        )  # fmt: skip
        return
    write(f"{count(len(made.cases), 'case')}, {withheld:,} of them unanswerable, in {out_file}")
    if claims is not None:
        write(f"{count(len(made.claims), 'claim')} in {claims}")
