"""A unit's pages, read where a task of the cluster runs.

Pages travel in lots, pickled: a lot is what one ingester takes in before it says what
became of it, and what is taken in again where it was lost with its machine.

A reader that was lost is run again, and Ray takes from it the lots after those that it
has: the nth has to hold what the nth held before. Files are as they were. What is fetched
again may have changed, or be answered with "not modified": a lot is one page there, so
that a page has its number whatever became of those before it.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from index import database
from index.cluster.units import Files, Lines, Unit, Web
from index.errors import SourceError
from index.fetch import Fetcher, FetchPolicy
from index.ingest import validators
from index.location import Remote
from index.sources import Item, Validators, open_source
from index.sources.local import FileSource
from index.sources.parts import PartSource
from index.sources.reading import Reading
from index.types import Skip

UNIT = "unit"  # the column of pickled units
LOT = "lot"  # the column of pickled lots
_PAGES = 64  # of a lot
_BYTES = 4_000_000  # that a lot is closed at; one page of 20 MB makes it larger


@dataclass(frozen=True, slots=True)
class Failed:
    """A source that could not be read at all."""

    spec: str
    error: str


Met = Item | Failed

# what an address may leave to the environment, which a node's own does not have
_HANDED = (
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGOPTIONS",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGTARGETSESSIONATTRS",
    "BYLINE_MILVUS_TOKEN",
)


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """The archive, with what reaches it from another machine; its secrets are not shown."""

    location: Remote
    environment: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, location: Remote) -> Target:
        """As it is reached from here."""
        return cls(location, tuple((n, os.environ[n]) for n in _HANDED if n in os.environ))

    def reached(self) -> Remote:
        """The location, once the environment of this process is as it was there."""
        os.environ.update(self.environment)
        return self.location

    def __repr__(self) -> str:
        return f"Target({self.location!r})"


def read(batch: Any, *, target: Target, policy: FetchPolicy) -> Iterator[Any]:
    """The lots of one unit: a task of Ray Data's, given an Arrow table of one row."""
    unit: Unit = pickle.loads(cell(batch, UNIT))  # noqa: S301 (our own, within the cluster)
    most = 1 if isinstance(unit, Web) else _PAGES
    lot, size = list[bytes](), 0
    for item in _items(unit, target, policy):
        lot.append(pickle.dumps(item))
        size += len(lot[-1])
        if len(lot) == most or size >= _BYTES:
            yield {LOT: [pickle.dumps(lot)]}
            lot, size = [], 0
    if lot:
        yield {LOT: [pickle.dumps(lot)]}


def cell(batch: Any, column: str) -> Any:
    """The bytes in an Arrow table of one row, where they lie."""
    return batch.column(column)[0].as_buffer()


def unpacked(lot: Any) -> Iterator[Met]:
    """The pages of a lot, one at a time."""
    for item in pickle.loads(lot):  # noqa: S301
        yield pickle.loads(item)  # noqa: S301


def _items(unit: Unit, target: Target, policy: FetchPolicy) -> Iterator[Met]:
    if isinstance(unit, Lines):
        yield from PartSource(unit.part, Reading()).pages()
    elif isinstance(unit, Files):
        for found in unit.found:
            if isinstance(found, Skip):
                yield found
            else:
                yield from FileSource(found, Reading(), follow=False).pages()
    else:
        with ExitStack() as stack:
            fetcher = stack.enter_context(Fetcher(policy))
            known = _known(target.reached(), stack)
            for spec in unit.specs:
                try:
                    yield from open_source(spec, fetcher=fetcher, known=known).pages()
                except SourceError as error:
                    yield Failed(spec, str(error))


def _known(location: Remote, stack: ExitStack) -> Callable[[str], Validators]:
    engine = database.open_reader(location)
    stack.callback(engine.dispose)

    def known(url: str) -> Validators:
        with database.reading(engine) as connection:
            return validators(connection, url)

    return known
