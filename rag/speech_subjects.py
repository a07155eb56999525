"""Who a verb of saying has for its subject: the phrase before it, after it, or the sentence's own.

Phrases are told by their shape, and an apposition joins a name to its role:
"its managing director, Tilde Varga,".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag import speech_verbs as lexicon
from rag.speech_phrases import Subject, Token, noun_phrase, role_phrase

_REACH = 60  # tokens from a verb back to its subject
_SEGMENTS = 5  # between commas, from a verb back to its subject
_JOINS = lexicon.LEAD_IN - frozenset("if when because before after as since where until or".split())
_STOPS = frozenset(
    "who when as after before while on in during to by adding last this next yesterday today that "
    "because earlier late here whose whom about if since until through".split()
)
_MARKS = frozenset(";:—–()[]?!")


def subject_after(part: Sequence[Token], start: int) -> tuple[Subject | None, int]:
    """The phrase that begins here, and where it ends; with the name in apposition to it."""
    end = _phrase_end(part, start)
    return _with_apposition(part, start, end), end


def subject_before(part: Sequence[Token], at: int) -> tuple[int, Subject] | None:
    """The phrase that ends here, perhaps with an apposition between commas, and where it begins."""
    start = at
    while start > 0 and at - start < _REACH and not _parts(part[start - 1]):
        start -= 1
    return _subject(part, _segments(part, start, at + 1), closed=part[at].text == ",")


def absolute(part: Sequence[Token], at: int) -> tuple[int, Subject] | None:
    """A person named right before a participle: ", its governor, Saskia Thorne, arguing that"."""
    start = at - 1
    while start > 0 and part[start - 1].kind == "word":
        start -= 1
    subject = noun_phrase(part[start:at]) if part[at].text == "," and start > 0 else None
    return (start, subject) if subject is not None and subject.person else None


def opening(part: Sequence[Token]) -> tuple[int, Subject] | None:
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


def _after_dateline(part: Sequence[Token]) -> int:
    """Where the words begin after "OSSEL, 16 January (Wire) –"."""
    for n, token in enumerate(part[:14]):
        if token.text in {"–", "—", "-"} and n and part[0].text.isupper():
            return n + 1
    return 0


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
