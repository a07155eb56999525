"""Noun phrases of English news that can be said to say something, without a tagger.

A sentence is read as tokens, its quotations as one token each. A phrase is a
name ("Finance Minister Henrik Aldous"), a description ("a spokesman for the
ministry", "police") or a pronoun; what fits none of these is no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag import speech_verbs as lexicon
from rag.quotations import HIDDEN

_TOKEN = re.compile(
    rf"(?P<quote>{HIDDEN}+)|(?P<word>(?:[A-Z]\.)+|"
    r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Adm|Maj|St|Jr|Rev|Inc|Corp|Co|Ltd|Bros)\.|"
    r"\w+(?:[-'’./]\w+)*(?:(?<=s)['’](?=\s))?|&)|(?P<mark>\S)"
)
_DETERMINERS = frozenset(
    "the a an some most many several two three four five other its his her their one another "
    "few both all local senior former".split()
)
_POSSESSIVES = frozenset("its his her their".split())
_PARTICLES = frozenset(
    "de del della der den di da du la le van von al el bin ibn ter & y dos".split()
)
_KIN = frozenset(
    "brother sister father mother husband wife son daughter uncle aunt cousin widow "
    "friend neighbour neighbor winner champion".split()
)
_SPOKEN_FOR = frozenset("spokesman spokeswoman spokesperson spokesmen official officials".split())
_NO_TAIL = frozenset("is was were are be been has had have will would who which that whose".split())
_BARE_INSTITUTIONS = frozenset(
    "police parliament management prosecution defence coastguard".split()
)
_PERSONAL = frozenset("them us me him themselves".split())
_NO_CORE = lexicon.VERBS | _NO_TAIL | lexicon.LEAD_IN | lexicon.OF | (lexicon.NOBODY - _DETERMINERS)
_LONGEST = 22  # tokens of a phrase
_LONGEST_NAME = 8  # tokens of an institution's; a person's has at most five


class Token(NamedTuple):
    """A word, a quotation or a mark; its case is told once, as the rules ask for it often."""

    text: str
    start: int
    end: int
    kind: str  # "word", "quote" or "mark"
    lower: str
    capital: bool  # a word that begins with a capital


@dataclass(frozen=True, slots=True)
class Subject:
    """Who speaks, as the sentence has it: by name, by description or by a pronoun.

    `gender` is "m", "f", "p" for several, "n" for a thing or "" where it is not told.
    """

    name: str | None = None
    role: str | None = None
    described: str | None = None
    pronoun: str | None = None
    gender: str = ""
    honorific: str = ""
    group: bool = False
    person: bool = False


def tokens(masked: str) -> list[Token]:
    return [_token(match) for match in _TOKEN.finditer(masked)]


def _token(match: re.Match[str]) -> Token:
    text, kind = match.group(), match.lastgroup or "mark"
    capital = kind == "word" and text[0].isupper()
    return Token(text, match.start(), match.end(), kind, text.lower(), capital)


def noun_phrase(part: Sequence[Token]) -> Subject | None:
    """The whole of `part` read as one phrase; None where it is none."""
    if not part or len(part) > _LONGEST or any(t.kind != "word" for t in part):
        return None
    first = part[0].lower
    if len(part) == 1 and first in lexicon.PRONOUNS:
        return Subject(pronoun=first, gender=lexicon.PRONOUNS[first])
    if first in lexicon.NOBODY and (len(part) == 1 or first not in _DETERMINERS):
        return None
    split = _core(part)
    core, tail = part[:split], part[split:]
    if any(t.lower in _NO_TAIL for t in tail) or not core:
        return None
    return _named(core, tail) or _described(core, tail)


def _core(part: Sequence[Token]) -> int:
    """Where the phrase's head ends and what is said of it ("of", "for") begins."""
    for n in range(1, len(part)):
        if part[n].lower in lexicon.OF and part[n].lower != "and":
            return n
    return len(part)


def _named(core: Sequence[Token], tail: Sequence[Token]) -> Subject | None:
    at = len(core)
    while at and (core[at - 1].capital or core[at - 1].lower in _PARTICLES):
        at -= 1
    while at < len(core) and not core[at].capital:
        at += 1
    lead, caps = core[:at], core[at:]
    if not caps or (caps[-1].lower in lexicon.HEADS - lexicon.ORGANISATION and len(core) == 1):
        return None
    if caps[0].lower in _DETERMINERS and at == 0:
        lead, caps = caps[:1], caps[1:]
    if not caps or _is_date(caps) or caps[-1].text[-2:] in {"'s", "’s"}:
        return None
    if is_organisation(caps):
        if any(t.lower not in _DETERMINERS for t in lead) or len(caps) > _LONGEST_NAME:
            return None
        whole = list(caps)
        if tail and tail[0].lower in {"of", "for"} and _is_title_case(tail[1:]):
            whole += tail
        return Subject(name=_text(whole))
    if len(caps) > 1 and caps[0].text in {"U.S.", "U.K.", "U.N.", "E.C."}:
        caps = caps[1:] if caps[1].lower not in lexicon.TITLES | lexicon.HEADS else caps
    honorific, role, name = titled(caps)
    if not name or len(name) > 5 or name[-1].lower in lexicon.TITLES:
        return None
    words = [t for t in lead if t.lower not in _DETERMINERS or t.lower == "former"]
    if words:
        if words[-1].lower not in lexicon.ROLES:
            return None
        role = _text(words)
    elif lead and role is None:
        # "the Courier": an institution's name, if anything
        return Subject(name=_text(name)) if lead[-1].lower == "the" else None
    if lead and lead[0].text[-2:] in {"'s", "’s"}:
        role = _text([*lead])
    return Subject(
        name=_text(name),
        role=role or _affiliation(tail),
        gender=gender_of(role) or lexicon.HONORIFICS.get(honorific, ""),
        honorific=honorific,
        person=True,
    )


def titled(caps: Sequence[Token]) -> tuple[str, str | None, Sequence[Token]]:
    """Split "Finance Minister Mr Aldous" into honorific, role and name."""
    split = 0
    for n, token in enumerate(caps[:-1]):
        bare = token.lower.rstrip(".")
        if bare in lexicon.TITLES or bare in lexicon.HONORIFICS:
            split = n + 1
    before, name = caps[:split], caps[split:]
    honorific = next(
        (t.lower.rstrip(".") for t in before if t.lower.rstrip(".") in lexicon.HONORIFICS), ""
    )
    titles = [t for t in before if t.lower.rstrip(".") not in lexicon.HONORIFICS]
    return honorific, _text(titles) if titles else None, name


def _described(core: Sequence[Token], tail: Sequence[Token]) -> Subject | None:
    head = core[-1].lower
    if head not in lexicon.HEADS:
        return None
    determined = core[0].lower in _DETERMINERS or core[0].text[-2:] in {"'s", "’s"}
    possessive = core[0].lower in _POSSESSIVES
    group = head in lexicon.PEOPLE
    if not (determined or group or head in _BARE_INSTITUTIONS) and not core[0].capital:
        return None
    if not (determined or group or head in _BARE_INSTITUTIONS) and len(core) == 1:
        return None
    if any(t.lower in _NO_CORE for t in core[:-1]) or any(t.lower in _PERSONAL for t in tail):
        return None
    body = core[1:] if core[0].lower in {"the", "a", "an"} or possessive else core
    if head in _SPOKEN_FOR and (body_of := _spoken_for(body, tail)):
        return Subject(name=body_of, role=head, gender="")
    whole = [*core, *tail]
    text = _text(whole)
    if core[0].capital and (core[0].lower in _DETERMINERS or core[0].lower in lexicon.HEADS):
        text = text[0].lower() + text[1:]
    gender = "p" if group else ("n" if head in lexicon.INSTITUTIONS else gender_of(head))
    role = None if head in lexicon.INSTITUTIONS or group else role_phrase(whole)
    return Subject(described=text, role=role, gender=gender, group=group)


def _spoken_for(body: Sequence[Token], tail: Sequence[Token]) -> str | None:
    """The institution of "a spokesman for the X", "an X spokesman", "X's spokeswoman"."""
    if tail and tail[0].lower in {"for", "of", "at", "from", "with"} and len(body) == 1:
        of = tail[1:]
        subject = noun_phrase(of)
        if subject is not None and (subject.name or subject.described):
            return subject.name or subject.described
        return None
    caps = [t for t in body[:-1] if t.capital]
    if caps and len(caps) == len(body) - 1 and not tail:
        name = _text(caps)
        return name[:-2] if name[-2:] in {"'s", "’s"} else name
    return None


def role_phrase(part: Sequence[Token]) -> str | None:
    """An apposition that names a role, without its article: "interior minister"."""
    stop = next(
        (n for n, t in enumerate(part) if t.kind != "word" or t.lower in _NO_TAIL | lexicon.VERBS),
        len(part),
    )
    words = list(part[:stop])
    while words and (words[0].lower in {"the", "a", "an"} or words[0].lower in _POSSESSIVES):
        words = words[1:]
    if not words or len(words) > 12:
        return None
    split = _core(words)
    if words[0].lower in {"of", "from", "at"}:
        return _affiliation(words)
    head = words[split - 1].lower
    if "." in head or head not in lexicon.ROLES or head in _KIN:
        return None
    return _text(words)


def _affiliation(tail: Sequence[Token]) -> str | None:
    """Of "of the teachers' union" the institution."""
    if not tail or tail[0].lower not in {"of", "from", "at"}:
        return None
    words = tail[2:] if len(tail) > 1 and tail[1].lower in {"the", "a", "an"} else tail[1:]
    stop = next((n for n, t in enumerate(words) if t.lower in _NO_CORE - lexicon.OF), len(words))
    words = words[:stop]
    if words and words[-1].lower in lexicon.INSTITUTIONS | lexicon.ORGANISATION:
        return _text(words)
    if any(t.lower in lexicon.ORGANISATION for t in words) and _is_title_case(words):
        return _text(words)
    return None


def gender_of(role: str | None) -> str:
    """What a role's words tell of a gender: "m", "f" or ""."""
    words = set((role or "").lower().split())
    return "f" if words & lexicon.WOMEN else "m" if words & lexicon.MEN else ""


def is_organisation(caps: Sequence[Token]) -> bool:
    """Whether a capitalised run names no person."""
    words = [t.lower.rstrip(".") for t in caps]
    if any(w in lexicon.ORGANISATION for w in words) and not (
        words[0] in lexicon.TITLES | frozenset(lexicon.HONORIFICS)
        and words[-1] not in lexicon.ORGANISATION
    ):
        # "West German Finance Minister X", "Union President X" are people
        last = max((n for n, w in enumerate(words[:-1]) if w in lexicon.ROLES), default=None)
        return last is None or any(w in lexicon.ORGANISATION for w in words[last + 1 :])
    acronym = len(caps) == 1 and caps[0].text.isupper() and len(caps[0].text) > 1
    return acronym or "&" in words or words[-1] in lexicon.INSTITUTIONS


def _is_date(caps: Sequence[Token]) -> bool:
    return any(t.lower in lexicon.MONTHS_AND_DAYS for t in caps)


def _is_title_case(part: Sequence[Token]) -> bool:
    return (
        bool(part)
        and all(t.capital or t.lower in {"the", "and", "of", "for"} for t in part)
        and part[-1].capital
    )


def _text(part: Sequence[Token]) -> str:
    """The words with their spacing, as far as tokens tell it."""
    made: list[str] = []
    for n, token in enumerate(part):
        if n and token.start > part[n - 1].end:
            made.append(" ")
        made.append(token.text)
    return "".join(made)
