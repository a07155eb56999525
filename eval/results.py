"""eval/RESULTS.md: everything that is measured, made anew by one command.

The file is the same for the same code, models and data, but for the times.
Each benchmark is measured where its folder is there; one that is missing is
said to be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import metadata
from pathlib import Path

from eval.asking import SAMPLE, Progress, Setup
from eval.bootstrap import SAMPLES
from eval.figures import Figure
from eval.goals import GOALS, Goal
from eval.grounding import Recipe
from eval.sections import (
    Section,
    Told,
    conversations_section,
    extraction_section,
    grounding_section,
    latency_section,
    plain,
    refusal_section,
    retrieval_section,
    sample_section,
    selection_section,
    table,
)
from index.errors import SourceError
from index.location import Location

_PACKAGES = ("byline", "sentence-transformers", "faiss-cpu", "tantivy", "numpy")


def report(
    data: Path,
    setup: Setup,
    plots: Path,
    *,
    archive: Location | None = None,
    progress: Progress | None = None,
) -> str:
    """Measure everything and say it as Markdown; the plots are written into their folder.

    `data` holds the benchmarks: retrieval/NAME/{corpus,queries}.jsonl,
    conversations/{corpus,turns}.jsonl, selection/*.jsonl, abstention/*.jsonl,
    grounding/*.jsonl, extraction/. `archive` is asked for the times, with the questions of
    retrieval/news_facts; without it nothing is timed. Raises SourceError.
    """
    if not data.is_dir():
        raise SourceError(f"there is no folder {data}: expected the benchmarks, one to a folder")
    jobs = _jobs(data, setup, plots, archive, progress)
    sections = [job() for job in jobs]
    told = {name: figure for section in sections for name, figure in section.told.items()}
    lines = [*_head(setup), "", "## Against what was aimed at", "", *_goals(told), ""]
    for section in sections:
        lines += [f"## {section.title}", "", *section.lines, ""]
    return "\n".join(lines).rstrip() + "\n"


def _jobs(
    data: Path, setup: Setup, plots: Path, archive: Location | None, progress: Progress | None
) -> list[Callable[[], Section]]:
    """What is measured, in the order of the report."""
    jobs: list[tuple[str, Path, Callable[[Path], Section]]] = [
        *(
            (
                f"Retrieval: {name}",
                data / "retrieval" / name,
                partial(retrieval_section, setup, progress),
            )
            for name in ("xquad_en", "xquad_tr", "xquad_ru", "time1963", "news_facts")
        ),
        ("Follow-ups", data / "conversations", partial(conversations_section, setup, progress)),
        (
            "Choosing the sentence: qed",
            data / "selection" / "qed.jsonl",
            partial(selection_section, setup, progress),
        ),
        (
            "Refusing: squad2",
            data / "abstention" / "squad2.jsonl",
            partial(refusal_section, setup, progress, plots),
        ),
        ("Grounding", data / "grounding", partial(grounding_section, Recipe(), progress)),
        ("The sample archive", SAMPLE / "articles", partial(sample_section, setup, progress)),
        ("Extraction", data / "extraction", partial(extraction_section, progress)),
    ]
    if archive is not None:
        asked = data / "retrieval" / "news_facts" / "queries.jsonl"
        jobs.append(
            ("Time to an answer", asked, partial(latency_section, setup, progress, archive))
        )
    return [partial(_measured, *job) for job in jobs]


def _measured(title: str, path: Path, measure: Callable[[Path], Section]) -> Section:
    if not path.exists():
        return Section(title, ("Not measured: this benchmark is missing.",), {})
    section = measure(path)
    return Section(title, section.lines, section.told)


def _head(setup: Setup) -> list[str]:
    versions = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    reader = setup.reader.id if setup.reader is not None else "none"
    name = Path(setup.embedder.identity.id)
    model = name.name if name.is_absolute() else name  # where it lies is this machine's affair
    return [
        "# What was measured",
        "",
        "Made by `byline eval report --data DIR`; not edited by hand. On development halves of "
        "public collections, none of which is part of this project; each section's command prints "
        "the same figures for any collection of that shape.",
        "",
        f"- Embedding model {model}, weights {setup.embedder.identity.weights[:12]}; reader "
        f"{reader}; threshold {setup.threshold:g} of the probability.",
        f"- {versions}.",
        f"- In brackets: 95 % intervals, percentile bootstrap of {SAMPLES:,} samples, seed 0, "
        "drawn by cluster (conversation, paragraph) where questions share one.",
    ]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _goals(told: Told) -> list[str]:
    return table(
        ("set", "measure", "baseline", "at least", "aim", "now", ""),
        [
            (goal.name, goal.measure, *map(plain, (goal.baseline, goal.least, goal.aim)),
             plain(told.get(goal.key)), _verdict(goal, told.get(goal.key)))
            for goal in GOALS
        ],
    )  # fmt: skip


def _verdict(goal: Goal, figure: Figure | float | None) -> str:
    value = figure.value if isinstance(figure, Figure) else figure
    if value is None:
        return "not measured"
    sign = -1 if goal.lower_is_better else 1
    if sign * value >= sign * goal.aim:
        return "aim reached"
    return "reached" if sign * value >= sign * goal.least else "**missed**"
