"""Making one epoch of examples: passages cut around answers, and beside them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from eval.train.data import Asked, Example, Sources, Text
from eval.train.hard import (
    Likeness,
    asks_for_a_figure,
    find_names,
    negated,
    reframed,
    removed,
    shared_words,
    swap,
    swapped,
    unfigured,
)

_LENGTHS = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 7, 8, 10)  # sentences of a passage
_TRIED = 8  # passages of the same article, of which the one most like the question is kept


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of what is made of a question; the rest is its passage, answering it.

    `removed` has the answer cut out, `elsewhere` is another passage of the
    article, `strange` one of another article, `swapped` differs in a word (in
    a third of these both question and passage do, and it is answered),
    `negated` asks for what is not so, `reframed` for a number that is not
    there, `bare` has the numbers taken out of the answering sentence. Of all
    passages `shuffled` lose the order of their sentences, `untitled` their
    title, `unmarked` their question mark, `littered` are given a line that has
    the question's words and answers nothing, `bared` lose the numbers of a
    sentence that was no answer. `first` begin with the answering sentence, as
    passages do more often than by chance.
    """

    removed: float = 0.13
    elsewhere: float = 0.12
    strange: float = 0.02
    swapped: float = 0.24
    negated: float = 0.01
    reframed: float = 0.03
    bare: float = 0.03
    shuffled: float = 0.2
    untitled: float = 0.4
    unmarked: float = 0.3
    first: float = 0.2
    littered: float = 0.12
    bared: float = 0.04


class Maker:
    """Makes examples out of sources; the same seed makes the same."""

    def __init__(
        self, sources: Sources, mix: Mix, seed: int, likeness: Likeness | None = None
    ) -> None:
        self._sources = sources
        self._mix = mix
        self._rng = random.Random(seed)  # noqa: S311 - nothing secret
        self._likeness = likeness
        self._names = find_names(s for passage in sources.passages for s in passage.sentences)

    def epoch(self, passages_times: int = 1) -> list[Example]:
        """One example of each question of an article, more of each passage; shuffled."""
        made = [self._finished(example) for example in self._all(passages_times)]
        self._rng.shuffle(made)
        return made

    def _all(self, passages_times: int) -> Iterator[Example]:
        for text in self._sources.articles:
            for asked in text.asked:
                yield self._of_article(text, asked)
        for passage in self._sources.passages:
            for _ in range(passages_times):
                yield self._of_passage(passage)

    def _of_article(self, text: Text, asked: Asked) -> Example:
        example = self.around(text, asked)
        chosen = self._chosen()
        if chosen == "elsewhere":
            return self._elsewhere(text, asked) or example
        if chosen == "strange":
            return self._strange(example)
        return self._changed(example, chosen, text.sentences) or example

    def _of_passage(self, passage: Example) -> Example:
        example = self._cut(passage)
        if not example.answers:
            return example
        chosen = self._chosen()
        if chosen == "strange":
            return self._strange(example)
        return self._changed(example, chosen, passage.sentences) or example

    def _chosen(self) -> str:
        at = self._rng.random()
        for name in ("removed", "elsewhere", "strange", "swapped", "negated", "reframed", "bare"):
            at -= getattr(self._mix, name)
            if at < 0:
                return name
        return "kept"

    def _changed(self, example: Example, how: str, pool: tuple[str, ...]) -> Example | None:
        if how == "removed":
            return removed(example)
        if how == "negated":
            return negated(example)
        if how == "reframed":
            return reframed(example, self._rng)
        if how == "bare":
            return self._bare(example)
        if how == "swapped":
            words = swap(example, pool, self._names, self._likeness, self._rng)
            where = self._rng.choice(("question", "answer", "both"))
            return swapped(example, *words, where) if words else None
        return None

    def around(self, text: Text, asked: Asked) -> Example:
        """Sentences in a row, the answering one at any place among them."""
        length = min(self._rng.choice(_LENGTHS), len(text.sentences))
        least = max(0, asked.sentence - length + 1)
        start = self._rng.randint(least, min(asked.sentence, len(text.sentences) - length))
        if self._rng.random() < self._mix.first:
            start = asked.sentence
        return Example(
            asked.question,
            text.title,
            text.sentences[start : start + length],
            frozenset({asked.sentence - start}),
        )

    def _elsewhere(self, text: Text, asked: Asked) -> Example | None:
        best: tuple[int, Example] | None = None
        for _ in range(_TRIED):
            length = self._rng.choice(_LENGTHS)
            start = self._rng.randrange(max(1, len(text.sentences) - length))
            if start - 1 <= asked.sentence <= start + length:
                continue
            sentences = text.sentences[start : start + length]
            alike = shared_words(asked.question, sentences)
            if best is None or alike > best[0]:
                best = alike, Example(asked.question, text.title, sentences, frozenset())
        return best[1] if best else None

    def _bare(self, example: Example) -> Example | None:
        if not asks_for_a_figure(example.question):
            return None
        sentences = tuple(
            unfigured(s) if n in example.answers else s for n, s in enumerate(example.sentences)
        )
        if sentences == example.sentences:
            return None
        return replace(example, sentences=sentences, answers=frozenset())

    def _littered(self, example: Example) -> Example:
        """A heading, a fragment, a question put again: alike in words, and no answer."""
        rng = self._rng
        words = example.question.rstrip(" ?").split()
        length = rng.randint(1, 4)
        start = rng.randrange(max(1, len(words) - length))
        line = rng.choice(
            (example.title, example.question, " ".join(words[start : start + length]), words[-1])
        )
        at = rng.randint(0, len(example.sentences))
        return replace(
            example,
            sentences=(*example.sentences[:at], line or words[-1], *example.sentences[at:]),
            answers=frozenset(n + (n >= at) for n in example.answers),
        )

    def _strange(self, example: Example) -> Example:
        text = self._rng.choice(self._sources.articles)
        if not text.asked:
            return example
        other = self.around(text, self._rng.choice(text.asked))
        return replace(other, question=example.question, answers=frozenset())

    def _cut(self, passage: Example) -> Example:
        """At most ten sentences in a row, with an answer if there is one, renumbered."""
        longest = self._rng.choice((4, 6, 8, 10))
        if len(passage.sentences) <= longest:
            return passage
        at = self._rng.choice(sorted(passage.answers)) if passage.answers else 0
        least = max(0, at - longest + 1)
        start = self._rng.randint(least, max(least, min(at, len(passage.sentences) - longest)))
        if at < longest and self._rng.random() < 0.5:
            start = 0  # as it began
        return replace(
            passage,
            sentences=passage.sentences[start : start + longest],
            answers=frozenset(n - start for n in passage.answers if start <= n < start + longest),
        )

    def _finished(self, example: Example) -> Example:
        rng, mix = self._rng, self._mix
        if rng.random() < mix.shuffled:
            order = list(range(len(example.sentences)))
            rng.shuffle(order)
            example = replace(
                example,
                sentences=tuple(example.sentences[n] for n in order),
                answers=frozenset(new for new, n in enumerate(order) if n in example.answers),
            )
        if rng.random() < mix.littered and example.question.split():
            example = self._littered(example)
        if rng.random() < mix.bared:
            at = rng.randrange(len(example.sentences))
            if at not in example.answers:
                bared = unfigured(example.sentences[at])
                sentences = (*example.sentences[:at], bared, *example.sentences[at + 1 :])
                example = replace(example, sentences=sentences)
        if rng.random() < mix.untitled:
            example = replace(example, title="")
        question = example.question.rstrip(" ?")
        return replace(example, question=question + ("" if rng.random() < mix.unmarked else "?"))
