"""Plain text out of what a model writes, and passages that cannot be mistaken for anything else.

`plain` takes markup, addresses and chat tokens out of a sentence; `harmless`
keeps an article's text from closing its delimiters, opening a turn of the
conversation or looking like a citation of ours. All patterns are linear.
"""

from __future__ import annotations

import html
import re
import unicodedata

_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,100}\])?")
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\n]{0,2000}\)")
_DEFINED = re.compile(r"^\s*\[[^\[\]\n]{1,100}\]:\s*\S.*$", re.MULTILINE)
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftp|file|data|javascript|mailto|tel|vbscript)\s?:(?:/{1,3}|(?=\S))[^\s<>\"”]{1,2000}"
    r"|\bwww\.[^\s<>\"”]{1,2000}"
    r"|\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}/[^\s<>\"”]{0,2000}",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!|?][^<>\n]{0,1000}>|<!--|-->|<\|[^<>|\n]{0,60}\|>|\[/?INST\]")
_FENCE = re.compile(r"^\s*(?:```+|~~~+)[\w-]{0,20}\s*|```+\s*$", re.MULTILINE)
_MARKS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`{1,3}|~~")
_BULLET = re.compile(r"^\s*(?:[-*+•‣▪]\s+|\d{1,2}[.)](?:\s+|$)|#{1,6}\s+|>\s+)+")
_TURN = re.compile(
    r"^\s*(?:(?:final\s+)?answer|assistant|a|response|summary|system|user)\s*:\s*", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"\s+([.,;:!?…])")
_EMPTY = re.compile(r"\(\s*[,;]?\s*\)|\[\s*[,;]?\s*\]")


def plain(text: str) -> str:
    """A sentence without markup, addresses, chat tokens and control characters, on one line."""
    text = html.unescape(text)
    text = _IMAGE.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    text = _DEFINED.sub(" ", text)
    text = _TAG.sub(" ", text)
    text = _ADDRESS.sub(" ", text)
    text = _FENCE.sub(" ", text)
    text = _BULLET.sub("", text)
    text = _MARKS.sub("", text)
    text = _TURN.sub("", _visible(text))
    text = _EMPTY.sub("", text)
    return _BEFORE_MARK.sub(r"\1", _SPACE.sub(" ", text)).strip()


def _visible(text: str) -> str:
    """Without control, formatting and unassigned code points."""
    return "".join(
        " " if c in "\n\t\r\u2028\u2029" else c
        for c in text
        if c in "\n\t\r\u2028\u2029"
        or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "【": "(", "】": ")"})
_ROLE = re.compile(
    r"(?im)^([^\w\n]*(?:system|user|assistant|human|ai|question|instructions?))\s*:|^\s*#{1,6}\s*"
)


def harmless(text: str) -> str:
    """Text of others as it is shown to the model: nothing in it opens or closes anything.

    What it says stays; the verifier reads the article's own text and not this one.
    """
    kept = _visible(_ROLE.sub(r"\1 -", text)).translate(_LOOKALIKES)
    return _SPACE.sub(" ", kept).strip()
