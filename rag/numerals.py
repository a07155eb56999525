"""Numbers in running text, in digits or in words: 1,234.5, 1.234,5, 1 234, seventeen, 2.5 million.

A text is cut into tokens once and read from left to right with a bounded look
ahead, so that time is linear in its length. Digits are grouped as the language
groups them: "12.345" is twelve and a bit in English and twelve thousand in
Turkish. Words are read in English, Turkish and Russian.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\s\w]|_")
_LONGEST = 15  # digits: longer runs are identifiers, and floats would lose their last ones
_COMMA_DECIMAL = frozenset("tr ru de fr es it pt nl pl uk az da fi no sv el ro hu".split())
_SPACED = frozenset("ru fr uk pl no sv fi hu".split())  # these group digits with plain spaces
_THIN = "\u00a0\u2009\u202f"  # spaces that group digits in any language


@dataclass(frozen=True, slots=True)
class Token:
    """A number in digits, a word or a single mark, at `[start, end)`."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def digits(self) -> bool:
        return self.text[0].isdigit()

    @property
    def word(self) -> bool:
        return self.text[0].isalpha()


@dataclass(frozen=True, slots=True)
class Number:
    """A number written by tokens `[first, last)`.

    `spelled` says that no digit is in it, `scaled` that it ends in a word such as "million".
    """

    first: int
    last: int
    value: float
    spelled: bool
    scaled: bool


def tokens(text: str) -> tuple[Token, ...]:
    """The text's words, numbers and marks, in order."""
    return tuple(
        Token(m.start(), m.end(), m.group(), m.group().lower()) for m in _TOKEN.finditer(text)
    )


def _pairs(words: str, values: Sequence[int]) -> dict[str, int]:
    return {
        form: value
        for forms, value in zip(words.split(), values, strict=True)
        for form in forms.split("/")
    }


_ENGLISH = _pairs(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    range(20),
) | _pairs("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10))
_TURKISH = _pairs("sıfır bir iki üç dört beş altı yedi sekiz dokuz", range(10)) | _pairs(
    "on yirmi otuz kırk elli altmış yetmiş seksen doksan", range(10, 100, 10)
)
_RUSSIAN = (
    _pairs(
        "ноль/нуля один/одна/одно/одного/одной два/две/двух/двум/двумя три/трех/трёх/трем/трём "
        "четыре/четырех/четырёх пять/пяти шесть/шести семь/семи восемь/восьми девять/девяти "
        "десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати тринадцать/тринадцати "
        "четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати "
        "семнадцать/семнадцати восемнадцать/восемнадцати девятнадцать/девятнадцати",
        range(20),
    )
    | _pairs(
        "двадцать/двадцати тридцать/тридцати сорок/сорока пятьдесят/пятидесяти "
        "шестьдесят/шестидесяти семьдесят/семидесяти восемьдесят/восьмидесяти девяносто/девяноста",
        range(20, 100, 10),
    )
    | _pairs(
        "сто/ста двести/двухсот триста/трехсот/трёхсот четыреста/четырехсот/четырёхсот "
        "пятьсот/пятисот шестьсот/шестисот семьсот/семисот восемьсот/восьмисот девятьсот/девятисот",
        range(100, 1000, 100),
    )
)
SMALL: Mapping[str, Mapping[str, int]] = {"en": _ENGLISH, "tr": _TURKISH, "ru": _RUSSIAN}
_SCALES: Mapping[str, Mapping[str, int]] = {
    "en": {
        "hundred": 100,
        "dozen": 12,
        "thousand": 1_000,
        **dict.fromkeys(("million", "mln", "mn"), 10**6),
        **dict.fromkeys(("billion", "bln", "bn"), 10**9),
        **dict.fromkeys(("trillion", "tn", "trn"), 10**12),
    },
    "tr": {"yüz": 100, "bin": 1_000, "milyon": 10**6, "milyar": 10**9, "trilyon": 10**12},
    "ru": {
        **dict.fromkeys("тыс тысяча тысячи тысяч тысячу".split(), 1_000),
        **dict.fromkeys("млн миллион миллиона миллионов".split(), 10**6),
        **dict.fromkeys("млрд миллиард миллиарда миллиардов".split(), 10**9),
        **dict.fromkeys("трлн триллион триллиона триллионов".split(), 10**12),
    },
}
# Articles and pronouns as well as numbers: alone they count nothing.
_WEAK = frozenset("one bir один одна одно одного одной on yüz".split())


def read(text: str, cut: Sequence[Token], language: str | None = "en") -> tuple[Number, ...]:
    """The numbers among the tokens of `text`, in order and apart.

    "hundreds" and "thousands" are none; nor is "one" alone, unless a noun may follow it.
    """
    language = language or "en"
    key = language if language in SMALL else "en"
    found: list[Number] = []
    at = 0
    while at < len(cut):
        number = _number(text, cut, at, key, language)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = number.last
    return tuple(found)


def _number(text: str, cut: Sequence[Token], at: int, key: str, language: str) -> Number | None:
    token = cut[at]
    if token.digits:
        value, last = _digits(text, cut, at, language)
        if value is None:
            return Number(at, last, float("nan"), spelled=False, scaled=False)
        scale, end = _scale(cut, last, key)
        return Number(at, end, round(value * scale, 6), spelled=False, scaled=end > last)
    return _spelled(cut, at, key) if token.word else None


def _digits(text: str, cut: Sequence[Token], at: int, language: str) -> tuple[float | None, int]:
    """The value of digits and the token after them; None where they are an identifier."""
    written, last = cut[at].text, at + 1
    spaces = _THIN + (" " if language in _SPACED else "")
    while (
        last < len(cut)
        and len(cut[last].text) >= 3
        and cut[last].text[:3].isdigit()
        and not cut[last].text[3:4].isdigit()
        and cut[last].start == cut[last - 1].end + 1
        and text[cut[last - 1].end] in spaces
        and len(cut[at].text) <= 3
    ):
        written += cut[last].text
        last += 1
    value = _value(written, language)
    if (
        value is not None
        and last + 3 < len(cut)
        and cut[last + 2].text == "/"
        and cut[last].text == "-"
        and cut[last + 1].digits
        and cut[last + 3].digits
        and cut[last + 3].end == cut[last].start + len(cut[last + 1].text) + 3
    ):
        above, below = _value(cut[last + 1].text, "en"), _value(cut[last + 3].text, "en")
        if above is not None and below and above < below:  # "3-1/2"
            return value + above / below, last + 4
    return value, last


def _value(written: str, language: str) -> float | None:
    if sum(c.isdigit() for c in written) > _LONGEST:
        return None
    comma = language in _COMMA_DECIMAL
    group, point = (".", ",") if comma else (",", ".")
    parts = written.split(group)
    if len(parts) > 1:
        head, *rest = parts
        tail = rest[-1].split(point)[0]
        grouped = 0 < len(head) <= 3 and all(len(p) == 3 for p in (*rest[:-1], tail))
        if not grouped:
            # the other way round: "3.75" in Turkish; "1.234,5" and "4,5,6" are no English number
            if len(parts) > 2 or point in written:
                return None
            return float(".".join(parts)) if comma else None
    plain = written.replace(group, "").replace(point, ".")
    return float(plain) if plain.count(".") <= 1 else None


def _scale(cut: Sequence[Token], at: int, key: str) -> tuple[float, int]:
    """A following "million", or "thousand million"; the factor and the token after it."""
    factor, end = 1.0, at
    while end < len(cut):
        step = 1 if cut[end].text in "-‑" and end + 1 < len(cut) else 0
        size = _SCALES[key].get(cut[end + step].lower)
        if size is None and key != "en":
            size = _SCALES["en"].get(cut[end + step].lower)
        if size is None:
            break
        factor *= size
        end += step + 1
        if key == "ru" and end < len(cut) and cut[end].text == ".":  # "тыс."
            follows = cut[end + 1] if end + 1 < len(cut) else None
            end += 1 if follows is not None and follows.text[:1].islower() else 0
    return factor, end


def _spelled(cut: Sequence[Token], at: int, key: str) -> Number | None:
    small, scales = SMALL[key], _SCALES[key]
    total = group = 0.0
    scaled = False
    last, seen = at, 0
    if cut[at].lower in {"a", "an"} and key == "en":
        if at + 1 >= len(cut) or cut[at + 1].lower not in scales:
            return None
        group, last, seen = 1, at + 1, 1
    elif cut[at].lower == "half" and _follow(cut, at + 1, ("a", "dozen")):
        return Number(at, at + 3, 6, spelled=True, scaled=False)
    elif cut[at].lower == "half" and _follow(cut, at + 1, ("a", "million")):
        return Number(at, at + 3, 500_000, spelled=True, scaled=True)
    while last < len(cut):
        word = cut[last].lower
        joined = last > at and word in {"-", "‑", "and"} and last + 1 < len(cut)
        if joined:
            if word == "and" and _follow(cut, last + 1, ("a", "half")):
                group, last, seen = group + 0.5, last + 3, seen + 1
                continue
            nearer = cut[last + 1].lower in small
            if not nearer or (word == "and" and not scaled) or small[cut[last + 1].lower] >= 100:
                break
            if word in "-‑" and (group % 100 < 20 or group % 10):
                break  # "twenty-eight", and not "two-three"
            last += 1
            word = cut[last].lower
        if word in small:
            if group and not _fits(group, small[word]):
                break
            group += small[word]
        elif word in scales:
            size = scales[word]
            if size >= 1_000:
                total, group = total + max(group, 1) * size, 0
            else:
                group = max(group, 1) * size
            scaled = True
        else:
            break
        last, seen = last + 1, seen + 1
    if not seen or (seen == 1 and cut[at].lower in _WEAK and not _counts(cut, at)):
        return None
    if seen == 1 and key == "en" and cut[at].lower in scales:
        return None  # "million-dollar", "the hundred"
    return Number(at, last, total + group, spelled=True, scaled=scaled and total > 0)


def _fits(group: float, value: int) -> bool:
    """Whether a number word may follow: "forty two", "hundred five", and not "five six"."""
    return (value < 10 and group % 100 >= 20 and group % 10 == 0) or (
        value < 100 and group >= 100 and group % 100 == 0
    )


def _follow(cut: Sequence[Token], at: int, wanted: tuple[str, ...]) -> bool:
    return tuple(t.lower for t in cut[at : at + len(wanted)]) == wanted


# What follows a "one" that is a pronoun, and what stands before it.
_AFTER_ONE = frozenset(
    "of another by or and in on at to for who which that was were is are has had would could will "
    "can may might should must as from with without than might day hand thing way side".split()
)
_BEFORE_ONE = frozenset(
    "no any every each some the this that which another first last only other new old big good "
    "next".split()
)


def _counts(cut: Sequence[Token], at: int) -> bool:
    """Whether a weak number word stands before what it may count."""
    before = cut[at - 1].lower if at else ""
    if at + 1 >= len(cut) or cut[at].lower != "one":
        return False
    after = cut[at + 1]
    return (
        after.word
        and after.text.islower()
        and after.lower not in _AFTER_ONE
        and before not in _BEFORE_ONE
    )
