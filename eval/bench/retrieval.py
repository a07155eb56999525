"""From a question to hits: time with and without filters, by stage, and what is found.

The archive is the one given, or one made for this (`eval.bench.synthetic`). A question is
the beginning of a sentence that a passage holds, embedded as a reader's would be. The
archive's files are read once before: from a server that has been asked for a while they are
in the system's memory, where there is room for them, and from one just started they are not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from eval.bench.archives import Spread, folder_of, questions
from eval.bench.exact import nearest, share
from eval.bench.registry import Given
from index import database
from index.archive import Archive
from index.derived import PassageVectors
from index.embed import SentenceTransformerEmbedder, Vectors
from index.location import Folder
from index.types import Filters
from rag.halves import CANDIDATES
from rag.retrieve import query, retrieve

PASSAGES = 100_000  # of an archive that is made for this
QUESTIONS = 200
_WARM_UP = 100  # other questions that are asked first, as of a server that has been up a while
_HITS = 10
_PIECE = 1 << 20  # bytes

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RetrievalScores:
    """`question` and `filtered` are from the text to the hits; `opening` is in seconds.

    `recall` is the vector index's share of exact search's ten nearest, as it ranks them;
    `recall_compared` the same once its candidates are compared exactly, as retrieval does.
    """

    passages: int
    questions: int
    opening: float
    index: str
    question: Spread
    filtered: Spread
    stages: dict[str, Spread]
    recall: float
    recall_compared: float


def run(given: Given) -> RetrievalScores:
    """Ask `QUESTIONS` questions, each without filters and within some.

    Raises SourceError for an archive on a server, ArchiveError for one with too few passages.
    """
    with folder_of(given, PASSAGES) as folder:
        _read_files(folder)
        start = time.perf_counter()
        archive = Archive(folder)
        opening = time.perf_counter() - start
        try:
            return _measured(archive, folder, opening, given)
        finally:
            archive.close()


def lines(scores: RetrievalScores, plots: Path | None) -> Sequence[str]:
    """The scores as Markdown."""
    rows = {"question to hits": scores.question, "the same, filtered": scores.filtered}
    rows |= {f"of that, {name}": spread for name, spread in scores.stages.items()}
    return (
        f"{scores.passages:,} passages ({scores.index}), opened in {scores.opening:.2f} s; "
        f"{scores.questions} questions.",
        "",
        "| | median ms | 95th percentile | processor |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {spread.median:.1f} | {spread.p95:.1f} | {spread.processor:.1f} |"
            for name, spread in rows.items()
        ),
        "",
        f"Of exact search's ten nearest, the index finds {scores.recall:.3f}, and "
        f"{scores.recall_compared:.3f} once its candidates are compared exactly.",
    )


def _measured(archive: Archive, folder: Path, opening: float, given: Given) -> RetrievalScores:
    embedder = SentenceTransformerEmbedder()
    asked = questions(archive, folder, QUESTIONS + _WARM_UP, more_than=_WARM_UP)
    filters = _filters(archive)
    whole: list[tuple[float, float]] = []
    within: list[tuple[float, float]] = []
    stages: dict[str, list[tuple[float, float]]] = {}
    vectors = []
    for done, text in enumerate(asked):
        within_these = filters[done % len(filters)]
        counts = done >= _WARM_UP
        # the whole before its parts, which find in the caches what it has brought there
        _, all_of_it = _timed(partial(_hits, archive, embedder, text, Filters()))
        _, filtered = _timed(partial(_hits, archive, embedder, text, within_these))
        vector, embedding = _timed(partial(embedder.embed_query, text))
        _, near = _timed(partial(archive.search_vectors, vector, CANDIDATES))
        _, words = _timed(partial(archive.search_terms, text, CANDIDATES))
        if counts:
            vectors.append(vector)
            whole.append(all_of_it)
            within.append(filtered)
            for name, took in (("embedding", embedding), ("vectors", near), ("words", words)):
                stages.setdefault(name, []).append(took)
        if given.progress is not None:
            given.progress("asking", done + 1, len(asked))
    recall, compared = _recall(archive, folder, np.array(vectors))
    return RetrievalScores(
        passages=archive.passages,
        questions=len(whole),
        opening=opening,
        index=archive.stats().index_kind,
        question=Spread.of(whole),
        filtered=Spread.of(within),
        stages={name: Spread.of(times) for name, times in stages.items()},
        recall=recall,
        recall_compared=compared,
    )


def _hits(archive: Archive, embedder: SentenceTransformerEmbedder, text: str, f: Filters) -> None:
    retrieve(archive, query(text, embedder, archive, f), _HITS, f)


def _timed(what: Callable[[], _T]) -> tuple[_T, tuple[float, float]]:
    start, used = time.perf_counter(), time.process_time()
    result = what()
    return result, (time.perf_counter() - start, time.process_time() - used)


def _read_files(folder: Path) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            with file.open("rb") as stream:
                while stream.read(_PIECE):
                    pass


def _filters(archive: Archive) -> list[Filters]:
    """A year, a month, the largest source, and a source within a year; different ones."""
    facets = archive.facets()
    first, last = facets.first or date(2020, 1, 1), facets.last or date(2020, 12, 31)
    days = max(1, last.toordinal() - first.toordinal())
    sources = [name for name, _ in facets.sources] or [""]
    found = []
    for number in range(12):
        start = first.toordinal() + days * number // 12
        year = (date.fromordinal(start), date.fromordinal(start + 365))
        month = (date.fromordinal(start), date.fromordinal(start + 30))
        source = sources[number % len(sources)]
        found += [
            Filters(after=year[0], before=year[1]),
            Filters(after=month[0], before=month[1]),
            Filters(sources=(source,)),
            Filters(after=year[0], before=year[1], sources=(source,)),
        ]
    return found


def _recall(archive: Archive, folder: Path, queries: Vectors) -> tuple[float, float]:
    """Against exact search over all vectors, a block of them at a time."""
    engine = database.open_reader(Folder(folder))
    try:
        with database.reading(engine) as connection:
            blocks = PassageVectors(connection, queries.shape[1]).blocks()
            exact = nearest(blocks, queries, _HITS)
    finally:
        engine.dispose()
    ranked, compared = [], []
    for vector, wanted in zip(queries, exact, strict=True):
        hits = [hit.key for hit in archive.search_vectors(vector, CANDIDATES)]
        cosines = {key: float(v @ vector) for key, v in archive.vectors(hits).items()}
        best = sorted(cosines, key=lambda key: -cosines[key])[:_HITS]
        ranked.append(share(hits[:_HITS], wanted))
        compared.append(share(best, wanted))
    return float(np.mean(ranked)), float(np.mean(compared))
