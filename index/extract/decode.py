"""From the bytes of a page to its text.

The order of trust is that of the HTML standard's encoding sniffing with one
change: bytes that are valid UTF-8 are UTF-8 whatever the page declares, since
other encodings almost never happen to be valid UTF-8 and wrong declarations
are common. https://html.spec.whatwg.org/multipage/parsing.html#encoding-sniffing-algorithm
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from index.types import SkipReason

MAX_PAGE_BYTES = 20_000_000

# The start of files that are handed over as pages by mistake.
_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"\xd0\xcf\x11\xe0",
    b"wOFF",
    b"SQLite format 3",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark starts the same
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Labels that browsers read as a superset of what they say.
# https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_PRESCAN_BYTES = 4096
_GUESS_BYTES = 32_768
_NULS_OF_UTF16 = 0.3  # half of the bytes of Latin text; some of any text with markup
_DAMAGE_OF_UTF8 = 0.02  # more broken sequences than this are another encoding


def check(content: bytes) -> SkipReason | None:
    """Say why content is no page at all, or None. Reads only its beginning."""
    if len(content) > MAX_PAGE_BYTES:
        return SkipReason.TOO_LARGE
    if not content.strip(b" \t\r\n\f\v\0"):
        return SkipReason.EMPTY
    if content.startswith(_MAGIC):
        return SkipReason.BINARY
    head = content[:_PRESCAN_BYTES]
    if b"\0" in head and _unicode_encoding(head) is None:
        return SkipReason.BINARY
    return None


def decode(content: bytes | str) -> str:
    """Decode a page. Never fails: what cannot be decoded becomes U+FFFD."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    encoding = _unicode_encoding(content[:_PRESCAN_BYTES])
    if encoding is not None:
        return content.decode(encoding, errors="replace").removeprefix("\ufeff")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    encoding = _declared(content[:_PRESCAN_BYTES])
    if encoding is None and not _is_damaged_utf8(content[:_GUESS_BYTES]):
        encoding = _guess(content)
    return content.decode(encoding or "utf-8", errors="replace")


def _unicode_encoding(head: bytes) -> str | None:
    """The encoding by its byte order mark, or by the place of UTF-16's NULs."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    pairs = len(head) // 2
    if pairs < 2:
        return None
    high, low = head[1::2].count(0) / pairs, head[0::2].count(0) / pairs
    if high > _NULS_OF_UTF16 and low == 0:
        return "utf-16-le"
    if low > _NULS_OF_UTF16 and high == 0:
        return "utf-16-be"
    return None


def _declared(head: bytes) -> str | None:
    """The encoding a meta tag or an XML declaration names, if Python knows it."""
    found = _DECLARED.search(head)
    if found is None:
        return None
    try:
        info = codecs.lookup(found.group(1).decode("ascii"))
        "".encode(info.name)  # raises for codecs that are no text encodings
    except (LookupError, ValueError):
        return None
    if info.name.startswith(("utf-16", "utf-32")):
        return "utf-8"  # it could not have been read as ASCII otherwise
    return _SUPERSETS.get(info.name, info.name)


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8 with a few broken sequences: a cut or patched page."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for char in text if char > "\x7f")
    return broken <= 2 < foreign - broken or broken < _DAMAGE_OF_UTF8 * foreign


def _guess(content: bytes) -> str | None:
    best = from_bytes(content[:_GUESS_BYTES]).best()
    return None if best is None else best.encoding
