"""An archive as its readers and its writer find it, whole, damaged or in use."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index import archive as archive_module
from index import indexes, vectors
from index.archive import Archive
from index.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    ArchiveMissing,
    ArchiveTooNew,
    EmbedderMismatch,
)
from index.passages import cut, embedding_text
from index.terms import TermIndex
from index.types import Article, Filters, Passage
from index.vectors import VectorIndex
from index.writer import ArchiveWriter
from tests.fake_embedder import FakeEmbedder
from tests.small_archive import (
    EMBEDDER,
    IDENTITY,
    by_vector,
    by_words,
    dump,
    entry,
    listing,
    make,
    story,
)

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look for news at every search, however slow the machine."""
    monkeypatch.setattr(archive_module, "_REST", 0.0)


def text_of(number: int) -> str:
    return f"council of place{number} met about word{number}"


def assert_holds(archive: Archive, numbers: Sequence[int], absent: Sequence[int] = ()) -> None:
    for number in numbers:
        assert by_words(archive, f"word{number}") == [f"story{number}"]
        assert f"story{number}" in by_vector(archive, story(number).body)
    for number in absent:
        assert by_words(archive, f"word{number}") == []
        assert f"story{number}" not in by_vector(archive, story(number).body)
    assert archive.coverage().articles == len(numbers)


def test_what_is_added_is_found_by_its_words_and_by_its_meaning(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path / "a", 1, 2, 3))
    assert_holds(archive, [1, 2, 3])
    [hit, *_] = archive.search_terms("word2", 5)
    stored = archive.read([hit.key])[hit.key]
    article = archive.article("story2")
    assert article == story(2)
    assert article.body[stored.passage.start : stored.passage.end] == stored.passage.text
    assert stored.article.title == "Title of 2"
    assert archive.passage_at("story2", 5) == stored.passage.id
    assert archive.passage_at("story2", 99_999) is None


def test_offsets_count_letters_whatever_the_alphabet(tmp_path: Path) -> None:
    body = "Şehir 🙂 büyük. Ünlü “söz” dedi. " * 40 + "Москва 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 молчит."
    article = replace(story(1), body=body.strip(), language="tr")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(article))
    archive = Archive(tmp_path)
    hits = archive.search_vectors(EMBEDDER.embed_query("Şehir"), 20)
    assert len(hits) > 1
    for stored in archive.read([hit.key for hit in hits]).values():
        assert article.body[stored.passage.start : stored.passage.end] == stored.passage.text


def test_a_new_version_replaces_the_old_one_which_stays_readable(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    new = story(1, "A zeppelin landed.", version=2)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(replace(new, body=new.body.replace("word1", "corrected"))))
    archive = Archive(tmp_path)
    assert by_words(archive, "zeppelin corrected") == ["story1"]
    assert by_words(archive, "word1") == []
    first, second = archive.article("story1", 1), archive.article("story1")
    assert first is not None
    assert second is not None
    assert "word1" in first.body
    assert "zeppelin" in second.body
    assert second.version == 2
    assert archive.article("story1", 3) is None
    assert (archive.stats().articles, archive.stats().versions) == (2, 3)
    assert all(s.passage.version == 2 for s in _stored(archive) if s.article.id == "story1")


def _stored(archive: Archive) -> list[archive_module.Stored]:
    hits = archive.search_vectors(EMBEDDER.embed_query("council"), 100)
    return list(archive.read([hit.key for hit in hits]).values())


def test_what_is_removed_is_gone_at_once_for_a_reader_already_open(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1, 2, 3))
    assert_holds(archive, [1, 2, 3])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        assert_holds(archive, [1, 3], absent=[2])
        assert archive.article("story2") is None
        assert archive.headlines(["story2"]) == {}
    for reader in (archive, Archive(tmp_path)):
        assert_holds(reader, [1, 3], absent=[2])
        assert reader.article("story2", 1) is None
        assert reader.passage_at("story2", 5) is None


def test_a_long_story_just_removed_does_not_stand_before_what_is_left(tmp_path: Path) -> None:
    make(tmp_path, 1)
    long = replace(story(2), body="\n\n".join([story(1).body] * 400))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(long))
        assert len(entry(long).passages) > 50
    archive = Archive(tmp_path)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        assert by_vector(archive, story(1).body) == ["story1"]
        assert by_words(archive, "word1") == ["story1"]


def test_an_open_reader_finds_a_new_article_before_the_indexes_are_saved(tmp_path: Path) -> None:
    archive = Archive(make(tmp_path, 1))
    assert_holds(archive, [1], absent=[2])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        before = (tmp_path / "vectors.faiss").read_bytes()
        writer.put(entry(story(2)))
        assert_holds(archive, [1, 2])
        writer.put(entry(story(1, "A zeppelin landed.", version=2)))
        assert by_words(archive, "zeppelin") == ["story1"]
        assert (tmp_path / "vectors.faiss").read_bytes() == before
    assert (tmp_path / "vectors.faiss").read_bytes() != before
    assert_holds(archive, [1, 2])


def test_filters_by_date_source_and_section(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1)))
        writer.put(entry(story(2, source="Şehir Postası", section="World")))
        writer.put(entry(story(3, published=None)))
    archive = Archive(tmp_path)
    for filters, expected in (
        (Filters(after=date(2025, 1, 3)), {"story2"}),
        (Filters(before=date(2025, 1, 2)), {"story1"}),
        (Filters(sources=("şehir POSTAsı", "unheard of")), {"story2"}),
        (Filters(sections=("CITY",)), {"story1", "story3"}),
        (Filters(sections=("nowhere",)), set()),
    ):
        assert set(by_words(archive, "council", filters=filters)) == expected
        assert set(by_vector(archive, "council", filters=filters)) == expected
        assert archive.coverage(filters).articles == len(expected)
    assert archive.facets().sources == (("The Sample Gazette", 2), ("Şehir Postası", 1))
    assert archive.facets().first == date(2025, 1, 2)


def test_one_source_written_two_ways_is_one_choice_of_the_filter(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1, source="Österreich")))
        writer.put(entry(story(2, source="ÖSTERREICH")))
    [(_, count)] = Archive(tmp_path).facets().sources
    assert count == 2


# -- derived indexes that are missing or damaged ------------------------------


def drop_vectors(folder: Path) -> None:
    (folder / "vectors.faiss").unlink()


def drop_terms(folder: Path) -> None:
    shutil.rmtree(folder / "terms")


def drop_both(folder: Path) -> None:
    drop_vectors(folder)
    drop_terms(folder)


def flip_vectors(folder: Path) -> None:
    file = folder / "vectors.faiss"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def cut_vectors(folder: Path) -> None:
    file = folder / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-7])


def break_terms(folder: Path) -> None:
    (folder / "terms" / "meta.json").write_text("{")


def empty_segments(folder: Path) -> None:
    for file in (folder / "terms").glob("*.store"):
        file.write_bytes(b"")


DAMAGES = [
    drop_vectors,
    drop_terms,
    drop_both,
    flip_vectors,
    cut_vectors,
    break_terms,
    empty_segments,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_reader_answers_right_without_sound_indexes_and_writes_nothing(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    make(tmp_path, 1, 2, 3)
    damage(tmp_path)
    before = listing(tmp_path)
    archive = Archive(tmp_path)
    assert_holds(archive, [1, 2, 3], absent=[4])
    archive.close()
    assert listing(tmp_path) == before


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_writer_makes_missing_or_damaged_indexes_anew(
    tmp_path: Path, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1, 2, 3)
    damage(tmp_path)
    steps: list[str] = []
    with ArchiveWriter(tmp_path, IDENTITY, progress=lambda what, *_: steps.append(what)):
        pass
    assert steps, "rebuilding shows its progress"

    def never(*_: object) -> None:
        raise AssertionError("the index on disk should be whole")

    monkeypatch.setattr("index.snapshot.vectors_since", never)
    monkeypatch.setattr("index.snapshot.update_terms", never)
    assert_holds(Archive(tmp_path), [1, 2, 3])


def test_reading_an_archive_writes_nothing(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    before = listing(tmp_path)
    archive = Archive(tmp_path)
    assert_holds(archive, [1, 2])
    archive.stats()
    archive.facets()
    archive.close()
    assert listing(tmp_path) == before


def test_indexes_ahead_of_a_restored_database_are_not_believed(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    shutil.copy(tmp_path / "archive.db", tmp_path / "backup.db")
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story2")
        writer.put(entry(story(3)))
    shutil.copy(tmp_path / "backup.db", tmp_path / "archive.db")
    assert_holds(Archive(tmp_path), [1, 2], absent=[3])
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(4)))
        writer.put(entry(story(5)))
    assert_holds(Archive(tmp_path), [1, 2, 4, 5], absent=[3])


def test_rebuild_makes_the_same_indexes_from_the_database_alone(tmp_path: Path) -> None:
    make(tmp_path, *range(6))
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.remove("story3")
        writer.rebuild()
    assert_holds(Archive(tmp_path), [0, 1, 2, 4, 5], absent=[3])
    assert len(VectorIndex.load(tmp_path / "vectors.faiss", 32)) == 5
    assert not (tmp_path / "terms.new").exists()


def test_an_archive_that_outgrows_exact_search_changes_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_EXACT_LIMIT", 250)
    make(tmp_path, *range(240))
    assert Archive(tmp_path).stats().index_kind == "exact"
    make(tmp_path, *range(240, 270))
    archive = Archive(tmp_path)
    stats = archive.stats()
    assert stats.index_kind.startswith("inverted")
    assert stats.index_recall is not None
    assert stats.index_recall > 0.9
    assert by_vector(archive, story(269).body)[0] == "story269"


# -- what cannot be opened ----------------------------------------------------


def test_another_model_is_refused_with_the_command_that_repairs_it(tmp_path: Path) -> None:
    make(tmp_path, 1)
    for other in (FakeEmbedder("other"), FakeEmbedder(weights="1" * 64)):
        with pytest.raises(EmbedderMismatch) as caught:
            ArchiveWriter(tmp_path, other.identity)
        assert f"byline reembed --archive {tmp_path}" in str(caught.value)
        assert "fake" in str(caught.value)
        with pytest.raises(EmbedderMismatch, match="byline reembed"):
            Archive(tmp_path).require(other.identity)
    Archive(tmp_path).require(IDENTITY)
    assert_holds(Archive(tmp_path), [1])


def test_a_folder_without_an_archive_says_how_to_make_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ArchiveMissing, match=f"byline index SOURCE --archive {folder}"):
            Archive(folder)
    assert list(tmp_path.iterdir()) == []


def test_an_archive_whose_making_was_cut_short_is_missing_and_can_be_finished(
    tmp_path: Path,
) -> None:
    (tmp_path / "archive.db").touch()
    with pytest.raises(ArchiveMissing, match="never finished"):
        Archive(tmp_path)
    make(tmp_path, 1)
    assert_holds(Archive(tmp_path), [1])


def test_an_archive_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    make(tmp_path, 1)
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    connection.commit()
    connection.close()
    before = dump(tmp_path)
    with pytest.raises(ArchiveTooNew, match="format 99"):
        Archive(tmp_path)
    with pytest.raises(ArchiveTooNew, match="Upgrade"):
        ArchiveWriter(tmp_path, IDENTITY)
    assert dump(tmp_path) == before


def test_a_file_that_is_no_database_is_damaged_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"not a database, but long enough to be one " * 200)
    before = (tmp_path / "archive.db").read_bytes()
    with pytest.raises(ArchiveDamaged, match="backup"):
        Archive(tmp_path)
    with pytest.raises(ArchiveDamaged, match="backup"):
        ArchiveWriter(tmp_path, IDENTITY)
    assert (tmp_path / "archive.db").read_bytes() == before


def test_a_database_with_broken_pages_is_damaged_not_a_crash(tmp_path: Path) -> None:
    make(tmp_path, *range(30))
    file = tmp_path / "archive.db"
    content = bytearray(file.read_bytes())
    content[4096:] = bytes(random.Random(0).randbytes(len(content) - 4096))
    file.write_bytes(content)
    drop_both(tmp_path)
    with pytest.raises(ArchiveError):
        Archive(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_archive_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="cannot make the folder"):
        ArchiveWriter(tmp_path / "file", IDENTITY)


def test_a_folder_with_an_odd_name_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a ? b # c % d é"
    assert_holds(Archive(make(folder, 1)), [1])


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


# -- feedback and copies ------------------------------------------------------


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


def test_when_an_original_is_removed_its_first_copy_takes_its_place(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(1)))
        writer.put(entry(story(9, original="story1")))
        writer.put(entry(story(3, original="story1")))
        writer.remove("story1")
    archive = Archive(tmp_path)
    assert [copy.id for copy in archive.copies(["story3"])["story3"]] == ["story9"]
    assert [headline.id for headline in archive.newest(9)] == ["story3"]


def test_a_checkpoint_that_fails_is_an_archive_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, 1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(indexes.VectorIndex, "save", full)
        with (
            pytest.raises(ArchiveError, match="No space left on device"),
            ArchiveWriter(tmp_path, IDENTITY) as writer,
        ):
            writer.put(entry(story(2)))
    assert_holds(Archive(tmp_path), [1, 2])
    make(tmp_path, 3)
    assert_holds(Archive(tmp_path), [1, 2, 3])


def test_a_word_index_that_takes_no_more_changes_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer killed at its work can leave a file of the name that its successor needs."""
    make(tmp_path, 1)
    update, failed = TermIndex.update, []

    def once(self: TermIndex, *rest: Any) -> None:
        if not failed:
            failed.append(self)
            raise ValueError("FileAlreadyExists")
        update(self, *rest)

    monkeypatch.setattr(TermIndex, "update", once)
    with ArchiveWriter(tmp_path, IDENTITY) as writer:
        writer.put(entry(story(2)))
    assert failed
    index = TermIndex.open(tmp_path / "terms")
    assert len(index.search("word1", 5)) == 1
    assert len(index.search("word2", 5)) == 1
