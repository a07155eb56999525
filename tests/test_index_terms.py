"""Words: what counts as the same word, what is found by it, and in which order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pytest

from index import terms
from index.analyze import PLAIN, language_key, words
from index.documents import Teaser
from index.terms import TermIndex
from index.types import Filters
from tests.terms_index import NEWS, document, found, index_of


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


def test_passages_are_found_with_the_same_scores_whatever_is_teased_beside_them() -> None:
    alone = index_of(*NEWS).search("bridge opened", 5)
    index = TermIndex()
    index.update(NEWS, [Teaser("article1", f"A bridge opened, part {n}") for n in range(30)], (), 1)
    assert index.search("bridge opened", 5) == alone
    assert index.frequency(*words("bridge", "en"), "en") == len(NEWS)


def test_the_commonest_words_are_not_looked_up_in_a_large_index_unless_there_are_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["the ferry sank", "the harbour is closed", "the mayor resigned", "the the the end"]
    index = index_of(*(document(n, text) for n, text in enumerate(texts, start=1)))
    assert sorted(found(index, "the ferry")) == [1, 2, 3, 4]
    monkeypatch.setattr(terms, "_LARGE", 4)
    assert found(index, "the ferry") == [1]
    assert sorted(found(index, "the")) == [1, 2, 3, 4]
