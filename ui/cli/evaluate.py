"""`byline eval`: how well the parts work, on collections with known answers.

The one place where `ui` reaches over to `eval`: the command line composes all.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.errors import SourceError
from ui.chat.words import count
from ui.cli import (
    evaluate_answers,
    evaluate_archive,
    evaluate_bench,
    evaluate_grounding,
    evaluate_load,
    evaluate_report,
    evaluate_runs,
    evaluate_writing,
)
from ui.cli.console import out, write, write_json
from ui.cli.figures import setup_for, table
from ui.cli.options import JsonOption, settings_for
from ui.cli.shared_options import with_reading
from ui.settings import Settings

if TYPE_CHECKING:
    from eval.retrieval import RetrievalScores, Scores

app = typer.Typer(help="Measure the parts on collections with known answers.", no_args_is_help=True)
app.command()(evaluate_answers.conversations)
app.command()(evaluate_answers.selection)
app.command()(evaluate_answers.refusal)
app.command()(evaluate_archive.cases)
app.command()(evaluate_archive.questions)
app.command()(evaluate_archive.latency)
app.command()(evaluate_grounding.grounding)
app.command()(evaluate_runs.answers)
app.command()(evaluate_runs.compare)
app.command()(evaluate_runs.generate)
app.command()(evaluate_writing.writing)
app.command()(evaluate_report.report)
app.command()(evaluate_load.load)
app.command()(evaluate_bench.bench)

_METRICS = {
    "hit@1": "hit_at_1",
    "hit@5": "hit_at_5",
    "mrr": "mrr",
    "ndcg@10": "ndcg_at_10",
    "recall@4": "recall_at_4",
    "recall@10": "recall_at_10",
}


@app.command()
def extraction(
    ctx: typer.Context,
    directory: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="A folder with ground-truth.json and html/ID.html.gz.",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """How much of each page's story is found, and how little else."""
    from eval.extraction import measure
    from ui.cli.progress import Bar

    settings_for(ctx)  # a wrong setting is an error of every command
    try:
        with Bar() as bar:
            scores = measure(directory, lambda done, total: bar.step("pages", done, total))
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise SourceError(
            f"{directory} is not a benchmark of pages: expected ground-truth.json and "
            f"html/ID.html.gz; {error}"
        ) from error
    if as_json:
        write_json(asdict(scores))
        return
    names = ("f1", "precision", "recall", "accuracy")
    out.print(table(names, [[f"{getattr(scores, name):.4f}" for name in names]]))
    write(f"{count(scores.pages, 'page')}, {scores.pages_per_second:.1f} a second")


@app.command()
@with_reading
def retrieval(
    chosen: Settings,
    corpus: Annotated[
        Path, typer.Option(help="JSON Lines of documents: id, text, title.", show_default=False)
    ],
    queries: Annotated[
        Path,
        typer.Option(help="JSON Lines of questions: question, relevant (ids).", show_default=False),
    ],
    as_json: JsonOption = False,
) -> None:
    """How high the documents that answer a question are ranked, step by step."""
    from eval.figures import Figure
    from eval.retrieval import measure
    from ui.cli.progress import Bar

    with Bar() as bar:
        setup = setup_for(chosen)
        scores = measure(corpus, queries, setup.embedder, bar.step, reader=setup.reader)
    if as_json:
        write_json(_json(scores))
        return
    rows = [
        (
            step.value,
            *(
                str(Figure(getattr(each, field), *scores.intervals[step][field]))
                for field in _METRICS.values()
            ),
        )
        for step, each in scores.steps.items()
    ]
    out.print(table(("step", *_METRICS), rows))
    queries_asked = count(scores.queries, "query")
    write(f"{queries_asked}; {scores.left_out:,} left out, having no relevant document")


def _json(scores: RetrievalScores) -> dict[str, Any]:
    return {
        "steps": {step.value: _figures(each) for step, each in scores.steps.items()},
        "default": scores.default.value,
        "queries": scores.queries,
        "left_out": scores.left_out,
    }


def _figures(scores: Scores) -> dict[str, float]:
    return {name: getattr(scores, field) for name, field in _METRICS.items()}
