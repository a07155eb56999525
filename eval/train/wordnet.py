"""WordNet 3.0 as it lies in a folder: which words mean the same, and which are merely related.

Read from the database's own files (wndb(5WN)), as Debian's package
`wordnet-base` installs them: a library for it would want a download. Only
training reads it; none of it is shipped.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("/usr/share/wordnet")
_PARTS = ("noun", "verb", "adj", "adv")
_CODES = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
_TYPES = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}  # of a sense key
_SENSES = 2  # of a word that are considered: its rarer meanings are seldom meant
_SISTERS = 60  # synsets under one hypernym, beyond which it is too general to relate them
_MAIN = 0.7  # of a word's uses that must be of one part of speech: there is no tagger here


@dataclass(frozen=True, slots=True)
class Synset:
    """Words of one meaning, and what it points to: (symbol, offset, source, target)."""

    words: tuple[str, ...]
    points: tuple[tuple[str, str, int, int], ...]


class WordNet:
    """Looks lemmas up. Raises FileNotFoundError where the database is not installed."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._synsets: dict[tuple[str, str], Synset] = {}
        self._senses: dict[tuple[str, str], list[str]] = {}
        self._bases: dict[str, dict[str, list[str]]] = {}
        self._uses: dict[tuple[str, str], int] = defaultdict(int)
        for part in _PARTS:
            self._read(folder, part)
        for line in (folder / "cntlist.rev").read_text("utf-8").splitlines():
            key, _, count = line.split()
            lemma, _, rest = key.partition("%")
            self._uses[_TYPES[rest[0]], lemma] += int(count)

    def _read(self, folder: Path, part: str) -> None:
        for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
            if line.startswith("  "):
                continue  # the licence
            field = line.split(" | ")[0].split()
            words = int(field[3], 16)
            names = tuple(w.split("(")[0].lower() for w in field[4 : 4 + 2 * words : 2])
            at = 4 + 2 * words
            points = tuple(
                (field[n], field[n + 1], int(field[n + 3][:2], 16), int(field[n + 3][2:], 16))
                for n in range(at + 1, at + 1 + 4 * int(field[at]), 4)
                if _CODES[field[n + 2]] == part
            )
            self._synsets[part, field[0]] = Synset(names, points)
        for line in (folder / f"index.{part}").read_text("utf-8").splitlines():
            if not line.startswith("  "):
                field = line.split()
                self._senses[part, field[0]] = field[-int(field[2]) :]
        bases: dict[str, list[str]] = defaultdict(list)
        for line in (folder / f"{part}.exc").read_text("utf-8").splitlines():
            form, *found = line.split()
            bases[form] += found
        self._bases[part] = dict(bases)

    def irregular(self, part: str) -> dict[str, list[str]]:
        """Irregular forms, and what each is a form of."""
        return self._bases[part]

    def known(self, part: str, lemma: str) -> bool:
        return (part, lemma) in self._senses

    def main_part(self, lemmas: dict[str, str]) -> str | None:
        """The part of speech, of those given with their lemmas, that a word mostly is."""
        uses = {part: self._uses[part, lemma] + 1 for part, lemma in lemmas.items()}
        if not uses:
            return None
        best = max(uses, key=lambda part: uses[part])
        return best if uses[best] >= _MAIN * sum(uses.values()) else None

    def common(self, part: str, lemma: str) -> bool:
        """Whether it occurs in the texts that WordNet's authors counted."""
        return self._uses[part, lemma] > 0

    def same(self, part: str, lemma: str) -> list[str]:
        """Lemmas that share its first meaning, which is a main one of theirs too."""
        return [
            word
            for offset in self._senses.get((part, lemma), ())[:1]
            for word in self._synsets[part, offset].words
            if word != lemma
            and offset in self._senses.get((part, word), ())[:_SENSES]
            and self.common(part, word)
        ]

    def other(self, part: str, lemma: str) -> tuple[list[str], list[str]]:
        """Its opposites, and lemmas of its kind that mean something else (sister terms)."""
        opposites: list[str] = []
        sisters: list[str] = []
        for offset in self._senses.get((part, lemma), ())[:_SENSES]:
            synset = self._synsets[part, offset]
            number = synset.words.index(lemma) + 1 if lemma in synset.words else 0
            opposites += self._opposites(part, synset, number)
            if part == "adj" and not opposites:
                for symbol, near, _, _ in synset.points:
                    if symbol == "&":
                        opposites += self._opposites(part, self._synsets[part, near], 0)
            for symbol, above, _, _ in synset.points:
                if symbol in ("@", "@i"):
                    sisters += self._below(part, above, offset)
        never = {lemma, *self.same(part, lemma)}
        for offset in self._senses.get((part, lemma), ()):
            never.update(self._synsets[part, offset].words)
        return (
            [w for w in dict.fromkeys(opposites) if w not in never],
            [w for w in dict.fromkeys(sisters) if w not in never and self.common(part, w)],
        )

    def related(self, part: str, one: str, other: str) -> bool:
        """Whether in some sense they mean the same, or one is a kind of the other."""
        own, theirs = self._meanings(part, one), self._meanings(part, other)
        return bool(self._reach(part, own) & theirs or self._reach(part, theirs) & own)

    def _meanings(self, part: str, lemma: str) -> frozenset[str]:
        return frozenset(self._senses.get((part, lemma), ()))

    def _reach(self, part: str, offsets: frozenset[str]) -> frozenset[str]:
        return offsets | {
            above
            for offset in offsets
            for symbol, above, _, _ in self._synsets[part, offset].points
            if symbol in ("@", "@i", "&")
        }

    def _opposites(self, part: str, synset: Synset, number: int) -> list[str]:
        return [
            self._synsets[part, offset].words[target - 1]
            for symbol, offset, source, target in synset.points
            if symbol == "!" and target and (not number or source == number)
        ]

    def _below(self, part: str, above: str, but: str) -> list[str]:
        under = [
            offset
            for symbol, offset, _, _ in self._synsets[part, above].points
            if symbol in ("~", "~i") and offset != but
        ]
        if len(under) > _SISTERS:
            return []
        # A sister must have this as a main meaning, or it is another word altogether.
        return [
            word
            for offset in under
            for word in self._synsets[part, offset].words
            if offset in self._senses.get((part, word), ())[:_SENSES]
        ]
