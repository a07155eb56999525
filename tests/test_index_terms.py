"""Words: what counts as the same word, what is found by it, and in which order."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from index.analyze import PLAIN, language_key, words
from index.documents import Teaser, TermDocument
from index.terms import TermIndex, replace_folder
from index.types import Filters
from index.vectors import DamagedIndex


def document(
    key: int,
    text: str,
    *,
    article: str | None = None,
    language: str | None = "en",
    source: str | None = None,
    section: str | None = None,
    day: date | None = None,
) -> TermDocument:
    about = " ".join(part for part in (source, section) if part)
    return TermDocument(
        key,
        article or f"article{key}",
        text,
        about,
        language,
        source,
        section,
        day.toordinal() if day else None,
    )


def index_of(*documents: TermDocument, path: Path | None = None, seen: int = 1) -> TermIndex:
    index = TermIndex(path)
    index.update(documents, (), (), seen)
    return index


def found(
    index: TermIndex,
    text: str,
    filters: Filters = Filters(),
    languages: Sequence[str] = ("en",),
) -> list[int]:
    return [hit.key for hit in index.search(text, 20, filters, languages)]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "elections", "election"),
        ("en", "VOTED", "voting"),
        ("tr", "kitaplar", "kitap"),
        ("ru", "выборов", "выборы"),
        ("de", "Wahlen", "wahl"),
        ("fr", "élections", "élection"),
        ("es", "elecciones", "eleccion"),
        ("en", "Türkiye", "Turkiye"),
        ("xx", "Café", "cafe"),
    ],
)
def test_forms_of_one_word_are_one_word(language: str, one: str, other: str) -> None:
    assert words(one, language) == words(other, language) != ()


@pytest.mark.parametrize("form", ["İSTANBUL", "İstanbul", "istanbul", "i\u0307stanbul"])
@pytest.mark.parametrize("language", ["tr", "en", "xx"])
def test_the_dotted_capital_is_the_capital_of_the_dotted_letter(form: str, language: str) -> None:
    assert words(form, language) == words("istanbul", language)


def test_the_dotless_letter_has_a_capital_of_its_own_in_turkish() -> None:
    assert words("IŞIKLAR", "tr") == words("ışıklar", "tr") != words("IŞIKLAR", "xx")


def test_words_are_found_by_their_first_letters_where_they_take_many_endings() -> None:
    index = index_of(
        document(1, "Gözlemcilerin uyarıları dinlenmedi.", language="tr"),
        document(2, "Hava güneşli, deniz sakindi.", language="tr"),
        document(3, "The observers observed the observatory.", language="en"),
    )
    assert found(index, "gözlemlerde", languages=("tr",)) == [1]
    assert words("gözlemlerde", "tr") != words("Gözlemcilerin", "tr")
    assert found(index, "observe", languages=("en", "tr")) == [3]
    assert found(index, "obsession", languages=("en", "tr")) == [], "English has no stubs"


def test_numbers_are_never_cut_to_their_first_digits() -> None:
    index = index_of(document(1, "Tam 1234567 kişi.", language="tr"))
    assert found(index, "1234599", languages=("tr",)) == []
    assert found(index, "1234567", languages=("tr",)) == [1]


def test_an_index_of_another_schema_is_not_taken_for_one_of_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.terms._SEEN", "~seen 2")  # as the version before wrote it
    index_of(document(1, "Gözlemciler.", language="tr"), path=tmp_path).close()
    monkeypatch.undo()
    with pytest.raises(DamagedIndex):
        TermIndex.open(tmp_path)


def test_a_language_without_a_stemmer_is_left_as_it_is() -> None:
    assert language_key("az") == language_key(None) == PLAIN
    assert language_key("en") == "en"
    assert words("evlər", PLAIN) != words("ev", PLAIN)


def test_numbers_keep_their_separators_and_are_one_word() -> None:
    assert words("12,298 of 3.5 at 10:30, 2024.", "en") == (
        *("12,298", "of", "3.5", "at", "10:30", "2024"),
    )


@pytest.mark.parametrize("text", ["", "?!", "🙂🙃", "\x00\x01", "   ", "a" * 100_000, "\ud83d"])
def test_what_is_no_word_finds_nothing_and_breaks_nothing(text: str) -> None:
    index = index_of(document(1, "The council voted"))
    assert found(index, text) == []
    assert index.teased(text, 3) == []
    assert found(index, text + " council") in ([1], [])


def test_half_a_surrogate_pair_does_not_hide_the_words_around_it() -> None:
    assert words("council \ud83d voted", "en") == words("council voted", "en")


NEWS = (
    document(1, "Mines were found near the bridge", source="Anew", section="World",
             day=date(2025, 1, 1)),
    document(2, "A bridge opened", source="The Sample Gazette", section="City",
             day=date(2025, 1, 31)),
    document(3, "The bridge closed", source="İstanbul Haber", section="Şehir",
             day=date(2025, 2, 1)),
    document(4, "An old bridge"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {1, 2, 3, 4}),
        (Filters(after=date(2025, 1, 31)), {2, 3}),
        (Filters(before=date(2025, 1, 31)), {1, 2}),
        (Filters(after=date(2025, 1, 31), before=date(2025, 1, 31)), {2}),
        (Filters(after=date(2025, 2, 2)), set()),
        (Filters(after=date(2025, 2, 1), before=date(2025, 1, 1)), set()),
        (Filters(after=date.min, before=date.max), {1, 2, 3}),
        (Filters(sources=("the sample GAZETTE",)), {2}),
        (Filters(sources=("anew", "İSTANBUL HABER")), {1, 3}),
        (Filters(sources=("gazette",)), set()),
        (Filters(sections=("şehir",)), {3}),
        (Filters(sections=("ŞEHİR",)), set()),  # folded as Unicode does without a language
        (Filters(sections=("world", "city"), before=date(2025, 1, 1)), {1}),
    ],
)
def test_filters_let_through_what_they_say(filters: Filters, expected: set[int]) -> None:
    assert set(found(index_of(*NEWS), "bridge", filters)) == expected


def test_filters_do_not_change_the_scores() -> None:
    index = index_of(*NEWS)
    everywhere = {hit.key: hit.score for hit in index.search("bridge opened", 9)}
    [hit] = index.search("bridge opened", 9, Filters(sections=("City",)))
    assert hit.score == pytest.approx(everywhere[2])


def bm25(query: str, texts: Sequence[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Okapi BM25 as Lucene writes it, by hand."""
    documents = [words(text, "en") for text in texts] + [()]  # one holds the change number
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document_words in documents:
        score = 0.0
        for word in set(words(query, "en")):
            frequency = document_words.count(word)
            holding = sum(word in other for other in documents)
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            length = 1 - b + b * len(document_words) / average
            score += idf * frequency * (k1 + 1) / (frequency + k1 * length)
        scores.append(score)
    return scores[:-1]


def test_the_best_match_by_bm25_comes_first() -> None:
    texts = [
        "Ferry fares rise",
        "The council voted to keep the night ferry, and the ferry will sail",
        "The council met about roads and schools and many other things of no importance here",
        "A ferry",
    ]
    index = index_of(*(document(n, text) for n, text in enumerate(texts, start=1)))
    expected = {n: score for n, score in enumerate(bm25("council ferry", texts), start=1) if score}
    hits = index.search("council ferry", 10)
    assert [hit.key for hit in hits] == sorted(expected, key=lambda n: -expected[n])
    assert {hit.key: hit.score for hit in hits} == pytest.approx(expected, rel=1e-3)


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    index = index_of(
        document(1, "council council met"),
        document(2, "zeppelin landed today"),
        *(document(n, "council meeting again") for n in range(3, 9)),
    )
    assert found(index, "council zeppelin")[0] == 2


def test_a_word_of_one_language_is_not_taken_for_one_of_another() -> None:
    index = index_of(document(1, "die", language="de"), document(2, "dies", language="en"))
    assert found(index, "die", languages=("en",)) == [2]
    assert set(found(index, "die", languages=("en", "de"))) == {1, 2}


def test_a_source_by_name_is_found_below_the_text_itself() -> None:
    index = index_of(
        document(1, "The Gazette was founded", source="Wire"),
        document(2, "The paper was founded", source="Gazette"),
        document(3, "The radio was founded", source="Radio"),
    )
    assert found(index, "Gazette") == [1, 2]


def test_teasers_are_found_as_teasers_alone() -> None:
    index = TermIndex()
    index.update(
        [document(1, "bridge", article="a")], [Teaser("a", "Shooting at the beach")], (), 3
    )
    assert found(index, "shooting beach") == []
    assert index.teased("beach", 3) == ["Shooting at the beach"]
    index.update([], (), ["a"], 4)
    assert index.teased("beach", 3) == found(index, "bridge") == []


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
    index_of(*NEWS, path=whole).close()
    for name in sorted(p.name for p in whole.iterdir() if not p.name.startswith(".")):
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
            answers = set(found(TermIndex.open(broken), "bridge"))
        except DamagedIndex:
            continue
        assert answers == {1, 2, 3, 4}, name


def test_a_new_index_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    index_of(document(1, "old"), path=tmp_path / "terms").close()
    index_of(document(2, "new"), path=tmp_path / "terms.new").close()
    replace_folder(tmp_path / "terms.new", tmp_path / "terms")
    assert [path.name for path in tmp_path.iterdir()] == ["terms"]
    assert found(TermIndex.open(tmp_path / "terms"), "new old") == [2]
