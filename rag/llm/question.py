"""A follow-up made whole by a language model, where it brings nothing in of its own.

The rules (rag/follow.py) read every follow-up first; what they leave alone is
left alone. A rewriting that has a name, a number or too many other words that
neither the question nor the conversation has is not believed: the rules'
stands.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import closing

from rag.follow import telling
from rag.llm import prompt
from rag.llm.meter import Meter
from rag.llm.plain import plain
from rag.llm.types import LanguageModel, LanguageModelFailed, Usage
from rag.names import names
from rag.types import Turn
from rag.understand import clean

log = logging.getLogger(__name__)

_TURNS = 3  # of the conversation, the newest, that it is read with
_SHARE = 0.34  # of the seconds for an answer that this may take
_LONGEST = 300  # code points of a question
_NEW = 2  # telling words that stand nowhere before, at most: "happen", "reason"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAD = re.compile(
    r"^(?:(?:whole|rewritten|standalone|follow-up)\s)?question\s*:\s*", re.IGNORECASE
)


def made_whole(llm: LanguageModel, asked: str, history: Sequence[Turn]) -> tuple[str | None, Usage]:
    """The question as it stands alone, or None where the model gave none to be believed.

    With it what that took, whether it is believed or not.
    """
    turns = [(turn.searched, turn.answer) for turn in history[-_TURNS:]]
    text = ""
    meter = Meter()
    try:
        stream = llm.write(
            prompt.whole_question(asked, turns),
            most=prompt.QUESTION_TOKENS,
            within=_SHARE * llm.seconds,
        )
        with closing(meter.text(stream)) as parts:
            for part in parts:
                text = (text + part)[: 4 * _LONGEST]
    except LanguageModelFailed as error:
        log.debug("the follow-up stays as the rules read it: %s", error.why.value)
        return None, meter.usage
    first = next((line for line in text.strip().splitlines() if line.strip()), "")
    whole = _LEAD.sub("", plain(first)).strip("\"'“”‘’ ")
    said = " ".join([asked, *(f"{question} {answer}" for question, answer in turns)])
    return (whole if believable(whole, asked, said) else None), meter.usage


def believable(whole: str, asked: str, said: str) -> bool:
    """Whether a question is one, and holds nothing that was not said."""
    if not whole.endswith("?") or len(whole) > _LONGEST or whole != clean(whole):
        return False
    known = said.casefold()
    if any(number not in _NUMBER.findall(said) for number in _NUMBER.findall(whole)):
        return False
    words = {word.casefold() for word in re.findall(r"\w+", said)}
    for name in names(whole):
        if any(part.casefold() not in words for part in re.findall(r"\w+", name.text)):
            return False
    own = telling(whole)
    if sum(_stem(word) not in known for word in own) > _NEW:
        return False
    # it is still the question that was asked: its own words have not gone
    kept = " ".join(own).casefold()
    asked_for = [word for word in telling(asked) if len(word) > 3]
    return not asked_for or any(_stem(word) in kept for word in asked_for)


def _stem(word: str) -> str:
    bare = word.casefold()
    return bare[: max(4, len(bare) - 2)]
