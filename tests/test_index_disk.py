"""Disks that are full, folders that may not be written to, and an indexer that died in them.

Each case runs in a process of its own: permissions and limits are the process's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import embedded
from index.archive import Archive
from tests.small_archive import by_vector, by_words, dump, listing, make, story

ROOT = Path(__file__).parent.parent
PRELUDE = """
import os, resource, signal, sys
from pathlib import Path
import index.ingest, index.archive
from index import database
from index.archive import Archive
from index.errors import *
from index.writer import ArchiveWriter
from tests.small_archive import *
folder = Path(sys.argv[1])
sys.modules["index.embedded"].FOLD = 0  # vectors are worth a file, however few
def drop_rights():
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
"""


@pytest.fixture(autouse=True)
def _folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors are worth a file, however few."""
    monkeypatch.setattr(embedded, "FOLD", 0)


def run(folder: Path, script: str, *, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that somebody without rights can reach; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "archive"
        yield folder
        folder.chmod(0o755)


def forbid_writing(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


SEARCH = """
drop_rights()
archive = Archive(folder)
print(by_words(archive, "word1"), "story2" in by_vector(archive, story(2).body))
print(archive.coverage().articles, archive.stats().passages, archive.article("story1").title)
archive.close()
"""
FOUND = "['story1'] True\n2 2 Title of 1\n"


def test_an_archive_that_may_only_be_read_can_be_searched(readable: Path) -> None:
    make(readable, 1, 2)
    forbid_writing(readable)
    before = listing(readable)
    never = """
def never(*_):
    sys.exit("the indexes on disk should do")
sys.modules["index.aside"].update_terms = never
sys.modules["index.aside"].building.build = never
"""
    assert run(readable, never + SEARCH) == FOUND
    assert listing(readable) == before
    assert not list(readable.glob("archive.db-*"))


def test_writing_to_an_archive_that_may_only_be_read_says_so(readable: Path) -> None:
    make(readable, 1, 2)
    forbid_writing(readable)
    script = """
drop_rights()
for attempt in (
    lambda: ArchiveWriter(folder, IDENTITY),
    lambda: Archive(folder).add_feedback(
        answer_id="a", question="q", answer="a", confidence=1, helpful=True, reason=""
    ),
):
    try:
        attempt()
    except ArchiveReadOnly as error:
        print(error)
"""
    first, second = run(readable, script).splitlines()
    assert "cannot be written to" in first
    assert "cannot be written to" in second
    assert len(dump(readable)["articles"]) == 2


DIE = """
writer = ArchiveWriter(folder, IDENTITY)
for number in (1, 2):
    writer.put(entry(story(number)))
os._exit(9)
"""


def test_what_a_killed_indexer_committed_is_found_in_a_folder_that_may_only_be_read(
    readable: Path,
) -> None:
    run(readable, DIE, code=9)
    assert (readable / "archive.db-wal").stat().st_size
    forbid_writing(readable)
    assert run(readable, SEARCH) == FOUND


def test_a_reader_without_rights_finds_what_the_owner_adds_later(readable: Path) -> None:
    make(readable, 1)
    readable.chmod(0o755)
    script = """
archive_module = sys.modules["index.archive"]
archive_module._REST = 0.0
hears, tells = os.pipe()
asks, answers = os.pipe()
child = os.fork()
if child == 0:
    drop_rights()
    archive = Archive(folder)
    print(by_words(archive, "word1"), by_words(archive, "word2"), flush=True)
    for _ in range(2):
        os.write(answers, b"x")
        os.read(hears, 1)
        print(by_words(archive, "word1"), by_words(archive, "word2"), flush=True)
    os._exit(0)
os.read(asks, 1)
with ArchiveWriter(folder, IDENTITY) as writer:
    writer.put(entry(story(2)))
    os.write(tells, b"x")
    os.read(asks, 1)
os.write(tells, b"x")
_, status = os.waitpid(child, 0)
sys.exit(status >> 8)
"""
    lines = run(readable, script).splitlines()
    assert lines == ["['story1'] []", "['story1'] ['story2']", "['story1'] ['story2']"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user's file")
@pytest.mark.parametrize("closed", ["archive.db", "."])
def test_an_archive_that_may_not_be_read_says_so(readable: Path, closed: str) -> None:
    make(readable, 1)
    (readable / closed).chmod(0o600)
    script = """
drop_rights()
try:
    Archive(folder)
except ArchiveError as error:
    print(type(error).__name__, error)
"""
    assert "cannot be read" in run(readable, script)


FULL = """
ArchiveWriter(folder, IDENTITY).__exit__(None, None, None)
done = 0
try:
    with ArchiveWriter(folder, IDENTITY) as writer:
        {limit}
        for number in range(2_000):
            writer.put(entry(story(number, "More words. " * 200)))
            done += 1
except ArchiveError as error:
    print(done)
    print(type(error).__name__, error)
"""
# the database itself may grow no further
PAGES = """writer._engine.dispose()
        from sqlalchemy import event
        @event.listens_for(writer._engine, "connect")
        def small(connection, _):
            connection.execute("PRAGMA max_page_count = 150")"""
# no file of the process may grow further: the database, its log, the indexes
FILES = "resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))"


@pytest.mark.parametrize("limit", [PAGES, FILES], ids=["database", "every file"])
def test_a_full_disk_is_explained_and_loses_nothing(tmp_path: Path, limit: str) -> None:
    done, error = run(tmp_path, FULL.format(limit=limit)).splitlines()
    assert int(done) > 5
    assert error.startswith("ArchiveError")
    assert "Free some space" in error
    archive = Archive(tmp_path)
    assert archive.coverage().articles == int(done)
    for number in (0, int(done) - 1):
        assert by_words(archive, f"word{number}") == [f"story{number}"]
    archive.close()
    make(tmp_path, 5_000)  # there is room again
    archive = Archive(tmp_path)
    assert archive.coverage().articles == int(done) + 1
    assert "story5000" in by_vector(archive, story(5_000).body)


def test_a_disk_too_full_for_the_indexes_alone_keeps_every_article(tmp_path: Path) -> None:
    script = """
with ArchiveWriter(folder, IDENTITY) as writer:
    for number in range(60):
        writer.put(entry(story(number)))
    database.compact(writer._engine)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
"""
    run(
        tmp_path,
        f"try:{script.replace(chr(10), chr(10) + ' ')}\nexcept ArchiveError as e: print(e)",
    )
    archive = Archive(tmp_path)
    assert archive.coverage().articles == 60
    assert by_words(archive, "word33") == ["story33"]
    archive.close()
    make(tmp_path, 61)
    assert by_words(Archive(tmp_path), "word33") == ["story33"]


def test_embedding_anew_that_is_killed_leaves_the_old_vectors_whole(tmp_path: Path) -> None:
    make(tmp_path, 1, 2, 3)
    before = dump(tmp_path)
    script = """
from index.passages import cut
other = FakeEmbedder("other")
done = []
def anew(article):
    done.append(1)
    if len(done) == 3:
        os._exit(9)
    runs = cut(article, other)
    return runs, other.embed_passages([run.text for run in runs])
with ArchiveWriter(folder, IDENTITY) as writer:
    writer.reembed(other.identity, anew)
"""
    run(tmp_path, script, code=9)
    archive = Archive(tmp_path)
    assert by_words(archive, "word3") == ["story3"]
    assert "story3" in by_vector(archive, story(3).body)
    archive.close()
    assert dump(tmp_path) == before
    make(tmp_path, 4)
    assert dump(tmp_path)["meta"] != before["meta"]


def test_embedding_anew_that_is_killed_after_its_commit_is_finished_by_the_next_writer(
    tmp_path: Path,
) -> None:
    make(tmp_path, 1, 2, 3)
    script = """
from index import indexes
from index.passages import cut
other = FakeEmbedder("other")
def anew(article):
    runs = cut(article, other)
    return runs, other.embed_passages([embedding_text(article, run) for run in runs])
with ArchiveWriter(folder, IDENTITY) as writer:
    indexes.DerivedIndexes.rebuild = lambda self: os._exit(9)
    writer.reembed(other.identity, anew)
"""
    run(tmp_path, script, code=9)
    check = """
from index.vectors import VectorIndex
other = FakeEmbedder("other")
query = other.embed_passages([embedding_text(story(2), entry(story(2)).passages[0])])[0]
for _ in range(2):
    archive = Archive(folder)
    archive.require(other.identity)
    hits = archive.search_vectors(query, 3)
    print(live(archive, hits)[0], by_words(archive, "word2"))
    archive.close()
    with ArchiveWriter(folder, other.identity):
        pass
print(len(VectorIndex.load(folder / "vectors.faiss", 32)))
"""
    assert run(tmp_path, check).splitlines() == ["story2 ['story2']"] * 2 + ["3"]
