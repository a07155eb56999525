"""`byline eval conversations`, `selection` and `refusal`: the parts of answering, on benchmarks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.chat.words import count
from ui.cli.console import out, write, write_json
from ui.cli.figures import refusing_json, refusing_rows, setup_for, table
from ui.cli.options import JsonOption
from ui.cli.shared_options import with_answering, with_reading
from ui.settings import Settings

_PlotsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Write threshold.svg, what each threshold would answer and refuse, and "
        "calibration.svg into this folder.",
        show_default=False,
    ),
]


@with_answering
def conversations(
    chosen: Settings,
    corpus: Annotated[
        Path, typer.Option(help="JSON Lines of passages: id, text.", show_default=False)
    ],
    turns: Annotated[
        Path,
        typer.Option(
            help="JSON Lines of last turns: messages, relevant (ids), answerability.",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Whether follow-ups find what they need, and are refused where they cannot.

    Only turns with a history count. Of the refusals only turns that are ANSWERABLE or
    UNANSWERABLE count; of any others it is said how many there were and how often they were
    refused.
    """
    from eval.conversations import measure
    from ui.cli.progress import Bar

    with Bar() as bar:
        scores = measure(corpus, turns, setup_for(chosen), bar.step)
    if as_json:
        default = scores.steps[scores.default]
        left_out = {
            kind: {"turns": number, "refused": share}
            for kind, (number, share) in scores.unsure.items()
        }
        write_json(
            {
                "ndcg@10": default.ndcg_at_10.value,
                "recall@10": default.recall_at_10.value,
                "turns": scores.turns,
                "refusal": {**refusing_json(scores.refusal), "left_out": left_out},
            }
        )
        return
    rows = [
        (name, str(step.ndcg_at_10), str(step.recall_at_10)) for name, step in scores.steps.items()
    ]
    out.print(table(("step", "ndcg@10", "recall@10"), rows))
    write(
        f"{count(scores.turns, 'turn')} with history; left out: {scores.without_history:,} without "
        f"one, {scores.without_relevant:,} having no relevant passage; 95 % intervals drawn by "
        "conversation"
    )
    write()
    out.print(table(("refusing", ""), refusing_rows(scores.refusal)))
    for kind, (number, share) in scores.unsure.items():
        write(f"left out: {kind}, {count(number, 'turn')}, {share:.0%} of them refused")


@with_reading
def selection(
    chosen: Settings,
    file: Annotated[
        Path,
        typer.Argument(
            help="JSON Lines: question, title, sentences, answer_sentences (indices).",
            show_default=False,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """How often the sentence of a paragraph that answers is the one chosen, step by step."""
    from eval.selection import measure
    from ui.cli.progress import Bar

    with Bar() as bar:
        scores = measure(file, setup_for(chosen), bar.step)
    default = scores.steps[scores.default]
    if as_json:
        write_json({"r@1": default.r_at_1.value, "mrr": default.mrr.value, "cases": scores.cases})
        return
    rows = [(step.value, str(each.r_at_1), str(each.mrr)) for step, each in scores.steps.items()]
    out.print(table(("step", "r@1", "mrr"), rows))
    write(f"{count(scores.cases, 'case')}; {scores.left_out:,} left out, having no answer")


@with_answering
def refusal(
    chosen: Settings,
    file: Annotated[
        Path,
        typer.Argument(help="JSON Lines: question, context, answerable.", show_default=False),
    ],
    plots: _PlotsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether what the archive cannot answer is refused; all contexts together are the archive.

    AUROC tells answerable questions (the positive class) from others by the answer's confidence;
    F1 is that of the refusals at the threshold in force, with unanswerable ones as positives.
    """
    from eval.refusal import measure
    from eval.threshold import write_plots
    from ui.cli.progress import Bar

    setup = setup_for(chosen)
    with Bar() as bar:
        scores = measure(file, setup, bar.step)
    if plots is not None:
        write_plots(plots, scores.judged, setup.threshold, f"{len(scores.judged)} questions")
    if as_json:
        write_json({**refusing_json(scores.scores), "cases": len(scores.judged)})
        return
    out.print(table(("refusing", ""), refusing_rows(scores.scores)))
    write(
        f"{count(len(scores.judged), 'question')} over {count(scores.contexts, 'context')}; "
        f"threshold {setup.threshold:g}; 95 % intervals drawn by context"
    )
