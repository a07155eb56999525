"""Lines of JSON as people have them: in any usual encoding, some of them broken.

Nothing in a file stops its reading: a line that is no JSON comes out as a
fault with its number, and the next one is read.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from index.errors import SourceError

LONGEST = 64 * 1024 * 1024  # characters of a line that is read; one of an answer has some thousand
_SNIFFED = 64  # bytes at the start of a file that tell its encoding
_SAID = 80  # characters of a fault's cause that are repeated
# UTF-32 begins with UTF-16's mark, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line, counted from 1: its `value`, or in `fault` why it has none.

    `note` says what was done to read it, "" where it was read as it stood.
    """

    number: int
    value: Any = None
    fault: str = ""
    note: str = ""


def read_lines(path: Path) -> Iterator[Line]:
    """Each line of a file, gzipped or not, that is not blank; or each member of a JSON array.

    UTF-8, UTF-16 and UTF-32 are told by their marks and null bytes; a line that
    is no UTF-8 in a file of them is read as Windows-1252. Raises SourceError
    where the file cannot be opened, or ends amid its compression.
    """
    try:
        with _opened(path) as stream:
            start = stream.read(_SNIFFED)
            encoding = _encoding(start)
            stream.seek(0)
            if start.decode(encoding or "latin-1", "ignore").lstrip("\ufeff \t\r\n")[:1] == "[":
                members = _array(stream, encoding)
                if members is not None:
                    for number, member in enumerate(members, start=1):
                        yield Line(number, member)
                    return
                stream.seek(0)
            yield from _lines(stream, encoding)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"cannot read {path}: {error}") from error


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def _encoding(start: bytes) -> str | None:
    """The encoding of a whole file; None where each line is to be tried for itself."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    # JSON begins with an ASCII character, so where its null bytes lie tells the rest (RFC 4627, 3)
    if start[:1] == b"\0" and start[1:2] not in (b"", b"\0"):
        return "utf-16-be"
    if start[1:2] == b"\0" and start[:1] != b"\0" and start[2:4] != b"\0\0":
        return "utf-16-le"
    return None


def _array(stream: IO[bytes], encoding: str | None) -> list[Any] | None:
    """The members of a file that is one JSON array; None where it is not."""
    raw = stream.read(LONGEST + 1)
    if len(raw) > LONGEST:
        return None
    try:
        value = _json(raw.decode(encoding, "replace") if encoding else _decoded(raw)[0])
    except (ValueError, RecursionError):
        return None
    # an array of plain values is a line that happens to come first
    return value if isinstance(value, list) and any(isinstance(e, dict) for e in value) else None


def _lines(stream: IO[bytes], encoding: str | None) -> Iterator[Line]:
    if encoding in (None, "utf-8-sig"):
        yield from _each(stream)
        return
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="\n")
    try:
        yield from _each(text)
    finally:
        text.detach()  # whoever opened the stream closes it


def _each(source: IO[Any]) -> Iterator[Line]:
    number = 0
    while piece := source.readline(LONGEST + 1):
        number += 1
        if len(piece) > LONGEST:
            end = "\n" if isinstance(piece, str) else b"\n"
            while piece and not piece.endswith(end):  # the rest of it
                piece = source.readline(LONGEST)
            yield Line(number, fault=f"longer than {LONGEST:,} characters")
            continue
        text, note = (piece, "") if isinstance(piece, str) else _decoded(piece)
        text = text.lstrip("\ufeff").strip()  # files that were joined have marks amid them
        if not text:
            continue
        try:
            yield Line(number, _json(text), note=note)
        except json.JSONDecodeError as error:
            nulls = ", it holds null bytes" if "\0" in text else ""
            yield Line(number, fault=f"not JSON: {error.msg} at character {error.pos}{nulls}")
        except (ValueError, RecursionError) as error:
            yield Line(number, fault=f"not JSON: {error}"[:_SAID])


def _decoded(raw: bytes) -> tuple[str, str]:
    """Text and what was done to have it. Every byte has a meaning in Latin-1."""
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), "read as Windows-1252, being no UTF-8"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "read as Latin-1, being no UTF-8"


def _json(text: str) -> Any:
    """A value; NaN and infinities, which JSON does not have, become null."""
    return json.loads(text, parse_constant=lambda name: None)
