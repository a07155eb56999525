"""Where a sentence says who speaks: a verb of saying and its subject.

Of several the first counts, since the others stand inside its clause ("Smith
said that police told him"), unless the last is set off at the sentence's end
(", police said").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag import speech_verbs as lexicon
from rag.speech_complements import complemented, ends
from rag.speech_phrases import Subject, Token
from rag.speech_place import place_said
from rag.speech_subjects import absolute, opening, subject_after, subject_before

_VERBS = 12  # of a sentence that are tried
_PASSIVE = frozenset(
    "be is was were been being are am to not would will could should may might must can did does "
    "do get got who which nobody cannot won't didn't doesn't don't wouldn't couldn't".split()
)
_CLAUSE = frozenset("that it he she they there the its their this a an".split())


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to speak, from which token on; `opens`: what follows a colon is theirs."""

    subject: Subject
    at: int  # the index of the subject's first token
    verb: int  # the index of the verb
    place: str | None
    beside_quote: bool
    opens: bool
    off: bool  # set off by commas: "..., police said."


def attribution(part: Sequence[Token], *, after_quote: bool = False) -> Attribution | None:
    """The attribution of a sentence, None where it has none.

    `after_quote`: the sentence before is a quotation alone, which this one may attribute.
    """
    made: list[Attribution] = []
    tried = 0
    for n, token in enumerate(part):
        if token.kind != "word":
            continue
        word = token.lower
        one: Attribution | None = None
        if word == "according" and n + 1 < len(part) and part[n + 1].lower == "to":
            one = _according(part, n)
        elif word in lexicon.VERBS and not token.capital:
            tried += 1
            one = _inverted(part, n) or _plain(part, n, after_quote) or _shared(part, n)
        elif word in lexicon.PARTICIPLES and n and part[n - 1].text == ",":
            tried += 1
            one = _shared(part, n)
        if one is not None:
            made.append(one)
        if tried >= _VERBS:
            break
    if not made:
        return None
    last = next((one for one in reversed(made) if one.off), None)
    return made[0] if last is None or made[0].beside_quote else last


def _according(part: Sequence[Token], at: int) -> Attribution | None:
    subject, _ = subject_after(part, at + 2)
    if subject is None or subject.pronoun:
        return None
    return Attribution(subject, at + 2, at, None, False, False, off=False)


def _inverted(part: Sequence[Token], verb: int) -> Attribution | None:
    """ "...," said X: a quotation or a comma, the verb, its subject."""
    before = part[verb - 1] if verb else None
    if before is None or not (before.kind == "quote" or before.text == ","):
        return None
    if before.text == "," and (verb < 2 or part[verb].lower not in {"said", "says"}):
        return None
    subject, end = subject_after(part, verb + 1)
    if subject is None or (end < len(part) and part[end].lower == "and" and not subject.described):
        return None
    if subject.person and _lists(part, end) and " " not in (subject.name or ""):
        return None  # "said Donaldson, Lufkin and Jenrette": of a list nobody is the speaker
    quote = before.kind == "quote"
    return Attribution(subject, verb + 1, verb, place_said(part, end), quote, False, off=not quote)


def _lists(part: Sequence[Token], end: int) -> bool:
    return end + 1 < len(part) and part[end].text == "," and part[end + 1].capital


def _plain(part: Sequence[Token], verb: int, after_quote: bool) -> Attribution | None:
    """The subject before the verb, perhaps with an apposition between commas."""
    at = verb - 1
    while at >= 0 and (
        part[at].lower in lexicon.ADVERBS
        or part[at].lower in lexicon.AUXILIARIES
        or (part[at].lower.endswith("ly") and not part[at].capital)
        or part[at].lower in lexicon.MONTHS_AND_DAYS
        or (part[at].lower == "on" and part[at + 1].lower in lexicon.MONTHS_AND_DAYS)
    ):
        at -= 1
    if at < 0 or part[at].lower in _PASSIVE or part[at].kind == "quote":
        return None
    found = subject_before(part, at)
    if found is None:
        return None
    first, subject = found
    if not (after_quote and first == 0) and not complemented(part, verb, first, subject):
        return None
    ahead = first > 0 and part[first - 1].kind == "quote"
    behind = next(
        (n for n in range(verb + 1, min(len(part), verb + 14)) if part[n].kind == "quote"), None
    )
    quote = ahead or (behind is not None and (behind == verb + 1 or part[behind - 1].text in ",:"))
    off = first > 0 and part[first - 1].text == "," and ends(part, verb)
    colon = any(t.text == ":" for t in part[verb:][-2:])
    return Attribution(subject, first, verb, place_said(part, verb + 1), quote, colon, off)


def _shared(part: Sequence[Token], verb: int) -> Attribution | None:
    """The sentence's own subject, where the verb is its second: "Krell conceded and said that"."""
    at = verb - 1
    while at > 0 and part[at].lower in lexicon.ADVERBS:
        at -= 1
    participle = part[verb].lower in lexicon.PARTICIPLES
    if at < 1 or not (participle or part[at].lower in {"and", "but"}):
        return None
    clause = at
    while clause > 0 and part[clause - 1].kind == "word":
        clause -= 1
        if part[clause].lower in {"who", "which", "whose", "that", "while", "when", "as", "if"}:
            return None
    if participle and not (
        verb + 1 < len(part) and (part[verb + 1].kind == "quote" or part[verb + 1].lower in _CLAUSE)
    ):
        return None
    found = absolute(part, at) if participle else None
    found = found or opening(part)
    if found is None:
        return None
    first, subject = found
    if not participle and not complemented(part, verb, first, subject):
        return None
    return Attribution(subject, first, verb, place_said(part, verb + 1), False, False, False)
