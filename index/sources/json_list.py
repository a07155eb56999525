"""A JSON file: a list of records, or one. Lists are read a record at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO, Final

from index.sources.reading import Item, Opened, Reading, Unfit
from index.sources.records import is_record, page_from_record
from index.types import SkipReason

_PIECE: Final = 1 << 16
_NOT_ARTICLES: Final = "JSON, but not a list of articles"


def read_json(opened: Opened, reading: Reading) -> Iterator[Item]:
    """A page for each record; other JSON that happens to lie about is refused."""
    buffer = _Buffer(opened.stream, reading.max_bytes)
    start = buffer.peek()
    if start == "[":
        buffer.skip()
        for number, row in enumerate(_elements(buffer), start=1):
            if number == 1 and not is_record(row):
                raise Unfit(SkipReason.UNSUPPORTED, _NOT_ARTICLES)
            yield page_from_record(row, opened.origin, number)
        return
    row = buffer.value() if start == "{" else None
    if not is_record(row):
        raise Unfit(SkipReason.UNSUPPORTED if start else SkipReason.EMPTY, _NOT_ARTICLES)
    yield page_from_record(row, opened.origin, 1)


def _elements(buffer: _Buffer) -> Iterator[object]:
    if buffer.peek() == "]":
        raise Unfit(SkipReason.EMPTY, "an empty list")
    while True:
        yield buffer.value()
        separator = buffer.peek()
        buffer.skip()
        if separator == "]":
            return
        if separator != ",":
            raise Unfit(SkipReason.MALFORMED, "the list ends early or lacks a comma")


class _Buffer:
    """As much of the text as one value needs, growing by doubling."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._values = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is not white space, "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._grow()

    def skip(self) -> None:
        self._at += 1

    def value(self) -> object:
        """The next value, however many reads it takes."""
        self.peek()
        while True:
            try:
                value, end = self._values.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise Unfit(SkipReason.MALFORMED, "nested too deeply") from error
            except ValueError as error:
                if self._ended or not self._cut_short(error):
                    raise Unfit(SkipReason.MALFORMED, str(error)) from error
            else:
                if end < len(self._text) or self._ended:  # a number could go on
                    self._at = end
                    return value
            if len(self._text) - self._at > self._limit:
                raise Unfit(SkipReason.TOO_LARGE, f"a record of more than {self._limit:,} bytes")
            self._grow()

    def _cut_short(self, error: ValueError) -> bool:
        """Whether more text could mend `error`."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated") or error.pos >= len(self._text) - 16

    def _grow(self) -> None:
        kept = self._text[self._at :]
        piece = self._stream.read(max(_PIECE, len(kept)))
        self._ended = not piece
        self._text = kept + self._bytes.decode(piece, final=self._ended)
        self._at = 0
