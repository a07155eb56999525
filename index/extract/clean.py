"""One way of cleaning text, used for everything that leaves this package.

Offsets into a body are stable only when cleaning is done once and doing it
again changes nothing, so `normalise` is idempotent.
"""

from __future__ import annotations

import re
import unicodedata

METADATA_LENGTH = 500

_NEWLINE = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters; soft hyphen, zero-width space, byte order mark, word
# joiner; bidirectional marks and overrides, which can make a text read
# differently from what is stored; surrogates; private use (icon fonts);
# noncharacters; tags. Spelt out rather than taken from unicodedata, so that
# the same page gives the same body under every Python.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
# The joiner and non-joiner spell words in Persian or Hindi and build emoji.
_JOINERS = re.compile("[\u200c\u200d]+")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_EDGE = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    """Canonical composed Unicode without invisible characters or odd spaces.

    Typographic quotes and dashes stay: a quotation has to match the page it
    was taken from. Line breaks stay, at most one blank line at a time.
    """
    text = _NEWLINE.sub("\n", text)
    # composed first and last: dropping a character can bring a letter and
    # its accent together, which then compose
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", _JOINERS.sub(_joiners, text))
    text = _SPACES.sub(" ", text)
    return _BLANK_LINES.sub("\n\n", _LINE_EDGE.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """Normalised text on a single line, as a block or a metadata value is."""
    return " ".join(normalise(text).split())


def metadata_text(text: str) -> str | None:
    """One line of bounded length, or None when nothing readable is left."""
    line = one_line(text)
    if len(line) > METADATA_LENGTH:
        line = line[: METADATA_LENGTH - 1].rstrip() + "…"
    return line or None


def _joiners(found: re.Match[str]) -> str:
    """Kept between two characters that are not ASCII, dropped elsewhere."""
    before = found.string[max(0, found.start() - 1) : found.start()]
    after = found.string[found.end() : found.end() + 1]
    within = all(char > "\x7f" and not char.isspace() for char in (before, after))
    return found.group() if within else ""
