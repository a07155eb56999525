"""Bytes become text, and text becomes clean."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.extract import MAX_PAGE_BYTES, body_of, check, normalise
from index.extract.clean import METADATA_LENGTH, metadata_text, one_line
from index.extract.decode import decode
from index.types import Block, Label, SkipReason

RUSSIAN = "Парламент принял закон о защите берегов, сообщила пресс-служба."


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert one_line(once) == one_line(text)
    assert "\n" not in one_line(text)


@given(st.text(alphabet=st.sampled_from("aé\u0301\u200c\u200d\u200b\u202e \n\r\t\xa0\xadक\ufeff")))
def test_cleaning_awkward_characters_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_invisible_characters_go_and_typography_stays() -> None:
    assert normalise("\ufeff“Quo\xadted”\u200b —\xa0it’s\u202e  fine\x00") == "“Quoted” — it’s fine"


def test_accents_are_composed_even_across_a_dropped_character() -> None:
    assert normalise("e\u200b\u0301") == unicodedata.normalize("NFC", "e\u0301") == "é"


def test_joiners_stay_where_they_spell() -> None:
    persian = "می\u200cخواهم"
    assert normalise(persian) == persian
    assert normalise("pay\u200dpal") == "paypal"


def test_lines_are_unified() -> None:
    assert normalise("one\r\ntwo\rthree\u2028four \n\n\n\n five") == "one\ntwo\nthree\nfour\n\nfive"


def test_metadata_is_bounded() -> None:
    assert metadata_text(" \n ") is None
    assert len(metadata_text("long " * 1000) or "") <= METADATA_LENGTH


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (RUSSIAN.encode("windows-1251"), RUSSIAN),
        (b'<meta charset="windows-1251"><p>' + RUSSIAN.encode("windows-1251"), RUSSIAN),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN.encode("koi8-r"), RUSSIAN),
        (RUSSIAN.encode("utf-16"), RUSSIAN),
        (b"\xef\xbb\xbf" + RUSSIAN.encode(), RUSSIAN),
        ("<p>plain words in utf-16</p>".encode("utf-16-le"), "plain words"),
        (b'<meta charset="iso-8859-1">\x93quoted\x94 caf\xe9', "“quoted” café"),
        (b'<meta charset="utf-16"><p>declared wrongly</p>', "declared wrongly"),
        (b'<meta charset="no-such-code"><p>ascii</p>', "ascii"),
        (b'<meta charset="hex"><p>ascii \xe9</p>', "ascii"),
    ],
)
def test_text_is_readable_in_any_encoding(content: bytes, expected: str) -> None:
    text = decode(content)
    assert expected in text
    assert not text.startswith("\ufeff")


def test_broken_utf8_keeps_the_rest() -> None:
    content = ("Ўзбекистон. " * 20).encode() + b"\xd0" + " caf\u00e9 s'ouvre".encode()
    assert decode(content).startswith("Ўзбекистон. Ўзбекистон.")
    assert decode(content).endswith("café s'ouvre")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", SkipReason.EMPTY),
        (b" \r\n\t", SkipReason.EMPTY),
        (b"%PDF-1.7 ...", SkipReason.BINARY),
        (b"\x89PNG\r\n\x1a\n", SkipReason.BINARY),
        (b"some\0bytes with\0nuls in odd\0\0 places", SkipReason.BINARY),
        (b"<p>a page</p>", None),
        (RUSSIAN.encode("utf-16"), None),
    ],
)
def test_what_is_no_page_is_named(content: bytes, reason: SkipReason | None) -> None:
    assert check(content) is reason


def test_a_page_too_large_is_refused() -> None:
    assert check(bytes(MAX_PAGE_BYTES + 1)) is SkipReason.TOO_LARGE


@given(st.binary(max_size=300))
def test_decoding_never_fails(content: bytes) -> None:
    assert isinstance(decode(content), str)
    check(content)


def test_headings_are_found_in_the_body() -> None:
    blocks = [
        Block("First paragraph.", Label.STORY),
        Block("Read more: elsewhere", Label.TEASER),
        Block("A heading", Label.STORY, heading=True),
        Block("Second paragraph.", Label.STORY),
    ]
    body, (span,) = body_of(blocks)
    assert body == "First paragraph.\n\nA heading\n\nSecond paragraph."
    assert body[span.start : span.end] == "A heading"
