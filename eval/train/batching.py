"""From examples to batches of like length, and reading with a network that is not exported."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.train.data import Example
from eval.train.model import ReaderNet
from eval.train.training import bucketed
from rag.reader import Extract, Reading, Window, arrays, reading, windows


@dataclass(frozen=True, slots=True)
class Item:
    """One window of an example and which of its sentences answer."""

    window: Window
    answers: frozenset[int]


class Texts:
    """Tokenises, each text once: the same sentences come back in every epoch."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        if text not in self._known:
            self._known[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._known[text]


def items(examples: Sequence[Example], texts: Texts, limit: int) -> list[Item]:
    """The windows of all examples; an answer in another window leaves this one without."""
    made = []
    for example in examples:
        sentences = [texts(sentence) or [1012] for sentence in example.sentences]
        for window in windows(texts(example.question), texts(example.title), sentences, limit):
            here = range(window.first, window.first + len(window.spans))
            made.append(
                Item(window, frozenset(n - window.first for n in example.answers if n in here))
            )
    return made


def batches(
    made: Sequence[Item], tokens: int, rng: random.Random, pool: int = 4000
) -> list[list[Item]]:
    """Batches of at most `tokens` with padding, alike in length inside, in random order.

    `made` is taken in its order, `pool` at a time.
    """
    return bucketed(made, lambda item: len(item.window.ids), tokens, rng, pool)


def tensors(batch: Sequence[Item]) -> dict[str, Tensor]:
    """The network's inputs."""
    made = arrays([item.window for item in batch])
    return {name: torch.from_numpy(array) for name, array in made.items()}


class NetReader:
    """A network read like the shipped reader: for measuring while it learns."""

    def __init__(self, net: ReaderNet, texts: Texts, limit: int) -> None:
        self._net, self._texts, self._limit = net, texts, limit

    def read(self, question: str, extracts: Sequence[Extract]) -> list[Reading]:
        found = []
        for extract in extracts:
            example = Example(question, extract.title, extract.sentences, frozenset())
            log_odds: list[float] = []
            for item in items([example], self._texts, self._limit):
                with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
                    logits = self._net(**tensors([item])).float()[0]
                log_odds += (logits[1:] - logits[0]).tolist()
            found.append(reading(log_odds))
        return found
