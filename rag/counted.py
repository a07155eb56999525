"""What a number counts: the noun phrase that follows it, found without a tagger.

It runs up to a word that cannot be part of one, and ends in its last plural.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.months import MONTHS
from rag.numerals import Number, Token

# Words that end a noun phrase: what may follow a head noun and is not part of it.
_STOPS = frozenset(
    "a an the of in on at by to from with without for as than that which who whom whose and or "
    "but nor so if when while where after before since until during over under into onto against "
    "between through across about around near off out up down per via is are was were be been "
    "being am do does did done has have had having will would can could may might must shall "
    "should not no it its he she they we you i his her their our your my this these those there "
    "said says say told added died killed injured wounded marched joined took take takes left "
    "came come went go gave give made make held hold won lost fell rose stood voted signed found "
    "got met saw ran began began begun remain remained remains still also now then more less most "
    "least fewer later earlier ago each every all both either only just even almost nearly alone "
    "because though although whether including among amid despite against toward towards within "
    "worked live lived lives were became become such according last next yesterday today tomorrow "
    "monday tuesday wednesday thursday friday saturday sunday too again away back here once "
    "ve ile için olarak olan bir bu и в на с по за из от до для что не был была были было".split()
) | frozenset(m for m in MONTHS if len(m) > 3)
PLURALS = frozenset(
    "people men women children police staff troops dead injured wounded missing others personnel "
    "cattle sheep fish crew youth homeless aircraft seats kişi insan asker ölü yaralı человек "
    "людей солдат".split()
)
_NOT_PLURAL = ("ss", "us", "is", "'s", "ous", "ics")
_LONGEST_NOUN = 5  # words


def noun_phrase(
    cut: Sequence[Token], at: int, name: str | None, value: float
) -> tuple[str | None, int]:
    """The noun phrase from a token on, and the token after it; (None, at) where there is none."""
    begins = at
    if name is not None:
        if begins < len(cut) and cut[begins].lower == "of":
            begins += 1
            if begins < len(cut) and cut[begins].lower in {"the", "its", "all", "their", "his"}:
                begins += 1
        else:
            return None, at
    elif begins < len(cut) and cut[begins].lower in {"more", "other", "further", "additional"}:
        begins += 1
    kept: list[Token] = []
    head = 0
    n = begins
    while n < len(cut) and len(kept) < _LONGEST_NOUN:
        token = cut[n]
        if token.text in "-‑" and kept and n + 1 < len(cut) and cut[n + 1].start == token.end:
            n += 1
            continue
        if not token.word or token.lower in _STOPS:
            break
        if head and not _is_plural(token.lower):
            break
        kept.append(token)
        if _is_plural(token.lower):
            head = n + 1
        n += 1
    if not kept:
        return None, at
    if not head:
        if value != 1 and name is None:
            return None, at  # "three died": the words that follow are not its noun
        head = n
    pieces = cut[begins:head]
    joints = ["", *("" if a.end == b.start else " " for a, b in pairwise(pieces))]
    return "".join(joint + t.text for joint, t in zip(joints, pieces, strict=True)), head


def _is_plural(word: str) -> bool:
    if word in PLURALS:
        return True
    if not word.isascii():
        return True  # no ending tells it in Russian; in Turkish a counted noun is singular
    return len(word) > 3 and word.endswith("s") and not word.endswith(_NOT_PLURAL)


def out_of(cut: Sequence[Token], last: int, following: Sequence[Number]) -> str | None:
    """What both numbers of "142 of the 301 seats" count."""
    begins = [t.lower for t in cut[last : last + 2]]
    of_the = 2 if begins[1:] == ["the"] else 1
    if begins[:1] != ["of"] or not following or following[0].first != last + of_the:
        return None
    return noun_phrase(cut, following[0].last, None, following[0].value)[0]
