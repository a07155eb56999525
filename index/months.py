"""Names of months, weekdays and seasons, in the languages that dates are read in."""

from __future__ import annotations

_MONTHS = (
    # English, Turkish, Russian (nominative, genitive, prepositional)
    "january jan ocak январь января январе",
    "february feb şubat февраль февраля феврале",
    "march mar mart март марта марте",
    "april apr nisan апрель апреля апреле",
    "may mayıs май мая мае",
    "june jun haziran июнь июня июне",
    "july jul temmuz июль июля июле",
    "august aug ağustos август августа августе",
    "september sep sept eylül сентябрь сентября сентябре",
    "october oct ekim октябрь октября октябре",
    "november nov kasım ноябрь ноября ноябре",
    "december dec aralık декабрь декабря декабре",
)
MONTHS = {name: n for n, names in enumerate(_MONTHS, start=1) for name in names.split()}
WEEKDAYS = {
    name: n
    for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
}
SMALL_NUMBERS = {
    name: n
    for n, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
