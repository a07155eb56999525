"""What an archive's search is made of, whichever engine does it.

An archive is a truth (the database) and a search that is derived from it. Two
engines are built in: FAISS and tantivy files in the archive's folder
(`index.embedded`), and a Milvus server (`index.milvus`). Either may lag behind the
truth by the newest changes; `index.snapshot` looks those up beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from sqlalchemy import Connection

from index.embed import Vectors
from index.types import Filters
from index.vectors import Scored

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


class Base(Protocol):
    """One state of an engine, to be searched by any number of threads.

    A key that it finds may be of a passage that is no longer in the truth: whoever
    reads the passages leaves those out.
    """

    @property
    def vectors_seen(self) -> int:
        """The last change of the archive that the vectors have caught up with."""

    @property
    def terms_seen(self) -> int:
        """The same of the words."""

    @property
    def passages(self) -> int:
        """Vectors that may be found."""

    def without(self, vectors: Collection[str], terms: Collection[str]) -> Base:
        """The same state, but for the passages of articles that have changed since.

        `vectors` are the articles changed after `vectors_seen`, `terms` those after
        `terms_seen`. None of their vectors is found, however many are asked for; of
        words, so many more are looked at.
        """

    @property
    def kind(self) -> str:
        """The vectors' index, as `byline status` names it."""

    @property
    def recall(self) -> float | None:
        """Of exact search's ten nearest, measured; None where that is not known."""

    def search_vectors(self, vector: Vectors, k: int, filters: Filters) -> list[Scored]:
        """The `k` nearest to a unit vector `(dimension,)`, by cosine, best first."""

    def search_terms(
        self, text: str, k: int, filters: Filters, languages: Sequence[str]
    ) -> list[Scored]:
        """The `k` best by BM25 over the words of `text`, best first; `languages` are analyzers."""

    def teased(self, text: str, k: int, filters: Filters) -> list[str]:
        """Teasers of other stories that best match the words of `text`."""

    def frequency(self, word: str, key: str) -> int:
        """In how many passages an analysed word of the analyzer `key` stands."""


class Search(Protocol):
    """An archive's engine, for reading."""

    def is_current(self, base: Base, connection: Connection | None = None) -> bool:
        """Whether `open` would give the state `base` again.

        Asked at every search, so it is cheap; without a connection, as far as can be
        told without the truth.
        """

    def open(self, connection: Connection, progress: Progress | None) -> Base:
        """The engine's present state.

        May end the transaction that `connection` is in, and begin another: the truth is
        looked at last, so that it can be ahead of what is searched and not behind.
        """

    def sizes(self) -> tuple[int, int]:
        """Bytes on disk of the vectors and of the words; 0 where they lie elsewhere."""

    def close(self) -> None: ...


class Derived(Protocol):
    """An archive's engine, kept up to date by the one who writes."""

    def catch_up(self) -> None:
        """Bring the engine up to the truth's last commit. Raises ArchiveError."""

    def rebuild(self) -> None:
        """Make it anew from the truth, whole."""

    def close(self) -> None: ...
