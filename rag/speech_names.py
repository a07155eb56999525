"""The names in a sentence, and what stands beside them: titles, appositions, institutions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag import speech_verbs as lexicon
from rag.speech_phrases import Token, is_organisation, role_phrase, titled

_LONGEST_APPOSITION = 14  # tokens
_OPENING = frozenset("the a an its his her their".split())
_NO_ROLE = lexicon.VERBS | lexicon.LEAD_IN | lexicon.NOBODY
_PARTICLES = frozenset("de del della der den di da du la le van von al el bin ibn dos".split())
_NO_NAME = (
    lexicon.LEAD_IN
    | lexicon.FRONTED
    | lexicon.NOBODY
    | frozenset(lexicon.PRONOUNS)
    | _OPENING
    | lexicon.PEOPLE
    | lexicon.INSTITUTIONS
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of capitalised words, `[start, end)` of a sentence's tokens, read as a name."""

    start: int
    end: int
    honorific: str
    role: str | None
    name: tuple[str, ...]


def runs_of(part: Sequence[Token]) -> list[Run]:
    """The runs of capitalised words that may name a person."""
    found = []
    at = 0
    while at < len(part):
        if not part[at].capital or (at == 0 and part[0].lower in _NO_NAME):
            at += 1
            continue
        end = at + 1
        while (
            end < len(part)
            and part[end].kind == "word"
            and (
                part[end].capital
                or (part[end].lower in _PARTICLES and end + 1 < len(part) and part[end + 1].capital)
            )
        ):
            end += 1
        run = part[at:end]
        honorific, role, name = titled(run)
        words = tuple(_bare(t.text) for t in name)
        if (
            name
            and not is_organisation(run)
            and not any(w.lower() in lexicon.MONTHS_AND_DAYS or not w[0].isalpha() for w in words)
            and words[0].lower() not in _NO_NAME
        ):
            found.append(Run(at, end, honorific, role, words))
        at = end
    return found


def role_before(part: Sequence[Token], start: int) -> str | None:
    """The role right before a name: "its director, X", "spokesman X"."""
    at = start - 1
    if at < 0:
        return None
    if part[at].text == ",":
        at -= 1
    elif part[at].lower not in lexicon.ROLES:
        return None
    first = at
    while first > max(0, at - _LONGEST_APPOSITION) and _may_describe(part[first - 1]):
        first -= 1
    return next(
        (
            role
            for n in range(at, first - 1, -1)
            if (n == first or part[n].lower in _OPENING or part[n].text[-2:] in {"'s", "’s"})
            and (role := role_phrase(part[n : at + 1]))
        ),
        None,
    )


def role_after(part: Sequence[Token], end: int) -> str | None:
    """The role after a name: "X, the interior minister," or "X of the teachers' union"."""
    if end < len(part) and part[end].lower in {"of", "from"}:
        return role_phrase(_words(part, end))
    if end + 1 >= len(part) or part[end].text != ",":
        return None
    following = _words(part, end + 1)
    if following and following[0].lower.isdigit():
        return role_after(part, end + 1 + len(following))
    return role_phrase(following)


def _words(part: Sequence[Token], start: int) -> Sequence[Token]:
    end = start
    while end < len(part) and end - start < _LONGEST_APPOSITION and part[end].kind == "word":
        end += 1
    return part[start:end]


def _may_describe(token: Token) -> bool:
    return token.kind == "word" and token.lower not in _NO_ROLE


def institutions(part: Sequence[Token]) -> list[str]:
    """The institutions that a sentence names ("Telmark Inc") or describes ("justice ministry")."""
    found = []
    at = 0
    while at < len(part):
        start = at
        while at < len(part) and part[at].kind == "word" and part[at].capital:
            at += 1
        if at - start > 1 and at - start <= 8 and is_organisation(part[start:at]):
            words = [t.text for t in part[start:at]]
            if words[0] in {"The", "But", "In", "For", "And"}:
                words = words[1:]
            found.append(_bare(" ".join(words)))
        at = max(at, start + 1)
    for n, token in enumerate(part):
        if token.lower in lexicon.INSTITUTIONS and not token.capital and n > 1:
            first = n
            while first > n - 3 and first > 0 and _modifies(part[first - 1]):
                first -= 1
            if first < n and part[first - 1].lower in {"the", "a", "an"}:
                found.append(" ".join(t.text for t in part[first : n + 1]))
    return found


def _modifies(token: Token) -> bool:
    return token.kind == "word" and not token.capital and token.lower not in _NO_NAME


def opens_unnamed(part: Sequence[Token]) -> bool:
    """Whether a sentence is about "a foreign exchange analyst at a major bank"."""
    if not part or part[0].lower not in {"a", "an", "one", "another"}:
        return False
    opening = part[1:7]
    stop = next((n for n, t in enumerate(opening) if t.kind != "word"), len(opening))
    return any(t.lower in lexicon.ROLES for t in opening[:stop])


def _bare(word: str) -> str:
    return word[:-2] if word[-2:] in {"'s", "’s"} else word
