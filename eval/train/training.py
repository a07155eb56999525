"""What training either network takes: batches of like length, steps downhill, averaged weights.

What is in a batch, its loss, and how good the weights are is the network's own.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)

_LOGGED = 50  # steps from one line of the log to the next

Item = TypeVar("Item")
Loss = Callable[[list[Item]], Tensor]  # of a part of a batch, mean


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The settings that every run has; the .toml files say what each means."""

    seed: int
    epochs: int
    batch_tokens: int
    rate: float
    decay_by_layer: float
    warm_up: float
    weight_decay: float
    average: float
    measure_every: int
    threads: int


def bucketed(
    made: Sequence[Item], length: Callable[[Item], int], tokens: int, rng: random.Random, pool: int
) -> list[list[Item]]:
    """Batches of at most `tokens` with padding, alike in length inside, in random order.

    `made` is taken in its order, `pool` at a time.
    """
    found: list[list[Item]] = []
    for first in range(0, len(made), pool):
        chunk: list[list[Item]] = []
        for item in sorted(made[first : first + pool], key=length):
            if not chunk or (len(chunk[-1]) + 1) * length(item) > tokens:
                chunk.append([])
            chunk[-1].append(item)
        rng.shuffle(chunk)
        found += chunk
    return found


def learn(
    net: nn.Module,
    average: nn.Module,
    work: Sequence[list[Item]],
    config: RunConfig,
    groups: Iterable[dict[str, Any]],
    loss: Loss[Item],
) -> Iterator[int]:
    """A step for each batch of `work`; yields the steps done whenever it is time to measure.

    `average` begins as `net` is, and follows it; `groups` are the parameters with their rates.
    """
    optimizer = torch.optim.AdamW(
        groups, lr=config.rate, weight_decay=config.weight_decay, fused=True
    )
    warm_up = round(config.warm_up * len(work))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: slope(step, len(work), warm_up)
    )
    total, began = 0.0, time.monotonic()
    for done, batch in enumerate(work, start=1):
        total += train_step(net, optimizer, batch, loss, config.threads)
        schedule.step()
        # Early on the average has seen little: it follows more closely.
        follow(average, net, min(config.average, 1 - 2 / (done + 2)))
        if done % _LOGGED == 0:
            spent = time.monotonic() - began
            log.info("step %d/%d loss %.3f, %.0fs", done, len(work), total / _LOGGED, spent)
            total = 0.0
        if done % config.measure_every == 0 or done == len(work):
            yield done


def train_step(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: list[Item],
    loss: Loss[Item],
    workers: int = 2,
) -> float:
    """One step downhill; the loss before it.

    Each worker takes its share of the batch: where other programs use the same
    cores, two threads that wait for each other once a step are several times as
    quick as two that do so at every operation.
    """
    learnt = [p for p in net.parameters() if p.requires_grad]

    def work(part: list[Item]) -> tuple[float, tuple[Tensor, ...]]:
        torch.set_num_threads(1)
        value = loss(part) * len(part) / len(batch)
        return value.item(), torch.autograd.grad(value, learnt)

    parts = [part for n in range(workers) if (part := batch[n::workers])]
    with ThreadPoolExecutor(len(parts)) as pool:
        found = list(pool.map(work, parts))
    for n, parameter in enumerate(learnt):
        parameter.grad = torch.stack([grads[n] for _, grads in found]).sum(0)
    nn.utils.clip_grad_norm_(learnt, 1.0)
    optimizer.step()
    optimizer.zero_grad()
    return sum(value for value, _ in found)


def slope(step: int, steps: int, warm_up: int) -> float:
    """Up in a line to 1, then down in a line to 0."""
    if step < warm_up:
        return (step + 1) / warm_up
    return max(0.0, (steps - step) / max(1, steps - warm_up))


def by_depth(net: nn.Module, layers: int) -> dict[int, list[nn.Parameter]]:
    """What is learnt, by the encoder's layer: -1 is what lies below it, `layers` the heads."""
    groups: dict[int, list[nn.Parameter]] = {}
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            continue
        depth = -1 if name.startswith("encoder.") else layers
        if ".layer." in name:
            depth = int(name.split(".layer.")[1].split(".")[0])
        groups.setdefault(depth, []).append(parameter)
    return groups


@torch.no_grad()
def follow(average: nn.Module, net: nn.Module, keep: float) -> None:
    """An exponential moving average of the weights: steadier than the last ones."""
    torch._foreach_lerp_(
        [p for p in average.parameters() if p.requires_grad],
        [p for p in net.parameters() if p.requires_grad],
        1 - keep,
    )
