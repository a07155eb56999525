"""What a follow-up leaves out, put back from the conversation, without a language model.

Three ways, the surest first. A short question takes the frame of the one
before ("And in 2023?", "What about civilians?", "Why?"; rag/swap.py). A pronoun
for a person takes that person's name, from the last question or its answer.
Else the telling words of the last question are carried over, in brackets.
A question that stands on its own is left alone: adding earlier turns to every
question makes retrieval worse (eval/LOG.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag import swap, times
from rag.names import Name, gender, names, people
from rag.stopwords import STOPWORDS
from rag.types import Turn

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
# Words that point back to what was said before.
_BACK = re.compile(
    r"\b(?:it|him|her|them|former|latter|o|onu|onun|onlar|он|она|оно|они|его|её|ее|их|там)\b"
    r"(?!['’]\w)",  # o'clock
    re.IGNORECASE,
)
# So do these, but not to a name in the same question ("Why did Castellan leave his post?").
_BACK_TO_NAME = re.compile(r"\b(?:he|she|they|his|hers|its|their|theirs)\b", re.IGNORECASE)
# And these, which also join clauses ("the centre that watches cables") and open them ("is there").
_BACK_OR_ON = re.compile(
    r"(?<!say )(?<!says )(?<!said )\bthat\b|\b(?:this|these|those)\b"
    r"(?!\s+(?:day|week|weekend|month|year|spring|summer|autumn|winter|morning|evening)s?\b)|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|has|have|be|been)\b)|"
    r"\b(?:then|ones?|same|это|этот)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^\s*(?:and\s+)?(?:what about|how about|and|but|or|so|also|then|ya|peki(?:\s+ya)?|ve|а|и)\b"
    r"[\s,]*",
    re.IGNORECASE,
)
# Names its subject, whatever was spoken of before ("Tell me about the bank").
_FRESH = re.compile(
    r"^(?:please |can you |could you )?(?:(?:tell|show|give) me|what do you (?:know|have)|"
    r"what is known|anything|any news)\b.{0,60}?\b(?:about|on|of)\s+"
    r"(?!(?:it|him|her|them|that|this|these|those)\b)\w",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:what|how) about\b|^(?:а|ya|peki ya)\b", re.IGNORECASE)
# Asks for the same again: it has no subject of its own.
_MORE = re.compile(
    r"^(?:(?:please |can you |could you )?(?:tell me (?:some )?more(?: about (?:it|that|this))?|"
    r"go on|continue|more|more details?|anything (?:else|more)|what else|elaborate)|"
    r"is (?:that|this|it) still (?:true|so|the case|correct)|is (?:that|this) (?:true|right|so)|"
    r"are you sure|really|daha fazla|devam et|başka|подробнее|расскажи(?:те)? (?:ещё|еще|больше)|"
    r"ещё|еще)[\s?.!]*$",
    re.IGNORECASE,
)
# Puts the question before in other words.
_MEANT = re.compile(
    r"^(?:(?:no|yes|sorry|ok|well)[\s,.]+)*i(?:['’]?m|\s+am|\s+was)?\s+"
    r"(?:mean|meant|asking|asked|talking|speaking|referring)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b(?!['’](?:ll|d)\b)(['’]s)?", re.IGNORECASE)
_POSSESSED = re.compile(r"\s+[a-z]{3,}")
_ASKS_WHO = re.compile(r"^(?:by )?(?:who|whom|whose)\b(?!\s+(?:is|was)\s+[A-Z])", re.IGNORECASE)
_CITED = re.compile(r"\s*\[\d+\]")
_FEW_WORDS = 2  # telling words of a question that cannot stand alone
_SOME_WORDS = 4  # telling words of one that can, whatever "that" and "there" mean in it
_CARRIED = 12  # words carried over at most: a long conversation must not drown the question
_NAMES = 2  # of the last answer, at most, that are carried too
_ANSWER = 600  # code points of the last answer that are searched beside the question


@dataclass(frozen=True, slots=True)
class Followed:
    """A question with what it leaves out put back.

    `searched` is the question made whole, `also` what is searched for beside
    it, with less weight: the conversation that it may go on with; none where it
    names a subject of its own. `sure` is False where nothing in the words says
    that it goes on, and nothing that it does not.
    """

    searched: str
    also: tuple[str, ...] = ()
    sure: bool = False


def follow(asked: str, history: Sequence[Turn], today: date) -> Followed:
    """Resolve a question against the conversation so far, the newest turn last."""
    if not history:
        return Followed(asked)
    if _FRESH.match(asked) and not _PRONOUN.search(asked):
        return Followed(asked)
    last = history[-1]
    answer = _CITED.sub("", last.answer)[:_ANSWER]
    searched = _resolved(asked, last, answer, today)
    sure = searched != asked or goes_on(asked, last)
    if not sure and _named(asked):
        return Followed(asked)
    beside = f"{asked} {answer}" if answer else f"{last.searched} {asked}"
    return Followed(searched, (beside,), sure)


def _resolved(asked: str, last: Turn, answer: str, today: date) -> str:
    opening = _OPENING.match(asked)
    rest = asked[opening.end() :] if opening else asked
    own = telling(rest)
    if _MORE.match(asked) or not rest.strip(" ?.!"):
        return _with_names(last.searched, last, answer)
    if (moved := swap.shifted(rest, last.searched, today)) is not None:
        words, date_words = moved
        if not telling(rest.replace(words, " ", 1)):
            return swap.dated(date_words, last.searched, today)
        rest = rest.replace(words, date_words, 1)
        return _carried(rest, telling(rest), last, answer)
    period = times.find(rest, today)
    if period is not None and not telling(rest.replace(period.words, " ", 1)):
        return swap.dated(period.words, last.searched, today)
    whole_question = _named(rest) and len(own) >= _FEW_WORDS and _QUESTION.match(rest)
    elliptic = (bool(opening) and not whole_question) or bool(_MEANT.match(rest))
    if not (elliptic or leans(rest, own)):
        return asked
    if not _PRONOUN.search(rest):
        whole = swap.asked_why(rest, last.searched)
        if whole is None and opening and not _QUESTION.match(rest):
            whole = swap.focused(rest, last.searched)
            if whole is None and _ABOUT.search(asked) and len(own) >= _FEW_WORDS:
                return rest  # a subject of its own, in the form of a follow-up
        elif whole is None and len(own) < _FEW_WORDS:
            whole = swap.focused(rest, last.searched)
        if whole is not None:
            return whole
    named = _person_named(rest, last, answer)
    if named is not None:
        return named
    return _carried(rest, own, last, answer)


_PRONOUN = re.compile(f"{_BACK.pattern}|{_BACK_TO_NAME.pattern}", re.IGNORECASE)
_QUESTION = re.compile(
    r"^(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|do|does|did|has|have|had|"
    r"will|would|can|could|should)\b(?! (?:many|much) [^\W\d_]+[\s?.!]*$)",
    re.IGNORECASE,
)


def leans(text: str, own: Sequence[str]) -> bool:
    """Whether a question needs the one before it to be understood; `own` are its telling words."""
    back = _BACK.search(text)
    if back is not None and len(telling(text[: back.start()])) < _SOME_WORDS:
        return True  # else it points to what the question has named itself
    name = next(names(text), None)
    pronoun = _BACK_TO_NAME.search(text)
    if pronoun is not None and (name is None or name.start > pronoun.start()):
        return True
    if len(own) < _SOME_WORDS and _BACK_OR_ON.search(text):
        return True
    return len(own) < _FEW_WORDS and (name is None or len(text.split()) < _SOME_WORDS - 1)


def goes_on(asked: str, last: Turn) -> bool:
    """Whether a question that can stand alone still speaks of what the last turn spoke of.

    It names nothing new, and a telling word of it was in the last question or answer.
    """
    said = f"{last.searched} {_CITED.sub('', last.answer)}"
    before = {_stem(word) for word in telling(said)}
    own = telling(asked)
    known = [word for word in own if _stem(word) in before]
    if not known:
        return False
    return all(_stem(part) in before for name in names(asked) for part in telling(name.text))


def _stem(word: str) -> str:
    """Enough of a word to know it again in another form."""
    bare = re.sub(r"['’]s?$", "", word.casefold())
    return bare[: max(4, len(bare) - 2)]


def _carried(rest: str, own: Sequence[str], last: Turn, answer: str) -> str:
    said = {word.casefold() for word in own}
    words = [w for w in telling(last.searched) if w.casefold() not in said]
    words += [w for w in _answered(last, answer) if w.casefold() not in said and w not in words]
    rest = rest.strip()
    rest = rest[:1].upper() + rest[1:]
    return f"{rest} ({' '.join(words[:_CARRIED])})" if words else rest


def _with_names(text: str, last: Turn, answer: str) -> str:
    more = [w for w in _answered(last, answer) if w not in text]
    return f"{text} ({' '.join(more)})" if more else text


def _answered(last: Turn, answer: str) -> list[str]:
    """Words of the names in the answer to a question that asked who, or that named nothing."""
    if not _ASKS_WHO.match(last.searched) and _named(last.searched):
        return []
    known = last.searched.casefold()
    new = dict.fromkeys(n.text for n in names(answer) if n.text.casefold() not in known)
    return [word for name in list(new)[:_NAMES] for word in telling(name)]


def _person_named(rest: str, last: Turn, answer: str) -> str | None:
    """The question with "he" or "she" replaced by whom the last turn was about."""
    match = _PERSON.search(rest)
    if match is None or any(n.end <= match.start() for n in people(rest)):
        return None
    pronoun = match.group(1).lower()
    wanted = "he" if pronoun in {"he", "him", "his"} else "she"
    person = _antecedent(last, answer, wanted)
    if person is None:
        return None
    owns = pronoun in {"his", "hers"} or (
        pronoun == "her" and _POSSESSED.match(rest, match.end()) is not None
    )
    name = f"{person}'s" if owns else f"{person} is" if match.group(2) else person
    return f"{rest[: match.start()]}{name}{rest[match.end() :]}".strip()


def _antecedent(last: Turn, answer: str, wanted: str) -> str | None:
    """The first of the likely persons whom nothing shows to be of the other gender."""
    in_answer = people(answer)
    full = {name.last: name.text for name in reversed(in_answer) if " " in name.text}
    in_question = people(last.searched) + [
        n
        for n in names(last.searched)
        if n.person and " " not in n.text and n.text in {a.last for a in in_answer}
    ]
    asks_who = _ASKS_WHO.match(last.searched) is not None
    known = {n.last for n in in_question}
    new = [n for n in in_answer if n.last not in known]
    order: list[Name] = [*new, *in_question] if asks_who else [*in_question, *in_answer]
    both = f"{last.searched} {answer}"
    for name in order:
        if gender(name, both) in {"", wanted}:
            return full.get(name.last, name.text) if " " not in name.text else name.text
    return None


def _named(text: str) -> bool:
    return next(names(text), None) is not None


def telling(text: str) -> list[str]:
    """The words that carry the topic of a question, in order."""
    return [w for w in _WORD.findall(text) if w.casefold() not in STOPWORDS]
