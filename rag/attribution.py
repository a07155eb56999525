"""Where a sentence says who speaks: a verb of saying and its subject.

Of several the first counts, since the others stand inside its clause ("Smith
said that police told him"), unless the last is set off at the sentence's end
(", police said").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag import speech_verbs as lexicon
from rag.speech_complements import complemented, ends
from rag.speech_phrases import Subject, Token, noun_phrase, role_phrase
from rag.speech_place import place_said

_VERBS = 12  # of a sentence that are tried
_REACH = 60  # tokens from a verb back to its subject
_SEGMENTS = 5  # between commas, from a verb back to its subject
_PASSIVE = frozenset(
    "be is was were been being are am to not would will could should may might must can did does "
    "do get got who which nobody cannot won't didn't doesn't don't wouldn't couldn't".split()
)
_JOINS = lexicon.LEAD_IN - frozenset("if when because before after as since where until or".split())
_STOPS = frozenset(
    "who when as after before while on in during to by adding last this next yesterday today that "
    "because earlier late here whose whom about if since until through".split()
)
_TAIL = frozenset("of for at from with".split())
_CLAUSE = frozenset("that it he she they there the its their this a an".split())
_MARKS = frozenset(";:—–()[]?!")


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
    end = _phrase_end(part, at + 2)
    subject = _with_apposition(part, at + 2, end)
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
    end = _phrase_end(part, verb + 1)
    subject = _with_apposition(part, verb + 1, end)
    if subject is None or (end < len(part) and part[end].lower == "and" and not subject.described):
        return None
    if subject.person and _lists(part, end) and " " not in (subject.name or ""):
        return None  # "said Donaldson, Lufkin and Jenrette": of a list nobody is the speaker
    quote = before.kind == "quote"
    return Attribution(subject, verb + 1, verb, place_said(part, end), quote, False, off=not quote)


def _lists(part: Sequence[Token], end: int) -> bool:
    return end + 1 < len(part) and part[end].text == "," and part[end + 1].capital


def _phrase_end(part: Sequence[Token], start: int) -> int:
    end = start
    while end < len(part) and end - start < _REACH and part[end].kind == "word":
        word = part[end].lower
        if word in _STOPS and end > start:
            break
        if word == "and" and not (
            end + 1 < len(part) and end > start and _institutional(part, end)
        ):
            break
        end += 1
    return end


def _institutional(part: Sequence[Token], at: int) -> bool:
    """ "Department of Trade and Industry": "and" joins capitals inside a name after "of"."""
    return any(t.lower == "of" for t in part[max(0, at - 3) : at]) and part[at + 1].capital


def _with_apposition(part: Sequence[Token], start: int, end: int) -> Subject | None:
    """The phrase, or the name that follows it: "its managing director, Tilde Varga"."""
    subject = noun_phrase(part[start:end])
    if subject is None or end >= len(part) or part[end].text != ",":
        return subject
    following = noun_phrase(part[end + 1 : _phrase_end(part, end + 1)])
    if subject.described and subject.role and following and following.name and following.person:
        return replace(following, role=subject.role)
    return subject


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
    start = at
    while start > 0 and at - start < _REACH and not _parts(part[start - 1]):
        start -= 1
    segments = _segments(part, start, at + 1)
    found = _subject(part, segments, closed=part[at].text == ",")
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
    found = _absolute(part, at) if participle else None
    found = found or _opening(part)
    if found is None:
        return None
    first, subject = found
    if not participle and not complemented(part, verb, first, subject):
        return None
    return Attribution(subject, first, verb, place_said(part, verb + 1), False, False, False)


def _absolute(part: Sequence[Token], at: int) -> tuple[int, Subject] | None:
    """A person named right before a participle: ", its governor, Saskia Thorne, arguing that"."""
    start = at - 1
    while start > 0 and part[start - 1].kind == "word":
        start -= 1
    subject = noun_phrase(part[start:at]) if part[at].text == "," and start > 0 else None
    return (start, subject) if subject is not None and subject.person else None


def _after_dateline(part: Sequence[Token]) -> int:
    """Where the words begin after "OSSEL, 16 January (Wire) –"."""
    for n, token in enumerate(part[:14]):
        if token.text in {"–", "—", "-"} and n and part[0].text.isupper():
            return n + 1
    return 0


def _opening(part: Sequence[Token]) -> tuple[int, Subject] | None:
    """The phrase that a sentence opens with, the longest that is one."""
    start = _after_dateline(part)
    if start < len(part) and part[start].lower in _JOINS:
        start += 1
    end = start
    while end < len(part) and end - start < 14 and part[end].kind == "word":
        end += 1
    for stop in range(end, start, -1):
        last = part[stop - 1]
        if not (last.capital or last.lower in lexicon.HEADS or last.lower in lexicon.PRONOUNS):
            continue
        subject = noun_phrase(part[start:stop])
        if subject is not None:
            if stop < len(part) and part[stop].text == "," and not subject.name:
                return start, _with_apposition(part, start, stop) or subject
            return start, subject
    return None


def _parts(token: Token) -> bool:
    return token.kind == "quote" or (token.kind == "mark" and token.text in _MARKS)


def _segments(part: Sequence[Token], start: int, end: int) -> list[tuple[int, int]]:
    """`[start, end)` cut at commas, last first, at most `_SEGMENTS`."""
    made = []
    right = end
    for n in range(end - 1, start - 1, -1):
        if part[n].text == ",":
            if right > n + 1:
                made.append((n + 1, right))
            right = n
            if len(made) >= _SEGMENTS:
                return made
    if right > start:
        made.append((start, right))
    return made


def _subject(
    part: Sequence[Token], segments: Sequence[tuple[int, int]], *, closed: bool
) -> tuple[int, Subject] | None:
    """The subject among the segments before a verb, nearest first.

    `closed`: a comma stands right before the verb, so that the last segment
    may be an apposition or a clause of what stands before it.
    """
    for n, (start, end) in enumerate(segments):
        found = _suffix(part, start, end)
        if found is None:
            if not closed:
                return None
            continue
        first, subject = found
        further = segments[n + 1] if n + 1 < len(segments) else None
        if further is None or first != start:
            return found
        other = _suffix(part, *further)
        if subject.person and subject.name:
            role = other[1].role if other and other[1].described else None
            return (other[0] if other and role else first), replace(
                subject, role=subject.role or role
            )
        if other and other[1].name and (closed or (other[1].person and subject.role)):
            role = role_phrase(part[start:end])
            return other[0], replace(other[1], role=other[1].role or role)
        return found
    return None


def _suffix(part: Sequence[Token], start: int, end: int) -> tuple[int, Subject] | None:
    """The phrase that a segment is, or ends in after an opening such as "On Tuesday"."""
    whole = noun_phrase(part[start:end])
    if whole is not None:
        return start, whole
    who = next((n for n in range(start, end) if part[n].lower == "who"), None)
    if who is not None and part[start].lower in {"a", "an", "one", "the"}:
        # "An agent who asked not to be named said"
        described = noun_phrase(part[start:who])
        return (start, described) if described else None
    fronted = part[start].lower in lexicon.FRONTED
    for n in range(max(start + 1, end - 20), end):
        before = part[n - 1].lower
        joined = before in _JOINS
        if not joined and not (fronted and _begins(part, n)):
            continue
        if joined and before == "and" and noun_phrase(part[start : n - 1]) is not None:
            return None
        subject = noun_phrase(part[n:end])
        if subject is not None:
            return n, subject
    return None


def _begins(part: Sequence[Token], at: int) -> bool:
    """Whether a subject may begin here after an opening without its comma."""
    word, before = part[at], part[at - 1]
    if before.lower in lexicon.OF or before.lower in {"the", "a", "an", "of", "to", "that"}:
        return False
    if word.lower in {"the", "he", "she", "it", "they"}:
        return True
    return word.capital and (not before.capital or before.lower in lexicon.MONTHS_AND_DAYS)
