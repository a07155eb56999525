"""What the verifier learns from: claims with their evidence, and the words that are at fault.

Claims are sentences of articles said otherwise (`soften.py`), or the questions
that people asked about them, which say the same in words of their own; half of
them are then made wrong (`swaps.py`). A swap is made in the claim, in the
evidence, or in both, which leaves the claim borne out: so neither an odd word
nor a natural one tells anything. Pairs from entailment sets that people wrote
or judged join them.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.corpus import read_rows
from eval.train.data import WORD, Sources, read_sources, untokenised
from eval.train.faults import Faulter
from eval.train.soften import Softener
from eval.train.swaps import Faulty, Span, Swapper, put
from rag.stopwords import STOPWORDS

_SHINGLE = 8  # words in a row that two texts share only where one is taken from the other
_WORDS = range(6, 70)  # of a sentence that becomes a claim
_NEAR = 8  # sentences to either side that evidence is chosen from
_SIZES = (1, 2, 2, 3, 3, 3, 4)  # sentences of evidence
_POOL = 30  # sentences of the article that swaps are taken from
_LONGEST = 900  # characters of evidence: about what is read of it
_PRONOUN = re.compile(r"^(?:he|she|it|they) ", re.IGNORECASE)
_ASKED = (
    (re.compile(r"^who (?!do|did|does)", re.I), ("someone ", "somebody ")),
    (re.compile(r"^(?:which|what) (?=(?:is|are|was|were|has|had|have|can|could)\b)", re.I),
     ("something ",)),
    (re.compile(r"^(?:when|where|why|how|who|whom|what|in (?:what|which) year) (?:did|do|does) ",
                re.I), ("",)),
    (re.compile(r"^how (?:many|much) ", re.I), ("", "some ", "a number of ")),
    (re.compile(r"^(?:which|what) ", re.I), ("a ", "some ", "one ")),
    (re.compile(r"^(?:when|where|why|how) ", re.I), ("",)),
    (re.compile(r"^((?:in|on|at|for|by|to|from|of|with|during)) (?:which|what|whom) ", re.I),
     (r"\1 some ",)),
)  # fmt: skip
# How often pairs of each set come: those that teach a task of their own, seldom.
_REPEATS = {
    "HELP": 0.1, "MED": 0.1, "BEGIN-wow": 1.5, "FeverSymmetric": 4.0, "negation-RTE": 2.0,
    "negation-MNLI": 2.0, "negation-SNLI": 1.0, "WiCE-train-tokens": 1.0, "BEGIN-cmu-dog": 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """A claim, its evidence, whether that bears it out, and the claim's spans that are at fault.

    `faults` is empty for a claim that is borne out, None where it is not told
    which words are to blame.
    """

    evidence: str
    claim: str
    supported: bool
    faults: tuple[Span, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Article:
    """Sentences in order, and questions with the number of the sentence that answers each."""

    sentences: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what is made of a claim; the rest is left as it is, and borne out.

    `claim` has a word swapped in the claim, `evidence` in the evidence, `both`
    in both (still borne out), `fault` a fault of another kind, `absent` the
    sentence it was made from taken out of the evidence, `partly` a second
    part that is made from a sentence that is not there.
    """

    claim: float
    evidence: float
    both: float
    fault: float
    absent: float
    partly: float


def shingles(texts: Iterable[str]) -> frozenset[int]:
    """Of all runs of eight words."""
    found = set()
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        for n in range(max(1, len(words) - _SHINGLE + 1)):
            found.add(hash(tuple(words[n : n + _SHINGLE])))
    return frozenset(found)


def read_articles(folder: Path, unseen: Iterable[str]) -> tuple[list[Article], list[Lesson]]:
    """The articles of the reader's sources, and the entailment pairs. Raises SourceError.

    What shares eight words in a row with an `unseen` text is left out.
    """
    hidden = shingles(unseen)
    articles = [_clear(a, hidden) for a in _articles(read_sources(folder))]
    pairs = [
        (row["source"], Lesson(untokenised(row["premise"]), untokenised(row["hypothesis"]), good,
                               () if good else None))
        for _, row in read_rows(folder / "nli_pairs.jsonl.gz")
        for good in (row["label"] == "entailment",)
    ]  # fmt: skip
    kept: list[Lesson] = []
    rng = random.Random(0)  # noqa: S311 - nothing secret
    for source, lesson in pairs:
        if not (shingles([lesson.evidence]) | shingles([lesson.claim])) & hidden:
            share = _REPEATS.get(source, 0.0)
            kept += [lesson] * (int(share) + (rng.random() < share % 1))
    return [article for article in articles if len(article.sentences) > 1], kept


def _articles(sources: Sources) -> Iterator[Article]:
    for text in sources.articles:
        yield Article(text.sentences, tuple((a.question, a.sentence) for a in text.asked))
    # One section is asked about many times: its sentences come once.
    sections: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for passage in sources.passages:
        asked = sections.setdefault(passage.sentences, [])
        if len(passage.answers) == 1:
            asked.append((passage.question, min(passage.answers)))
    for sentences, asked in sections.items():
        yield Article(sentences, tuple(asked))


def _clear(article: Article, hidden: frozenset[int]) -> Article:
    kept = [n for n, s in enumerate(article.sentences) if not shingles([s]) & hidden]
    place = {old: new for new, old in enumerate(kept)}
    return Article(
        tuple(article.sentences[n] for n in kept),
        tuple((q, place[n]) for q, n in article.asked if n in place),
    )


def claim_of(question: str, rng: random.Random) -> str:
    """What the question takes for granted, as a claim: "who won the cup" says that someone did."""
    question = question.rstrip(" ?")
    if rng.random() < 0.2:
        return question
    for pattern, instead in _ASKED:
        made, found = pattern.subn(rng.choice(instead), question, count=1)
        if found:
            return made
    return question


class Maker:
    """Makes lessons; the same seed makes the same."""

    def __init__(
        self,
        articles: Sequence[Article],
        swapper: Swapper,
        faulter: Faulter,
        softener: Softener,
        shares: tuple[Shares, Shares],
        rng: random.Random,
    ) -> None:
        self._articles, self._softener = articles, softener
        self._swapper, self._faulter = swapper, faulter
        self._of_sentences, self._of_questions = shares
        self._rng = rng

    def epoch(self) -> Iterator[Lesson]:
        """One lesson of every sentence and every question, article by article."""
        for article in self._articles:
            for n, sentence in enumerate(article.sentences):
                if len(WORD.findall(sentence)) in _WORDS:
                    yield self._lesson(article, n, *self._said(article, n), self._of_sentences)
            for question, n in article.asked:
                claim = claim_of(question, self._rng)
                yield self._lesson(article, n, claim, {n}, self._of_questions)

    def _said(self, article: Article, n: int) -> tuple[str, set[int]]:
        """A claim made of sentence `n`, maybe of its neighbour too, and what it rests on."""
        rng, sentences = self._rng, article.sentences
        claim = self._softener.soften(sentences[n]) if rng.random() < 0.92 else sentences[n]
        following = sentences[n + 1] if n + 1 < len(sentences) else ""
        if not following or len(WORD.findall(claim + following)) > 45 or rng.random() > 0.3:
            return claim, {n}
        other = self._softener.soften(following)
        if _PRONOUN.match(other):
            verb = _PRONOUN.sub("", other)
            return f"{claim.rstrip(' .')} {rng.choice(('and', ', and'))} {verb}", {n, n + 1}
        return f"{claim.rstrip(' .')}. {other}", {n, n + 1}

    def _evidence(self, article: Article, needed: set[int], claim: str, absent: bool) -> list[int]:
        rng = self._rng
        size = max(rng.choice(_SIZES), len(needed))
        first = min(needed)
        near = [
            k
            for k in range(max(0, first - _NEAR), min(len(article.sentences), first + _NEAR + 1))
            if k not in needed
        ]
        if rng.random() < 0.6:
            words = {w.lower() for w in WORD.findall(claim)} - STOPWORDS
            near.sort(
                key=lambda k: -len(words & {w.lower() for w in WORD.findall(article.sentences[k])})
            )
        else:
            near.sort(key=lambda k: abs(k - first))
        return sorted([*near[:size]] if absent else [*needed, *near[: size - len(needed)]])

    def _lesson(
        self, article: Article, n: int, claim: str, needed: set[int], shares: Shares
    ) -> Lesson:
        rng, at = self._rng, self._rng.random()
        if at < shares.absent and len(article.sentences) > len(needed):
            chosen = self._evidence(article, needed, claim, absent=True)
            return Lesson(self._joined(article, chosen), claim, False, None)
        chosen = self._evidence(article, needed, claim, absent=False)
        evidence = self._joined(article, chosen)
        rest = [s for k, s in enumerate(article.sentences) if k not in chosen]
        pool = rng.sample(rest, min(_POOL, len(rest)))
        at -= shares.absent + shares.partly
        if -shares.partly <= at < 0 and pool:
            return self._faulty(evidence, self._partly(claim, evidence, pool))
        if at < shares.fault and at >= 0:
            made = self._faulter.fault(claim, evidence, pool)
            return self._faulty(evidence, made) if made else Lesson(evidence, claim, True)
        at -= shares.fault
        if at < 0 or at >= shares.claim + shares.evidence + shares.both:
            return Lesson(evidence, claim, True)
        swap = self._swapper.swap(claim, evidence, pool)
        if swap is None:
            return Lesson(evidence, claim, True)
        there = put(claim, swap.old, swap.new)
        if at < shares.claim:
            return self._faulty(evidence, there)
        changed = put(evidence, swap.old, swap.new)
        if not changed.faults or not there.faults:
            return Lesson(evidence, claim, True)
        if at < shares.claim + shares.evidence:
            return Lesson(changed.text, claim, False, put(claim, swap.old, swap.old).faults)
        return Lesson(changed.text, there.text, True)

    def _partly(self, claim: str, evidence: str, pool: Sequence[str]) -> Faulty:
        """With more, said or asked of what the evidence does not have."""
        other = self._softener.soften(self._rng.choice(pool))
        begun = claim.rstrip(" .")
        if self._rng.random() < 0.3:  # before it, not behind
            added = f"{other.rstrip(' .')}."
            return Faulty(f"{added} {claim}", ((0, len(added)),))
        if _PRONOUN.match(other):
            added = f" and {_PRONOUN.sub('', other)}"
        else:
            added = self._rng.choice((". ", ", and ", " while ")) + other
        return Faulty(begun + added, ((len(begun) + 1, len(begun + added)),))

    def _faulty(self, evidence: str, made: Faulty) -> Lesson:
        return Lesson(evidence, made.text, not made.faults, made.faults)

    def _joined(self, article: Article, chosen: Sequence[int]) -> str:
        return " ".join(article.sentences[k] for k in chosen)[:_LONGEST]


def common_words(articles: Sequence[Article], least: int = 6) -> frozenset[str]:
    """Words that stand in the articles at least so often: replacements that read naturally."""
    counts = Counter(w.lower() for a in articles for s in a.sentences for w in WORD.findall(s))
    return frozenset(w for w, n in counts.items() if n >= least)
