"""An indexer killed with SIGKILL at fifty moments: nothing committed is ever lost."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import faiss
import pytest

from index.archive import Archive
from index.passages import cut
from index.terms import TermIndex
from index.writer import ArchiveWriter
from tests.kill_indexer import ARTICLES
from tests.small_archive import EMBEDDER, IDENTITY, dump

KILLS = 50


class Indexer:
    """Starts indexers, one at a time, and hears what they have committed."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.kill_indexer"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.killed = 0  # indexers that a kill found at work

    def _line(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().rstrip("\n")

    def _start(self, folder: Path) -> int:
        assert self._server.stdin is not None
        self._server.stdin.write(f"{folder}\n")
        self._server.stdin.flush()
        word, pid = self._line().split()
        assert word == "pid"
        return int(pid)

    def finish(self, folder: Path) -> list[str]:
        self._start(folder)
        told = []
        while not (line := self._line()).startswith("end"):
            told.append(line)
        assert line == "end 0"
        return told

    def kill_after(self, folder: Path, events: int, pause: float) -> set[str]:
        """Index until so many articles are committed, and a moment more; what was named."""
        pid = self._start(folder)
        told = set()
        for _ in range(events):
            line = self._line()
            if line.startswith("end"):  # it had less to do
                assert line == "end 0"
                return told
            told.add(line)
        select.select([], [], [], pause)  # a random moment: this is what is being tested
        with suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
        while not (line := self._line()).startswith("end"):
            told.add(line)
        assert line in (f"end {signal.SIGKILL:d}", "end 0")
        self.killed += line != "end 0"
        return told

    def close(self) -> None:
        self._server.communicate()


@pytest.fixture
def indexer() -> Iterator[Indexer]:
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # so small that more only wait for each other
    running = Indexer()
    yield running
    running.close()
    faiss.omp_set_num_threads(threads)


def check(folder: Path, committed: set[str], generator: random.Random) -> None:
    """Everything committed is there, whole, and found by a reader and after the next writer."""
    if not (folder / "archive.db").exists():
        assert not committed
        return
    if not dump(folder).get("meta"):
        assert not committed
        return
    assert_readable(folder, committed, generator)
    with ArchiveWriter(folder, IDENTITY):  # no lock is left behind
        pass
    assert_readable(folder, committed, generator)
    teased = TermIndex.open(folder / "terms").teased("zeppelin", 10_000)
    assert len(teased) == len(set(teased)), "no teaser is in its index twice"
    assert not list(folder.glob("*.tmp")) or not committed


def assert_readable(folder: Path, committed: set[str], generator: random.Random) -> None:
    connection = sqlite3.connect(folder / "archive.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    keys = [key for (key,) in connection.execute("SELECT key FROM passages ORDER BY key")]
    live = connection.execute("SELECT id FROM articles").fetchall()
    teasers = {text for (text,) in connection.execute("SELECT text FROM asides")}
    connection.close()
    archive = Archive(folder)
    try:
        for line in committed:
            article_id, version = line.split()
            assert archive.article(article_id, int(version)) is not None, line
        stored = archive.read(keys)
        assert len(stored) == len(keys) == archive.passages
        for (article_id,) in live:
            article = archive.article(article_id)
            assert article is not None
            assert [p.passage for p in stored.values() if p.article.id == article_id] == list(
                cut(article, EMBEDDER)
            )
        sample = generator.sample(keys, min(12, len(keys)))
        vectors = archive.vectors(sample)
        for key in sample:
            assert archive.search_vectors(vectors[key], 1)[0].score > 0.99
            assert key in {hit.key for hit in archive.search_vectors(vectors[key], 10)}
            assert key in {hit.key for hit in archive.search_terms(stored[key].passage.text, 10)}
        every = archive.search_vectors(EMBEDDER.embed_query("council"), 10_000)
        assert sorted({hit.key for hit in every} & set(keys)) == keys
        words = archive.search_terms("council", 10_000)
        assert sorted({hit.key for hit in words} & set(keys)) == keys
        found = [hit.key for hit in words]
        assert len(found) == len(set(found)), "no passage is in the word index twice"
        assert set(archive.teased("zeppelin", 10_000)) >= teasers
    finally:
        archive.close()


def state(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """The articles, with all that is kept of them but numbers that count attempts and time."""
    connection = sqlite3.connect(folder / "archive.db")
    queries = {
        "articles": "SELECT id, version, live, url, source, published, original, fingerprint "
        "FROM articles",
        "versions": "SELECT article_id, version, title, body, headings FROM versions",
        "passages": 'SELECT id, start, "end", heading, vector FROM passages',
        "addresses": "SELECT address, article_id, seen FROM addresses",
        "bands": "SELECT band, article_id FROM bands",
    }
    found = {name: sorted(connection.execute(query).fetchall()) for name, query in queries.items()}
    connection.close()
    return found


def test_killed_at_fifty_random_moments_it_loses_nothing(tmp_path: Path, indexer: Indexer) -> None:
    whole = tmp_path / "whole"
    told = indexer.finish(whole)
    expected = state(whole)
    assert len(expected["articles"]) == ARTICLES
    assert len(told) >= ARTICLES, "each is named once it is committed"
    assert sum(row[6] is not None for row in expected["articles"]) >= ARTICLES // 10  # copies
    assert len(expected["versions"]) > ARTICLES

    generator = random.Random(50)
    folder, committed = tmp_path / "killed", set[str]()
    finished = 0
    while indexer.killed < KILLS:
        events = generator.randint(0, max(1, min(len(told) - len(committed), 30)))
        pause = generator.choice([0, 0.005, 0.02, 0.05]) * generator.random()
        committed |= indexer.kill_after(folder, events, pause)
        check(folder, committed, generator)
        if generator.random() < 0.1 or len(committed) >= len(told):
            # the next run goes on from here and comes to the very same end
            indexer.finish(folder)
            assert state(folder) == expected
            finished += 1
            shutil.rmtree(folder)
            committed = set()
    indexer.finish(folder)
    assert state(folder) == expected
    check(folder, set(told), generator)
    assert finished >= 3
