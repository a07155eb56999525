"""Readers' verdicts, kept in the archive."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from index import indexes
from index.archive import Archive
from index.writer import ArchiveWriter
from tests.small_archive import (
    IDENTITY,
    assert_holds,
    dump,
    entry,
    listing,
    make,
    story,
)

pytestmark = pytest.mark.usefixtures("seen_at_once")


def test_a_readers_verdict_is_kept_and_touches_no_index(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    stamp = {name: value for name, value in listing(tmp_path).items() if "archive.db" not in name}
    archive.add_feedback(
        answer_id="a1",
        question="How many? 🙂",
        answer="Eleven.",
        confidence=0.5,
        helpful=False,
        reason="wrong number\n",
    )
    archive.close()
    [(_, _, *kept)] = dump(tmp_path)["feedback"]
    assert kept == ["a1", "How many? 🙂", "Eleven.", 0.5, 0, "wrong number\n"]
    after = {name: value for name, value in listing(tmp_path).items() if "archive.db" not in name}
    assert after == stamp
    make(tmp_path, 2)
    assert len(dump(tmp_path)["feedback"]) == 1


def test_the_newest_verdict_on_an_answer_is_kept_and_old_ones_go_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.archive._MOST_FEEDBACK", 3)
    archive = Archive(make(tmp_path, 1))
    # an archive of before there was a ceiling
    with sqlite3.connect(tmp_path / "archive.db") as before:
        before.execute("DROP INDEX IF EXISTS feedback_by_answer")
    for answer_id, reason in (("a1", "1"), ("a2", "2"), ("a1", "3"), ("a1", "4")):
        archive.add_feedback(
            answer_id=answer_id, question="q", answer="a", confidence=1, helpful=True, reason=reason
        )
    assert [row[-1] for row in dump(tmp_path)["feedback"]] == ["2", "4"]
    for n in range(5, 10):
        archive.add_feedback(
            answer_id=f"a{n}", question="q", answer="a", confidence=1, helpful=True, reason=str(n)
        )
    assert [row[-1] for row in dump(tmp_path)["feedback"]] == ["7", "8", "9"]
    assert_holds(archive, [1])


def test_feedback_is_taken_while_indexes_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes minutes in a large archive: too long to wait for."""
    archive = Archive(make(tmp_path, 1))
    update, given = indexes.update_terms, list[str]()

    def meanwhile(*arguments: Any) -> None:
        given.append(f"a{len(given)}")
        archive.add_feedback(
            answer_id=given[-1], question="q", answer="a", confidence=1, helpful=True, reason=""
        )
        update(*arguments)

    monkeypatch.setattr(indexes, "update_terms", meanwhile)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(2)))
        writer.rebuild()
    assert given
    assert len(dump(tmp_path)["feedback"]) == len(given)
    assert_holds(archive, [1, 2])


def test_feedback_is_taken_while_articles_come_in(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(2)))
        archive.add_feedback(
            answer_id="a1", question="q", answer="a", confidence=1, helpful=True, reason=""
        )
        writer.put(entry(story(3)))
    assert len(dump(tmp_path)["feedback"]) == 1
    assert_holds(archive, [1, 2, 3])
