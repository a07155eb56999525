"""`byline eval cases`, `questions` and `latency`: an archive asked as readers ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.chat.words import count
from ui.cli.console import line, out, write, write_json
from ui.cli.figures import refusing_json, setup_for, table
from ui.cli.options import JsonOption
from ui.cli.shared_options import with_answering
from ui.settings import Settings

if TYPE_CHECKING:
    from eval.asking import Desk
    from eval.cases import Outcome
    from eval.latency import LatencyScores
    from eval.questions import QuestionScores
    from ui.cli.progress import Bar

_ArchiveOption = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|URL",
        help="The archive to ask; by default one made anew of the sample articles.",
        show_default=False,
    ),
]


@with_answering
def cases(
    chosen: Settings,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILES]...", help="JSON Lines of cases; by default all of eval/cases."
        ),
    ] = None,
    archive: _ArchiveOption = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="Say of each failed case what did not hold.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Which cases of what an answer must and must not hold pass."""
    from eval.asking import CASES
    from eval.cases import case_files, run
    from ui.cli.progress import Bar

    with Bar() as bar, _desk(chosen, archive, bar) as desk:
        outcomes = run(files or case_files(CASES), desk, bar.step)
    if as_json:
        write_json({"files": {each.name: _case_json(each) for each in outcomes}})
        return
    out.print(
        table(
            ("cases", "passed", "before the code", "after it"),
            [
                (
                    each.name,
                    f"{each.passed} of {each.cases}",
                    f"{each.early_passed} of {each.early}",
                    f"{each.passed - each.early_passed} of {each.cases - each.early}",
                )
                for each in outcomes
            ],
        )
    )
    for each in outcomes:
        for failure in each.failures:
            if not failed:
                continue
            write()
            write(f"{line(failure.case.id)} {line(failure.case.question)}")
            for fault in failure.faults:
                write(f"  {line(fault)}")


def _case_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "passed": outcome.passed,
        "cases": outcome.cases,
        "before_code": {"passed": outcome.early_passed, "cases": outcome.early},
        "failed": [
            {"id": f.case.id, "question": f.case.question, "faults": list(f.faults)}
            for f in outcome.failures
        ],
    }


@with_answering
def questions(
    chosen: Settings,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILES]...",
            help="JSON Lines of questions or conversations; by default the sample's.",
        ),
    ] = None,
    archive: _ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether what an archive answers is answered with the right sentence, and the rest refused."""
    from eval.asking import SAMPLE
    from eval.questions import measure
    from ui.cli.progress import Bar

    paths = files or [SAMPLE / "questions.jsonl", SAMPLE / "conversations.jsonl"]
    with Bar() as bar, _desk(chosen, archive, bar) as desk:
        scores = {path.stem: measure(path, desk, bar.step) for path in paths}
    if as_json:
        write_json({"files": {name: _questions_json(each) for name, each in scores.items()}})
        return
    rows = [
        ("questions", *(str(each.questions) for each in scores.values())),
        ("answered, of the answerable", *(str(s.refusal.answered) for s in scores.values())),
        ("right sentence cited first", *(str(s.first) for s in scores.values())),
        ("right sentence cited", *(str(s.any) for s in scores.values())),
        ("sentences of an answer", *(str(s.sentences) for s in scores.values())),
        ("refused, of the unanswerable", *(str(s.refusal.refused) for s in scores.values())),
        ("AUROC of the probability", *(str(s.refusal.auroc) for s in scores.values())),
    ]
    for why in dict.fromkeys(why for each in scores.values() for why in each.refused_by):
        shares = (each.refused_by.get(why) for each in scores.values())
        rows.append((f"refused: {why}", *(f"{s.count} of {s.of}" if s else "-" for s in shares)))
    out.print(table(("", *scores), rows))


def _questions_json(scores: QuestionScores) -> dict[str, Any]:
    return {
        "questions": scores.questions,
        "answered": scores.refusal.answered.value,
        "first": scores.first.value,
        "any": scores.any.value,
        "sentences": scores.sentences.value,
        "refused": scores.refusal.refused.value,
        "refused_by": {why: asdict(share) for why, share in scores.refused_by.items()},
        **refusing_json(scores.refusal),
    }


@with_answering
def latency(
    chosen: Settings,
    archive: Annotated[
        str, typer.Option(metavar="DIR|URL", help="The archive to ask.", show_default=False)
    ],
    queries: Annotated[
        Path, typer.Option(help="JSON Lines of questions: question.", show_default=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """How long an answer takes, step by step, from an archive with its models loaded."""
    from eval.latency import measure
    from ui.cli.progress import Bar

    with Bar() as bar, _desk(chosen, archive, bar) as desk:
        scores = measure(queries, desk, bar.step)
        made_with = desk.archive.identity.id
    if as_json:
        write_json(asdict(scores))
        return
    show_latency(scores)
    write(f"embedding model {line(made_with)}")


def show_latency(scores: LatencyScores) -> None:
    out.print(
        table(
            ("milliseconds", "median", "95th percentile"),
            [
                (name, f"{spread.median:.1f}", f"{spread.p95:.1f}")
                for name, spread in scores.steps.items()
            ],
        )
    )
    write(
        f"{count(scores.questions, 'question')}, {scores.answered:,} of them answered; "
        f"{count(scores.passages, 'passage')} of {count(scores.articles, 'article')}; "
        f"{count(scores.cores, 'core')}"
    )


@contextmanager
def _desk(chosen: Settings, archive: str | None, bar: Bar) -> Iterator[Desk]:
    """A desk over an archive, or over one of the sample articles that is made for it."""
    from eval.asking import SAMPLE, fill_with, opened, temporary
    from index.location import parse
    from ui.cli.opening import existing_identity

    if archive is not None:
        location = parse(archive)
        with opened(location, setup_for(chosen, existing_identity(location))) as desk:
            yield desk
        return
    setup = setup_for(chosen)
    with temporary(setup, fill_with(SAMPLE / "articles", setup.embedder, bar.step)) as desk:
        yield desk
