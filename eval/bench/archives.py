"""An archive to measure with: the one that is given, or one made of the sample's articles."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.asking import SAMPLE
from eval.bench import filling, synthetic
from eval.bench.registry import Given
from index import database
from index.archive import Archive
from index.catalogue import Keys
from index.derived import PassageVectors
from index.embed import SentenceTransformerEmbedder, Vectors
from index.errors import ArchiveError, SourceError
from index.ingest import Ingest
from index.location import Folder, parse
from index.sentences import split
from index.sources import open_source
from index.writer import ArchiveWriter

_SEED = 11
_WORDS = 12  # of a sentence make a question: about as many as readers ask with


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: the median, the 95th percentile, and the processor's at the median.

    The last is what the machine's other work leaves alone.
    """

    median: float
    p95: float
    processor: float

    @classmethod
    def of(cls, times: Sequence[tuple[float, float]]) -> Spread:
        """Of seconds by the clock, and of the processor."""
        median, p95 = np.percentile([clock for clock, _ in times], [50, 95])
        processor = float(np.median([used for _, used in times]))
        return cls(1000 * float(median), 1000 * float(p95), 1000 * processor)


@contextmanager
def folder_of(given: Given, count: int) -> Iterator[Path]:
    """The folder of the archive that is given, or of one of `count` passages made for this.

    It is made of as many articles as are asked for, where somebody asks for a number.

    Raises SourceError for an archive on a server.
    """
    if given.archive is not None:
        location = parse(given.archive)
        if not isinstance(location, Folder):
            raise SourceError(f"{location} is no folder; this benchmark measures archives in one")
        yield location.path
        return
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as made:
        if given.articles is not None:
            count = given.articles * synthetic.PER_ARTICLE
        filling.grow(Path(made, "made"), material(given, Path(made)), count, given.progress)
        yield Path(made, "made")


def material(given: Given, room: Path) -> synthetic.Material:
    """What made archives are mixed from: the articles of `given.data`, or of the sample."""
    embedder = SentenceTransformerEmbedder()
    with ArchiveWriter(room / "real", embedder.identity) as writer:
        Ingest(writer, embedder).run(open_source(given.data or SAMPLE / "articles").pages())
    return synthetic.material(room / "real")


def sampled(folder: Path, count: int) -> tuple[Keys, Vectors]:
    """Keys and vectors of some of an archive's passages, always the same."""
    engine = database.open_reader(Folder(folder))
    try:
        identity = database.identity_of(engine)
        with database.reading(engine) as connection:
            source = PassageVectors(connection, identity.dimension if identity else 0)
            return source.sample(count, _SEED)
    finally:
        engine.dispose()


def questions(archive: Archive, folder: Path, count: int, *, more_than: int = 0) -> list[str]:
    """The first words of sentences that up to `count` passages of the archive hold.

    Raises ArchiveError where there are no more than `more_than`, as are asked to warm up.
    """
    keys, _ = sampled(folder, count)
    if len(keys) <= more_than:
        raise ArchiveError(
            f"{folder} holds {len(keys)} passages; expected more than {more_than} to ask about. "
            "Leave --archive out to measure on one that is made"
        )
    asked = []
    for stored in archive.read(keys.tolist()).values():
        text = stored.passage.text
        longest = max(split(text), key=lambda span: span.end - span.start)
        asked.append(" ".join(text[longest.start : longest.end].split()[:_WORDS]))
    return asked
