"""An archive in use by several at once, and one whose model changes under its readers."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import snapshot
from index.archive import Archive
from index.errors import ArchiveLocked, EmbedderMismatch
from index.passages import cut, embedding_text
from index.types import Article, Passage
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import (
    IDENTITY,
    assert_holds,
    by_vector,
    by_words,
    dump,
    entry,
    make,
    story,
)

pytestmark = pytest.mark.usefixtures("seen_at_once")
ROOT = Path(__file__).parent.parent


# -- several at once ----------------------------------------------------------


HOLD = """
import sys
from pathlib import Path
from index.writer import ArchiveWriter
from tests.small_archive import IDENTITY
with ArchiveWriter(Path(sys.argv[1]), IDENTITY):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_holds_the_archive(tmp_path: Path) -> None:
    make(tmp_path, 1)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(ArchiveLocked, match=f"process {holder.pid} on "):
                ArchiveWriter(tmp_path, IDENTITY)
            assert_holds(Archive(tmp_path), [1])  # reading goes on
        finally:
            holder.kill()
    make(tmp_path, 2)  # its lock died with it
    assert_holds(Archive(tmp_path), [1, 2])
    assert not (tmp_path / "writer.txt").exists()


def test_many_threads_read_while_one_writes(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, *range(5)))
    written, failures = [4], list[BaseException]()
    done = threading.Event()

    def reader(seed: int) -> None:
        generator = random.Random(seed)
        try:
            while not done.is_set():
                number = generator.randint(0, 4)
                assert by_words(archive, f"word{number}") == [f"story{number}"]
                assert f"story{number}" in by_vector(archive, story(number).body)
                archive.facets()
                archive.headlines([f"story{number}"])
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=reader, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    try:
        with ArchiveWriter(tmp_path, IDENTITY) as writer:
            for number in range(5, 30):
                writer.put(entry(story(number)))
                written[0] = number
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert_holds(archive, range(30))


WRITE = """
import sys
from pathlib import Path
from tests.small_archive import make
make(Path(sys.argv[1]), int(sys.argv[2]))
"""


def test_what_another_process_commits_is_found_by_the_next_search(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    for number in (2, 3):
        assert by_words(archive, f"word{number}") == []
        subprocess.run(
            [sys.executable, "-c", WRITE, str(tmp_path), str(number)], cwd=ROOT, check=True
        )
        assert by_words(archive, f"word{number}") == [f"story{number}"]


def test_what_another_thread_commits_is_found_by_the_next_search(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        for number in range(2, 12):
            assert by_words(archive, f"word{number}") == []
            thread = threading.Thread(target=writer.put, args=(entry(story(number)),))
            thread.start()
            thread.join()
            assert by_words(archive, f"word{number}") == [f"story{number}"]
        writer.remove("story1")
        assert by_words(archive, "word1") == []


def test_a_closed_archive_that_is_asked_again_still_finds_what_is_new(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    archive.close()
    make(tmp_path, 2)
    assert_holds(archive, [1, 2])


def test_only_a_change_of_what_is_published_makes_a_reader_look_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(make(tmp_path, 1))
    taken = list[int]()
    take = snapshot.take

    def counted(*given: Any) -> snapshot.Snapshot:
        taken.append(1)
        return take(*given)

    monkeypatch.setattr(snapshot, "take", counted)
    archive.add_feedback(
        answer_id="a", question="q", answer="a", confidence=1.0, helpful=True, reason=""
    )
    assert by_words(archive, "word1") == ["story1"]
    assert taken == []
    make(tmp_path, 2)
    for _ in range(3):
        assert by_words(archive, "word2") == ["story2"]
    assert taken == [1]


# -- embedding anew -----------------------------------------------------------


def anew(
    embedder: FakeEmbedder, stop_at: int | None = None
) -> Callable[[Article], tuple[tuple[Passage, ...], object]]:
    done = [0]

    def one(article: Article) -> tuple[tuple[Passage, ...], object]:
        done[0] += 1
        if done[0] == stop_at:
            raise KeyboardInterrupt
        runs = cut(article, embedder)
        return runs, embedder.embed_passages([embedding_text(article, run) for run in runs])

    return one


def test_embedding_anew_changes_the_model_and_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, 1, 2, 3)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
    other = FakeEmbedder("other")
    before = dump(tmp_path, without=("meta", "passages", "articles", "sqlite_sequence"))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.reembed(other.identity, anew(other))  # type: ignore[arg-type]
    assert dump(tmp_path, without=("meta", "passages", "articles", "sqlite_sequence")) == before
    archive = Archive(tmp_path)
    archive.require(other.identity)
    [hit, *_] = archive.search_vectors(other.embed_query(f"Title of 1\n{story(1).body}"), 1)
    assert hit.score == pytest.approx(1, abs=0.01)
    assert archive.read([hit.key])[hit.key].article.id == "story1"
    assert by_words(archive, "word2") == []
    with pytest.raises(EmbedderMismatch):
        ArchiveWriter(tmp_path, IDENTITY)


def test_embedding_anew_that_is_stopped_changes_nothing(tmp_path: Path) -> None:
    make(tmp_path, 1, 2, 3)
    other, before = FakeEmbedder("other"), dump(tmp_path)
    with pytest.raises(KeyboardInterrupt), ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.reembed(other.identity, anew(other, stop_at=3))  # type: ignore[arg-type]
    assert dump(tmp_path) == before
    assert_holds(Archive(tmp_path), [1, 2, 3])


def test_a_reader_left_open_while_the_model_changes_says_so_instead_of_guessing(
    tmp_path: Path,
) -> None:
    archive = Archive(make(tmp_path, 1, 2))
    other = FakeEmbedder("other")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.reembed(other.identity, anew(other))  # type: ignore[arg-type]
    with pytest.raises(EmbedderMismatch):
        by_vector(archive, "council")
