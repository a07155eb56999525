"""A WordNet of a few words, and what changes a claim with its help."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from eval.train.faults import Faulter
from eval.train.hard import Likeness
from eval.train.soften import Softener
from eval.train.substitutes import Substitutes
from eval.train.swaps import Swapper
from eval.train.wordnet import WordNet
from rag.reader import shipped_tokenizer

CLAIM = "The council rejected the plan of Petra Collins on Monday because 48 trees were old."
EVIDENCE = f"It rained. {CLAIM} Nobody was surprised in Halvora."
POOL = (
    "Mayor Oskar Lindqvist visited Korvel in March with 93 pupils.",
    "The bridge near the mill is a quiet place, which few people know.",
    "The harbour was closed for 17 days after the storm.",
)
Makes = tuple[Swapper, Faulter, Softener]
# A WordNet of a few words: (part, synset's words, pointers as (symbol, which synset)).
SYNSETS = [
    ("verb", ["reject", "refuse"], [("!", 1)]),
    ("verb", ["accept"], [("!", 0)]),
    ("adj", ["old"], [("!", 3)]),
    ("adj", ["young"], [("!", 2)]),
    ("noun", ["tree"], [("@", 6)]),
    ("noun", ["shrub"], [("@", 6)]),
    ("noun", ["plant"], [("~", 4), ("~", 5)]),
    ("noun", ["plan", "program"], []),
    ("noun", ["council"], []),
]
_LETTER = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_KEY = {"noun": 1, "verb": 2, "adj": 3, "adv": 4}


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wordnet")
    offset = [f"{n + 1:08}" for n in range(len(SYNSETS))]
    counts = []
    for part, letter in _LETTER.items():
        data, index = ["  1 The licence."], ["  1 The licence."]
        for n, (own, words, points) in enumerate(SYNSETS):
            if own != part:
                continue
            named = " ".join(f"{word} 0" for word in words)
            ends = [
                f"{sign} {offset[to]} {letter} {'0101' if sign == '!' else '0000'}"
                for sign, to in points
            ]
            data.append(
                f"{offset[n]} 00 {letter} {len(words):02x} {named} {len(points):03} "
                f"{' '.join(ends)} | a gloss"
            )
            for word in words:
                index.append(f"{word} {letter} 1 0 1 1 {offset[n]}")
                counts.append(f"{word}%{_KEY[part]}:00:00:: 1 9")
        (folder / f"data.{part}").write_text("\n".join(data) + "\n", "utf-8")
        (folder / f"index.{part}").write_text("\n".join(index) + "\n", "utf-8")
        (folder / f"{part}.exc").write_text("", "utf-8")
    (folder / "cntlist.rev").write_text("\n".join(counts) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return shipped_tokenizer()


@pytest.fixture(scope="module")
def likeness(tokenizer: Tokenizer) -> Likeness:
    # Every word is like every other: what is chosen goes by the rest.
    return Likeness(tokenizer, np.ones((tokenizer.get_vocab_size(), 4), dtype=np.float32))


@pytest.fixture
def swapper(wordnet: Path, likeness: Likeness) -> Swapper:
    common = frozenset("accepted rejected refused young old shrubs trees program plan".split())
    rng = random.Random(5)
    substitutes = Substitutes(WordNet(wordnet))
    return Swapper(substitutes, likeness, frozenset(), common, POOL, rng)


@pytest.fixture
def faulter(wordnet: Path) -> Faulter:
    return Faulter(Substitutes(WordNet(wordnet)), frozenset(), random.Random(5))


@pytest.fixture
def softener(wordnet: Path, likeness: Likeness) -> Softener:
    common = frozenset(("refused", "program"))
    return Softener(Substitutes(WordNet(wordnet)), likeness, common, random.Random(5))


@pytest.fixture
def makes(swapper: Swapper, faulter: Faulter, softener: Softener) -> Makes:
    return swapper, faulter, softener
