"""Faults of a claim that are more than one word for another.

A negation too many or too few, who did what to whom turned round, a detail or
a quality from elsewhere, what is said of one said of another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from eval.train.data import WORD
from eval.train.substitutes import Substitutes
from eval.train.swaps import PHRASE, Faulty, edited, entities, phrases, shuffled
from rag.stopwords import STOPWORDS

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|did|does|do|has|had|have|can|could|will|would|should|may|might)\b"
    r"(?! (?:not|never|no)\b)",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(\w+)( not| never|n't|n’t)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r", (?:who|which|where|including|after|while|when|with|a|an|because|making|as) [^,;.]{8,80}"
    r"(?=[,.])"
)
_SUBJECT = re.compile(r"^(.{3,60}?) (?:is|are|was|were|has|had|have|will|would|can|could) ")


class Faulter:
    """Makes faults; the same `rng` makes the same. `names` are words known to be names."""

    def __init__(self, substitutes: Substitutes, names: frozenset[str], rng: random.Random) -> None:
        self._substitutes, self._names, self._rng = substitutes, names, rng

    def fault(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        """A fault that is more than one word for another."""
        ways: list[Callable[[str, str, Sequence[str]], Faulty | None]] = [
            self._negated, self._exchanged, self._detailed, self._described, self._fused,
        ]  # fmt: skip
        for way in shuffled(self._rng, ways, [3.0, 2.0, 2.0, 1.0, 1.5]):
            found = way(claim, evidence, pool)
            if found is not None:
                return found
        return None

    def _negated(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        there = _NEGATION.search(claim)
        if there:
            start, end = there.span(1)
            return Faulty(claim[: there.start(2)] + claim[there.end(2) :], ((start, end),))
        auxiliary = _AUXILIARY.search(claim)
        if auxiliary:
            new = self._rng.choice((" not", " not", " never", " no longer", "n't"))
            if new == "n't" and auxiliary.group().lower() in ("can", "will", "may", "might"):
                new = " not"
            made = edited(claim, auxiliary.end(), auxiliary.end(), new)
            return Faulty(made.text, ((auxiliary.start(), auxiliary.end() + len(new)),))
        for match in re.finditer(r"(?<=\w )([a-z]{3,})\b", claim):
            form = self._substitutes.form(match.group())
            if form is not None and (form.part, form.form) == ("verb", "past"):
                new = self._rng.choice(("did not", "refused to", "failed to", "never"))
                verb = match.group() if new == "never" else form.lemma
                made = edited(claim, *match.span(), f"{new} {verb}")
                return Faulty(made.text, ((match.start(), match.start() + len(new)),))
        return None

    def _is_a(self, word: str, part: str) -> bool:
        form = self._substitutes.form(word)
        return form is not None and form.part == part and form.form == "base"

    def _exchanged(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        """Who did what to whom, turned round."""
        here = entities(claim, self._names)
        pairs = [
            (one, two)
            for n, one in enumerate(here)
            for two in here[n + 1 :]
            if len(claim[one[1] : two[0]]) > 8
            and claim[slice(*one)].lower() != claim[slice(*two)].lower()
        ]
        if not pairs:
            return None
        (a, b), (c, d) = self._rng.choice(pairs)
        text = claim[:a] + claim[c:d] + claim[b:c] + claim[a:b] + claim[d:]
        return Faulty(text, ((a, a + d - c), (d - (b - a), d)))

    def _detailed(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        """With a where, when or how that another sentence has."""
        offered = phrases(evidence, pool)
        clauses = [m.group() for text in pool for m in _CLAUSE.finditer(text)]
        if clauses and self._rng.random() < 0.4:
            end = len(claim.rstrip(" ."))
            return edited(claim, end, end, self._rng.choice(clauses))
        if not offered:
            return None
        new = self._rng.choice(offered)
        places = [m.start() for m in PHRASE.finditer(claim)] + [len(claim.rstrip(" ."))] * 2
        at = self._rng.choice(places)
        if at and claim[at - 1] != " ":
            made = edited(claim, at, at, f" {new}")
            return Faulty(made.text, ((at + 1, at + 1 + len(new)),))
        made = edited(claim, at, at, f"{new} ")
        return Faulty(made.text, ((at, at + len(new)),))

    def _described(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        """A thing with a quality that nobody gave it."""
        there = {w.lower() for w in WORD.findall(evidence)}
        qualities = [
            w
            for text in pool
            for w in WORD.findall(text)
            if w not in there and self._is_a(w, "adj") and w not in STOPWORDS
        ]
        things = [
            m
            for m in re.finditer(r"(?<=\bthe |..\ba )[a-z]+\b", claim)
            if self._is_a(m.group(), "noun")
        ]
        if not qualities or not things:
            return None
        thing, quality = self._rng.choice(things), self._rng.choice(qualities)
        made = edited(claim, thing.start(), thing.start(), f"{quality} ")
        return Faulty(made.text, ((thing.start(), thing.start() + len(quality)),))

    def _fused(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty | None:
        """What is said of one, said of another that the evidence also speaks of."""
        own = _SUBJECT.match(claim)
        if own is None:
            return None
        said = {w.lower() for w in WORD.findall(own.group(1))} - STOPWORDS
        others = []
        for text in (*re.split(r"(?<=[.!?]) ", evidence), *pool):
            match = _SUBJECT.match(text)
            if match and "," not in match.group(1):
                words = {w.lower() for w in WORD.findall(match.group(1))} - STOPWORDS
                if words and said and not words & said:
                    others.append(match.group(1))
        if not others:
            return None
        return edited(claim, 0, own.end(1), self._rng.choice(others))
