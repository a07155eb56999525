"""A word index that is changed, kept on disk, and found there again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.derived import check_seen
from index.documents import Teaser
from index.terms import TermIndex, replace_folder
from index.vectors import DamagedIndex
from tests.terms_index import NEWS, document, found, index_of


def test_an_index_of_another_schema_is_not_taken_for_one_of_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.terms._SEEN", "~seen 3")  # as the version before wrote it
    index_of(document(1, "Gözlemciler.", language="tr"), path=tmp_path).close()
    monkeypatch.undo()
    with pytest.raises(DamagedIndex):
        TermIndex.open(tmp_path)


def test_a_replaced_article_is_found_by_its_new_words_alone() -> None:
    index = index_of(document(1, "old words", article="a"), document(2, "old news", article="b"))
    index.update([document(3, "new words", article="a")], (), ["a"], 2)
    assert found(index, "old") == [2]
    assert found(index, "words") == [3]
    assert index.seen == 2


def test_replaying_a_change_does_no_harm() -> None:
    index = index_of(document(1, "old words", article="a"))
    for _ in range(2):
        index.update([document(2, "new words", article="a")], (), ["a"], 2)
    assert found(index, "words") == [2]


def test_an_update_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    index = index_of(document(1, "old words", article="a"), path=tmp_path / "terms")

    def stopped():  # type: ignore[no-untyped-def]
        yield document(2, "half words", article="b")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.update(stopped(), (), ["a"], 2)
    assert index.seen == 1
    index.update([document(2, "half words", article="b")], (), (), 3)
    assert sorted(found(index, "words")) == [1, 2]


def test_a_writer_killed_between_teasers_and_passages_does_both_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = index_of(document(1, "old words", article="a"), path=tmp_path)
    change = [document(2, "new words", article="a")], [Teaser("a", "Shooting at the beach")], ["a"]
    with monkeypatch.context() as patch:
        patch.setattr(index._passages, "update", lambda *_: None)  # it never comes to them
        index.update(*change, 2)
    index.close()
    again = TermIndex.open(tmp_path)
    assert (again.seen, again.furthest) == (1, 2)
    again.update(*change, 2)
    assert again.seen == again.furthest == 2
    assert found(again, "words") == [2]
    assert again.teased("beach", 3) == ["Shooting at the beach"]


def test_a_part_ahead_of_the_database_is_not_believed(tmp_path: Path) -> None:
    index = index_of(document(1, "old words", article="a"), path=tmp_path, seen=4)
    check_seen(index, 4)
    index._teasers.update((), (), 5)
    assert index.seen == 4
    with pytest.raises(DamagedIndex, match="has seen change 5"):
        check_seen(index, 4)


def test_an_index_without_its_teasers_is_damaged(tmp_path: Path) -> None:
    index_of(*NEWS, path=tmp_path).close()
    shutil.rmtree(tmp_path / "teasers")
    with pytest.raises(DamagedIndex, match="teasers"):
        TermIndex.open(tmp_path)


def test_a_saved_index_is_read_again_with_what_it_has_seen(tmp_path: Path) -> None:
    index_of(*NEWS, path=tmp_path / "terms", seen=17).close()
    again = TermIndex.open(tmp_path / "terms")
    assert again.seen == 17
    assert set(found(again, "bridge")) == {1, 2, 3, 4}


def test_two_writers_of_one_index_do_not_write_over_each_other(tmp_path: Path) -> None:
    first = index_of(*NEWS, path=tmp_path / "terms")
    second = TermIndex.open(tmp_path / "terms")
    with pytest.raises(ValueError, match=r"(?i)lock"):
        second.update([], (), (), 9)
    first.close()
    second.update([document(9, "ninth")], (), (), 9)
    assert found(second, "ninth") == [9]


def test_no_index_is_damaged(tmp_path: Path) -> None:
    for make in (lambda path: None, Path.mkdir, Path.touch):
        path = tmp_path / getattr(make, "__name__", "none").strip("<>")
        make(path)
        with pytest.raises(DamagedIndex):
            TermIndex.open(path)


def test_an_index_that_does_not_say_what_it_has_seen_is_damaged(tmp_path: Path) -> None:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("article").build()
    (tmp_path / "terms").mkdir()
    foreign = tantivy.Index(schema, path=str(tmp_path / "terms"))
    writer = foreign.writer()
    writer.add_document(tantivy.Document(article="x"))
    writer.commit()
    writer.wait_merging_threads()
    with pytest.raises(DamagedIndex):
        TermIndex.open(tmp_path / "terms")


@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "nonsense"])
def test_an_index_with_any_file_damaged_is_noticed_or_still_answers(
    tmp_path: Path, damage: str
) -> None:
    whole = tmp_path / "whole"
    index = TermIndex(whole)
    index.update(NEWS, [Teaser("article1", "Shooting at the beach")], (), 1)
    index.close()
    files = [path for path in whole.rglob("*") if path.is_file() and path.name[0] != "."]
    for name in sorted(str(path.relative_to(whole)) for path in files):
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole, broken)
        file = broken / name
        content = file.read_bytes()
        if damage == "gone":
            file.unlink()
        elif damage == "empty":
            file.write_bytes(b"")
        elif damage == "cut":
            file.write_bytes(content[: len(content) // 2])
        else:
            file.write_bytes(bytes(255 - byte for byte in content))
        if name in (".managed.json", "managed.json"):
            continue
        try:
            opened = TermIndex.open(broken)
            answers = set(found(opened, "bridge"))
        except DamagedIndex:
            continue
        assert answers == {1, 2, 3, 4}, name
        assert opened.teased("beach", 3) == ["Shooting at the beach"], name


def test_whoever_keeps_an_error_of_an_update_does_not_keep_the_next_from_writing(
    tmp_path: Path,
) -> None:
    index = index_of(document(1, "old words"), path=tmp_path / "terms")

    def stopped():  # type: ignore[no-untyped-def]
        yield document(2, "half words")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as kept:
        index.update(stopped(), (), (), 2)
    index.update([document(2, "half words")], (), (), 2)
    assert sorted(found(index, "words")) == [1, 2]
    assert kept.tb is not None


def test_a_reader_finds_an_index_in_its_place_however_long_the_old_one_takes_to_delete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_of(document(1, "old"), path=tmp_path / "terms").close()
    index_of(document(2, "new"), path=tmp_path / "terms.new").close()
    read, rmtree = list[list[int]](), shutil.rmtree

    def meanwhile(path: Path, **options: bool) -> None:
        if path.parent == tmp_path:
            rmtree(path / "teasers", ignore_errors=True)  # half of it is gone
            read.append(found(TermIndex.open(tmp_path / "terms"), "new old"))
        rmtree(path, **options)

    monkeypatch.setattr(shutil, "rmtree", meanwhile)
    replace_folder(tmp_path / "terms.new", tmp_path / "terms")
    assert read[-1] == [2]


def test_a_new_index_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    index_of(document(1, "old"), path=tmp_path / "terms").close()
    index_of(document(2, "new"), path=tmp_path / "terms.new").close()
    replace_folder(tmp_path / "terms.new", tmp_path / "terms")
    assert [path.name for path in tmp_path.iterdir()] == ["terms"]
    assert found(TermIndex.open(tmp_path / "terms"), "new old") == [2]
