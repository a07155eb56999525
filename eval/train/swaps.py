"""Claims that are one thing off, and which words that thing is.

Every swap tells the span that it changed, so that a model can be told where
the fault is and not only that there is one. After the errors that summarisers
make (Kryściński et al. 2020, FactCC; Pagnoni et al. 2021, FRANK): another
entity, number or date, the opposite, another predicate, who did what to whom,
a negation too many or too few, a detail from elsewhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.train.data import WORD
from eval.train.hard import OPPOSITE, Likeness, kind
from eval.train.substitutes import Substitutes
from rag.stopwords import STOPWORDS

Span = tuple[int, int]
Way = TypeVar("Way")
_DATED = frozenset(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
# Read from left to right: a text with the first does not bear the second out.
_STRONGER = """may/will might/will could/will may/must some/all some/no many/all many/few few/many
    several/no several/dozens most/all most/few often/never often/always sometimes/always
    sometimes/never usually/never usually/always rarely/often always/rarely all/some both/neither
    possible/certain alleged/proven former/current current/former partly/entirely nearly/exactly
    million/billion billion/million thousand/million hundreds/thousands thousands/millions
    km/miles miles/km feet/metres kilometres/miles hours/days days/weeks weeks/months months/years
    years/months minutes/hours decades/centuries daily/weekly annual/monthly each/neither
    only/not either/both until/since since/until with/without without/with his/her her/his he/she
    she/he him/her they/he himself/herself dollars/euros percent/million no/several will/may
    can/cannot over/under under/over during/before president/minister mother/sister father/brother
    son/brother up/down into/from from/to""".split()
STRONGER: dict[str, list[str]] = {}
for _pair in _STRONGER:
    STRONGER.setdefault(_pair.split("/")[0], []).append(_pair.split("/")[1])
_PHRASES = (
    ("more than", ("less than", "fewer than", "exactly")),
    ("less than", ("more than",)),
    ("fewer than", ("more than",)),
    ("at least", ("at most", "fewer than")),
    ("up to", ("at least", "more than")),
    ("because of", ("despite", "in spite of")),
    ("as well as", ("instead of", "but not")),
    ("such as", ("except for",)),
    ("one of the", ("the only one of the", "none of the")),
    ("able to", ("unable to", "required to")),
    ("planned to", ("refused to", "was forced to")),
    ("decided to", ("refused to",)),
    ("expected to", ("certain to", "unlikely to")),
    ("failed to", ("managed to",)),
    ("according to", ("contrary to",)),
)
PHRASE = re.compile(
    r"\b(?:in|at|on|for|with|after|by|from|during|near|under|through|against|about|until)"
    r"(?: (?:the|a|an|his|her|its|their))?(?: [\w'’-]+){1,3}(?=[.,;]|$| (?:in|at|on|and|of|to)\b)"
)


@dataclass(frozen=True, slots=True)
class Swap:
    """`old` in the claim, put out for `new`: to be made in the claim, the evidence, or both."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """A claim that its evidence does not bear out, and the spans that are to blame."""

    text: str
    faults: tuple[Span, ...]


def put(text: str, old: str, new: str) -> Faulty:
    """`text` with every whole `old`, in whatever case, replaced, and where `new` then stands."""
    made, spans, end, length = [], [], 0, 0
    for match in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE):
        made += [text[end : match.start()], new]
        start = length + match.start() - end
        length = start + len(new)
        spans.append((start, length))
        end = match.end()
    return Faulty("".join([*made, text[end:]]), tuple(spans))


def edited(text: str, start: int, end: int, new: str) -> Faulty:
    return Faulty(text[:start] + new + text[end:], ((start, start + len(new)),))


def entities(text: str, names: frozenset[str]) -> list[Span]:
    """Runs of words that are names: by their capitals, or, in lower-cased text, known as such."""
    runs: list[list[int]] = []
    for match in WORD.finditer(text):
        word = match.group()
        low = word.lower()
        begins = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".!?"
        named = low in names or (word[0].isupper() and not begins)
        if not named or low in _DATED or low in STOPWORDS or low.isdigit():
            continue
        if runs and text[runs[-1][1] : match.start()] == " ":
            runs[-1][1] = match.end()
        else:
            runs.append([match.start(), match.end()])
    return [(start, end) for start, end in runs if end - start > 1]


def phrases(evidence: str, pool: Sequence[str], head: str = "") -> list[str]:
    """Where, when and how, in the sentences of `pool`, that the evidence does not have."""
    there = {w.lower() for w in WORD.findall(evidence)}
    found = [m.group() for text in pool for m in PHRASE.finditer(text)]
    return [
        phrase
        for phrase in found
        if phrase.startswith(head) and {w.lower() for w in WORD.findall(phrase)} - STOPWORDS - there
    ]


def shuffled(rng: random.Random, ways: Sequence[Way], weights: Sequence[float]) -> list[Way]:
    """In random order, the heavier the earlier (Efraimidis and Spirakis 2006)."""
    keyed = [(rng.random() ** (1 / w), n) for n, w in enumerate(weights)]
    return [ways[n] for _, n in sorted(keyed, reverse=True)]


_SERIES = {
    "month": "january february march april june july august september october november "
    "december".split(),
    "day": "monday tuesday wednesday thursday friday saturday sunday".split(),
    "count": "two three four five six seven eight nine ten eleven twelve twenty".split(),
    "ordinal": "first second third fourth fifth sixth seventh eighth ninth tenth".split(),
}


class Swapper:
    """Makes faults; the same `rng` makes the same.

    `names` are words known to be names, `common` the words that replacements
    may be, `strange` entities of anywhere, for texts that have none to offer.
    """

    def __init__(
        self,
        substitutes: Substitutes,
        likeness: Likeness,
        names: frozenset[str],
        common: frozenset[str],
        strange: Sequence[str],
        rng: random.Random,
    ) -> None:
        self._substitutes, self._likeness = substitutes, likeness
        self._names, self._common, self._strange = names, common, strange
        self._rng = rng
        self._opposite: dict[str, list[str]] = {}

    def swap(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        """One word or name for another; it stands in both claim and evidence. None: there is none.

        `pool` are other sentences of the article. The new one does not stand in
        the claim, but may well elsewhere in the evidence: said of another.
        """
        ways: list[Callable[[str, str, Sequence[str]], Swap | None]] = [
            self._entity, self._number, self._opposed, self._stronger, self._word, self._phrase,
        ]  # fmt: skip
        weights = [2.5, 1.7, 2.5, 2.0, 5.0, 0.7]
        for way in shuffled(self._rng, ways, weights):
            found = way(claim, evidence, pool)
            if found is not None and found.old.lower() != found.new.lower():
                return found
        return None

    def _entity(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        rng, here = self._rng, entities(claim, self._names)
        here = [(a, b) for a, b in here if claim[a:b].lower() in evidence.lower()]
        if not here:
            return None
        start, end = rng.choice(here)
        old = claim[start:end]
        if " " in old and rng.random() < 0.25:  # one part of the name alone
            old = rng.choice(old.split())
        taken = {word.lower() for word in WORD.findall(claim)}

        def others(texts: Iterable[str]) -> list[str]:
            found = {t[a:b] for t in texts for a, b in entities(t, self._names)}
            return sorted(f for f in found if not taken & set(f.lower().split()) and len(f) < 60)

        offered = others([evidence]) if rng.random() < 0.45 else others(pool)
        if len(offered) < 2 and rng.random() < 0.8:
            offered += others(rng.sample(self._strange, min(120, len(self._strange))))
        if not offered:
            return None
        return Swap(old, rng.choice(self._alike(old, offered, 5)))

    def _alike(self, old: str, offered: list[str], k: int) -> list[str]:
        same = [o for o in offered if o.count(" ") == old.count(" ")]
        offered = same if len(same) >= 2 else offered
        return self._likeness.nearest(old.lower(), [o.lower() for o in offered], k) or offered

    def _number(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        there = {w.lower() for w in WORD.findall(evidence)}
        found = [
            w
            for w in WORD.findall(claim)
            if w.lower() in there and not kind(w).startswith(("word", "name"))
        ]
        if not found:
            return None
        old = self._rng.choice(found)
        wanted = kind(old)
        said = {w.lower() for w in WORD.findall(claim)}
        texts = [evidence] if self._rng.random() < 0.4 else pool
        others = sorted({w.lower() for t in texts for w in WORD.findall(t) if kind(w) == wanted})
        others = [w for w in others if w not in said]
        if others and (wanted == "figure" or self._rng.random() < 0.6):
            return Swap(old, self._rng.choice(others))
        if old.isdigit() or re.fullmatch(r"\d+[.,]\d+", old):
            return Swap(old, self._miscounted(old))
        groups = ("month", "day", "count", "ordinal")
        if wanted in groups:
            group = [w for w in _SERIES[wanted] if w not in said]
            return Swap(old, self._rng.choice(group))
        return None

    def _miscounted(self, old: str) -> str:
        rng = self._rng
        if kind(old) == "year":
            return str(int(old) + rng.choice((-40, -10, -4, -2, -1, 1, 2, 3, 10, 30)))
        digits = [n for n, c in enumerate(old) if c.isdigit()]
        at = rng.choice(digits[:2])
        other = rng.choice([d for d in "123456789" if d != old[at]])
        return old[:at] + other + old[at + 1 :]

    def _shared(self, claim: str, evidence: str) -> list[str]:
        there = {w.lower() for w in WORD.findall(evidence)}
        return sorted({w.lower() for w in WORD.findall(claim)} & there)

    def _opposed(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        found = []
        for word in self._shared(claim, evidence):
            if word not in self._opposite:
                own = [OPPOSITE[word]] if word in OPPOSITE else []
                known, _ = self._substitutes.other(word)
                self._opposite[word] = own + [o for o in known if o in self._common]
            found += [Swap(word, other) for other in self._opposite[word]]
        return self._rng.choice(found) if found else None

    def _stronger(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        low = evidence.lower()
        phrases = [(p, new) for p, new in _PHRASES if p in claim.lower() and p in low]
        words = [(w, STRONGER[w]) for w in self._shared(claim, evidence) if w in STRONGER]
        found = [Swap(old, self._rng.choice(new)) for old, new in [*phrases, *words]]
        return self._rng.choice(found) if found else None

    def _word(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        """A content word for a sister, or for one of the article's words that is like it."""
        there = {w.lower() for w in WORD.findall(evidence)} | {
            w.lower() for w in WORD.findall(claim)
        }
        words = [w for w in self._shared(claim, evidence) if w not in STOPWORDS and w.isalpha()]
        self._rng.shuffle(words)
        for word in words[:4]:
            if word in self._names or not self._substitutes.form(word):
                continue
            offered = [w for w in self._substitutes.other(word)[1] if w in self._common]
            if not offered or self._rng.random() < 0.5:
                near = {w.lower() for text in pool for w in WORD.findall(text)} - STOPWORDS - there
                like = [w for w in sorted(near) if self._same_form(w, word)]
                like = [w for w in like if not self._substitutes.related(word, w)]
                offered += self._likeness.nearest(word, like, 4)
            offered = [w for w in offered if w not in there]
            if offered:
                return Swap(word, self._rng.choice(offered))
        return None

    def _same_form(self, word: str, other: str) -> bool:
        one, two = self._substitutes.form(word), self._substitutes.form(other)
        return one is not None and two is not None and (one.part, one.form) == (two.part, two.form)

    def _phrase(self, claim: str, evidence: str, pool: Sequence[str]) -> Swap | None:
        """Where, when or with whom, put out for that of another sentence."""
        here = [m.group() for m in PHRASE.finditer(claim) if m.group() in evidence]
        if not here:
            return None
        old = self._rng.choice(here)
        offered = phrases(evidence, pool, old.split()[0])
        return Swap(old, self._rng.choice(offered)) if offered else None
