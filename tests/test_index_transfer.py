"""An archive's truth copied into another database: whole, once, and on from where it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from index import database, transfer
from index.archive import Archive
from index.errors import ArchiveError
from index.location import Folder
from index.schema import articles, passages
from index.writer import ArchiveWriter
from tests.small_archive import IDENTITY, assert_holds, dump, entry, make, story


class Stopped(Exception):
    pass


def both(tmp_path: Path) -> tuple[Engine, Engine]:
    there = database.open_reader(Folder(tmp_path / "from"))
    here = tmp_path / "to"
    here.mkdir(exist_ok=True)
    return there, database.open_writer(Folder(here), IDENTITY)


def move(tmp_path: Path) -> tuple[transfer.Copied, ...]:
    source, target = both(tmp_path)
    transfer.begin(source, target)
    transfer.copy(source, target)
    counts = transfer.check(source, target)
    transfer.finish(target)
    return counts


def stop_after(lots: int) -> transfer.Progress:
    """What Ctrl-C does, after so many lots have gone over."""
    left = [lots]

    def progress(what: str, done: int, total: int) -> None:
        if done:
            left[0] -= 1
            if not left[0]:
                raise Stopped

    return progress


def rows(engine: Engine) -> int:
    with database.reading(engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(passages)) or 0)


def test_every_row_comes_over_and_the_copy_is_an_archive(tmp_path: Path) -> None:
    make(tmp_path / "from", 1, 2, 3)
    with ArchiveWriter(tmp_path / "from", IDENTITY) as writer:
        writer.put(entry(story(2, "A second version.", version=2)))
        writer.remove("story3")
    counts = {each.table: each for each in move(tmp_path)}
    assert counts["versions"].here == counts["versions"].there == 4
    assert dump(tmp_path / "to") == dump(tmp_path / "from")
    assert_holds(Archive(tmp_path / "to"), [1, 2])


def test_a_key_is_not_used_again_in_the_copy(tmp_path: Path) -> None:
    make(tmp_path / "from", 1, 2)
    move(tmp_path)
    with database.reading(database.open_reader(Folder(tmp_path / "from"))) as connection:
        before = set(connection.scalars(select(passages.c.key)))
    with ArchiveWriter(tmp_path / "to", IDENTITY) as writer:
        writer.put(entry(story(9)))
    with database.reading(database.open_reader(Folder(tmp_path / "to"))) as connection:
        after = set(connection.scalars(select(passages.c.key)))
    assert before < after
    assert min(after - before) > max(before)


@pytest.mark.parametrize("lots", [1, 3, 6])
def test_stopped_anywhere_it_goes_on_from_there(
    tmp_path: Path, lots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_LOT", 2)
    make(tmp_path / "from", *range(6))
    source, target = both(tmp_path)
    transfer.begin(source, target)
    with pytest.raises(Stopped):
        transfer.copy(source, target, stop_after(lots))
    with database.reading(target) as connection:
        assert transfer.is_moving(connection)
        held = connection.scalar(select(func.count()).select_from(articles))
    read: list[str] = []
    transfer.begin(source, target)
    transfer.copy(source, target, lambda what, done, total: read.append(f"{what} {done}"))
    transfer.check(source, target)
    transfer.finish(target)
    assert read[0] == f"articles {held}"  # it began with what was there
    assert dump(tmp_path / "to") == dump(tmp_path / "from")


def test_what_changed_since_a_copy_was_begun_is_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_LOT", 1)
    make(tmp_path / "from", 1, 2, 3)
    source, target = both(tmp_path)
    transfer.begin(source, target)
    with pytest.raises(Stopped):
        transfer.copy(source, target, stop_after(3))
    with ArchiveWriter(tmp_path / "from", IDENTITY) as writer:
        writer.put(entry(story(1, "Corrected.", version=2)))
    move(tmp_path)
    assert dump(tmp_path / "to") == dump(tmp_path / "from")


def test_a_writer_at_the_source_is_noticed_at_the_end(tmp_path: Path) -> None:
    make(tmp_path / "from", 1, 2)
    source, target = both(tmp_path)
    transfer.begin(source, target)
    transfer.copy(source, target)
    with ArchiveWriter(tmp_path / "from", IDENTITY) as writer:
        writer.remove("story1")
    with pytest.raises(ArchiveError, match="run the same command again"):
        transfer.check(source, target)


def test_an_archive_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    make(tmp_path / "from", 1)
    make(tmp_path / "to", 7, 8)
    source, target = both(tmp_path)
    before = rows(target)
    with pytest.raises(ArchiveError, match="an archive already"):
        transfer.begin(source, target)
    assert rows(target) == before
    assert_holds(Archive(tmp_path / "to"), [7, 8])
