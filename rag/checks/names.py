"""Names: of people, places and institutions, by their capitals, or by those that a context gives.

A name is borne out by its surname alone, by its initials, by a title in front
of it, by an acronym for the long form and the reverse. It fails where the
sentence that says the rest has another name in its place, where the context
knows someone else of that surname, or where no context has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.months import MONTHS, WEEKDAYS, fold
from rag.checks import astray
from rag.checks.inquiry import Inquiry
from rag.evidence import Chosen
from rag.names import names, untitled
from rag.ready import Ready
from rag.stopwords import STOPWORDS
from rag.verdict import Check, Failure
from rag.wording import Word

_LINKS = frozenset("of the and de del van von bin al la le du da der den for in s".split())
_TITLES = frozenset(
    "mr mrs ms miss dr prof professor judge sir dame lord lady president minister mayor governor "
    "chief inspector captain pastor senator general colonel king queen prince princess prime "
    "executive finance interior foreign justice director chancellor secretary sergeant officer "
    "jr sr jnr ceo sen gov rep".split()
)
_GENERIC = frozenset(
    "government parliament council committee ministry party court bank university police service "
    "company agency office department city town county state province district river lake island "
    "street road international national group club association union federation commission north "
    "south east west northern southern eastern western internet english".split()
)
_OF_PEOPLES = ("ese", "ian", "ish", "ans", "ch")  # "Verranian": where a story is, told anywhere
_STEM = 4  # letters: "Verrania" and "Verranian", "France" and "French" by less
_TOLD = 0.7  # of the weight of a claim's other words, in any order: a sentence that tells it
_MOST = 40  # names of a claim that are looked at


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the claim, at `[start, end)`, by its telling words in lower case."""

    start: int
    end: int
    parts: tuple[str, ...]
    written: str


def failures(inquiry: Inquiry) -> list[Failure]:
    """Names of the claim that the evidence does not bear out."""
    found = []
    own = _named(inquiry)[:_MOST]
    mine = {part for name in own for part in name.parts} | {w.lower for w in inquiry.words}
    for name in own:
        failure = _failure(inquiry, name, mine)
        if failure is not None:
            found.append(failure)
    return found


def _named(inquiry: Inquiry) -> list[Named]:
    found = []
    for name in names(inquiry.text):
        bare = untitled(name.text)
        start = name.end - len(bare)
        parts = tuple(_parts(bare))
        if parts:
            found.append(Named(start, name.end, parts, bare))
    covered = [(n.start, n.end) for n in found]
    # Where the claim has no capitals of its own, the context's tell what is a name.
    for word in inquiry.words:
        if any(s < word.end and word.start < e for s, e in covered):
            continue
        opens = word is inquiry.words[0]
        if (not word.capital or opens) and _only_name(inquiry.evidence.contexts, word):
            found.append(Named(word.start, word.end, (word.lower,), word.text))
    return sorted(found, key=lambda n: n.start)


def _parts(name: str) -> Iterator[str]:
    for word in name.replace("-", " ").replace("’", "'").split():
        part = word.lower().strip("'\"()").removesuffix("'s")
        if "." in part:
            part = part.replace(".", "")
        inner = word[:1].islower() and not any(c.isdigit() for c in word)
        if (
            part
            and not inner
            and part not in _LINKS
            and fold(part) not in MONTHS
            and fold(part) not in WEEKDAYS
        ):
            yield part


def _only_name(contexts: Sequence[Ready], word: Word) -> bool:
    """Whether the contexts write a word with a capital in mid-sentence, and never without."""
    if not word.telling or word.digits or word.lower in _TITLES or word.lower in _GENERIC:
        return False
    return any(word.lower in c.capitals for c in contexts) and not any(
        word.lower in c.smalls for c in contexts
    )


def _failure(inquiry: Inquiry, name: Named, mine: set[str]) -> Failure | None:
    rival = _in_place(inquiry, name, mine)
    if rival is not None:
        return _failed(inquiry, name, rival, opposed=True)
    telling = [p for p in name.parts if p not in _GENERIC and p not in _TITLES] or list(name.parts)
    missing = [p for p in telling if not _known(inquiry, p)]
    if _acronym(inquiry, name):
        return None
    if not missing:
        return _misplaced(inquiry, name, telling, mine)
    if missing[-1:] != telling[-1:] and len(telling) > 1:
        # the surname is there: with another first name, or with none
        other = _namesake(inquiry, telling)
        if other is None:
            return None
        return _failed(inquiry, name, other, opposed=True)
    if len(missing) < len(telling) and not (len(telling) == 2 and missing[0] == telling[-1]):
        return None
    return _failed(inquiry, name, "", opposed=False)


def _misplaced(
    inquiry: Inquiry, name: Named, telling: Sequence[str], mine: set[str]
) -> Failure | None:
    """A name that a context has, but of something else than what the claim tells."""
    if not name.written[0].isupper() or name.parts[-1].endswith(_OF_PEOPLES):
        return None
    rival = _beside(inquiry, name, mine)
    if rival is not None:
        return _failed(inquiry, name, rival, opposed=False)
    if astray.astray(inquiry, name.start, name.end, telling):
        return _failed(inquiry, name, "", opposed=False)
    return None


def _beside(inquiry: Inquiry, name: Named, mine: set[str]) -> str | None:
    """The other name that the telling sentence has beside the same word, in another order."""
    first, last = inquiry.range(name.start, name.end)
    own = frozenset(w.stem for w in inquiry.words[first:last])
    told = astray.teller(inquiry, own)
    if told is None or told.share < _TOLD:
        return None
    line = told.chosen.line
    context = inquiry.evidence.contexts[line.context]
    if any(_alike(w.lower, p) for w in line.words for p in name.parts):
        return None
    if line.number and astray.stands(context, line.number - 1, name.parts):
        return None
    near = astray.beside(inquiry.words, first, last)
    n = 0
    while n < len(line.words):
        run = n
        while run < len(line.words) and _is_name(context, line.words[run], not run):
            run += 1
        rival = line.words[n:run]
        if (
            rival
            and not any(w.lower in mine for w in rival)
            and near & astray.beside(line.words, n, run)
            and not _stands_for(name, rival)
            and not _coreferent(inquiry, name, rival, told.chosen)
        ):
            return context.text[rival[0].start : rival[-1].end]
        n = max(run, n + 1)
    return None


def _failed(inquiry: Inquiry, name: Named, found: str, *, opposed: bool) -> Failure:
    words = inquiry.claim.text[name.start : name.end]
    return Failure(Check.NAME, words, name.start, name.end, found, opposed)


def _in_place(inquiry: Inquiry, name: Named, mine: set[str]) -> str | None:
    """The other name that a sentence which says the rest has in its place."""
    for place in inquiry.places(name.start, name.end):
        line = place.chosen.line
        context = inquiry.evidence.contexts[line.context]
        if any(_alike(w.lower, p) for w in line.words for p in name.parts):
            # it stands elsewhere in that sentence: swapped for another of the same sentence
            own = {w.lower for w in line.words[place.first : place.last]}
            if own & set(name.parts):
                continue
        rival = [
            w
            for w in line.words[place.first : place.last]
            if _is_name(context, w, w is line.words[0])
        ]
        if not rival or any(w.lower in mine for w in rival):
            continue
        if any(_alike(w.lower, p) for w in rival for p in name.parts):
            continue
        if _stands_for(name, rival) or _coreferent(inquiry, name, rival, place.chosen):
            continue
        return context.text[rival[0].start : rival[-1].end]
    return None


def _is_name(context: Ready, word: Word, opens: bool) -> bool:
    if not word.capital or word.lower in STOPWORDS or len(word.lower) < 2:
        return False
    if fold(word.lower) in MONTHS or fold(word.lower) in WEEKDAYS or word.lower in _TITLES:
        return False
    return word.lower in context.capitals if opens else True


def _known(inquiry: Inquiry, part: str) -> bool:
    """Whether a context has a name's word, or the people or the land of it."""
    for context in inquiry.evidence.contexts:
        if part in context.lowers or part.removesuffix("s") in context.lowers:
            return True
        if len(part) > _STEM and any(_alike(part, other) for other in context.by_head(part)):
            return True
    return False


def _alike(one: str, other: str) -> bool:
    """One word, or one and its adjective: "Verrania", "Verranian"."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) <= _STEM:
        return long in (short + "s", short + "es")
    shared = 0
    for a, b in zip(short, long, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= max(_STEM, len(short) - 1) and len(long) - shared <= 4


def _acronym(inquiry: Inquiry, name: Named) -> bool:
    """Whether a context has its long form, or it is the long form of one that a context has."""
    bare = name.written.replace(".", "")
    initials = "".join(p[0] for p in name.parts)
    for context in inquiry.evidence.contexts:
        if bare.isupper() and 2 <= len(bare) <= 6 and bare.lower() in context.acronyms:
            return True
        if len(initials) >= 2 and initials in context.lowers:
            return True
    return False


def _namesake(inquiry: Inquiry, parts: Sequence[str]) -> str | None:
    """The first name that the evidence gives to the surname instead."""
    first, last = parts[0], parts[-1]
    for context in inquiry.evidence.contexts:
        for number in context.by_word(last):
            words = context.lines[number][2]
            for before, word in pairwise(words):
                if word.lower != last or not before.capital or before.end + 1 != word.start:
                    continue
                other = before.lower.strip(".")
                if other in _TITLES or other in STOPWORDS or other in parts:
                    continue
                if other[0] == first[0] and 1 in (len(other), len(first)):
                    return None
                return context.text[before.start : word.end]
    return None


def _stands_for(name: Named, rival: Sequence[Word]) -> bool:
    initials = "".join(p[0] for p in name.parts)
    theirs = "".join(w.lower[0] for w in rival)
    return (
        any(w.lower == initials for w in rival)
        or (len(name.parts) == 1 and name.parts[0] == theirs)
        or any(len(p) == 1 and w.lower[0] == p for p in name.parts for w in rival)
        or (len(rival) == 1 and len(rival[0].lower) == 1 and rival[0].lower == name.parts[0][0])
    )


def _coreferent(inquiry: Inquiry, name: Named, rival: Sequence[Word], chosen: Chosen) -> bool:
    """Whether a context writes both as one: "Agnes Corrow", "Corrow"; "Halvora's Agnes Corrow"."""
    context = inquiry.evidence.contexts[chosen.line.context]
    last = rival[-1].lower
    for number in context.by_word(last)[:50]:
        words = context.lines[number][2]
        for n, word in enumerate(words):
            if word.lower != last:
                continue
            near = {w.lower for w in words[max(0, n - 2) : n + 3] if w.capital}
            if name.parts[-1] in near and chosen.line.number != number:
                return True
    return False
