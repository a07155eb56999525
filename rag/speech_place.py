"""Where something was said, as far as the sentence that says so tells it.

Only a place of speaking counts ("told reporters in Brussels", "speaking in
Merrin"), never one of what is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag import speech_verbs as lexicon
from rag.speech_phrases import Token

_EVENTS = frozenset(
    "conference briefing ceremony meeting rally hearing summit interview speech".split()
)


def place_said(part: Sequence[Token], after: int) -> str | None:
    """Where it was said: "told reporters in Brussels", "said at a news conference in X"."""
    at = after
    speaking = next((n for n, t in enumerate(part) if t.lower == "speaking"), None)
    if speaking is not None and speaking > 0 and not part[speaking].capital:
        at = speaking + 1
    elif speaking == 0:
        at = 1
    limit = min(len(part), at + 12)
    seen = 0  # words since the verb or since "at"
    told = bool(after) and part[after - 1].lower in {"told", "tells"}
    while at < limit and part[at].kind == "word":
        word = part[at].lower
        if word in {"in", "from"} or (word == "at" and at + 1 < limit and part[at + 1].capital):
            return _place_name(part, at + 1)
        if word == "at":
            if not any(t.lower in _EVENTS for t in part[at : at + 6]):
                return None
            seen = 0
        elif word in {"on", "to", "late", "early", "after"} or word in lexicon.MONTHS_AND_DAYS:
            seen = 0
        elif word == "that" or not (told or _during(part, after, at)):
            return None
        else:
            seen += 1
            if seen > 4 or (word in {"the", "a", "an"} and seen > 1):
                return None
        at += 1
    return None


def _during(part: Sequence[Token], after: int, at: int) -> bool:
    """Words of an event or an hour, between "said" and a place."""
    return any(t.lower in {"at", "on", "to", "speaking"} for t in part[max(0, after - 1) : at])


def _place_name(part: Sequence[Token], at: int) -> str | None:
    end = at
    while end < len(part) and part[end].capital and end - at < 4:
        if part[end].lower in lexicon.MONTHS_AND_DAYS:
            break
        end += 1
    if end == at or part[at].lower in lexicon.NOBODY:
        return None
    return " ".join(t.text for t in part[at:end])
