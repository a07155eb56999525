"""Which benchmarks there are, and what each of their modules has.

To add one: write `eval/bench/NAME.py` with the two functions of `Bench`, and
name it in `BENCHES`. The command, its JSON and its part of the report follow.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from index.errors import BylineError

if TYPE_CHECKING:
    from eval.asking import Progress

BENCHES = {
    "embedding": "Passages embedded a second, against sentence-transformers in the same run",
    "retrieval": "From a question to hits, with and without filters",
    "answering": "From a question to its cited answer, by step",
    "indexing": "Articles added to an archive, until an open reader finds them",
    "memory": "Memory of a process that serves, step by step",
    "growth": "The vector index from a thousand vectors to ten million",
    "cluster": "Ingest by a Ray cluster into PostgreSQL, and how much PostgreSQL takes",
    "peers": "Against txtai, haystack, LlamaIndex and haiku.rag, side by side",
}
"""Each benchmark's name and title, in the order of the report."""


class UnknownBench(BylineError):
    """There is no benchmark of that name."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a benchmark may be given; without, it measures with articles and archives of its own.

    `data` is a source of articles, or what its module says. `archive` is a folder or an
    address, `articles` how many to take, `work` a folder for what is installed and kept.
    """

    data: Path | None = None
    archive: str | None = None
    progress: Progress | None = None
    articles: int | None = None
    work: Path | None = None


class Bench(Protocol):
    """What a benchmark's module has. `Any` is its own frozen dataclass of scores."""

    def run(self, given: Given) -> Any:
        """Measure. The fields of what it returns are the keys of the JSON."""

    def lines(self, scores: Any, plots: Path | None) -> Sequence[str]:
        """The scores as Markdown; a plot, where there is a curve, is written into the folder.

        Without a folder there is no plot.
        """


def bench(name: str) -> Bench:
    """The benchmark's module, loaded now. Raises UnknownBench."""
    if name not in BENCHES:
        raise UnknownBench(
            f"there is no benchmark {name!r}: expected one of {', '.join(sorted(BENCHES))}"
        )
    return cast(Bench, importlib.import_module(f"eval.bench.{name}"))


def as_json(scores: Any) -> dict[str, Any]:
    """The scores by their names."""
    return asdict(scores)
