"""Quotations: whether the words between marks are anyone's, in one piece, and whose.

What stands between marks is compared word for word; "..." inside may leave
words out. Whose they are is read off the claim's own verb of saying and off
the context's speakers, where both name one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from index.types import Article
from rag import quotations as marks
from rag.attribution import attribution
from rag.checks.inquiry import Inquiry
from rag.names import untitled
from rag.ready import Ready, ready
from rag.remarks import Speech
from rag.speech import speeches
from rag.speech_phrases import tokens
from rag.verdict import Check, Failure
from rag.wording import Word, words_of

_FEWEST = 3  # words between marks: fewer are a title or a word held at arm's length
_NEAR = 0.6  # of a quotation's words in one sentence: from there it was changed, not invented
_LONGEST = 20_000  # code points of a context whose speakers are read


def failures(inquiry: Inquiry) -> list[Failure]:
    """Quotations of the claim that nobody said so, or that someone else said."""
    found = []
    ranges = marks.quotations(inquiry.text).ranges
    for quotation in ranges:
        start, end = quotation.start + 1, quotation.end - 1
        said = [w for w in inquiry.words if start <= w.start < end]
        if len(said) < _FEWEST:
            continue
        where = _verbatim(inquiry, said, start, end)
        if where is None:
            nearest = _nearest(inquiry, said)
            words = inquiry.claim.text[start:end]
            found.append(Failure(Check.QUOTATION, words, start, end, nearest, False))
            continue
        other = _other_speaker(inquiry, ranges, where)
        if other is not None:
            first, last, name = other
            words = inquiry.claim.text[first:last]
            found.append(Failure(Check.QUOTATION, words, first, last, name, True))
    return found


def _verbatim(
    inquiry: Inquiry, said: Sequence[Word], start: int, end: int
) -> tuple[int, int] | None:
    """The context and the line that have the words in one piece; None where none has."""
    pieces = _pieces(inquiry, said)
    for number, context in enumerate(inquiry.evidence.contexts):
        at: int | None = None
        whole = True
        after = -1
        for piece in pieces:
            line = _line_with(context, piece, after)
            if line is None or (after >= 0 and line - after > 2):
                whole = False
                break
            at = line if at is None else at
            after = line
        if whole and at is not None:
            return number, at
    return None


def _pieces(inquiry: Inquiry, said: Sequence[Word]) -> list[list[str]]:
    """The runs between marks of omission."""
    pieces: list[list[str]] = [[]]
    before = said[0].start
    for word in said:
        gap = inquiry.text[before : word.start]
        if ("..." in gap or "…" in gap or "[" in gap) and pieces[-1]:
            pieces.append([])
        pieces[-1].append(word.lower)
        before = word.end
    return pieces


def _line_with(context: Ready, piece: Sequence[str], after: int) -> int | None:
    """The first line, from `after` on, from which the words run on without a break."""
    for number in context.by_word(piece[0]):
        if number < after:
            continue
        words = list(context.lines[number][2])
        following = number + 1
        while len(words) < len(piece) + 200 and following < min(number + 6, len(context.lines)):
            words += context.lines[following][2]
            following += 1
        lowers = [w.lower for w in words]
        for n in range(len(context.lines[number][2])):
            if lowers[n] == piece[0] and lowers[n : n + len(piece)] == list(piece):
                return number
    return None


def _nearest(inquiry: Inquiry, said: Sequence[Word]) -> str:
    """What the evidence has that is most like a quotation."""
    stems = {w.stem for w in said}
    for chosen in inquiry.evidence.chosen:
        shared = stems & {w.stem for w in chosen.line.words}
        if len(shared) >= _NEAR * len(stems):
            return inquiry.line_text(chosen)
    return ""


def _other_speaker(
    inquiry: Inquiry, ranges: Sequence[marks.Quotation], where: tuple[int, int]
) -> tuple[int, int, str] | None:
    """The claim's speaker, by offsets, and the one whom the context names instead."""
    if inquiry.claim.language not in ("en", None):
        return None
    parsed = attribution(tokens(marks.mask(inquiry.text, ranges)))
    if parsed is None or not parsed.subject.name:
        return None
    name = untitled(parsed.subject.name)
    start = inquiry.text.find(name)
    given = inquiry.claim.contexts[where[0]]
    if start < 0 or not name[:1].isupper() or len(given.text) > _LONGEST:
        return None
    speech = _speakers(given.text, given.title).get(where[1])
    if speech is None or not speech.speaker[:1].isupper():
        return None
    mine = {w.lower for w in words_of(name)}
    theirs = {w.lower for w in words_of(speech.speaker)}
    told = {w.lower for w in inquiry.words}
    if mine & theirs or theirs <= told:
        return None
    return start, start + len(name), speech.speaker


@lru_cache(maxsize=64)
def _speakers(text: str, title: str) -> dict[int, Speech]:
    """Whose words each line of a context is, by its number."""
    spoken = speeches(Article(id="", url=None, title=title, body=text, language="en"))
    lines = ready(text, "en").lines
    found: dict[int, Speech] = {}
    for span, speech in spoken.items():
        for number, (start, end, _) in enumerate(lines):
            if start < span.end and span.start < end:
                found.setdefault(number, speech)
    return found
