"""The ingester of a node: the ingest of one machine, kept loaded between lots.

An actor of Ray Data's. Ray starts it again where its machine or its process was lost,
and gives it the lot that it had not finished: what it had committed of that is found
in the archive, by the page's own hash, and is not put twice. Whatever is wrong with
the archive or the model is handed back as a value rather than raised, since Ray wraps
what is raised, and would start anew an actor that cannot be made.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.cluster.reading import LOT, Failed, Target, cell, unpacked
from index.embed import Embedder
from index.errors import BylineError
from index.ingest import Ingest
from index.sources.reading import Item
from index.summary import Summary
from index.threads import VARIABLE
from index.writer import ArchiveWriter

RESULT = "result"  # the column of pickled results

MakeEmbedder = Callable[[], Embedder]
"""Makes the model where it is to run. It is pickled: a function of a module, or a
`functools.partial` of one, with small arguments."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a lot. `again` where its ingester was started anew after a loss."""

    summary: Summary
    failed: tuple[Failed, ...]
    again: bool


class Ingester:
    """Takes in one lot after another. `since` as `Ingest` has it."""

    def __init__(self, target: Target, make: MakeEmbedder, since: int) -> None:
        self._target = target
        self._make = make
        self._since = since
        self._opened: tuple[ArchiveWriter, Embedder] | None = None

    def __call__(self, batch: Any) -> Any:
        """Given an Arrow table of one row, as `read` gives it."""
        try:
            return {RESULT: [pickle.dumps(self._take(cell(batch, LOT)))]}
        except BylineError as error:
            return {RESULT: [pickle.dumps(error)]}

    def _take(self, lot: Any) -> Result:
        writer, embedder = self._open()
        failed = list[Failed]()
        summary = Ingest(writer, embedder, since=self._since).run(_pages(lot, failed))
        writer.checkpoint_if_due()  # the search hears of it now and then, and not at the end
        return Result(summary, tuple(failed), _started_again())

    def _open(self) -> tuple[ArchiveWriter, Embedder]:
        if self._opened is None:
            os.environ.setdefault(VARIABLE, "1")  # there is an ingester for every core
            embedder = self._make()
            self._opened = ArchiveWriter(self._target.reached(), embedder.identity), embedder
        return self._opened


def _pages(lot: Any, failed: list[Failed]) -> Iterator[Item]:
    for met in unpacked(lot):
        if isinstance(met, Failed):
            failed.append(met)
        else:
            yield met


def _started_again() -> bool:
    import ray

    return bool(ray.get_runtime_context().was_current_actor_reconstructed)
