"""The ingester of a node: the ingest of one machine, kept loaded between lots.

An actor of Ray Data's. Ray starts it again where its machine or its process was lost,
and gives it the lot that it had not finished: what it had committed of that is found
in the archive, by the page's own hash, and is not put twice. Whatever is wrong with
the archive or the model is handed back as a value rather than raised, since Ray wraps
what is raised, and would start anew an actor that cannot be made. It would also start one
anew for ever, and say nothing, where a page takes all memory each time that it is read: so
an ingester asks how often it was lost, and ends the run with the pages that it was given.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.cluster.errors import ClusterError
from index.cluster.reading import LOT, Failed, Target, cell, unpacked
from index.embed import Embedder
from index.errors import BylineError
from index.ingest import Ingest
from index.sources.reading import Item
from index.summary import Summary
from index.threads import VARIABLE
from index.types import Page
from index.writer import ArchiveWriter

RESULT = "result"  # the column of pickled results
_MOST_LOST = 30  # times; a node that is taken away now and then is no reason to end

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
        self._lost: int | None = None  # of this process there is one answer
        self._opened: tuple[ArchiveWriter, Embedder] | None = None

    def __call__(self, batch: Any) -> Any:
        """Given an Arrow table of one row, as `read` gives it."""
        try:
            return {RESULT: [pickle.dumps(self._take(cell(batch, LOT)))]}
        except BylineError as error:
            return {RESULT: [pickle.dumps(error)]}

    def _take(self, lot: Any) -> Result:
        if self._lost is None:
            self._lost = _times_lost()
        if self._lost > _MOST_LOST:
            raise ClusterError(_lost_again(self._lost, lot))
        writer, embedder = self._open()
        failed = list[Failed]()
        summary = Ingest(writer, embedder, since=self._since).run(_pages(lot, failed))
        writer.checkpoint_if_due()  # the search hears of it now and then, and not at the end
        return Result(summary, tuple(failed), self._lost > 0)

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


def _times_lost() -> int:
    """How often this actor was lost, and started anew; 0 for one that is not Ray's."""
    import ray

    actor = ray.get_runtime_context().get_actor_id() if ray.is_initialized() else None
    if actor is None:
        return 0
    return int(ray._private.state.actors(actor_id=actor).get("NumRestarts", 0))


def _lost_again(times: int, lot: Any) -> str:
    pages = [met.origin for met in unpacked(lot) if isinstance(met, Page)]
    between = f"{pages[0]} to {pages[-1]}" if pages else "none"
    return (
        f"an ingester was lost {times} times; the pages that it was given now, from {between}, may "
        "take more memory than their node has. What was counted is in the archive; give the node "
        "more memory, or leave those pages out, and run the same command again"
    )
