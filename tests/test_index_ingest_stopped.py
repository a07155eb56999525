"""A run that is stopped, or cannot go on, leaves a good archive to go on from."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from index import beside, ingest
from index.archive import Archive
from index.embed import Vectors
from index.errors import ArchiveError
from index.location import Folder
from index.types import Skip, SkipReason
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import EMBEDDER, IDENTITY, by_words, contents
from tests.small_pages import WIRE, Item, copy, html, page, prose, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


def stopped_after(pages: Iterable[Item], number: int) -> Iterator[Item]:
    for count, one in enumerate(pages):
        if count == number:
            raise KeyboardInterrupt
        yield one


@pytest.mark.parametrize("number", [0, 1, 7, 13, 18])
def test_ctrl_c_leaves_a_good_archive_and_the_next_run_comes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(ingest, "_BATCH", 4)
    pages: list[Item] = [page(n) for n in range(10)]
    pages += [copy(20, 20, WIRE), copy(21, 1, WIRE + " It rained."), copy(22, 2, WIRE)]
    pages += [page(n, prose(n) + " A correction.") for n in range(4)]
    pages += [html(prose(30), canonical="https://g.example/s", origin=o) for o in ("a", "b")]
    run(tmp_path / "whole", *pages)

    with ArchiveWriter(tmp_path / "cut", IDENTITY) as writer:
        summary = ingest.Ingest(writer, EMBEDDER).run(stopped_after(pages, number))
    assert summary.interrupted
    archive = Archive(tmp_path / "cut")
    assert archive.coverage().articles <= number
    for headline in archive.newest(99):
        assert headline.id in by_words(archive, headline.title)
    with ArchiveWriter(tmp_path / "cut", IDENTITY) as writer:
        again = ingest.Ingest(writer, EMBEDDER).run(pages)
    assert not again.interrupted
    assert contents(Folder(tmp_path / "cut")) == contents(Folder(tmp_path / "whole"))


def test_the_next_articles_are_read_while_passages_are_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_BATCH", 1)
    monkeypatch.setattr(beside, "workers", lambda: 2)
    asked, meanwhile = threading.Event(), list[bool]()

    class Waiting(FakeEmbedder):
        def embed_passages(
            self, texts: Sequence[str], progress: Callable[[int], None] | None = None
        ) -> Vectors:
            meanwhile.append(asked.wait(20))
            return super().embed_passages(texts, progress)

    def pages() -> Iterator[Item]:
        yield page(1)
        asked.set()
        yield page(2)

    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        summary = ingest.Ingest(writer, Waiting()).run(pages())
    assert (summary.added, meanwhile) == (2, [True, True])
    archive = Archive(tmp_path)
    assert len(by_words(archive, "case1")) == len(by_words(archive, "case2")) == 1


def test_what_is_being_embedded_is_not_embedded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that comes twice in a run, and the second time before the first is committed."""
    monkeypatch.setattr(ingest, "_BATCH", 1)
    embedder = FakeEmbedder()
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        summary = ingest.Ingest(writer, embedder).run([page(1), page(1)])
    assert (summary.added, summary.unchanged) == (1, 1)
    assert len(embedder.seen) == len(set(embedder.seen)) == summary.passages


def test_progress_is_reported_after_every_page_and_commit(tmp_path: Path) -> None:
    seen: list[int] = []
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        taken = ingest.Ingest(writer, EMBEDDER, report=lambda s: seen.append(s.pages))
        taken.run([page(1), Skip("x", SkipReason.HTTP), page(2)])
    assert seen[-1] == 3
    assert seen == sorted(seen)
    assert len(seen) == 3 + 2 + 1  # and once in the end


def test_a_failing_archive_stops_the_run_with_an_archive_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, page(1))

    def full(*_: object) -> None:
        raise ArchiveError("disk is full")

    monkeypatch.setattr(ArchiveWriter, "put_if", full)
    with pytest.raises(ArchiveError, match="full"):
        run(tmp_path, page(2))
    assert by_words(Archive(tmp_path), "case1")
