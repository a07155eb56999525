"""The indexer that `test_index_kill` kills: a server that forks one for every line it reads.

It loads everything once and indexes nothing itself, so that starting an indexer
costs nothing and no thread is left behind by the fork. The indexer names each
article on standard output once it is committed, and saves the derived indexes
after every few, so that many kills fall into the saving.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import faiss
from sqlalchemy import Connection

from index import embedded, ingest, writer
from index.drafts import draft
from index.records import Entry
from index.types import Block, Label, Metadata, Page
from index.writer import ArchiveWriter
from tests.small_archive import EMBEDDER, IDENTITY

ARTICLES = 72
PLACES = "Alder Birch Cedar Dogwood Elder Fir Gorse Hazel Ivy Juniper".split()


def body_of(number: int) -> str:
    if number % 8 == 7:  # a near-copy, of another outlet, of the story before it
        return body_of(number - 1).replace("on Monday", "on Monday evening", 1)
    place, generator = PLACES[number % 10], random.Random(number)
    text = []
    for part in range(1 + number % 5):
        figures = [f"unit{number}x{generator.randint(1000, 9999)}" for _ in range(12)]
        text.append(
            f"The council of {place} met on Monday about case{number} part{part} and heard that "
            f"{' and '.join(figures[:6])} were counted. “We will see,” said Ms. {place}. "
            f"In the end {' or '.join(figures[6:])} were left, and it rained all day."
        )
    return "\n\n".join(text)


def pages() -> Iterator[Page]:
    """Among them, changed pages and pages of two addresses."""
    for number in range(ARTICLES):
        known = Metadata(
            url=f"https://gazette.example/{number}",
            title=f"Council of {PLACES[number % 10]}, case {number}",
            source="The Sample Gazette" if number % 8 != 7 else "Coast Wire",
            language="en",
        )
        yield Page(f"export#{number}", "text", body_of(number), known=known, whole=True)
        if number % 20 == 19:
            changed = body_of(number - 10) + f"\n\nCorrection: case{number - 10} was adjourned."
            about = Metadata(
                url=f"https://gazette.example/{number - 10}",
                title=f"Council, case {number - 10}, corrected",
                language="en",
            )
            url = f"https://gazette.example/{number - 10}"
            yield Page(f"export#{number - 10}b", "text", changed, url, known=about, whole=True)


class Telling(ArchiveWriter):
    """Names every article once it is committed. Some have a teaser beside them."""

    def put_if(self, make: Callable[[Connection], Entry | None]) -> bool:
        made: list[Entry] = []

        def noted(connection: Connection) -> Entry | None:
            entry = make(connection)
            if entry is not None and len(entry.article.body) % 4 == 0:
                teaser = Block(f"Zeppelin sighted, says {entry.article.id}", Label.TEASER)
                entry = replace(entry, asides=(teaser,))
            made[:] = [entry] if entry is not None else []
            return entry

        put = super().put_if(noted)
        for entry in made:
            say(f"{entry.article.id} {entry.article.version}")
        return put


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def run(folder: Path) -> None:
    with Telling(folder, IDENTITY) as archive:
        summary = ingest.Ingest(archive, EMBEDDER).run(pages())
    assert not summary.interrupted


def serve() -> None:
    faiss.omp_set_num_threads(1)
    ingest._BATCH = 12
    embedded.FOLD = 10  # passages: many kills fall into the writing of the vectors' file
    writer._CHECKPOINT_SECONDS, writer._CHECKPOINT_SHARE = 0.0, 1e9
    draft(next(pages()))  # loads the tables that tell languages apart
    for line in sys.stdin:
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            say(f"end {status}")
            continue
        status = 1
        try:
            say(f"pid {os.getpid()}")
            run(Path(line.rstrip("\n")))
            status = 0
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(status)


if __name__ == "__main__":
    serve()
