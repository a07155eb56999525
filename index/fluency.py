"""Whether a model knows the language of a text, told from how it spells it.

A tokenizer learns its pieces from what its model was trained on: words of a
language that it knows are one or two pieces, those of another are shredded
into letters. The pieces per word ("fertility", Rust et al. 2021, "How Good is
Your Tokenizer?") are 1.0 for an English model on English questions, three on
Turkish ones and six on Russian ones; a multilingual model is near one and a
half in all three. Scripts that write words together (Han, kana, Thai and
their neighbours) cannot be told so, and are taken to be known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Count = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, special ones not counted."""

_KNOWN = 1.8  # pieces per word up to which a language is known
_UNKNOWN = 2.6  # and from which it is not
_WORD = re.compile(r"[^\W\d_]+")
# Han, kana, Thai, Lao, Khmer, Burmese: no spaces between words
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_FEW = 3  # words that tell more than all of them with the names
_MOST = 64  # words of a text that are looked at


def fertility(text: str, count: Count) -> float:
    """Pieces per word of `text`, names left out where enough words remain; at least 1.

    1 also where there is no word to tell it by.
    """
    found = [word for word in _WORD.findall(text) if not _UNSPACED.search(word)]
    plain = [word for word in found if word.islower()]
    chosen = (plain if len(plain) >= _FEW else found)[:_MOST]
    return max(1.0, sum(count(chosen)) / len(chosen)) if chosen else 1.0


def fluency(text: str, count: Count) -> float:
    """How far a model with this tokenizer is to be trusted with `text`; 0 to 1."""
    return min(1.0, max(0.0, (_UNKNOWN - fertility(text, count)) / (_UNKNOWN - _KNOWN)))
