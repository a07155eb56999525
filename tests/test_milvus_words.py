"""Words and filters as a Milvus server gets them: plain letters and numbers, whatever was given."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analyze import LANGUAGES, STUB, words
from index.documents import TermDocument
from index.milvus import words as milvus_words
from index.milvus.collections import Names
from index.milvus.filters import expression, folded, number
from index.milvus.words import MOST, cut, of_aside, of_passage, of_question, of_teaser, token
from index.types import Filters
from tests.terms_index import document

SAFE = re.compile(r"[a-z0-9]+", re.ASCII)
# what each of the servers' tokenisers may split at, or change, stands in none of them
TEXTS = st.text() | st.lists(
    st.sampled_from(
        ["12,298", "Türkiye", "выборов", "नमस्ते", "新闻", "co-op", "don't", "x_y", "10:30"]
    )
).map(" ".join)


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_words_reach_the_server_in_letters_that_no_tokeniser_splits(text: str, key: str) -> None:
    passage = TermDocument(1, "a", text, text, key, None, None, None)
    for made in (of_passage(passage), of_question(text, [key]), of_teaser(text), of_aside(text)):
        assert made == "" or all(SAFE.fullmatch(each) for each in made.split(" "))
        assert len(made) <= MOST
    if words(text, key):
        asked = set(of_question(text, [key]).split())
        assert asked <= set(of_passage(passage).split())


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from([*LANGUAGES, STUB]))
def test_two_words_are_never_taken_for_one(one: str, other: str, key: str) -> None:
    assert (token(key, one) == token(key, other)) == (
        one.encode("utf-8", "replace") == other.encode("utf-8", "replace")
    )
    assert token(key, one) != token("xx" if key == "en" else "en", one)


def test_a_word_of_the_text_weighs_twice_a_name_beside_it() -> None:
    assert Counter(of_question("Council votes, council!", ["en"]).split()) == {
        "enwcouncil": 2,
        "enwvote": 2,
        "zawcouncil": 1,
        "zawvotes": 1,
    }


def test_where_words_have_stubs_each_half_weighs_as_much_as_a_name() -> None:
    assert Counter(of_question("gözlemlerde", ["tr"]).split()) == {
        f"trw{words('gözlemlerde', 'tr')[0]}": 1,
        "zswgozle": 1,
        "zawgozlemlerde": 1,
    }
    both = Counter(of_question("gözlemlerde", ["tr", "en", "no such"]).split())
    assert both[token("en", words("gözlemlerde", "en")[0])] == both["xxwgozlemlerde"] == 2
    assert both["zswgozle"] == 1


def test_a_passage_holds_its_words_as_often_as_they_stand_there() -> None:
    held = of_passage(document(1, "Mayor, mayor 12,298", source="The Gazette")).split()
    assert Counter(held)["enwmayor"] == 2
    assert {"zawthe", "zawgazette"} <= set(held)
    assert [each[:3] for each in held if each not in ("enwmayor", "zawthe", "zawgazette")] == [
        "enh"
    ]
    assert "zswgozle" in of_passage(document(1, "gözlemlerde", language="tr")).split()


@pytest.mark.parametrize("text", ["word " * 40_000, "слово " * 40_000, "x" * 70_000, "é" * 70_000])
def test_what_is_longer_than_a_field_is_cut_between_words(text: str) -> None:
    made = of_passage(document(1, text, source="Gazette")).split(" ")
    assert "zawgazette" in made
    assert set(made) <= {"zawgazette", *token_of(text)}
    assert len(cut(text).encode()) <= MOST
    assert text.startswith(cut(text))


def token_of(text: str) -> set[str]:
    return {token("en", word) for word in words(text[:12], "en")}


def test_filters_hold_nothing_but_numbers_and_the_fields_names() -> None:
    hostile = ("' or 1 == 1", '"', "\\", "a\x00", "\ud83d", "")
    made = expression(
        Filters(date(2024, 1, 1), date(2025, 1, 1), hostile, hostile[:1], hostile[1:4])
    )
    assert re.fullmatch(
        r"day >= \d+ and day <= \d+ and source in \[[\d, ]+\] and section in \[\d+\] "
        r"and article in \[[\d, ]+\]",
        made,
    )
    assert expression(Filters()) == ""
    assert expression(Filters(before=date(2025, 1, 1))) == "day >= 1 and day <= 739252"
    assert expression(Filters(sources=("",))) == "source < 0"  # true of none


@given(st.text())
def test_every_text_has_a_number_that_fits_and_only_none_has_zero(text: str) -> None:
    assert 0 < number(text) < 1 << 63 or (not text and number(text) == 0)
    assert folded(text) == number(text.casefold())
    assert folded(None) == number(None) == 0


def test_the_case_of_a_source_is_folded_as_in_the_database() -> None:
    assert folded("ŞEHİR POSTASI") == number("ŞEHİR POSTASI".casefold())
    assert folded("The Gazette") == folded("THE gazette") != number("The Gazette")


@given(st.text(min_size=1), st.text(min_size=1))
def test_collections_have_names_that_every_server_takes(one: str, other: str) -> None:
    names = Names.of(one)
    for name in (names.passages, names.teasers):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", name, re.ASCII)
    assert (Names.of(other) == names) == (
        one.encode("utf-8", "replace") == other.encode("utf-8", "replace")
    )


def test_a_plain_name_is_kept_legible() -> None:
    assert Names.of("gazette_2024").passages == "byline_gazette_2024_passages"
    assert Names.of("the gazette").passages.startswith("byline_the_gazette__")


def test_the_scale_undoes_the_repetitions() -> None:
    [twice] = set(
        Counter(
            t for t in of_question("zeppelin", ["en"]).split() if t[2] == "w" and t[:2] == "en"
        ).values()
    )
    assert twice * milvus_words.SCALE == 1
