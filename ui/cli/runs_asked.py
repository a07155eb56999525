"""How the cases of `byline eval answers` are asked: by the assistant that readers get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eval.answers import Run
    from index.location import Location
    from ui.cli.progress import Bar
    from ui.settings import Settings

_PACKAGES = (
    "byline", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy",
    "tokenizers",
)  # fmt: skip


@contextmanager
def sample(chosen: Settings, bar: Bar) -> Iterator[Location]:
    """An archive of the sample articles, made for this run."""
    from eval.asking import SAMPLE, fill_with, temporary
    from ui.cli.figures import setup_for

    setup = setup_for(chosen)
    with temporary(setup, fill_with(SAMPLE / "articles", setup.embedder, bar.step)) as desk:
        yield desk.archive.location


def run_of(
    chosen: Settings,
    location: Location,
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

    made_with = existing_identity(location)
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
        options=(("refusal_threshold", f"{refusing:g}"), *_size(location)),
    )


def _size(location: Location) -> tuple[tuple[str, str], ...]:
    """How large the archive is that was asked, without saying where it lies."""
    from contextlib import closing

    from index.archive import Archive

    with closing(Archive(location)) as archive:
        stats = archive.stats()
    return ("articles", str(stats.articles)), ("passages", str(stats.passages))


def _version(package: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"
