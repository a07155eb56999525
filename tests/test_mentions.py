"""Dates in an article's words are resolved against the day it was published."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.mentions import resolve

SATURDAY = date(2024, 10, 12)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("The dam failed on Thursday.", date(2024, 10, 10), date(2024, 10, 10)),
        ("It was said on Saturday.", date(2024, 10, 12), date(2024, 10, 12)),
        ("The match was last Saturday.", date(2024, 10, 5), date(2024, 10, 5)),
        ("Parliament will vote on Monday.", date(2024, 10, 14), date(2024, 10, 14)),
        ("They met on 8 August.", date(2024, 8, 8), date(2024, 8, 8)),
        ("They meet on January 3.", date(2025, 1, 3), date(2025, 1, 3)),
        ("He died yesterday.", date(2024, 10, 11), date(2024, 10, 11)),
        ("It fell last month.", date(2024, 9, 1), date(2024, 9, 30)),
        ("It opens next year.", date(2025, 1, 1), date(2025, 12, 31)),
        ("It closed this week.", date(2024, 10, 7), date(2024, 10, 13)),
    ],
)
def test_a_date_without_its_year_is_told_from_the_day_of_publication(
    text: str, first: date, last: date
) -> None:
    (mention,) = resolve(text, SATURDAY)
    assert (mention.first, mention.last) == (first, last)
    assert text[mention.start : mention.end] == mention.words


@pytest.mark.parametrize(
    "text",
    [
        "It happened on 8 August 2019.",
        "It happened on August 8, 2019.",
        "You may march 5 abreast.",
        "A man friday is a helper.",
        "On 31 February it rained.",
        "Thursday's paper said nothing.",
        "Yesterday’s men.",
    ],
)
def test_what_is_dated_in_full_or_is_no_date_is_left_alone(text: str) -> None:
    assert resolve(text, SATURDAY) == ()


def test_a_leap_day_finds_the_nearest_leap_year() -> None:
    (mention,) = resolve("Born on 29 February.", date(2024, 12, 1))
    assert mention.first == date(2024, 2, 29)
    assert resolve("Born on 29 February.", date(2026, 6, 1)) == ()


WORDS = st.sampled_from(
    "on Monday 8 31 August May last next week year ago two the previous day weekend in since 2019 "
    "geçen pazartesi günü şubat önce hafta sonu в среду прошлой неделе 29 февраля назад год".split()
)


@given(
    st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)),
    st.dates(date(1, 1, 1), date(9999, 12, 31)),
    st.sampled_from(["en", "tr", "ru"]),
)
def test_no_text_breaks_it(text: str, published: date, language: str) -> None:
    for mention in resolve(text, published, language):
        assert mention.first <= mention.last
        assert text[mention.start : mention.end] == mention.words


def told(text: str, language: str = "en", published: date = SATURDAY) -> list[str]:
    """Each mention as "words first" or "words first..last"."""
    return [
        f"{m.words} {m.first}" + (f"..{m.last}" if m.last != m.first else "")
        for m in resolve(text, published, language)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the nearest verb tells past from future
        ("The company from Verrania said on Thursday it was sorry.", ["Thursday 2024-10-10"]),
        ("On Monday, the court will hear the case.", ["Monday 2024-10-14"]),
        ("On Monday the court heard that he will resign.", ["Monday 2024-10-07"]),
        ("It is due to be released on Friday.", ["Friday 2024-10-18"]),
        ("It was released on Friday.", ["Friday 2024-10-11"]),
        ("The union has threatened to strike on Monday.", ["Monday 2024-10-14"]),
        (
            "She will become minister on Monday, after they agreed on Thursday to join.",
            ["Monday 2024-10-14", "Thursday 2024-10-10"],
        ),
        ("The money would arrive by Friday.", ["Friday 2024-10-18"]),
        ("It has declined to comment since Friday.", ["Friday 2024-10-11"]),
        ("All schools are shut until Wednesday.", ["Wednesday 2024-10-16"]),
        ("He spoke on Monday night.", ["Monday night 2024-10-07"]),
        ("The president said Monday he agreed.", ["Monday 2024-10-07"]),
        # spans
        ("It began two weeks ago.", ["two weeks ago 2024-09-25..2024-10-01"]),
        ("Last summer was hot.", ["Last summer 2024-06-01..2024-08-31"]),
        ("It fell earlier this month.", ["earlier this month 2024-10-01..2024-10-12"]),
        ("Talks began in March.", ["March 2024-03-01..2024-03-31"]),
        ("It will open in March.", ["March 2025-03-01..2025-03-31"]),
        ("In August last year it sank.", ["August last year 2023-08-01..2023-08-31"]),
        ("It flooded last October.", ["last October 2023-10-01..2023-10-31"]),
        # days
        ("They met on Aug. 8.", ["Aug. 8 2024-08-08"]),
        ("The fair was on 8-10 August.", ["8-10 August 2024-08-08..2024-08-10"]),
        ("It happened on Friday, 11 October.", ["Friday, 11 October 2024-10-11"]),
        (
            "They met on Thursday and signed the previous day.",
            ["Thursday 2024-10-10", "the previous day 2024-10-09"],
        ),
        # no dates
        ("They signed the previous day.", []),
        ("Black Friday, Bloody Sunday and the Good Friday agreement.", []),
        ("He walks it every Friday and on Mondays.", []),
        ("The Sunday Times was sold.", []),
        ("It is open Monday to Friday.", []),
        ("Even today USA Today says so.", []),
        ("It happened on Friday 8 August 2019.", []),
        ("In March and April 2020 it rained.", []),
        ("In 2019 he was hired and on 8 August he was fired.", []),
        ("Ask Theresa May and June Brown.", []),
    ],
)
def test_what_the_sentence_says_decides_the_day(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Baraj perşembe günü çöktü.", ["perşembe günü 2024-10-10"]),
        ("Parlamento pazartesi günü oylama yapacak.", ["pazartesi günü 2024-10-14"]),
        ("Geçen hafta geldi.", ["Geçen hafta 2024-09-30..2024-10-06"]),
        ("8 Ağustos'ta bir araya geldiler.", ["8 Ağustos'ta 2024-08-08"]),
        ("Dün açıkladı, yarın gidecek.", ["Dün 2024-10-11", "yarın 2024-10-13"]),
        ("İki hafta önce başladı.", ["İki hafta önce 2024-09-25..2024-10-01"]),
        ("Geçen yaz kuraktı.", ["Geçen yaz 2024-06-01..2024-08-31"]),
        ("Önümüzdeki pazartesi toplantı var.", ["Önümüzdeki pazartesi 2024-10-14"]),
        ("Ekim ayında başladı.", ["Ekim ayında 2024-10-01..2024-10-31"]),
        ("8 Ağustos 2019'da bir araya geldiler.", []),
        ("Her cuma günü toplanıyorlar.", []),
        ("Cumartesi Anneleri toplandı.", []),
    ],
)
def test_turkish_dates_are_resolved(text: str, expected: list[str]) -> None:
    assert told(text, "tr") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Плотину прорвало в четверг.", ["в четверг 2024-10-10"]),
        ("Заседание состоится в понедельник.", ["в понедельник 2024-10-14"]),
        ("На прошлой неделе он уехал.", ["На прошлой неделе 2024-09-30..2024-10-06"]),
        ("Они встретились 8 августа.", ["8 августа 2024-08-08"]),
        ("Вчера он заявил, что завтра уедет.", ["Вчера 2024-10-11", "завтра 2024-10-13"]),
        ("Две недели назад началось.", ["Две недели назад 2024-09-25..2024-10-01"]),
        ("Прошлым летом была засуха.", ["Прошлым летом 2024-06-01..2024-08-31"]),
        ("В минувшую пятницу он приехал.", ["В минувшую пятницу 2024-10-11"]),
        ("Школы закрыты до среды.", ["до среды 2024-10-16"]),
        ("В октябре прошлого года он умер.", ["В октябре прошлого года 2023-10-01..2023-10-31"]),
        ("Они встретились 8 августа 2019 года.", []),
        ("По пятницам они встречаются.", []),
        ("Соглашение от 8 ноября действует.", []),
    ],
)
def test_russian_dates_are_resolved(text: str, expected: list[str]) -> None:
    assert told(text, "ru") == expected


def test_a_language_that_is_not_read_has_no_dates() -> None:
    assert told("The dam failed on Thursday.", "de") == []
    assert resolve("The dam failed on Thursday.", SATURDAY, None) == ()


@pytest.mark.timeout(8)  # a quadratic reading takes minutes
@pytest.mark.parametrize("language", ["en", "tr", "ru"])
@pytest.mark.parametrize(
    "unit", ["Monday ", "8 May ", "a ", "said to ", "8 ağustos ", "в среду ", "1 "]
)
def test_a_long_text_is_read_in_no_time(unit: str, language: str) -> None:
    resolve(unit * (20_000 // len(unit)), SATURDAY, language)
