"""Units of measure and currencies by their names, in one spelling each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.numerals import Token


def _names(table: str) -> dict[str, str]:
    return {name: line.split()[0] for line in table.strip().splitlines() for name in line.split()}


# The first of a line is the name that the others are given.
CURRENCIES: Mapping[str, str] = _names(
    """
    dollar dollars dlr dlrs usd dolar доллар доллара долларов $
    euro euros eur avro евро €
    pound pounds stg gbp sterlin фунт фунта фунтов £
    yen jpy иена иены иен ¥
    lira liras lire try лира лиры лир ₺
    rouble roubles ruble rubles rub ruble рубль рубля рублей руб ₽
    manat manats azn манат маната манатов ₼
    crown crowns krone kroner krona kronor koruna
    franc francs chf frank франк франка франков
    mark marks dmk
    rupee rupees inr ₹
    yuan renminbi cny юань юаня юаней
    won krw
    peso pesos
    real reais
    rand
    shekel shekels ₪
    hryvnia hryvnias гривна гривны гривен ₴
    cent cents
    pence penny
    """
)
MEASURES: Mapping[str, str] = _names(
    """
    percent pct yüzde процент процента процентов %
    point points puan пункт пункта пунктов
    kilometre kilometres kilometer kilometers km kilometrekare км километр километра километров
    metre metres meter meters metrelik метр метра метров
    centimetre centimetres centimeter centimeters cm santimetre см
    millimetre millimetres millimeter millimeters mm milimetre мм
    mile miles mil миля мили миль
    foot feet ft
    inch inches
    hectare hectares hektar га гектар гектара гектаров
    acre acres dönüm
    tonne tonnes ton tons тонна тонны тонн
    kilogram kilograms kilo kilos kg kilogramme kilogrammes кг килограмм килограмма килограммов
    gram grams gramme grammes
    litre litres liter liters litrelik литр литра литров
    barrel barrels bpd varil баррель барреля баррелей
    bushel bushels
    ounce ounces oz
    degree degrees derece градус градуса градусов
    second seconds saniye секунда секунды секунд
    minute minutes dakika минута минуты минут
    hour hours saat час часа часов
    day days gün день дня дней
    night nights
    week weeks hafta неделя недели недель
    month months ay месяц месяца месяцев
    year years yıl год года лет
    decade decades
    knot knots
    mph kph
    megawatt megawatts mw
    gigawatt gigawatts gw
    """
)
_SQUARE = frozenset({"square", "cubic", "nautical", "kilometre", "basis", "percentage"})


def unit(cut: Sequence[Token], at: int, *, russian: bool = False) -> tuple[str | None, int]:
    """The unit that begins at a token, and the token after it; (None, at) where there is none.

    "square metres" is "square metre", "per cent" is "percent", a currency is
    its own name in the singular.
    """
    step = at + 1 if at + 1 < len(cut) and cut[at].text in "-‑" else at
    if step >= len(cut):
        return None, at
    word = cut[step].lower
    if word == "per" and step + 1 < len(cut) and cut[step + 1].lower == "cent":
        return "percent", step + 2
    if word in _SQUARE and step + 1 < len(cut) and cut[step + 1].lower in MEASURES:
        of = "" if word == "percentage" else word + " "
        return of + MEASURES[cut[step + 1].lower], step + 2
    if word == "u" and [t.lower for t in cut[step + 1 : step + 4]] == [".", "s", "."]:
        step, word = step + 4, cut[step + 4].lower if step + 4 < len(cut) else ""
    if word in _ADJECTIVES and step + 1 < len(cut) and cut[step + 1].lower in CURRENCIES:
        step, word = step + 1, cut[step + 1].lower
    name = CURRENCIES.get(word) or MEASURES.get(word)
    if name is None or (name == "mile" and word == "mil" and not cut[step].text.isascii()):
        return None, at
    return name, step + 1


_ADJECTIVES = frozenset(
    "us canadian australian swiss french belgian danish swedish norwegian hong japanese "
    "turkish amerikan american british british new west german".split()
)


def is_currency(name: str | None) -> bool:
    """Whether a unit is money."""
    return name is not None and name in set(CURRENCIES.values())
