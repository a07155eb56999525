"""The file of a vector index: lists of codes, to be mapped into memory, and what describes them.

    lists        of each, its codes and then the numbers of their rows, one list after another
    parts        arrays and the trained faiss index, each with its checksum
    contents     JSON: where the parts lie, what the index has seen and how well it finds
    trailer      the length of the contents, their checksum, and eight letters

Opening checks everything but the lists, which are most of the file: each list has a checksum
of its own, and is checked when it is first looked into. So a file of gigabytes opens in the
time that its description takes, only what is searched is read, and nothing wrong is ever
searched.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import faiss
import numpy as np
import numpy.typing as npt

from index.catalogue import Names, Rows
from index.files import replace_durably

Codes = npt.NDArray[np.uint8]
RowNumbers = npt.NDArray[np.int64]

ROW = 8  # bytes of a row's number in a list
_FORMAT = 2
_MAGIC = b"BYLINEVX"
_TRAILER = struct.Struct("<IQ8s")  # length of the contents, their crc32, magic


class DamagedIndex(Exception):
    """A derived index cannot be read. It never reaches a user: it is rebuilt."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an index knows of itself. `trained_on` is a number of vectors."""

    seen: int
    recall: float | None
    probes: int
    trained_on: int


@dataclass(frozen=True, slots=True)
class Contents:
    """All of a file but its lists; their `sizes` are numbers of vectors."""

    facts: Facts
    rows: Rows
    names: Names
    by_article: npt.NDArray[np.int32]  # row numbers, in the order of the articles' hashes
    trained: Any  # an empty faiss index
    sizes: npt.NDArray[np.int64]
    checksums: npt.NDArray[np.uint32]


def write(
    path: Path,
    trained: Any,
    lists: Iterable[tuple[Codes, RowNumbers]],
    rows: Rows,
    names: Names,
    facts: Facts,
) -> None:
    """Put a whole new file in the place of the one at `path`, or leave that as it was.

    `lists` are asked for one after another: only one is held at a time.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as stream:
            sizes, checksums = _write_lists(stream, lists)
            parts: dict[str, npt.NDArray[Any]] = {
                "keys": rows.keys,
                "articles": rows.articles,
                "sizes": sizes,
                "by_article": np.argsort(rows.articles, kind="stable").astype(np.int32),
                "days": rows.days,
                "sources": rows.sources,
                "sections": rows.sections,
                "checksums": checksums,
                "trained": faiss.serialize_index(trained),
                "names": np.frombuffer(json.dumps(names.all).encode(), dtype=np.uint8),
            }
            places = {name: _write_part(stream, part) for name, part in parts.items()}
            _write_contents(stream, places, facts)
        replace_durably(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)  # gigabytes, of which the disk may be full


def restate(path: Path, facts: Facts) -> None:
    """Change what a file says of itself: not one that anybody may be reading."""
    with path.open("r+b") as stream:
        contents = _contents(stream)
        stream.seek(max(offset + length for offset, length, _ in contents["parts"].values()))
        stream.truncate()
        _write_contents(stream, contents["parts"], facts)


def read(stream: BinaryIO, dimension: int) -> Contents:
    """Raises DamagedIndex where the file is cut short, altered, foreign or another model's."""
    try:
        return _read(stream, dimension)
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, struct.error) as error:
        raise DamagedIndex(f"{stream.name}: {error}") from error


def _read(stream: BinaryIO, dimension: int) -> Contents:
    contents = _contents(stream)
    parts = {name: _read_part(stream, *place) for name, place in contents["parts"].items()}
    trained = faiss.deserialize_index(np.frombuffer(parts["trained"], dtype=np.uint8))
    if trained.d != dimension:
        raise DamagedIndex(f"{stream.name}: {trained.d} dimensions, not {dimension}")
    return Contents(
        facts=Facts(
            contents["seen"], contents["recall"], contents["probes"], contents["trained_on"]
        ),
        rows=Rows(
            keys=np.frombuffer(parts["keys"], dtype=np.int64),
            articles=np.frombuffer(parts["articles"], dtype=np.uint64),
            days=np.frombuffer(parts["days"], dtype=np.int32),
            sources=np.frombuffer(parts["sources"], dtype=np.int32),
            sections=np.frombuffer(parts["sections"], dtype=np.int32),
        ),
        names=Names(json.loads(parts["names"])),
        by_article=np.frombuffer(parts["by_article"], dtype=np.int32),
        trained=trained,
        sizes=np.frombuffer(parts["sizes"], dtype=np.int64),
        checksums=np.frombuffer(parts["checksums"], dtype=np.uint32),
    )


def _contents(stream: BinaryIO) -> dict[str, Any]:
    length = stream.seek(0, 2)
    stream.seek(length - _TRAILER.size)
    size, checksum, magic = _TRAILER.unpack(stream.read())
    if magic != _MAGIC:
        raise DamagedIndex(f"{stream.name}: not one of ours")
    stream.seek(length - _TRAILER.size - size)
    footer = stream.read(size)
    if zlib.crc32(footer) != checksum:
        raise DamagedIndex(f"{stream.name}: checksum differs")
    contents = json.loads(footer)
    if contents["format"] != _FORMAT:
        raise DamagedIndex(f"{stream.name}: format {contents['format']}, not {_FORMAT}")
    found: dict[str, Any] = contents
    return found


def _write_contents(
    stream: BinaryIO, places: dict[str, tuple[int, int, int]], facts: Facts
) -> None:
    contents = {
        "format": _FORMAT,
        "parts": places,
        "seen": facts.seen,
        "recall": facts.recall,
        "probes": facts.probes,
        "trained_on": facts.trained_on,
    }
    footer = json.dumps(contents).encode()
    stream.write(footer)
    stream.write(_TRAILER.pack(len(footer), zlib.crc32(footer), _MAGIC))


def _write_lists(
    stream: BinaryIO, lists: Iterable[tuple[Codes, RowNumbers]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Their sizes, and a checksum of each."""
    sizes, checksums = [], []
    for codes, numbers in lists:
        raw = codes.tobytes()
        tail = numbers.astype("<i8", copy=False).tobytes()
        stream.write(raw)
        stream.write(tail)
        sizes.append(len(numbers))
        checksums.append(zlib.crc32(tail, zlib.crc32(raw)))
    return np.array(sizes, dtype=np.int64), np.array(checksums, dtype=np.uint32)


def _write_part(stream: BinaryIO, part: npt.NDArray[Any]) -> tuple[int, int, int]:
    """Where it lies, how long it is, and its checksum."""
    raw = part.tobytes()
    place = (stream.tell(), len(raw), zlib.crc32(raw))
    stream.write(raw)
    return place


def _read_part(stream: BinaryIO, offset: int, length: int, checksum: int) -> bytes:
    stream.seek(offset)
    part = stream.read(length)
    if len(part) != length or zlib.crc32(part) != checksum:
        raise DamagedIndex(f"{stream.name}: checksum differs")
    return part
