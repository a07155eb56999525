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

from index.errors import BylineError
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
    from rag.verify import THRESHOLD, verifier_for
    from ui.cli.ask import open_assistant
    from ui.cli.opening import existing_identity

    made_with = existing_identity(folder)
    reader = "none" if chosen.reader == NO_READER else reader_for(chosen.reader).id
    models = [
        ("embedder", f"{Path(made_with.id).name} {made_with.weights[:12]}"),
        ("reader", reader),
        *([("llm", chosen.llm)] if chosen.llm else []),
    ]
    refusing = REFUSING if chosen.threshold is None else chosen.threshold
    return Run(
        opener=lambda path: open_assistant(replace(chosen, archive=path), bar),
        verifier=verifier_for(chosen.verifier, verifier_threshold),
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
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in states) or "none"
