"""The sections of eval/RESULTS.md: each measures one thing and says it as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval import (
    cases,
    conversations,
    extraction,
    grounding,
    latency,
    questions,
    refusal,
    retrieval,
    rows,
    selection,
)
from eval.asking import CASES, SAMPLE, Progress, Setup, fill_with, opened, temporary
from eval.figures import Figure, Refusing, three
from eval.threshold import write_plots
from index.location import Location
from rag import verify

Told = dict[str, Figure | float | None]  # the figure of each goal that was measured
_RETRIEVAL = {
    "hit@1": "hit_at_1",
    "MRR": "mrr",
    "nDCG@10": "ndcg_at_10",
    "recall@10": "recall_at_10",
}
GROUNDING = ("qags_cnndm", "qags_xsum", "summedits_news", "wice", "mtrag_answers")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report, and the figures in it that a goal was set for."""

    title: str
    lines: tuple[str, ...]
    told: Told


def retrieval_section(setup: Setup, progress: Progress | None, folder: Path) -> Section:
    scores = retrieval.measure(
        folder / "corpus.jsonl",
        folder / "queries.jsonl",
        setup.embedder,
        progress,
        reader=setup.reader,
    )
    figures = {
        step: {
            name: Figure(getattr(each, field), *scores.intervals[step][field])
            for name, field in _RETRIEVAL.items()
        }
        for step, each in scores.steps.items()
    }
    rows = [(step.value, *map(plain, each.values())) for step, each in figures.items()]
    lines = [
        "`byline eval retrieval --corpus corpus.jsonl --queries queries.jsonl`",
        "",
        *table(("step", *_RETRIEVAL), rows),
        "",
        f"{scores.queries} questions; {scores.left_out} left out, having no relevant document. "
        f"The product's step is {scores.default.value}.",
    ]
    told: Told = {
        f"{folder.name} {name}": figure for name, figure in figures[scores.default].items()
    }
    return Section("", tuple(lines), told)


def conversations_section(setup: Setup, progress: Progress | None, folder: Path) -> Section:
    scores = conversations.measure(folder / "corpus.jsonl", folder / "turns.jsonl", setup, progress)
    rows = [
        (name, str(step.ndcg_at_10), str(step.recall_at_10)) for name, step in scores.steps.items()
    ]
    unsure = "; ".join(
        f"{number} {kind} are left out, of which {three(share)} were refused"
        for kind, (number, share) in scores.unsure.items()
    )
    lines = [
        "`byline eval conversations --corpus corpus.jsonl --turns turns.jsonl`",
        "",
        *table(("step", "nDCG@10", "recall@10"), rows),
        "",
        f"{scores.turns} turns with history; left out: {scores.without_history} without one, "
        f"{scores.without_relevant} having no relevant passage. The product's step is "
        f"“{scores.default}”.",
        "",
        *_refusing(scores.refusal),
        *(["", f"{unsure}."] if unsure else []),
    ]
    default = scores.steps[scores.default]
    return Section("", tuple(lines), {"conversations nDCG@10": default.ndcg_at_10})


def selection_section(setup: Setup, progress: Progress | None, path: Path) -> Section:
    scores = selection.measure(path, setup, progress)
    rows = [(step.value, str(each.r_at_1), str(each.mrr)) for step, each in scores.steps.items()]
    lines = [
        "`byline eval selection FILE`",
        "",
        *table(("step", "R@1", "MRR"), rows),
        "",
        f"{scores.cases} questions; {scores.left_out} left out, having no sentence that answers. "
        f"The product's step is {scores.default.value}.",
    ]
    return Section("", tuple(lines), {"qed R@1": scores.steps[scores.default].r_at_1})


def refusal_section(setup: Setup, progress: Progress | None, plots: Path, path: Path) -> Section:
    scores = refusal.measure(path, setup, progress)
    write_plots(plots, scores.judged, setup.threshold, f"{len(scores.judged)} SQuAD 2 questions")
    lines = [
        "`byline eval refusal FILE`",
        "",
        *_refusing(scores.scores),
        "",
        f"{len(scores.judged)} questions over {scores.contexts} paragraphs.",
        "",
        f"![What the threshold trades]({plots.name}/threshold.svg)",
        f"![Is the probability what it says?]({plots.name}/calibration.svg)",
    ]
    return Section("", tuple(lines), {"squad2 AUROC": scores.scores.auroc})


def sample_section(setup: Setup, progress: Progress | None, articles: Path) -> Section:
    with temporary(setup, fill_with(articles, setup.embedder, progress)) as desk:
        alone = questions.measure(SAMPLE / "questions.jsonl", desk, progress)
        talks = questions.measure(SAMPLE / "conversations.jsonl", desk, progress)
        outcomes = cases.run(cases.case_files(CASES), desk, progress)
    both = (alone, talks)
    rows: list[Sequence[str]] = [
        ("questions", *(str(each.questions) for each in both)),
        ("answered, of the answerable", *(str(each.refusal.answered) for each in both)),
        ("right sentence cited first", *(str(each.first) for each in both)),
        ("right sentence cited", *(str(each.any) for each in both)),
        ("sentences of an answer", *(str(each.sentences) for each in both)),
        ("refused, of the unanswerable", *(str(each.refusal.refused) for each in both)),
        ("AUROC of the probability", *(str(each.refusal.auroc) for each in both)),
    ]
    refused = ", ".join(f"{why} {s.count} of {s.of}" for why, s in alone.refused_by.items())
    lines = [
        "`byline eval questions` and `byline eval cases`, over the articles in eval/sample.",
        "",
        *table(("", "questions", "conversations"), rows),
        "",
        f"Refused, of the questions: {refused}.",
        "",
        *table(
            ("cases", "passed", "of them written before the code"),
            [
                (o.name, f"{o.passed} of {o.cases}", f"{o.early_passed} of {o.early}")
                for o in outcomes
            ],
        ),
    ]
    told: Told = {
        "sample first": alone.first,
        "sample refused": alone.refusal.refused,
        "sample answered": alone.refusal.answered,
    }
    return Section("", tuple(lines), told)


def extraction_section(progress: Progress | None, folder: Path) -> Section:
    scores = extraction.measure(folder, partial(progress, "pages") if progress else None)
    lines = (
        f"`byline eval extraction DIR`, {scores.pages} pages of the public article extraction "
        f"benchmark, by its own measure: F1 {three(scores.f1)}, precision "
        f"{three(scores.precision)}, recall {three(scores.recall)}.",
    )
    return Section("", lines, {})


def grounding_section(recipe: grounding.Recipe, progress: Progress | None, folder: Path) -> Section:
    told: Told = {}
    lines_of, claims, seconds = [], 0, 0.0
    for name in GROUNDING:
        path = folder / f"{name}.jsonl"
        if not path.exists():
            lines_of.append((name, "not measured: this set is missing", "", "", "", ""))
            continue
        run = grounding.measure(rows.read(path), recipe, progress=progress)
        figures = {m.name: Figure(m.value, m.low, m.high) for m in run.report.measures}
        told[f"{name} AUC"], told[f"{name} BA"] = figures["auc"], figures["balanced_accuracy"]
        claims, seconds = claims + run.claims, seconds + run.seconds
        states = ", ".join(f"{n} {state.replace('_', ' ')}" for state, n in run.report.states)
        speed = run.claims_per_second
        lines_of.append(
            (
                name,
                str(figures["auc"]),
                str(figures["balanced_accuracy"]),
                str(figures["groundedness"]),
                "-" if speed is None else f"{speed:.0f}",
                f"{len(run.report.cases)}: {states}",
            )
        )
    told["claims per second"] = claims / seconds if seconds else None
    threshold = verify.THRESHOLD if recipe.threshold is None else recipe.threshold
    head = ("set", "ROC AUC", "balanced accuracy", "claims supported", "claims a second", "rows")
    lines = [
        f"`byline eval grounding FILE`, verifier {recipe.verifier().id}, at its own threshold of "
        f"{threshold:g}. Speed is in one process and differs from machine to machine. The few "
        "weights of the score were fitted on these very rows; figures out of fold are in LOG.md.",
        "",
        *table(head, lines_of),
    ]
    return Section("", tuple(lines), told)


def latency_section(
    setup: Setup, progress: Progress | None, archive: Location, asked: Path
) -> Section:
    with opened(archive, setup) as desk:
        scores = latency.measure(asked, desk, progress)
    rows = [(n, f"{each.median:.0f}", f"{each.p95:.0f}") for n, each in scores.steps.items()]
    lines = [
        "`byline eval latency --archive DIR --queries FILE`, in milliseconds. These figures alone "
        "differ from run to run and from machine to machine.",
        "",
        *table(("step", "median", "95th percentile"), rows),
        "",
        f"{scores.questions} questions, {scores.answered} of them answered, over "
        f"{scores.passages:,} passages of {scores.articles:,} articles, on {scores.cores} cores.",
    ]
    return Section("", tuple(lines), {"latency": scores.steps["total"].median})


def _refusing(scores: Refusing) -> list[str]:
    return table(
        ("refusing", ""),
        [
            ("AUROC of the probability, answerable ones being positive", str(scores.auroc)),
            ("F1 of refusing, unanswerable ones being positive", str(scores.f1)),
            ("answered, of the answerable", f"{scores.answered} of {scores.answerable}"),
            ("refused, of the unanswerable", f"{scores.refused} of {scores.unanswerable}"),
        ],
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def plain(value: Figure | float | None) -> str:
    if isinstance(value, Figure):
        return str(value)
    if value is None:
        return "-"
    return three(value) if value <= 1 else f"{value:.0f}"
