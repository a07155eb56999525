"""Sentences: quotes are verbatim sentences, so a wrong cut is seen by every reader."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import sentences
from index.sentences import split


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


PROSE = st.lists(
    st.one_of(
        st.sampled_from(
            'The council met Mr. Smith U.S. 3.5 p.m. said “Yes. No.” "Stop." «Да. Нет.» г. Dr. '
            "... … ? ! . \n \n\n 5 2. Dünya J. R. R. (see p. 4) e.g. ' ” — 。 好。 \t".split(" ")
        ),
        st.text(max_size=6),
    ),
    max_size=40,
).map(" ".join)


@given(PROSE)
def test_sentences_are_in_order_and_hold_every_letter_of_the_text(text: str) -> None:
    spans = split(text)
    at = 0
    for span in spans:
        assert not text[at : span.start].strip()
        piece = text[span.start : span.end]
        assert piece
        assert piece == piece.strip()
        assert "\n" not in piece
        at = span.end
    assert not text[at:].strip()


@given(PROSE, st.data())
def test_a_part_of_a_text_is_cut_as_if_it_stood_alone_with_offsets_into_the_whole(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert [text[s.start : s.end] for s in split(text, start, end)] == cut(text[start:end])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mr. Aliyev met Gen. A. B. Smith on Monday. They spoke for an hour.",
            ["Mr. Aliyev met Gen. A. B. Smith on Monday.", "They spoke for an hour."],
        ),
        (
            "He moved to the U.S. The family followed.",
            ["He moved to the U.S.", "The family followed."],
        ),
        (
            "The U.S. President arrived. Crowds waited.",
            ["The U.S. President arrived.", "Crowds waited."],
        ),
        ("The vote is at 5 p.m. The doors open early.", None),
        ("Rates rose to 3.5 percent. Nobody was surprised.", None),
        ("It costs $1.2 billion. Work starts in May.", None),
        ("Shares of Acme Inc. rose. Others fell.", ["Shares of Acme Inc. rose.", "Others fell."]),
        ("He was born on Jan. 5 in Kent. She was not.", None),
        ("Wait... she said nothing.", ["Wait... she said nothing."]),
        ("It was over… Nobody spoke.", ["It was over…", "Nobody spoke."]),
        ("Who won? Nobody knows! It is late.", ["Who won?", "Nobody knows!", "It is late."]),
        ("The war ended in 1945. Soldiers went home.", None),
        ("Visit example.com. Or do not.", ["Visit example.com.", "Or do not."]),
        ("One line\nAnother line", ["One line", "Another line"]),
        ("", []),
        (" \n \t\n", []),
    ],
)
def test_english_prose(text: str, expected: list[str] | None) -> None:
    if expected is None:  # two sentences, of which the second is the last four words or fewer
        first, second = cut(text)
        assert f"{first} {second}" == text
        assert re.match(r"[A-Z]\w+ (\w+ ?){1,4}\.$", second)
    else:
        assert cut(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "“We won. It is over. Go home,” said the mayor, Oda Brandt.",
        '"We won. It is over!" said the mayor.',
        "The mayor said: “We won. It is over.” and left.",
        "„Wir haben gewonnen. Es ist vorbei“, sagte die Ministerin.",
        "«Мы победили. Всё кончено», — сказал министр.",
        "“Why?” he asked.",
    ],
)
def test_a_quotation_stays_with_its_speaker(text: str) -> None:
    assert cut(text) == [text]


def test_a_quotation_that_is_a_sentence_of_its_own_ends_with_its_closing_mark() -> None:
    assert cut("“We won.” The mayor left.") == ["“We won.”", "The mayor left."]
    assert cut('He said: "We won." Then he left.') == ['He said: "We won."', "Then he left."]


def test_a_quotation_that_never_closes_does_not_swallow_the_article() -> None:
    assert cut("“We won. It is over. They left.") == ["“We won.", "It is over.", "They left."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Prof. Dr. Ayşe Yılmaz Ankara'da konuştu. Toplantı 2. Dünya Savaşı üzerineydi.",
            [
                "Prof. Dr. Ayşe Yılmaz Ankara'da konuştu.",
                "Toplantı 2. Dünya Savaşı üzerineydi.",
            ],
        ),
        (
            "Çocuklar güldü. İstanbul'da yağmur var. Şehir sessiz.",
            ["Çocuklar güldü.", "İstanbul'da yağmur var.", "Şehir sessiz."],
        ),
        (
            "В 2020 г. Москва подписала договор. Ул. Ленина закрыта.",
            ["В 2020 г. Москва подписала договор.", "Ул. Ленина закрыта."],
        ),
        (
            "Министр А. Б. Иванов выступил в среду. Бюджет вырос на 5 млн. руб. за год.",
            [
                "Министр А. Б. Иванов выступил в среду.",
                "Бюджет вырос на 5 млн. руб. за год.",
            ],
        ),
        ("会议结束了。代表们离开了。", ["会议结束了。", "代表们离开了。"]),
    ],
)
def test_other_languages(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_wire_copy_in_capitals_with_spaced_stops() -> None:
    text = "BAHIA COCOA REVIEW SHOWERS CONTINUED . DRY PERIOD MEANS LATE CROP . PRICES ROSE ."
    assert cut(text) == [
        "BAHIA COCOA REVIEW SHOWERS CONTINUED .",
        "DRY PERIOD MEANS LATE CROP .",
        "PRICES ROSE .",
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    [
        *("“A b.” C d. " * 20_000, "!" * 100_000 + "x", "a. " * 50_000, "“" * 100_000),
        *("." * 60_000, "A." + " " * 300_000, "A. " + "#" * 300_000 + "a", "A.。" * 60_000),
    ],
    ids=["quotations", "marks", "initials", "openings", "stops", "blanks", "no words", "no blanks"],
)
def test_one_endless_line_is_cut_without_hanging(line: str) -> None:
    assert split(line)[-1].end == len(line.rstrip())


def test_a_line_is_looked_through_for_turkish_once_however_many_stops_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters, looked = sentences._TURKISH, list[str]()

    class Counted:
        def search(self, text: str) -> re.Match[str] | None:
            looked.append(text)
            return letters.search(text)

    monkeypatch.setattr(sentences, "_TURKISH", Counted())
    plain, turkish = "Go to Part 12. Bring the map. " * 50, "Konuşma 29. Bölge'de yapıldı. " * 50
    assert len(cut(plain)) == 100
    assert len(cut(turkish)) == 50
    assert looked == [plain, turkish]
