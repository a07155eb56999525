"""Cutting what a model writes into sentences while it is still writing.

A sentence is complete once the next one has begun: its citation may stand
after its stop. What the model thinks aloud between tags is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.sentences import split
from rag.llm.cited import may_open, take_out
from rag.llm.plain import plain

_LONGEST = 1_500  # code points without a stop, beyond which it is no sentence and cut
_THOUGHT = r"(?:think|thinking|thought|reasoning|reflection|scratchpad|analysis)"
_OPENS = re.compile(rf"<{_THOUGHT}>", re.IGNORECASE)
_CLOSES = re.compile(rf"</{_THOUGHT}>", re.IGNORECASE)
_TAG_BEGUN = re.compile(r"<[^<>\s]{0,15}$")
_STARTED = re.compile(r"[^\W_]\w|[^\W_]\s|[“\"‘«]\w")  # enough of a sentence to know it is one


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence as a model wrote it: plain text, without its citations.

    `cited` are the passages that it cites, from 1; `invented` counts those
    that there are not.
    """

    text: str
    cited: tuple[int, ...] = ()
    invented: int = 0


class Cutter:
    """Cuts one stream of text, written from so many passages."""

    def __init__(self, passages: int) -> None:
        self._passages = passages
        self._raw = ""  # what may still be the beginning of a tag, and what follows
        self._text = ""  # what is not yet a whole sentence
        self._thinking = False

    def feed(self, text: str) -> Iterator[Piece]:
        """The sentences that this completes."""
        self._raw += text
        self._unthink()
        while (end := self._complete()) is not None:
            done, self._text = self._text[:end], self._text[end:]
            yield from self._pieces(done)

    def finish(self) -> Iterator[Piece]:
        """The last one, of a stream that ended as it should."""
        if not self._thinking:
            self._text += self._raw
        yield from self._pieces(self._text)
        self._raw = self._text = ""

    def _unthink(self) -> None:
        """Move what is no thought from `_raw` to `_text`."""
        while True:
            if self._thinking:
                closed = _CLOSES.search(self._raw)
                if closed is None:
                    self._raw = self._raw[-20:]  # the closing tag may have begun
                    return
                self._raw = self._raw[closed.end() :]
                self._thinking = False
            opened, closed = _OPENS.search(self._raw), _CLOSES.search(self._raw)
            if closed is not None and (opened is None or closed.start() < opened.start()):
                # the prompt's template opened it: all until here was a thought
                self._raw, self._text = self._raw[closed.end() :], ""
                continue
            if opened is not None:
                self._text += self._raw[: opened.start()]
                self._raw = self._raw[opened.end() :]
                self._thinking = True
                continue
            begun = _TAG_BEGUN.search(self._raw)
            kept = begun.start() if begun else len(self._raw)
            self._text += self._raw[:kept]
            self._raw = self._raw[kept:]
            return

    def _complete(self) -> int | None:
        """Where, in the text held, a first whole sentence with its citations ends."""
        held = self._text
        if (end := _line(held)) is not None:
            return end
        if len(held) > _LONGEST:
            return _LONGEST
        bare, marks = take_out(held)
        spans = split(bare)
        if len(spans) < 2 or may_open(held) or not _STARTED.match(bare, spans[1].start):
            return None
        at = spans[1].start
        if bare.count("“", 0, at) > bare.count("”", 0, at) or bare.count('"', 0, at) % 2:
            return None  # within a quotation that may yet close
        return at + sum(m.length for m in marks if m.at < at or (m.at == at and not m.leads))

    def _pieces(self, text: str) -> Iterator[Piece]:
        bare, marks = take_out(text.strip())
        spans = split(bare)
        for n, span in enumerate(spans):
            # a citation belongs to the sentence that it stands in or after
            last = n == len(spans) - 1
            after = spans[n + 1].start if not last else len(bare) + 1
            ids = [
                i
                for m in marks
                if (span.start < m.at or (m.leads and m.at == span.start) or not n)
                and (m.at < after or (m.at == after and not m.leads))
                for i in m.ids
            ]
            words = plain(bare[span.start : span.end])
            known = tuple(dict.fromkeys(i for i in ids if 1 <= i <= self._passages))
            piece = Piece(words, known, len(ids) - len([i for i in ids if i in known]))
            if any(c.isalnum() for c in words) or piece.invented:
                yield piece


def _line(held: str) -> int | None:
    """Where the first line of a text ends, once something has come after it.

    A line of nothing but citations belongs to the one before it.
    """
    found = re.match(r"\s*[^\n]*[^\s][^\n]*\n+", held)
    if found is None:
        return None
    rest = held[found.end() :]
    following, more, _ = rest.partition("\n")
    if not following.strip() and not more:
        return None
    if following[:1] not in ("[", "(", "【") or take_out(following)[0].strip():
        return None if may_open(following) else found.end()
    return found.end() + len(following) if more and following.strip() else None
