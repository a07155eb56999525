"""Whether a verb says that something was said, by what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence

from rag import speech_verbs as lexicon
from rag.speech_phrases import Subject, Token

_CLOSING = 8  # tokens after the last verb: "police said in a statement on Tuesday."


def complemented(part: Sequence[Token], verb: int, first: int, subject: Subject) -> bool:
    """Whether the verb, with what stands beside it, says that something was said."""
    word = part[verb].lower
    singular = subject.name is not None or subject.gender in {"m", "f", "n"}
    if word in lexicon.BARE and (singular or subject.pronoun == "it"):
        return False
    if word in lexicon.SAYING:
        return True
    following = part[verb + 1 : verb + 8]
    if any(t.kind == "quote" for t in part[verb + 1 : verb + 4]):
        return True
    if first > 0 and part[first - 1].kind == "quote":
        return True
    if word in lexicon.SAYING_THAT:
        if following and following[0].lower in {
            "that",
            "it",
            "he",
            "she",
            "they",
            "there",
            "whether",
        }:
            return True
        that = next((n for n, t in enumerate(following) if t.lower == "that"), None)
        if that is not None and all(
            t.lower in lexicon.ADVERBS
            or t.lower in {"to", "on", "in", "a", "his", "her"}
            or t.capital
            or t.lower in {"reporters", "letter", "statement"}
            for t in following[:that]
        ):
            return True
        return bool(first and part[first - 1].text == "," and ends(part, verb))
    if word in {"put", "puts"}:
        numbers = [n for n, t in enumerate(following) if t.text[0].isdigit()]
        return bool(numbers) and any(t.lower == "at" for t in following[: numbers[0]])
    if word in lexicon.NAMING:
        return _judged(part, verb)
    return word in lexicon.JUDGING and bool(following)


def _judged(part: Sequence[Token], verb: int) -> bool:
    """Whether something is called something: "called the deal timid", "described it as"."""
    following = part[verb + 1 : verb + 14]
    words = [t.lower for t in following]
    if not part[verb].lower.startswith("c"):
        return "as" in words
    if len(words) < 2 or words[0] in lexicon.OF or not following[0].text[0].isalpha():
        return False
    if words[0] in {"it", "that", "him", "her", "them", "this"}:
        return following[1].kind == "word" and words[1] not in lexicon.OF | lexicon.ADVERBS
    stop = next(
        (n for n, t in enumerate(following) if t.kind != "word" or t.lower == "and"), len(words)
    )
    if stop < len(following) and following[stop].kind == "quote":
        return not any(w in lexicon.OF for w in words[:stop])
    second = next((n for n in range(1, stop) if words[n] in {"a", "an", "the"}), None)
    if second is not None:
        return second > 1 and not any(w in lexicon.OF for w in words[:second])
    last = words[stop - 1] if stop else ""
    return 3 <= stop <= 5 and last.endswith(lexicon.ADJECTIVE_ENDS) and last not in lexicon.HEADS


def ends(part: Sequence[Token], verb: int) -> bool:
    rest = part[verb + 1 :]
    return (
        not rest
        or rest[0].text in {".", ",", ";"}
        or (len(rest) <= _CLOSING and rest[0].lower in {"on", "in", "at"})
    )
