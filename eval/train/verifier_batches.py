"""From lessons to batches of like length."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.train.training import bucketed
from eval.train.verifier_data import Lesson
from rag.entail import CLAIM, EVIDENCE, Laid, arrays, laid_out

_POOL = 6000  # lessons that batches of like length are made of


@dataclass(frozen=True, slots=True)
class Item:
    """A lesson as the network sees it; `faults` are of the claim's tokens: 1, 0, -1 unknown."""

    laid: Laid
    supported: bool
    faults: tuple[int, ...]


def items(lessons: Sequence[Lesson], tokenizer: Tokenizer) -> list[Item]:
    """Tokens, and which of them stand in a span that is at fault."""
    claims = tokenizer.encode_batch([each.claim for each in lessons], add_special_tokens=False)
    shown = tokenizer.encode_batch([each.evidence for each in lessons], add_special_tokens=False)
    made = []
    for lesson, claim, evidence in zip(lessons, claims, shown, strict=True):
        faults = tuple(
            -1
            if lesson.faults is None
            else int(any(a < end and start < b for a, b in lesson.faults))
            for start, end in claim.offsets[:CLAIM]
        )
        cut = lesson.faults and 1 not in faults  # the fault is in what is not read
        if claim.ids and evidence.ids and not cut:
            made.append(
                Item(laid_out(claim.ids, evidence.ids[:EVIDENCE]), lesson.supported, faults)
            )
    return made


def batches(made: Sequence[Item], tokens: int, rng: random.Random) -> list[list[Item]]:
    """Batches of at most `tokens` with padding, alike in length inside, in random order."""
    return bucketed(made, lambda item: len(item.laid.ids), tokens, rng, _POOL)


def tensors(batch: Sequence[Item]) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    """The network's inputs, whether each claim is borne out, and its tokens' faults."""
    made = {name: torch.from_numpy(a) for name, a in arrays([i.laid for i in batch]).items()}
    faults = torch.full(made["claim"].shape, -1.0)
    for row, item in enumerate(batch):
        faults[row, 1 : 1 + item.laid.claim] = torch.tensor(item.faults, dtype=torch.float32)
    return made, torch.tensor([float(item.supported) for item in batch]), faults
