"""An article's own note that it was corrected, and what the note says was wrong.

Outlets put such a note at the head or the foot of the story: "Correction, 12
March 2025: an earlier version of this article said ...", "This article was
amended on ... to ...", an agency's "(Corrects figure in paragraph 3)". A note
opens its paragraph; the word alone ("traders called it a correction") is none.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from index import mentions
from index.months import MONTH, MONTHS
from index.types import Article, Span
from rag.remarks import Correction

_KEPT = 256  # articles whose note is remembered
_LONGEST_NOTE = 1_500  # code points; what is longer is a story about corrections
_LABEL = (
    r"(?:corrections?(?:\s+and\s+clarifications?)?|corrected|clarifications?|corrigendum|erratum|"
    r"correction\s+notice|düzeltme|tekzip|исправление|уточнение|поправка)"
)
_STORY = r"(?:article|story|piece|post|headline|caption|column|interview|page|obituary|review)"
_MENDED = (
    r"(?:amended|corrected|clarified|(?:updated|edited|changed|revised|modified)\s+"
    r"(?:(?:on|at|in)\s[^.]{3,30}?\s)?to\s+(?:correct|clarify|fix|remove|amend|reflect|make\s+clear))"
)
_EARLIER = r"(?:an?|the)\s+(?:earlier|previous|prior|original|initial|first)\s+(?:version|edition)"
_OPENS = re.compile(
    rf"[\s*(\[_–—-]{{0,6}}(?:editor['’]?s?['’]?\s+note\s*[:.–—-]\s*)?(?:"
    # Correction: / CORRECTION (12 March 2025): / Correction, Dec. 5, 2024 -
    rf"{_LABEL}(?:[\s,(]+[^:\n]{{0,40}}?\d[^:\n]{{0,12}}|\s+on\s+\w+day)?\)?\s*(?::|\s[–—-]\s)"
    rf"|this\s+(?:\S+\s+){{0,3}}?{_STORY}\s+(?:was|has\s+been|is|had\s+been)\s+{_MENDED}\b"
    rf"|this\s+(?:\S+\s+){{0,2}}?{_STORY}\s+corrects\b"
    rf"|(?:in\s+)?{_EARLIER}\s+of\s+(?:(?:this|our)\s+(?:{_STORY}|report)|the\s+(?:article|story))\b"
    rf"|(?:due\s+to|because\s+of|owing\s+to)\s+an?\s+(?:editing|production|typing|agency)\s+error\b"
    rf"|we\s+(?:wrongly|incorrectly|mistakenly)\s+(?:said|stated|reported|wrote|attributed)\b"
    r"|bu\s+haber(?:in\s+(?:önceki|ilk)\s+(?:versiyon|sürüm|hal)\w*|\s+[^.\n]{0,40}düzeltil\w+)"
    r"|(?:в\s+)?(?:более\s+ранней|предыдущей|первоначальной)\s+версии\s+(?:статьи|материала|текста)"
    r"|(?:текст|материал|статья)\s+исправлен\w*"
    r")|\s*\((?:(?:official\s+)?corrects|refiles|refiled\s+to|repeats\s+to\s+correct|corrected\s)"
    r"(?=[^)\n]{4,})",
    re.IGNORECASE,
)
# An agency's note, without its brackets, is one line that ends where the brackets would.
_AGENCY = re.compile(
    r"\s*(?:corrects|refiles\s+to\s+correct)\s+(?:\S+\s+){1,20}?"
    r"(?:paragraph|para|headline|headlines|lede|lead|slug|byline|dateline|title|spelling|figure)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"[\s*(\[]{{0,3}}{_LABEL}\)?\s*:?\s*", re.IGNORECASE)
_DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b\.?,?(?:\s+\d{{4}})?"
    rf"|(?:{MONTH})\.?\s+\d{{1,2}}\b(?:,?\s+\d{{4}})?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|\d{{4}}-\d\d-\d\d"
)
# The day of the correction, and not one that it is about: in the label, or after "amended on".
_ON = re.compile(
    rf"(?:{_LABEL}[\s,(]{{1,3}}(?:on\s+|added\s+|published\s+)?|"
    rf"\b(?:amended|corrected|updated|edited|changed|revised|modified|clarified)\s+on\s+"
    rf"(?:\w+day,?\s+)?)(?P<date>{_DATE}|\w+day\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(
    rf"(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<d>\d{{1,2}})[./](?P<m>\d{{1,2}})[./](?P<y>\d{{4}})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<month2>{MONTH})\.?\s+(?P<day2>\d{{1,2}}),?\s+(?P<year2>\d{{4}})",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:correct(?:ed|ion|ions|s)?|amend(?:ed|ment)?|clarif(?:y|ied|ication)|mistakes?|errors?|"
    r"get wrong|got wrong|wrong(?:ly)? (?:in|about|say|said|report\w*)|earlier version|"
    r"first version|retract\w*|düzelt\w*|исправ\w*|ошиб\w*)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=_KEPT)  # one answer asks it of the same few articles some twenty times
def correction(article: Article) -> Correction | None:
    """The article's note that it was corrected, verbatim; None where it has none.

    Of several notes the last is taken. A label that stands alone as a line
    takes the paragraph after it along.
    """
    found: Correction | None = None
    labelled: int | None = None
    for line in re.finditer(r"[^\n]+", article.body):
        text = line.group()
        start, end = line.start(), line.end()
        if labelled is not None:
            start, labelled = labelled, None
        elif _ALONE.fullmatch(text):
            labelled = start
            continue
        elif len(text) > _LONGEST_NOTE or not (_OPENS.match(text) or _AGENCY.match(text)):
            continue
        start += len(article.body[start:end]) - len(article.body[start:end].lstrip())
        text = article.body[start:end].rstrip()
        found = Correction(text, start, start + len(text), _day(text, article))
    return found


def is_note(article: Article, span: Span) -> bool:
    """Whether a sentence of the article is a part of its correction note and not of the story."""
    note = correction(article)
    return note is not None and note.start <= span.start < note.end


def asked(question: str) -> bool:
    """Whether a question is about what was corrected, so that a note itself may answer it."""
    return _ASKED.search(question) is not None


def _day(text: str, article: Article) -> date | None:
    """The day that the note says it was made on."""
    match = _ON.search(text)
    if match is None:
        return None
    words = match["date"]
    whole = _whole_date(words)
    moment = article.modified or article.published
    if whole is not None or moment is None:
        return whole
    found = mentions.resolve(words, moment.date())
    return found[0].first if found else None


def _whole_date(words: str) -> date | None:
    match = _PARTS.match(words)
    if match is None:
        return None
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["d"]:
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        month = MONTHS[(match["month"] or match["month2"]).lower()]
        year, day = match["year"] or match["year2"], match["day"] or match["day2"]
        return date(int(year), month, int(day))
    except ValueError:
        return None
