"""An answer cut into claims, and which of them claim anything that can be checked.

Sentences and list items, with offsets into the answer; the marks of lists,
headings and citations stay outside a claim where they stand at its ends, and
are blanked out (`plain`) where they stand inside. Time is linear in the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.wording import sentences_of, words_of

# "[1]", "[1, 2]", "[p3]", "[^4]", "(source 2)", "【3】": what points at a source and says nothing
_CITATION = re.compile(
    r"\[\^?(?:[a-z]{1,3}-?)?\d{1,4}(?:\s?[,;–-]\s?(?:[a-z]{1,3}-?)?\d{1,4}){0,9}\]"
    r"(?:\([^()\s]{0,300}\))?"
    r"|【[^【】\n]{1,40}】"
    r"|[(\[](?:source|passage|document|doc|context|ref)s?\s?:?\s?\d{1,4}"
    r"(?:\s?(?:,|and|&)\s?\d{1,4}){0,9}[)\]]",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|~~|`{1,3}|(?<!\w)_(?=\w)|(?<=\w)_(?!\w)")
_LEAD = re.compile(r"(?:\s|[-*•·–—+>|]\s|#{1,6}\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s|[*_`]{1,3})")
# "Costs:** they rose", "Costs**: they rose": what a list item in bold is headed by
_LABEL = re.compile(r"[^*\n]{1,80}(?::\s?\*\*|\*\*\s?:)\s+(?=\S)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_FENCE = re.compile(r"[ \t]*(?:```|~~~|(?:[-*_=|:][ \t]*){3,}$)")
_FEWEST = 2  # telling words: fewer, and without a verb's company, claim nothing
LONGEST = 1_000_000  # code points of an answer that are cut: a long book's worth
_SHORT = 160  # code points: a longer sentence says more than that it does not know

_LONGEST_QUESTION = 400  # code points of a quoted question
_QUOTED_QUESTION = re.compile(
    r"(?:(?<=[:,—–-])\s*|(?<=\s))(?:\"[^\"“”]{2,390}[?？؟]\"|[“„«][^“”«»]{2,390}[?？؟][”“»]"
    r"|['‘][^\"“”‘]{2,390}[?？؟]['’])[.)\s]*$"
)
_QUESTION_WORD = re.compile(
    r"\W*(?:who|whom|whose|what|when|where|which|why|how|is|are|was|were|do|does|did|has|have|had|"
    r"can|could|will|would|shall|should|may|might|must)\b(?!\s(?:asked|said))",
    re.IGNORECASE,
)

# What says of itself that it has no answer, or is talk between two and no news.
_NO_ANSWER = re.compile(
    r"\b(?:i|we)(?: am| are|['’]m|['’]re)? (?:do not|don['’]t|cannot|can['’]t|could not|"
    r"couldn['’]t|not sure|unable|sorry|afraid|did not|didn['’]t)\b.{0,60}"
    r"\b(?:know|find|have|answer|say|tell|see|sure|information|determine|provide|able|help|context)\b"
    r"|\b(?:i['’]m|i am|we['’]re|we are) (?:sorry|afraid|not sure|unable|not able)\b"
    r"|\b(?:passages?|documents?|contexts?|articles?|archive|texts?|sources?|information|excerpts?)"
    r"(?: (?:provided|given|above|available|supplied|i have|you (?:provided|gave)))?"
    r" (?:(?:do|does|did) not|don['’]t|doesn['’]t|didn['’]t|cannot) "
    r"(?:(?:explicitly|directly|specifically|clearly) )?"
    r"(?:say|mention|contain|include|provide|state|specify|give|discuss|cover|address|answer|offer|"
    r"have|indicate|tell|explain|describe)\b"
    r"|\b(?:is|are|was) (?:no|not (?:enough|any|sufficient)) (?:\w+ )?(?:information|mention|"
    r"details?|data|evidence) (?:\w+ ){0,3}(?:in|about|on|regarding|available|provided|given)\b"
    r"|\b(?:is|are) not (?:\w+ )?(?:mentioned|specified|stated|provided|given|discussed) "
    r"in (?:the |any of the )?(?:\w+ )?"
    r"(?:passages?|documents?|contexts?|articles?|texts?|sources?)\b"
    r"|\bno (?:specific |relevant |further )?(?:information|answer|mention|details?) "
    r"(?:(?:is|was|are|were|could be|can be) )?(?:found|available|provided|given)\b"
    r"|\bbased on the (?:\w+ )?(?:passages?|documents?|contexts?|information)[^.]{0,40}"
    r"\b(?:cannot|can['’]t|unable|impossible)\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"\s*(?:(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))\b"
    r"[^.!?]{0,30}[.!,]?\s*$"
    r"|(?:thanks|thank you|you['’]re welcome|happy to help|glad to help|my apologies|"
    r"i apologi[sz]e|sorry)\b[^.]{0,60}[.!:,]?\s*$"
    r"|(?:sure|certainly|of course|absolutely|great question|good question|okay|ok|yes|no)"
    r"(?: thing)?\s*[.!:,]*\s*$"
    r"|(?:please |feel free|let me know|if you (?:have|need|want|would like|could|can|'d like)|"
    r"would you like|do you want|can you|could you|is there anything|i hope (?:this|that)|"
    r"i(?: can|['’]d be| would be|['’]ll| will| am|['’]m)(?: also)? (?:happy|glad|help|try|here|"
    r"be happy|be glad)|here (?:is|are|['’]s) (?:the|a|some|what|my|an)\b.{0,80}:\s*$"
    r"|(?:sure|certainly|of course|absolutely|okay|ok|yes|great question|good question)[,.!]*\s"
    r"(?:(?:i|we)(?:['’](?:m|d|ll|re)|\s(?:am|are|can|could|will|would))(?:\s(?:be|also))?\s"
    r"(?:happy|glad|delighted|pleased|able|help|try)|(?:happy|glad) to|let me|here)\b"
    r"[^.!?:]{0,60}[.!:]*\s*$"
    r"|(?:in summary|to summari[sz]e|in short|overall|in conclusion|note|answer)\s*[:,]?\s*$))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A claim of an answer: `answer[start:end] == text`. `checkable`: it claims something."""

    text: str
    start: int
    end: int
    checkable: bool


def split(answer: str, language: str | None = "en") -> tuple[Piece, ...]:
    """An answer's sentences and list items, in order; empty for one without words.

    Reads the first `LONGEST` code points, in time linear in them.
    """
    answer = answer[:LONGEST]
    found: list[Piece] = []
    for line in re.finditer(r"[^\r\n]+", answer):
        if _FENCE.match(line.group()):
            continue
        heading = _HEADING.match(line.group()) is not None
        for span in _pieces(answer, line.start(), line.end(), language):
            start, end = span
            text = answer[start:end]
            checked = not heading and checkable(text, language)
            found.append(Piece(text, start, end, checked))
    return tuple(found)


def _pieces(answer: str, start: int, end: int, language: str | None) -> list[tuple[int, int]]:
    found = []
    for span in sentences_of(answer, start, end):
        first, last = _trimmed(answer, span.start, span.end)
        if any(c.isalnum() for c in answer[first:last]):
            found.append((first, last))
    return found


def _trimmed(answer: str, start: int, end: int) -> tuple[int, int]:
    """Without the marks of a list or a heading before it, and citations at either end."""
    while start < end:
        match = _LEAD.match(answer, start, end) or _CITATION.match(answer, start, end)
        if match is None or match.end() == start:
            break
        start = match.end()
    label = _LABEL.match(answer, start, end)
    if label is not None:
        start = label.end()
    while start < end:
        tail = answer[max(start, end - 80) : end].rstrip()
        kept = max(start, end - 80) + len(tail)
        cited = None
        for match in _CITATION.finditer(answer, max(start, kept - 80), kept):
            cited = match if match.end() == kept else None
        if cited is not None:
            kept = cited.start()
        elif tail.endswith(("**", "__")):
            kept -= 2
        if kept == end:
            break
        end = kept
    return start, end


def plain(text: str) -> str:
    """A claim with citations and marks of emphasis blanked out, every offset kept."""
    for pattern in (_CITATION, _EMPHASIS):
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    return text


def _asks(bare: str) -> bool:
    """Whether a sentence is a question; one that says who asked it is none."""
    if not bare.rstrip("\"'”’») ").endswith(("?", "？", "؟")):
        return False
    quoted = _QUOTED_QUESTION.search(bare[-_LONGEST_QUESTION:])
    if quoted is None:
        return True
    before = bare[: max(0, len(bare) - _LONGEST_QUESTION) + quoted.start()].rstrip(" :,—–-")
    # "“Where were you?”" and "Did she say “when?”" ask; "She asked: “where were you?”" tells
    return len(before.split()) < _FEWEST or _QUESTION_WORD.match(before) is not None


def checkable(text: str, language: str | None = "en") -> bool:
    """Whether a sentence claims anything: no question, greeting, offer, heading or "I do not know".

    Phrases are read in English; in any language a question and a bare label claim nothing.
    """
    bare = plain(text).strip()
    if _asks(bare):
        return False
    if bare.endswith(":") and len(bare) < _SHORT:
        return False
    head = bare[: 2 * _SHORT]
    telling = sum(word.telling for word in words_of(bare[:1000], language))
    if not telling:
        return False
    if _TALK.match(head) is not None and telling <= 8:
        return False
    if _NO_ANSWER.search(head) is not None and len(bare) <= 2 * _SHORT:
        return False
    return telling >= _FEWEST or any(c.isdigit() for c in bare) or bare.endswith((".", "!"))
