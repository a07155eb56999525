"""What a long question names: its clauses, the outlets it asks of, the days it mentions.

"Does the Courier say A, while the Gazette suggests B?" wants two passages, and
no single one is near to the whole of it. Each clause is searched for as well
(query decomposition), and a passage counts for the clause that it fits best.
Outlets and days are preferred and not required: a reader who wants nothing
else has filters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from index.months import MONTH, MONTHS, fold
from rag.stopwords import STOPWORDS

_JOINT = re.compile(
    r"[,;:]?\s+(?:and|but|while|whereas|whilst|which|who|whose|that|when|where|before|after|than|"
    r"compared (?:to|with)|as opposed to|in contrast to|unlike|versus|with|"
    r"ve|ama|ancak|fakat|oysa|iken|и|а|но|тогда как|в то время как|который|которая|которые)\s+|"
    r"[,;:]\s+|\s[–—-]\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_TELLING = 4  # words that a clause needs to be searched for alone
_MOST = 6  # clauses that are searched for: each costs a search
_SHORTEST_NAME = 3  # letters of an outlet's name
# Where `name` stands whole: "the Sun" and not in "Sun-dried".
NAME = r"(?<![\w-])({name})(?![\w-])"
_THE = re.compile(r"^the\s+", re.IGNORECASE)
_MONTHS = {fold(name): number for name, number in MONTHS.items()}
_DAYS = (
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{MONTH})\.?,?\s+(?P<y>\d{{4}})\b", re.I
    ),
    re.compile(
        rf"\b(?P<m>{MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})\b", re.I
    ),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)"),
)


def clauses(question: str) -> tuple[str, ...]:
    """The clauses of a question that has several, in order; none of a simple one."""
    pieces: list[str] = []
    for piece in _JOINT.split(" ".join(question.split())):
        if pieces and _telling(pieces[-1]) < _TELLING:
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
    if len(pieces) > 1 and _telling(pieces[-1]) < _TELLING:
        last = pieces.pop()
        pieces[-1] = f"{pieces[-1]} {last}"
    return tuple(piece.strip(" ?.,;:") for piece in pieces[:_MOST]) if len(pieces) > 1 else ()


def outlets(question: str, sources: Iterable[str]) -> frozenset[str]:
    """Those of the archive's sources that the question names, as they are written.

    Any mention counts, where a filter wants one that says whose report is meant
    (`rag.understand.named_sources`).
    """
    named = set()
    for source in sources:
        name = bare(source)
        if name is None or name not in question or not name[0].isupper():
            continue
        article = "[Tt]he " if name != source else ""
        if re.search(NAME.format(name=article + re.escape(name)), question):
            named.add(source)
    return frozenset(named)


def bare(source: str) -> str | None:
    """A source's name without its article; None for one too short to be told from a word."""
    name = without_article(source)
    return name if len(name) >= _SHORTEST_NAME else None


def without_article(name: str) -> str:
    return _THE.sub("", name)


def days(question: str) -> frozenset[date]:
    """The days that the question writes out with their year."""
    found = set()
    for match in (match for pattern in _DAYS for match in pattern.finditer(question)):
        month = fold(match["m"])
        try:
            number = _MONTHS.get(month) or int(month)
            found.add(date(int(match["y"]), number, int(match["d"])))
        except ValueError:  # 31 February
            continue
    return frozenset(found)


def _telling(text: str) -> int:
    return sum(word.casefold() not in STOPWORDS for word in _WORD.findall(text))
