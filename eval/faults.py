"""What a case expects of an answer and does not hold.

A text stands in a sentence whatever its case, spacing and typographic
quotation marks; one that begins or ends with a digit is not part of a longer
number: "4" stands in "4 people" and not in "14", "4.2" or "4,000".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from pydantic import BaseModel

from eval.expect import Expect, Gap, Texts
from rag.remarks import DifferenceKind, Speech
from rag.types import Answer

_QUOTES = str.maketrans("‘’“”", "''\"\"")
Ask = Callable[[str], Answer]


def faults(expect: Expect, answer: Answer, ask: Ask) -> list[str]:
    """What was expected and does not hold, each with what was found; [] for a case that passes.

    `ask` answers a reading that is offered, asked with nothing before it.
    """
    found: dict[object, str] = {}  # one for each check: some check several fields together
    for name in Expect.model_fields:
        if name in expect.model_fields_set:
            wanted, check = getattr(expect, name), _CHECKS.get(name)
            fault = check(expect, answer) if check else _readings(wanted, answer, ask)
            if fault is not None:
                found.setdefault(check, f"{name} {_shown(wanted)}: {fault}")
    return list(found.values())


def stands(text: str, within: str) -> bool:
    """Whether a text stands in another; see above."""
    plain = _plain(text)
    before = r"(?<!\d)(?<!\d[.,])" if plain[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if plain[-1:].isdigit() else ""
    return re.search(before + re.escape(plain) + after, _plain(within)) is not None


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).casefold().split())


def _shown(wanted: object) -> str:
    if isinstance(wanted, BaseModel):
        return wanted.model_dump_json()
    if isinstance(wanted, list):
        return "[" + ", ".join(map(_shown, wanted)) + "]"
    return str(wanted)


def _texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def _outcome(answer: Answer) -> str:
    if answer.refusal is not None:
        return f"refused as {answer.refusal.kind.value} at {answer.confidence:.2f}"
    return " | ".join(_texts(answer))


def _answered(expect: Expect, answer: Answer) -> str | None:
    return None if (answer.refusal is None) == expect.answered else _outcome(answer)


def _refusal(expect: Expect, answer: Answer) -> str | None:
    wanted = expect.refusal if isinstance(expect.refusal, list) else [expect.refusal]
    kind = answer.refusal.kind if answer.refusal is not None else None
    return None if kind in wanted else _outcome(answer)


def _any(expect: Expect, answer: Answer) -> str | None:
    return _one_of(expect.any, _texts(answer), answer)


def _all(expect: Expect, answer: Answer) -> str | None:
    missing = [t for t in expect.all if not any(stands(t, s) for s in _texts(answer))]
    return f"{missing} not in: {_outcome(answer)}" if missing else None


def _first(expect: Expect, answer: Answer) -> str | None:
    return _one_of(expect.first, _texts(answer)[:1], answer)


def _none(expect: Expect, answer: Answer) -> str | None:
    there = [t for t in expect.none if any(stands(t, s) for s in _texts(answer))]
    return f"{there} in: {_outcome(answer)}" if there else None


def _order(expect: Expect, answer: Answer) -> str | None:
    """In the same sentence or a later one than the text before it."""
    at = 0
    texts = _texts(answer)
    for wanted in expect.order:
        place = next((n for n in range(at, len(texts)) if stands(wanted, texts[n])), None)
        if place is None:
            return f"{wanted!r} not in or after sentence {at + 1} of: {_outcome(answer)}"
        at = place
    return None


def _asks(expect: Expect, answer: Answer) -> str | None:
    return _same(expect.asks, answer.question.asks)


def _latest(expect: Expect, answer: Answer) -> str | None:
    return _same(expect.latest, answer.question.latest)


def _after(expect: Expect, answer: Answer) -> str | None:
    return _same(expect.after, answer.question.filters.after)


def _before(expect: Expect, answer: Answer) -> str | None:
    return _same(expect.before, answer.question.filters.before)


def _published(expect: Expect, answer: Answer) -> str | None:
    """Every cited article, of which there is at least one."""
    days = [c.story.published.date() if c.story.published else None for c in answer.citations]
    within = [
        day is not None and expect.published_after <= day <= expect.published_before for day in days
    ]
    return None if within and all(within) else f"cited stories are of {_shown(days)}"


def _days(expect: Expect, answer: Answer) -> str | None:
    shown = {d for s in answer.sentences if s.days for d in (s.days.first, s.days.last)}
    shown |= {d for c in answer.citations for m in c.dates for d in (m.first, m.last)}
    missing = [day for day in expect.days if day not in shown]
    return f"{_shown(missing)} not among {_shown(sorted(shown))}" if missing else None


def _speech(expect: Expect, answer: Answer) -> str | None:
    """One sentence's speech has all that is asked of speaker, directness and place."""
    given = expect.model_fields_set

    def fits(speech: Speech) -> bool:
        return (
            ("speaker" not in given or stands(expect.speaker, speech.speaker))
            and ("direct" not in given or speech.direct == expect.direct)
            and ("place" not in given or stands(expect.place, speech.place or ""))
        )

    said = [s.speech for s in answer.sentences if s.speech is not None]
    return None if any(map(fits, said)) else f"found {said} in: {_outcome(answer)}"


def _no_speaker(expect: Expect, answer: Answer) -> str | None:
    said = [s.speech for s in answer.sentences if s.speech is not None]
    return None if (not said) == expect.no_speaker else f"found {said}"


def _difference(expect: Expect, answer: Answer) -> str | None:
    found = [
        (d.kind, [a.value for a in d.accounts if a.value is not None]) for d in answer.differences
    ]
    wanted = expect.difference
    if isinstance(wanted, bool):
        holds = bool(found) == wanted
    else:
        holds = any(kind is wanted.kind and _holds(wanted, values) for kind, values in found)
    return None if holds else f"found {found} in: {_outcome(answer)}"


def _holds(wanted: Gap, values: Sequence[float]) -> bool:
    """Whether accounts have all the values, and in their order where one changed."""
    if not set(wanted.values) <= set(values):
        return False
    places = [values.index(value) for value in wanted.values]
    return wanted.kind is not DifferenceKind.CHANGED or all(a <= b for a, b in pairwise(places))


def _corrected(expect: Expect, answer: Answer) -> str | None:
    notes = [c.correction.text for c in answer.citations if c.correction is not None]
    return None if bool(notes) == expect.corrected else f"found {notes} in: {_outcome(answer)}"


def _searched(expect: Expect, answer: Answer) -> str | None:
    missing = [word for word in expect.searched if not _is_word(word, answer.question.searched)]
    return f"{missing} not in {answer.question.searched!r}" if missing else None


def _not_searched(expect: Expect, answer: Answer) -> str | None:
    there = [word for word in expect.not_searched if _is_word(word, answer.question.searched)]
    return f"{there} in {answer.question.searched!r}" if there else None


def _is_word(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(word))}(?!\w)", _plain(text)) is not None


def _parts(expect: Expect, answer: Answer) -> str | None:
    return _same(expect.parts, len(answer.question.parts))


def _parts_any(expect: Expect, answer: Answer) -> str | None:
    texts = [[answer.sentences[n].text for n in part.sentences] for part in answer.parts]
    if len(texts) != len(expect.parts_any):
        return f"{len(texts)} parts; {_outcome(answer)}"
    for number, (wanted, there) in enumerate(zip(expect.parts_any, texts, strict=True), start=1):
        if not any(stands(text, sentence) for text in wanted for sentence in there):
            return f"part {number} is answered with {there}"
    return None


def _offered(answer: Answer) -> tuple[str, ...]:
    return answer.refusal.readings if answer.refusal is not None else ()


def _readings(wanted: int, answer: Answer, ask: Ask) -> str | None:
    offered = _offered(answer)
    if len(offered) < wanted:
        return f"{len(offered)} offered: {list(offered)}; {_outcome(answer)}"
    unanswered = [reading for reading in offered if ask(reading).refusal is not None]
    return f"no answer to {unanswered}" if unanswered else None


def _readings_any(expect: Expect, answer: Answer) -> str | None:
    """Each reading that is offered, of which there is at least one, holds one of the texts."""
    offered = _offered(answer)
    strange = [r for r in offered if not any(stands(t, r) for t in expect.readings_any)]
    return None if offered and not strange else f"found {list(offered)}"


def _copies(expect: Expect, answer: Answer) -> str | None:
    if not answer.citations:
        return _outcome(answer)
    return _same(expect.copies, len(answer.citations[0].also_in))


def _one_of(wanted: Texts, sentences: Sequence[str], answer: Answer) -> str | None:
    held = any(stands(text, sentence) for text in wanted for sentence in sentences)
    return None if held else _outcome(answer)


def _same(wanted: object, found: object) -> str | None:
    return None if wanted == found else f"found {found}"


_CHECKS: dict[str, Callable[[Expect, Answer], str | None]] = {
    "answered": _answered,
    "refusal": _refusal,
    "any": _any,
    "all": _all,
    "first": _first,
    "none": _none,
    "order": _order,
    "asks": _asks,
    "latest": _latest,
    "after": _after,
    "before": _before,
    "published_after": _published,
    "published_before": _published,
    "days": _days,
    "speaker": _speech,
    "direct": _speech,
    "place": _speech,
    "no_speaker": _no_speaker,
    "difference": _difference,
    "corrected": _corrected,
    "searched": _searched,
    "not_searched": _not_searched,
    "parts": _parts,
    "parts_any": _parts_any,
    "readings_any": _readings_any,
    "copies": _copies,
}
