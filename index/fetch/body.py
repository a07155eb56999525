"""Reading an answer's body within a limit, whatever it expands to.

A kilobyte of gzip can hold a megabyte of nothing, nested or repeated without
end, so the limit is on what comes out, and the decompressor is never allowed
to produce more than a small piece at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from index.fetch.failures import FetchFailed
from index.types import SkipReason

ACCEPT_ENCODING = "gzip, deflate"
"""Not br or zstd: the standard library cannot read them piece by piece."""

_PIECE = 1 << 16
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


def read_body(
    chunks: Iterable[bytes], encoding: str, limit: int, *, truncate: bool = False
) -> bytes:
    """Join `chunks`, undoing the Content-Encoding; more than `limit` is refused.

    With `truncate` the first `limit` bytes are returned instead.
    """
    body = bytearray()
    for piece in _decoded(_at_most(chunks, limit, truncate), encoding):
        body += piece
        if len(body) > limit:
            if truncate:
                return bytes(body[:limit])
            raise too_large(limit)
    return bytes(body)


def too_large(limit: int) -> FetchFailed:
    return FetchFailed(SkipReason.TOO_LARGE, f"more than {limit:,} bytes")


def _at_most(chunks: Iterable[bytes], limit: int, truncate: bool) -> Iterator[bytes]:
    """The limit also holds before decompression: empty gzip members go on for ever."""
    received = 0
    for chunk in chunks:
        received += len(chunk)
        yield chunk
        if received > limit:
            if truncate:
                return
            raise too_large(limit)


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name not in ("", "identity", "none")]
    if not names:
        return iter(chunks)
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        message = f"Content-Encoding {encoding!r} was not asked for and cannot be read"
        raise FetchFailed(SkipReason.UNSUPPORTED, message)
    return inflated(chunks, bare=names[0] == "deflate")


def inflated(chunks: Iterable[bytes], *, bare: bool = False) -> Iterator[bytes]:
    """Undo gzip or zlib in small pieces; what is neither is passed through.

    With `bare` it is taken for a stream without a header instead, which is
    what some servers mean by "deflate".
    """
    source = iter(chunks)
    pending = b""
    while len(pending) < 2 and (chunk := next(source, None)) is not None:
        pending += chunk
    if not pending:
        return
    headed = _has_header(pending)
    if not headed and not bare:
        yield pending
        yield from source
        return
    wbits = _GZIP_OR_ZLIB if headed else _RAW
    stream = zlib.decompressobj(wbits)
    while True:
        try:
            piece = stream.decompress(pending, _PIECE)
        except zlib.error as error:
            raise FetchFailed(SkipReason.MALFORMED, f"damaged compression: {error}") from error
        yield piece
        pending = stream.unused_data if stream.eof else stream.unconsumed_tail
        if not pending:
            pending = next(source, b"")
        if stream.eof:
            if not pending.startswith(b"\x1f"):  # nothing, or padding, after the last member
                return
            stream = zlib.decompressobj(wbits)
        elif not pending and not piece:
            raise FetchFailed(SkipReason.MALFORMED, "compressed data ended early")


def _has_header(head: bytes) -> bool:
    zlib_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return head[:2] == b"\x1f\x8b" or zlib_header
