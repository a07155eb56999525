"""How the vector index grows: time, memory and disk from a thousand vectors to ten million.

Vectors alone, made as they are asked for (`eval.bench.synthetic`), written and searched by
what an archive writes and searches with; up to 20,000 they are searched one by one. Each
size is built in one new process and searched in another.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench import synthetic
from eval.bench.archives import Spread, material
from eval.bench.exact import nearest, share
from eval.bench.process import called
from eval.bench.registry import Given
from eval.plot import Line, Ticks, svg
from index.building import build
from index.embed import Identity
from index.embedded import VECTORS, fold_limit
from index.tail import Tail
from index.vectors import VectorIndex
from rag.halves import CANDIDATES

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_QUERIES = 300
_MEASURED = 100  # of them, with exact search
_NEAREST = 10
_SECONDS = 4 * 3600  # that one size may take
_LEAST = 0.01  # of a second, a millisecond or a megabyte is drawn
_FIRST_LINE = 100_000  # vectors from which on exponents are fitted: below, all is overhead


@dataclass(frozen=True, slots=True)
class Point:
    """One size. Seconds, bytes; `memory` is the searching process's, `peak` the building one's.

    `recall` is the share of exact search's ten nearest among as many candidates as retrieval
    compares exactly.
    """

    vectors: int
    building: float
    opening: float
    search: Spread
    memory: int
    peak: int
    disk: int
    recall: float


@dataclass(frozen=True, slots=True)
class GrowthScores:
    """Exponents of the number of vectors, fitted from 100,000 on; None with too few sizes.

    That of search is of the processor's time.
    """

    points: tuple[Point, ...]
    search_exponent: float | None
    building_exponent: float | None
    memory_exponent: float | None


def run(given: Given, sizes: Sequence[int] = SIZES) -> GrowthScores:
    """Build and search each size. Raises WorkerLost where one failed."""
    points = []
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as room:
        of = material(given, Path(room))
        np.savez(Path(room, "material.npz"), vectors=of.vectors, near=of.near)
        for done, size in enumerate(sizes, start=1):
            points.append(_point(Path(room), size))
            if given.progress is not None:
                given.progress("sizes", done, len(sizes))
    return GrowthScores(
        points=tuple(points),
        search_exponent=_exponent([(p.vectors, p.search.processor) for p in points]),
        building_exponent=_exponent([(p.vectors, p.building) for p in points]),
        memory_exponent=_exponent([(p.vectors, p.memory) for p in points]),
    )


def lines(scores: GrowthScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown, with a plot where there is a folder for it."""

    def fitted(name: str, exponent: float | None) -> str:
        return f"{name} {exponent:.2f}" if exponent is not None else f"{name} unknown"

    told = [
        "| vectors | build s | open s | search ms | 95th percentile | memory MB | while building "
        "MB | file MB | recall@10 |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(
            f"| {p.vectors:,} | {p.building:.1f} | {p.opening:.2f} | {p.search.median:.2f} "
            f"| {p.search.p95:.2f} | {p.memory / 1e6:,.0f} | {p.peak / 1e6:,.0f} "
            f"| {p.disk / 1e6:,.0f} | {p.recall:.3f} |"
            for p in scores.points
        ),
        "",
        f"Exponents from {_FIRST_LINE:,} vectors on: {fitted('search', scores.search_exponent)}, "
        f"{fitted('building', scores.building_exponent)}, "
        f"{fitted('memory', scores.memory_exponent)}.",
    ]
    if plots is not None:
        plots.mkdir(parents=True, exist_ok=True)
        (plots / "growth.svg").write_text(plot(scores.points), encoding="utf-8")
        told += ["", f"![Growth]({plots.name}/growth.svg)"]
    return told


def plot(points: Sequence[Point]) -> str:
    """Search, memory and building over the number of vectors, all in powers of ten, as SVG."""
    series = {
        "search, ms": [p.search.median for p in points],
        "memory, MB": [p.memory / 1e6 for p in points],
        "build, s": [p.building for p in points],
    }
    across, along = _powers([p.vectors for p in points])
    everything = [value for values in series.values() for value in values]
    heights, up = _powers(everything)
    upwards = dict(zip(everything, heights, strict=True))
    drawn = [
        Line(name, tuple((x, upwards[v]) for x, v in zip(across, values, strict=True)), dots=True)
        for name, values in series.items()
    ]
    return svg("Growth of the vector index", "vectors", "", drawn, ticks=(along, up))


def _powers(values: Sequence[float]) -> tuple[list[float], Ticks]:
    """Where each lies between the powers of ten around them all, 0 to 1; and those powers."""
    logs = np.log10(np.maximum(values, _LEAST))
    low = int(np.floor(logs.min()))
    high = max(low + 1, int(np.ceil(logs.max())))
    places = [float(place) for place in (logs - low) / (high - low)]
    names = [((n - low) / (high - low), f"{10.0**n:,.10g}") for n in range(low, high + 1)]
    return places, names


def _point(room: Path, size: int) -> Point:
    made = called(__name__, "built", str(room), size, timeout=_SECONDS)
    held = called(__name__, "searched", str(room), size, timeout=_SECONDS)
    file = room / VECTORS
    disk = file.stat().st_size if file.exists() else 0
    file.unlink(missing_ok=True)
    return Point(
        vectors=size,
        building=made["building"],
        opening=held["opening"],
        search=Spread(**held["search"]),
        memory=held["memory"],
        peak=made["peak"],
        disk=disk,
        recall=held["recall"],
    )


def built(room: str, size: int) -> dict[str, Any]:
    """In a process of its own: write the index, and tell what it took."""
    source = synthetic.MadeVectors(_loaded(Path(room)), size)
    start = time.perf_counter()
    if size > fold_limit(0):
        build(Path(room, VECTORS), source, source.dimension, 1)
    return {"building": time.perf_counter() - start, "peak": _status("VmHWM")}


def searched(room: str, size: int) -> dict[str, Any]:
    """In a process of its own: open it, search it, and tell what that took."""
    of = _loaded(Path(room))
    source = synthetic.MadeVectors(of, size)
    queries = synthetic.mixed(of, _QUERIES, seed=987_654_321).vectors
    start = time.perf_counter()
    index: VectorIndex | Tail
    if size > fold_limit(0):
        index = VectorIndex.load(Path(room, VECTORS), source.dimension)
    else:
        index = Tail(source.dimension, source.names).extended(source.blocks())
    opening = time.perf_counter() - start
    times, hits = [], []
    for query in queries:
        start, used = time.perf_counter(), time.process_time()
        hits.append(index.search(query, CANDIDATES))
        times.append((time.perf_counter() - start, time.process_time() - used))
    memory = _status("VmRSS")
    exact = nearest(source.blocks(), queries[:_MEASURED], _NEAREST)
    shares = [share((hit.key for hit in hits[at]), wanted) for at, wanted in enumerate(exact)]
    return {
        "opening": opening,
        "search": asdict(Spread.of(times)),
        "memory": memory,
        "recall": float(np.mean(shares)),
    }


def _loaded(room: Path) -> synthetic.Material:
    with np.load(room / "material.npz") as kept:
        vectors = kept["vectors"]
        return synthetic.Material(
            (), (), vectors, kept["near"], Identity("made", vectors.shape[1], "none")
        )


def _status(name: str) -> int:
    """Bytes, as Linux tells them of this process; 0 where it does not."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def _exponent(pairs: Sequence[tuple[int, float]]) -> float | None:
    large = [(size, value) for size, value in pairs if size >= _FIRST_LINE and value > 0]
    if len(large) < 2:
        return None
    sizes, values = np.log([size for size, _ in large]), np.log([value for _, value in large])
    return float(np.polyfit(sizes, values, 1)[0])
