"""`byline eval answers`, `compare` and `generate`: cases run, held against each other, and made.

0 passed; 1 below a gate, or really worse; 2 what was given cannot be used.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from index.errors import BylineError, SourceError
from index.location import parse
from ui.chat.words import count
from ui.cli.console import fail, line, say, write, write_json
from ui.cli.options import (
    JsonOption,
    LlmOption,
    LlmTimeoutOption,
    LlmUrlOption,
    settings_for,
)
from ui.cli.runs_asked import run_of, sample
from ui.cli.runs_shown import (
    answers_json,
    comparison_json,
    rephrased_json,
    show_answers,
    show_comparison,
    show_rephrased,
    write_timings,
)
from ui.cli.shared_options import with_llm
from ui.settings import Settings

_BAD_INPUT = 2

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


@with_llm(bad_input)
def answers(
    chosen: Settings,
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
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="The archive to ask; by default one made anew of the sample articles.",
            show_default=False,
        ),
    ] = None,
    report: ReportDirOption = None,
    fail_under: FailUnderOption = None,
    jobs: JobsOption = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
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
        bar = stack.enter_context(Bar())
        location = (
            parse(archive) if archive is not None else stack.enter_context(sample(chosen, bar))
        )
        run = run_of(chosen, location, verifier_threshold, bar, seed=seed, jobs=jobs)
        kept = None
        if report is not None:
            kept = stack.enter_context(AnswerJournal(report / "journal.jsonl"))
        began = time.perf_counter()
        outcome = measure(cases, location, run, kept=kept, progress=bar.step)
        took = time.perf_counter() - began
        if report is not None:
            written = [str(path) for path in write_report(outcome.report, report)]
            write_timings(outcome, took, report / "timings.json")
            say(f"Written: {', '.join(written)}")
    below = failed(outcome.report, asked_of)
    if as_json:
        write_json({**answers_json(outcome), "failed_gates": list(below)})
    else:
        show_answers(outcome)
    for each in below:
        fail(each)
    if below:
        raise typer.Exit(1)


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
        show_comparison(found)
    if fail_on_regression and found.regressed:
        fail(f"really worse: {', '.join(found.regressed)}")
        raise typer.Exit(1)


def generate(
    ctx: typer.Context,
    archive: Annotated[
        str,
        typer.Option(metavar="DIR|URL", help="The archive to make them of.", show_default=False),
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
    llm: LlmOption = None,
    llm_url: LlmUrlOption = None,
    llm_timeout: LlmTimeoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make cases from an archive's own sentences.

    Who, when, where and how many; a quarter are made unanswerable by withholding the one article
    that answers. No language model is needed; with one, the questions are put in other words.
    """
    from contextlib import closing

    from eval.generate import generate as made_of
    from eval.generate import write as write_rows
    from eval.rephrase import rephrase
    from index.archive import Archive
    from ui.cli.opening import language_model
    from ui.cli.progress import Bar

    other = None
    with bad_input(), ExitStack() as stack:
        chosen = settings_for(ctx, llm=llm, llm_url=llm_url, llm_timeout=llm_timeout)
        model = language_model(chosen)
        if model is not None:
            stack.enter_context(closing(model))
        bar = stack.enter_context(Bar())
        with closing(Archive(parse(archive), progress=bar.step)) as opened:
            made = made_of(opened, number, seed=seed, progress=bar.step)
        if model is not None:
            other = rephrase(made.cases, model, progress=bar.step)
        write_rows(made.cases if other is None else other.rows, out_file)
        if claims is not None:
            write_rows(made.claims, claims)
    withheld = sum(not row["answerable"] for row in made.cases)
    if as_json:
        written = len(made.claims) if claims is not None else 0
        write_json(
            {
                "schema": "byline.eval.generate/1",
                "cases": len(made.cases), "unanswerable": withheld, "claims": written,
                "rephrased": rephrased_json(other, chosen.llm),
            }
        )  # fmt: skip
        return
    write(f"{count(len(made.cases), 'case')}, {withheld:,} of them unanswerable, in {out_file}")
    if other is not None:
        show_rephrased(other, chosen.llm)
    if claims is not None:
        write(f"{count(len(made.claims), 'claim')} in {claims}")
