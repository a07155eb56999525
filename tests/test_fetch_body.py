"""Bodies are read within their limit, whatever they expand to."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from index.fetch import FetchFailed
from index.fetch.body import inflated, read_body
from index.fetch.headers import parse_content_type
from index.types import SkipReason

TEXT = b"All the news that fits. " * 5000


def bare(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-Gzip", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 30),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
        ("gzip", TEXT),  # mislabelled: not compressed at all
    ],
)
def test_each_encoding_is_undone(encoding: str, packed: bytes, size: int) -> None:
    assert read_body(pieces(packed, size), encoding, len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert read_body([], encoding, 10) == b""


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(TEXT, mtime=0)[:-30],
        gzip.compress(TEXT, mtime=0)[:60],
        b"\x1f\x8b" + b"x" * 50,
    ],
)
def test_damaged_compression_is_reported(packed: bytes) -> None:
    with pytest.raises(FetchFailed) as caught:
        read_body([packed], "gzip", 1 << 20)
    assert caught.value.reason is SkipReason.MALFORMED


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(FetchFailed) as caught:
        read_body([b"x"], encoding, 10)
    assert caught.value.reason is SkipReason.UNSUPPORTED


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_one_byte_too_many_is_refused_or_cut(encoding: str) -> None:
    packed = gzip.compress(TEXT, mtime=0) if encoding else TEXT
    with pytest.raises(FetchFailed) as caught:
        read_body([packed], encoding, len(TEXT) - 1)
    assert caught.value.reason is SkipReason.TOO_LARGE
    assert read_body([packed], encoding, 10, truncate=True) == TEXT[:10]


def test_a_gigabyte_of_nothing_takes_no_memory() -> None:
    packer = zlib.compressobj(9, wbits=31)
    megabyte = bytes(1 << 20)
    bomb = b"".join(packer.compress(megabyte) for _ in range(64)) + packer.flush()

    def endless() -> Iterator[bytes]:
        while True:
            yield bomb

    tracemalloc.start()
    try:
        with pytest.raises(FetchFailed) as caught:
            read_body(endless(), "gzip", 1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.reason is SkipReason.TOO_LARGE
    assert peak < 8 << 20


def test_empty_gzip_members_without_end_are_refused() -> None:
    member = gzip.compress(b"") * 1000

    def endless() -> Iterator[bytes]:
        while True:
            yield member

    with pytest.raises(FetchFailed) as caught:
        read_body(endless(), "gzip", 1 << 18)
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_compressed_data_comes_out_in_small_pieces() -> None:
    assert max(map(len, inflated([gzip.compress(bytes(1 << 22))]))) <= 1 << 16


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ("", None)),
        ("text/html", ("text/html", None)),
        ('Text/HTML; charset="UTF-8"', ("text/html", "utf-8")),
        ("text/html;charset=windows-1251", ("text/html", "cp1251")),
        ("text/html; charset=hex", ("text/html", None)),
        ("text/html; charset=nonsense\r\nX: y", ("text/html", None)),
    ],
)
def test_content_types_are_taken_apart(value: str, expected: tuple[str, str | None]) -> None:
    assert parse_content_type(value) == expected
