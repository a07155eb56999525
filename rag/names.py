"""Names in running text, told by their capitals alone.

No list of people or places is kept: what is new in the news is in no list. A
run of capitals that only opens a sentence is a name if it goes on beyond the
opening word ("Agnes Corrow will", not "Residents were").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.months import MONTHS, WEEKDAYS
from rag.stopwords import STOPWORDS

_CAPITAL = r"(?:(?:[A-Z]\.){2,}|[^\W\d_a-zа-яё][\w-]*(?:[’'](?!s\b)[\w-]+)?)"
_LINK = r"(?:of|de|del|van|von|bin|al|la|le|du|da|der|den)"
_RUN = re.compile(
    rf"(?<![\w’'-])(?:[A-Z]\.\s)*{_CAPITAL}"
    rf"(?:\s(?:{_LINK}\s(?:the\s)?)?{_CAPITAL}|\s[A-Z]\.(?=\s[A-Z]))*"
)
_TITLE = re.compile(
    r"^(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Judge|Sir|Dame|Lord|Lady|President|Minister|Mayor|"
    r"Governor|Chief|Inspector|Captain|Pastor|Senator|General|Colonel|King|Queen|Prince|Princess|"
    r"Prime|Executive|Finance|Interior|Foreign|Justice|Director|Chancellor)\.?\s+"
)
# Words of which no person's name is made.
NO_PERSON = frozenset(
    "mr mrs ms dr the a in on but and authority ministry council party union court agency office "
    "rights police service company bank university board house street club committee department "
    "commission group league association institute fund society fact press news times post "
    "dam valley island islands river sea bay strait mountain north south east west northern "
    "southern eastern western national international port airport station stadium hospital school "
    "college museum gallery theatre festival cup tour championship line road square bridge tunnel "
    "government parliament senate congress assembly federation alliance movement trust foundation "
    "foods dairies estates shipyard railways airlines ferries inc corp ltd plc co new san saint "
    "united republic kingdom states city town county state district province lake gulf cape "
    "correction updated explainer".split()
)
_DATES = frozenset(n.casefold() for n in (*MONTHS, *WEEKDAYS))
_BEFORE_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|of|off|into|across|through|around|the)\s(?:the\s)?$", re.IGNORECASE
)
_ENDS = re.compile(r"(?:^|[.!?:;“\"(\[\n]\s*|[—–]\s)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `[start, end)` of the text it was found in."""

    text: str
    start: int
    end: int
    person: bool  # written as a person's: neither "in", "at" nor "the" before it
    possessive: bool

    @property
    def last(self) -> str:
        return self.text.split()[-1]


def names(text: str) -> Iterator[Name]:
    """The names in a text, in order."""
    for match in _RUN.finditer(text):
        start, written = match.span()[0], match.group()
        opens = bool(_ENDS.search(text, max(0, start - 3), start))
        words = written.split(" ")
        while words and (
            words[0].casefold() in STOPWORDS
            or words[0].casefold() in _DATES
            or (
                opens and len(words) == 1 and text[match.end() : match.end() + 2] not in _POSSESSIVE
            )
        ):
            start += len(words[0]) + 1
            opens = False
            words.pop(0)
        if "of" in words[1:]:  # "Bank of Halvora", but not "Ilse Marrant of Verrania"
            head = words.index("of")
            if head > 1 or (opens and words[0].casefold() not in NO_PERSON):
                words = [] if opens and head == 1 else words[:head]
        while words and words[-1].casefold() in _DATES:
            words.pop()
        if not words or (len(words) == 1 and len(words[0]) < 2):
            continue
        found = " ".join(words)
        end = start + len(found)
        yield Name(
            found,
            start,
            end,
            person=not _BEFORE_PLACE.search(text, max(0, start - 16), start) and is_person(found),
            possessive=text[end : end + 2] in _POSSESSIVE,
        )


_POSSESSIVE = ("'s", "’s")


def is_person(name: str) -> bool:
    """Whether nothing in a name says that it is not a person's."""
    return not {word.casefold().strip(".") for word in untitled(name).split()} & NO_PERSON


def untitled(name: str) -> str:
    """A person's name without what they are called before it: "Judge Agnes Corrow"."""
    while (match := _TITLE.match(name)) is not None:
        name = name[match.end() :]
    return name


def people(text: str) -> list[Name]:
    """Those named in a text as people are: by two names, or by one that is used again so.

    A single capital may be a country's; a surname alone counts where the text
    has it after a title.
    """
    found = []
    for name in names(text):
        bare = untitled(name.text)
        if not name.person or (" " not in bare and bare == name.text):
            continue
        start = name.end - len(bare)
        found.append(Name(bare, start, name.end, True, name.possessive))
    return found


def gender(name: Name, text: str) -> str:
    """ "he" or "she" where the text says so by a title, else empty."""
    last = re.escape(name.last)
    if re.search(rf"\b(?:Mr|Sir|Lord|King|Prince)\.?\s(?:\w+\s)?{last}\b", text):
        return "he"
    if re.search(rf"\b(?:Mrs|Ms|Miss|Dame|Lady|Queen|Princess)\.?\s(?:\w+\s)?{last}\b", text):
        return "she"
    return ""
