"""What a check looks at: a claim, its words, and the evidence chosen for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.evidence import Chosen, Evidence
from rag.verdict import Claim
from rag.wording import Word

_ALIGNED = 0.55  # of the weight of a claim's other words: from there a sentence says the same


@dataclass(frozen=True, slots=True)
class Place:
    """What a sentence of evidence has where the claim has something else.

    `[start, end)` is a range of its context's text, `[first, last)` of the
    sentence's words; `aligned` is the share, 0 to 1, of the rest of the claim
    that the sentence bears in order.
    """

    chosen: Chosen
    first: int
    last: int
    start: int
    end: int
    aligned: float


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A claim being checked. `text` is its words, marks blanked out, at the claim's offsets."""

    claim: Claim
    text: str
    evidence: Evidence
    heads: Mapping[str, tuple[str, ...]]  # the evidence's words by their first four letters

    @classmethod
    def of(cls, claim: Claim, text: str, evidence: Evidence) -> Inquiry:
        """Of a claim whose evidence is chosen."""
        heads: dict[str, list[str]] = {}
        for lower in {w.lower for chosen in evidence.chosen for w in chosen.line.words}:
            heads.setdefault(lower[:4], []).append(lower)
        return cls(claim, text, evidence, {head: tuple(ws) for head, ws in heads.items()})

    @property
    def words(self) -> tuple[Word, ...]:
        return self.evidence.words

    def range(self, start: int, end: int) -> tuple[int, int]:
        """The indices of the claim's words within `[start, end)` of its text."""
        inside = [n for n, w in enumerate(self.words) if w.start < end and start < w.end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def places(self, start: int, end: int) -> Iterator[Place]:
        """Where chosen sentences that say the rest of the claim have something in its place."""
        first, last = self.range(start, end)
        if first == last:
            return
        own = {w.stem for w in self.words[first:last]}
        rest = sum(w for s, w in self.evidence.weights.items() if s not in own)
        for chosen in self.evidence.chosen:
            if not rest:
                continue
            aligned = sum(
                self.evidence.weights.get(self.words[i].stem, 0.0)
                for i in {self.words[i].stem: i for i, _ in chosen.alignment.pairs}.values()
                if self.words[i].stem not in own
            )
            if aligned / rest < _ALIGNED:
                continue
            # "4.2 million" for "3.8 million": what is aligned within is not what was exchanged
            apart = [i for i in range(first, last) if chosen.alignment.partner(i) is None]
            if not apart:
                continue
            end_of = next((i for i in range(apart[0], last) if i not in apart), last)
            place = chosen.alignment.place(apart[0], end_of, len(chosen.line.words))
            if place is None or place[0] >= place[1]:
                continue
            line = chosen.line.words
            yield Place(
                chosen,
                place[0],
                place[1],
                line[place[0]].start,
                line[place[1] - 1].end,
                aligned / rest,
            )

    def line_text(self, chosen: Chosen) -> str:
        """A chosen sentence as it is written."""
        line = chosen.line
        return self.evidence.contexts[line.context].text[line.start : line.end]
