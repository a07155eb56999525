"""Names of months, weekdays, seasons and small numbers, in the languages that dates are read in."""

from __future__ import annotations


def fold(word: str) -> str:
    """Lower case as `re.IGNORECASE` sees it, which takes "ı", "İ" and "ſ" for "i" and "s"."""
    return word.casefold().replace("\u0307", "").replace("ı", "i")


def alternatives(*names: str) -> str:
    """A pattern of any of these names, a longer one before one that it begins with."""
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))


def _numbered(lines: tuple[str, ...], start: int) -> dict[str, int]:
    return {name: n for n, names in enumerate(lines, start=start) for name in names.split()}


ENGLISH_MONTHS = _numbered(
    (
        "january jan",
        "february feb",
        "march mar",
        "april apr",
        "may",
        "june jun",
        "july jul",
        "august aug",
        "september sept sep",
        "october oct",
        "november nov",
        "december dec",
    ),
    1,
)
TURKISH_MONTHS = _numbered(
    tuple("ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık".split()),
    1,
)
# nominative, genitive, prepositional, instrumental, dative
RUSSIAN_MONTHS = _numbered(
    (
        "январь января январе январем январём январю",
        "февраль февраля феврале февралем февралём февралю",
        "март марта марте мартом марту",
        "апрель апреля апреле апрелем апрелю",
        "май мая мае маем маю",
        "июнь июня июне июнем июню",
        "июль июля июле июлем июлю",
        "август августа августе августом августу",
        "сентябрь сентября сентябре сентябрем сентябрём сентябрю",
        "октябрь октября октябре октябрем октябрём октябрю",
        "ноябрь ноября ноябре ноябрем ноябрём ноябрю",
        "декабрь декабря декабре декабрем декабрём декабрю",
    ),
    1,
)
MONTHS = ENGLISH_MONTHS | TURKISH_MONTHS | RUSSIAN_MONTHS
MONTH = alternatives(*MONTHS)

WEEKDAYS = _numbered(tuple("monday tuesday wednesday thursday friday saturday sunday".split()), 0)
TURKISH_WEEKDAYS = _numbered(
    tuple("pazartesi salı çarşamba perşembe cuma cumartesi pazar".split()), 0
)
# accusative, genitive and dative: "в среду", "с среды", "к среде"
RUSSIAN_WEEKDAYS = _numbered(
    (
        "понедельник понедельника понедельнику",
        "вторник вторника вторнику",
        "среду среды среде",
        "четверг четверга четвергу",
        "пятницу пятницы пятнице",
        "субботу субботы субботе",
        "воскресенье воскресенья воскресенью",
    ),
    0,
)

# The month in which a season begins; it lasts three. Of the northern half of the world,
# whose papers call June to August the summer.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
TURKISH_SEASONS = {"ilkbahar": 3, "bahar": 3, "yaz": 6, "sonbahar": 9, "güz": 9, "kış": 12}
RUSSIAN_SEASONS = {"весной": 3, "летом": 6, "осенью": 9, "зимой": 12}

SMALL_NUMBERS = {
    name: n
    for n, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 3}
TURKISH_NUMBERS = {
    name: n
    for n, name in enumerate("bir iki üç dört beş altı yedi sekiz dokuz on".split(), start=1)
} | {"birkaç": 3}
RUSSIAN_NUMBERS = _numbered(
    (
        "один одну одна одного",
        "два две двух",
        "три трех трёх несколько",
        "четыре четырех четырёх",
        "пять пяти",
        "шесть шести",
        "семь семи",
        "восемь восьми",
        "девять девяти",
        "десять десяти",
    ),
    1,
)
