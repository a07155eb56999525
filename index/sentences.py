"""Splitting text into sentences, with exact offsets.

Quotes are verbatim sentences, so a wrong cut is seen by every reader. The
rules are those of news prose: a stop inside a quotation does not end the
sentence (the words stay with their speaker), titles and initials do not end
one ("Gen. A. B. Smith"), and "U.S." does only before a word that typically
opens a sentence. The maintained splitters either need a model download or
return text without offsets; hence these rules of our own.
"""

from __future__ import annotations

import bisect
import re
from functools import lru_cache

from index.types import Span

_ABBREVIATIONS = frozenset(
    # English
    "mr mrs ms dr prof gen lt col sgt capt cmdr adm maj brig rev hon sen rep gov pres fr sr jr st "
    "mt ft no nos vs etc inc ltd co corp dept est approx fig vol pp ed eds al ca cf viz "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun "
    "e.g i.e a.m p.m ph.d "
    # Turkish
    "sn dr doç yrd av alb yzb bnb tğm org korg tümg tuğg bkz vb vd vs örn yy ör çev haz mah cad "
    "sok blv apt üniv fak bşk müd hz şti "
    # Russian
    "г гг в вв ул им т.е т.д т.п т.к руб коп тыс млн млрд трлн стр см ср др пр гл акад проф доц "
    "ген полк подп кап лейт кв обл р н.э т.н напр чл корр зам нач дер пос пер просп пл наб рис "
    "табл янв февр апр авг сент окт нояб дек долл".split()
)
# After an abbreviation such as "U.S." these words, capitalised, open a new sentence.
_OPENERS = frozenset(
    "the a an in on at it its he she they we i you this that these those there but and however "
    "meanwhile after before when while as if for with by from to since although though according "
    "more most some many another one two three officials police "
    # Turkish
    "bu o şu ancak ama fakat ayrıca öte bunun buna böylece daha yine olay polis "
    # Russian
    "в на по при после до от из с о об это этот эта эти он она они мы как но и а однако также "
    "потом затем тогда кроме так ранее позже между".split()
)
# Abbreviations that may also end a sentence: before a word that opens one, they do.
_FINAL = frozenset(
    "a.m p.m etc inc ltd co corp jr sr vb vd şti руб коп тыс млн млрд трлн долл г гг др пр".split()
)
_AND_SO_ON = re.compile(r"\bт\.\s?[дп]$")  # "и т. д.", "и т. п."
_TURKISH = re.compile("[ğışĞİŞ]")  # letters that tell Turkish from its neighbours
_ROMAN = re.compile(r"[IVX]+")
# Possessive, and only from where a run of marks begins: a page of them costs no more than once.
_STOP = re.compile(
    r"(?:(?<![.!?…。！？؟۔])[.!?…。！？؟۔]++|\s[.!?](?=\s|$))[”’»\"')\]]*+(?=\s|$|(?<=[。！？]))"
)
# What a small number with a stop counts even in the middle of a sentence: "2. Dünya Savaşı"
_COUNTED = ("dünya", "weltkrieg", "bundesliga", "liga")
_OPEN = {"“": "”", "«": "»", "„": "“"}
_WORD_BEFORE = re.compile(r"([^\s(\[“\"«‘']+)$")
# Possessive where it is blank, and never more than opens a sentence: a page in a script that
# writes no blanks, or one of nothing else, is not read to its end at every stop.
_NEXT = re.compile(r"\s*+[“\"«‘'(\[—–-]*\s*+(\S{1,80})")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.)+[^\W\d_]?$")
_LONGEST_QUOTE = 700  # code points; a longer quotation is split inside


def split(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut `text[start:end]` into sentences; their spans have no outer white space.

    A newline always ends a sentence.
    """
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text[start:end]):
        for left, right in _split_line(line.group()):
            spans.append(Span(start + line.start() + left, start + line.start() + right))
    return spans


@lru_cache(maxsize=4096)
def _split_line(line: str) -> tuple[tuple[int, int], ...]:
    quoted = _quotations(line)
    opened = [left for left, _ in quoted]
    turkish = _TURKISH.search(line) is not None
    cuts: list[int] = []
    for stop in _STOP.finditer(line):
        at = stop.end()
        # the quotation, if any, that begins last before the stop: they do not overlap
        last = bisect.bisect_left(opened, stop.start()) - 1
        if last >= 0 and at < quoted[last][1]:
            continue
        if _ends_sentence(line, stop.start(), at, turkish):
            cuts.append(at)
    cuts.append(len(line))
    pieces: list[tuple[int, int]] = []
    left = 0
    for cut in cuts:
        piece = line[left:cut]
        stripped = piece.strip()
        if stripped:
            offset = left + piece.index(stripped[0])
            pieces.append((offset, offset + len(stripped)))
        left = cut
    return tuple(pieces)


def _ends_sentence(line: str, stop: int, after: int, turkish: bool) -> bool:
    following = _NEXT.match(line, after)
    if following is None:
        return True
    word = following.group(1)
    first = word[0]
    mark = line[stop:after].strip()
    if mark[:1] in "。！？؟۔":
        return True
    if first.islower():
        # "Why?" he asked; "... and then" goes on. Both belong to what stands before.
        return False
    if mark[:1] != "." or mark.startswith(".."):
        return True
    before = _WORD_BEFORE.search(line, max(0, stop - 40), stop)
    if before is None:
        return True
    token = before.group(1)
    bare = token.rstrip(".").lower()
    opener = re.sub(r"\W+$", "", word).lower() in _OPENERS
    if _AND_SO_ON.search(line, max(0, stop - 5), stop):
        return opener
    if bare in _FINAL and opener:
        return True
    if _INITIALS.match(token) or (len(bare) == 1 and bare.isalpha()):
        # "J. Smith", "U.S. President"; but "in the U.S. The ..."
        return opener and len(token) > 1
    if bare in _ABBREVIATIONS:
        # "at 5 p.m. The" ended above, "Gen. The" does not occur
        return False
    # Turkish sentences end in a verb: "29. Bölge", "II. Murat"
    if turkish and ((bare.isdigit() and len(bare) <= 3) or _ROMAN.fullmatch(token)):
        return False
    # an ordinal: "am 3. Oktober", "2. Dünya Savaşı"; a year or a larger number ends normally
    small = bare.isdigit() and len(bare) <= 2
    return opener or not (small and _is_ordinal(line, stop, bare, word))


def _is_ordinal(line: str, stop: int, number: str, following: str) -> bool:
    """Whether the words around a small number show that its stop makes it an ordinal."""
    if following.lower().startswith(_COUNTED):
        return True
    lead = line[max(0, stop - len(number) - 40) : stop - len(number)].rstrip()
    return lead == "" or lead[-1] in ".!?:;" or lead.split()[-1].lower() in {"am", "der", "vom"}


def _quotations(line: str) -> list[tuple[int, int]]:
    """Spans of the quotations that close within the line, curly or straight."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    closer = ""
    for index, char in enumerate(line):
        if opened is None:
            if char in _OPEN:
                opened, closer = index, _OPEN[char]
            elif char == '"':
                opened, closer = index, '"'
        elif char == closer or char in '”"':
            if index - opened <= _LONGEST_QUOTE:
                spans.append((opened, index + 1))
            opened = None
    return spans
