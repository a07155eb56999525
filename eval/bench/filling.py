"""Archives filled with made passages (`eval.bench.synthetic`): as many as are wanted.

Rows go into the database many articles at a time, in the form that `index.records`
gives them; all that is derived from them is made by the writer itself.
"""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, insert, update

from eval.asking import Progress
from eval.bench.synthetic import BLOCK, DAYS, FIRST_DAY, PER_ARTICLE, Material, Mixed, blocks
from index import database
from index.errors import ArchiveError
from index.location import Folder
from index.schema import addresses, articles, meta, passages, versions
from index.writer import ArchiveWriter

_SOURCES, _SECTIONS = 40, 12  # that articles are of


def grow(folder: Path, of: Material, count: int, progress: Progress | None = None) -> None:
    """Make the archive in `folder` hold `count` passages, derived indexes and all.

    What is there already is counted: one that was left off in the middle is gone on with.
    Raises ArchiveError for an archive of anything else.
    """
    fill(folder, of, count, progress)
    with ArchiveWriter(folder, of.identity, progress=progress):
        pass  # whoever opens an archive to write catches its indexes up


def fill(folder: Path, of: Material, count: int, progress: Progress | None = None) -> None:
    """The database's rows alone: `count` passages, or as many as there are already."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = database.open_writer(Folder(folder), of.identity)
    try:
        with database.reading(engine) as connection:
            start = database.last_change(connection) * PER_ARTICLE
        if start % BLOCK and start < count:
            raise ArchiveError(
                f"{folder} holds {start // PER_ARTICLE} articles; expected an archive made by "
                f"this benchmark, of a multiple of {BLOCK:,} passages, to add more to"
            )
        missing = blocks(of, count) if start < count else iter(())
        for block in itertools.islice(missing, start // BLOCK, None):
            with database.writing(engine) as connection:
                _write(connection, _rows(of, block, start))
            start += len(block.first)
            if progress is not None:
                progress("passages", start, count)
        database.compact(engine)
    finally:
        engine.dispose()


def _rows(of: Material, block: Mixed, start: int) -> dict[Table, list[dict[str, Any]]]:
    """Rows by table, for the passages that are number `start` and on of the archive."""
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (articles, versions, addresses, passages)
    }
    halves = block.vectors.astype(np.float16)
    for at in range(0, len(block.first), PER_ARTICLE):
        number = (start + at) // PER_ARTICLE
        within = range(at, min(at + PER_ARTICLE, len(block.first)))
        texts = [_text(of, int(block.first[i]), int(block.second[i])) for i in within]
        article_id = hashlib.sha256(str(number).encode()).hexdigest()[:16]
        title = of.titles[int(block.first[at])]
        url = f"https://made.example/{number}"
        day = FIRST_DAY + timedelta(days=number * 7919 % DAYS)
        # the first sources and sections publish the most, as anywhere
        source = f"Paper {int(_SOURCES * (number * 0.6180339887 % 1) ** 2)}"
        section = f"Section {int(_SECTIONS * (number * 0.7548776662 % 1) ** 2)}"
        rows[articles].append(
            {
                "id": article_id,
                "version": 1,
                "live": 1,
                "changed": number + 1,
                "url": url,
                "source": source,
                "source_folded": source.casefold(),
                "section": section,
                "section_folded": section.casefold(),
                "language": "en",
                "published": f"{day.isoformat()}T12:00:00+00:00",
                "published_day": day.toordinal(),
                "fingerprint": article_id,
            }
        )
        rows[versions].append(
            {
                "article_id": article_id,
                "version": 1,
                "title": title,
                "body": "\n\n".join(texts),
                "headings": "[]",
                "recorded": "2026-01-01T00:00:00+00:00",
            }
        )
        rows[addresses].append({"address": url, "article_id": article_id, "seen": article_id})
        offset = 0
        for ordinal, (i, text) in enumerate(zip(within, texts, strict=True)):
            rows[passages].append(
                {
                    "id": f"{article_id}.v1.{ordinal}",
                    "article_id": article_id,
                    "version": 1,
                    "ordinal": ordinal,
                    "start": offset,
                    "end": offset + len(text),
                    "vector": halves[i].tobytes(),
                }
            )
            offset += len(text) + 2
    return rows


def _text(of: Material, first: int, second: int) -> str:
    """Sentences of two passages in turn, as many as the first has."""
    one, other = of.sentences[first], of.sentences[second]
    return " ".join((one, other)[i % 2][i % len((one, other)[i % 2])] for i in range(len(one)))


def _write(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    for table, values in rows.items():
        connection.execute(insert(table), values)
    last = max(row["changed"] for row in rows[articles])
    connection.execute(update(meta).where(meta.c.key == "change").values(value=str(last)))
