"""Several questions asked at once, told apart and each made whole.

"Who won the election and what was the turnout?" is two questions, of which the
second lacks its subject. Questions are told apart by question marks, and by
"and" before a question word that opens a clause of its own. Whatever is not
surely a second question is left in the first: half a question is worse than two.
"""

from __future__ import annotations

import re

from rag.follow import telling
from rag.names import names
from rag.swap import asked_why

MOST = 4  # questions in one

_AUX = (
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|shall|may|might|must|"
    r"isn['’]t|wasn['’]t|didn['’]t|doesn['’]t|won['’]t)"
)
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_MARK = re.compile(r"(?<=[?？])\s+(?=\S)")
_JOINT = re.compile(
    r"\s*[,;]?\s+(?:and\s+also|and\s+then|and|but|plus|ve(?:\s+de)?|и|а)\s+"
    rf"(?={_WH}\b|{_AUX}\s|(?:ne\s+zaman|neden|nerede|nasıl|niçin|kim|kaç|ne\s+kadar)\b|"
    r"(?:когда|где|почему|кто|как|сколько|зачем|куда|что)(?!\w))",
    re.IGNORECASE,
)
# What opens a question: a question word with its verb, or an auxiliary with its subject.
_OPENS = re.compile(
    rf"^(?:when|where|why|how)\s+{_AUX}\b|^(?:who|what|which|whose|whom)\s+(?:\w+\s+){{0,3}}?{_AUX}\b|"
    r"^how\s+(?:many|much|long|old|often|far|late|big|large|high|soon|badly|serious)\b|"
    r"^(?:who|what)\s+(?:else\s+)?[a-z]{3,}|^(?:which|whose)\s+\w+\s+\w+|"
    r"^(?:ne\s+zaman|neden|nerede|nasıl|niçin|kim|kaç|ne\s+kadar)\b|"
    r"^(?:когда|где|почему|кто|как|сколько|зачем|куда|что)(?!\w)",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"^{_AUX}\s+\S", re.IGNORECASE)
_BARE = re.compile(
    rf"^(?:{_WH}|by\s+whom|how\s+(?:many|much|long)|ne\s+zaman|neden|nerede|nasıl|niçin|"
    r"когда|где|почему|как|сколько|зачем)[\s?.!]*$",
    re.IGNORECASE,
)
# Turkish asks in the middle of a clause
_ASKS_WITHIN = re.compile(
    r"\b(?:ne\s+zaman|neden|nerede|nasıl|niçin|kim|kimi|kaç|ne\s+kadar|hangi)\b", re.IGNORECASE
)
_REQUEST = re.compile(
    rf"^(?:(?:please|can you|could you)\s+)?(?:tell|show)\s+(?:me|us)\s+(?={_WH}\b)", re.IGNORECASE
)
_HANGS_ON = re.compile(r"^(?:in|at|on|during|from|after|before|by)\s", re.IGNORECASE)
_COMMA = re.compile(rf",\s+(?={_WH}\b)", re.IGNORECASE)
_SUPPORTED = re.compile(r"\b(?:do|does|did|will|would|can|could|should)\b", re.IGNORECASE)
# "when they knew": a clause inside another, in the order of a statement
_STATED = re.compile(
    r"^(?:when|where|why|how|what|which|who|whom)\s+(?:the|he|she|it|they|we|you|i|his|her|its|"
    r"their|this|that|to)\b",
    re.IGNORECASE,
)
_EMBEDS = re.compile(
    r"\b(?:say|says|said|saying|know|knows|knew|tell|tells|told|ask|asks|asked|explain|explains|"
    r"explained|find|finds|found|out|decides?|decided|show|shows|showed|reveals?|revealed|learn|"
    r"learned|wonders?|understand|about|of|on|over|report|reports|reported|suggest|suggests|"
    r"mentions?|mentioned|describes?|described|discuss(?:es|ed)?|claims?|claimed|whether)\s+"
    rf"(?:{_WH}|whether)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"^(?:who|whose|which|whom)\b", re.IGNORECASE)
_RELATED = re.compile(r"\S\s(?:who|whose|which|whom|that)\b", re.IGNORECASE)
_WHICH_ONE = re.compile(r"^(?:who|which|what)\b", re.IGNORECASE)
_LONG = 7  # words of "Who is the man ..." after which "and who" rather goes on than asks
_PAIR = re.compile(
    rf"^(when|where|why|how)\s+(?:and|or)\s+(when|where|why|how)\s+(?={_AUX}\b)", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:it|they|them|he|she|him|this|that)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_PLACED = re.compile(
    r"\s((?:in|at|during|after|before|from|near|since|by|on|against|for|of|to|into|under)\s"
    r"(?:the|a|an|this|last|[^\W_a-z]|\d)[^?]*?)[\s?.!]*$",
)
_VERBS = (
    r"fail|cost|open|close|start|begin|end|happen|break|collapse|sink|crash|arrive|leave|reach|"
    r"win|lose|pass|die|strike|hit|say|decide"
)
# The thing spoken of: a noun with its article or its owner
_THING = re.compile(
    r"\b((?:the|a|an)\s(?:[\w'’-]+\s){0,2}?[\w'’-]+|[^\W_a-z][\w-]+(?:\s[^\W_a-z][\w-]+)*['’]s?\s"
    r"(?:[a-z][\w-]*\s)?[a-z][\w-]*)"
    rf"(?=[\s?.!]*$|\s(?:in|at|on|of|for|from|to|during|after|by|and|{_VERBS}|{_AUX})\b)"
)
_VERB_END = re.compile(r"\b(the\s(?:[\w'’-]+\s){0,2}?[\w'’-]+)\s(?:[a-z]+)[\s?.!]*$")


def split(question: str) -> tuple[str, ...]:
    """The questions in one, in order and each self-contained; itself alone where it is one.

    At most `MOST`: where there are more, the last holds the rest.
    """
    parts = [part for piece in _marked(question) for part in _joined(piece)]
    if len(parts) < 2:
        return (question,)
    if len(parts) > MOST:
        parts = [*parts[: MOST - 1], " ".join(parts[MOST - 1 :])]
    return tuple(dict.fromkeys(_whole(parts)))


def _marked(question: str) -> list[str]:
    """Cut after question marks; a remark before or after a question stays with it."""
    pieces = _MARK.split(question.strip())
    found: list[str] = []
    for piece in pieces:
        asks = piece.rstrip().endswith(("?", "？"))
        if found and (not asks or _HANGS_ON.match(piece)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _joined(piece: str) -> list[str]:
    """Cut before an "and" that begins another question."""
    request = _REQUEST.match(piece)
    if request is not None:
        inside = _joined(piece[request.end() :])
        return inside if len(inside) > 1 else [piece]
    pair = _PAIR.match(piece)
    if pair is not None:
        rest = piece[pair.end() :]
        return [f"{word.capitalize()} {rest}" for word in pair.groups()]
    parts: list[str] = []
    start = 0
    for joint in _JOINT.finditer(piece):
        left, right = piece[start : joint.start()], piece[joint.end() :]
        if _asks_again(left, right):
            parts.append(left)
            start = joint.end()
    parts.append(piece[start:])
    if len(parts) > 1:  # "what did it cost, who built it and when"
        comma = _COMMA.search(parts[0])
        if comma is not None and _asks_again(parts[0][: comma.start()], parts[0][comma.end() :]):
            parts[:1] = [parts[0][: comma.start()], parts[0][comma.end() :]]
    return parts


def _asks_again(left: str, right: str) -> bool:
    opening = re.sub(r"^(?:and|so|but)\s+", "", left, flags=re.IGNORECASE)
    if _ASKS_WITHIN.search(left) and _ASKS_WITHIN.match(right):
        return True
    if not (_OPENS.match(opening) or _YES_NO.match(opening)) or _EMBEDS.search(left):
        return False
    if _BARE.match(right):
        return True
    if _STATED.match(right):
        return False
    if _YES_NO.match(right):
        return bool(_YES_NO.match(opening)) and _subject_follows(right)
    if not _OPENS.match(right):
        return False
    identity = _WHICH_ONE.match(opening) and ("," in left or len(left.split()) > _LONG)
    return not (_RELATIVE.match(right) and (_RELATED.search(left) or identity))


def _subject_follows(text: str) -> bool:
    """ "did Ann resign", and not "was charged": a second verb of the same subject."""
    second = text.split()[1:2]
    return bool(second) and bool(
        re.match(r"(?:the|a|an|it|he|she|they|there|this|that|his|her|its|their|any)\b", second[0])
        or second[0][:1].isupper()
    )


def _whole(parts: list[str]) -> list[str]:
    """Each part with the subject that it shares with the others."""
    bare = [_sentence(part) for part in parts]
    found = [bare[0]]
    for part in bare[1:]:
        found.append(_with_subject(part, found[0]))
    first = bare[0]
    place = _place(bare[-1])
    if place and not (_named(first) or _place(first) or _thing(first)):
        # "how many died and how many were injured in the flood"
        found = [
            part if _place(part) or _thing(part) else _added(part, place)
            for part in [*bare[:1], *found[1:]]
        ]
    return found


def _place(part: str) -> str | None:
    """The phrase that a question ends with ("in the flood"), unless a verb ends it."""
    match = _PLACED.search(part)
    if match is None:
        return None
    words = match.group(1).split()
    before = part[: match.start()]
    if (
        _SUPPORTED.search(before)
        and len(words) > 2
        and words[-1].islower()
        and words[-2][:1].isupper()
    ):
        return None  # "does the train to Ossel return"
    return match.group(1)


def _with_subject(part: str, first: str) -> str:
    """A part with the subject of the first one, where it has none of its own."""
    if _BARE.match(part):
        return asked_why(part, first) or f"{part.rstrip('?')} ({' '.join(telling(first))})?"
    thing = _thing(first)
    if _PRONOUN.search(part) or _POSSESSIVE.search(part):
        if _named(part):
            return part
        return _for_pronoun(part, first, thing)
    place = _place(first)
    if _named(part) or _place(part) or len(telling(part)) > _LONG // 2:
        return part
    if thing is not None and thing.casefold() in part.casefold():
        return part
    if place is not None:
        return _added(part, place)
    if thing is not None:
        return f"{part.rstrip('?')} ({thing})?"
    return part


def _for_pronoun(part: str, first: str, thing: str | None) -> str:
    """The pronoun replaced by whom or what the first part speaks of."""
    name = next(names(first), None)
    personal = re.search(r"\b(?:he|she|him|his|her)\b", part, re.IGNORECASE)
    subject = name.text if personal and name is not None else None if personal else thing
    if subject is None and name is not None and not personal:
        subject = name.text
    if subject is None:
        said = {w.casefold() for w in telling(part)}
        carried = [w for w in telling(first) if w.casefold() not in said]
        return f"{part.rstrip('?')} ({' '.join(carried)})?" if carried else part
    owned = _POSSESSIVE.search(part)
    if owned is not None and not re.match(r"\s*(?:[?.!]|$)", part[owned.end() :]):
        own = "'" if subject.endswith("s") else "'s"
        return f"{part[: owned.start()]}{subject}{own}{part[owned.end() :]}"
    return _PRONOUN.sub(lambda _: subject, part, count=1)


def _thing(text: str) -> str | None:
    match = _THING.search(text) or _VERB_END.search(text)
    return match.group(1) if match else None


def _named(text: str) -> bool:
    return next(names(text), None) is not None


def _added(part: str, place: str) -> str:
    return f"{part.rstrip('?').rstrip()} {place}?"


def _sentence(part: str) -> str:
    """A part as a question of its own: a capital before it and a question mark behind."""
    bare = re.sub(r"^(?:and|but|so|also|plus|ve|и|а)\s+(?:also\s+)?", "", part.strip(), flags=re.I)
    bare = bare.rstrip(" ,;.!")
    bare = bare[:1].upper() + bare[1:]
    return bare if bare.endswith(("?", "？")) else f"{bare}?"
