"""Train the reader: `python -m eval.train.reader --data DIR --out DIR`.

A plain loop. sentence-transformers' CrossEncoderTrainer maps a pair of texts to
one label; this model scores all sentences of a passage in one pass, against
each other and against none of them, so its batches and its loss are its own.

DIR holds `train/` (question_sentence.jsonl.gz, selection.jsonl.gz) and, to
choose the best weights of the run by, `selection/qed.jsonl` and
`abstention/squad2.jsonl`. Writes `best.pt` and `last.pt`.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import logging
import math
import random
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from eval.corpus import read_rows
from eval.train.batching import Item, NetReader, Texts, batches, items, tensors
from eval.train.data import read_sources
from eval.train.hard import Likeness
from eval.train.making import Maker, Mix
from eval.train.measure import measure, read_choice, read_refusal
from eval.train.model import ReaderNet, loss
from rag.reader import shipped_tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a run; reader.toml says what each means."""

    seed: int
    epochs: int
    passages_times: int
    batch_tokens: int
    limit: int
    rate: float
    decay_by_layer: float
    warm_up: float
    weight_decay: float
    sentence_weight: float
    average: float
    measure_every: int
    threads: int
    mix: Mix


def read_config(path: Path) -> Config:
    """A TOML file with every setting of `Config`. Raises TypeError for one too many or few."""
    found = tomllib.loads(path.read_text("utf-8"))
    return Config(**found | {"mix": Mix(**found["mix"])})


def train(config: Config, data: Path, out: Path, start: Path | None = None) -> None:
    """Run it. `start` are the weights of an earlier run to go on from."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    texts = Texts(shipped_tokenizer())
    net = ReaderNet()
    if start is not None:
        net.load_state_dict(torch.load(start, weights_only=True))
    average = copy.deepcopy(net)
    table = net.encoder.embeddings.word_embeddings.weight.detach().numpy()
    maker = Maker(
        read_sources(data / "train", unseen=benchmark_texts(data)),
        config.mix,
        config.seed,
        Likeness(shipped_tokenizer(), table),
    )
    epochs = make_epochs(maker, config, texts)
    steps = sum(map(len, epochs))
    optimizer = torch.optim.AdamW(
        layered(net, config), lr=config.rate, weight_decay=config.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: slope(step, steps, round(config.warm_up * steps))
    )
    out.mkdir(parents=True, exist_ok=True)
    best, total, began = 0.0, 0.0, time.monotonic()
    for done, batch in enumerate((batch for epoch in epochs for batch in epoch), start=1):
        total += train_step(net, optimizer, batch, config.sentence_weight, config.threads)
        schedule.step()
        # Early on the average has seen little: it follows more closely.
        follow(average, net, min(config.average, 1 - 2 / (done + 2)))
        if done % 50 == 0:
            log.info(
                "step %d/%d loss %.3f, %.0fs", done, steps, total / 50, time.monotonic() - began
            )
            total = 0.0
        if done % config.measure_every == 0 or done == steps:
            figures = development(average, texts, data, config.limit)
            log.info("step %d %s", done, figures)
            if sum(figures.values()) > best:
                best = sum(figures.values())
                torch.save(average.state_dict(), out / "best.pt")
    torch.save(average.state_dict(), out / "last.pt")


def make_epochs(maker: Maker, config: Config, texts: Texts) -> list[list[list[Item]]]:
    """All batches of all epochs, each epoch cut anew."""
    rng = random.Random(config.seed)  # noqa: S311 - nothing secret
    return [
        batches(
            items(maker.epoch(config.passages_times), texts, config.limit),
            config.batch_tokens,
            rng,
        )
        for _ in range(config.epochs)
    ]


def train_step(
    net: ReaderNet,
    optimizer: torch.optim.Optimizer,
    batch: list[Item],
    sentence_weight: float,
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
        with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
            logits = net(**tensors(part))
        value = loss(logits, [item.answers for item in part], sentence_weight)
        value = value * len(part) / len(batch)
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


def layered(net: ReaderNet, config: Config) -> list[dict[str, object]]:
    """The parameters by layer: the lower, the slower (Howard and Ruder 2018)."""
    layers = net.encoder.config.num_hidden_layers
    groups: dict[int, list[nn.Parameter]] = {}
    for name, parameter in net.named_parameters():
        if not parameter.requires_grad:
            continue
        depth = layers
        if name.startswith("encoder.embeddings"):
            depth = -1
        elif ".layer." in name:
            depth = int(name.split(".layer.")[1].split(".")[0])
        groups.setdefault(depth, []).append(parameter)
    return [
        {"params": group, "lr": config.rate * math.pow(config.decay_by_layer, layers - depth)}
        for depth, group in groups.items()
    ]


@torch.no_grad()
def follow(average: ReaderNet, net: ReaderNet, keep: float) -> None:
    """An exponential moving average of the weights: steadier than the last ones."""
    torch._foreach_lerp_(
        [p for p in average.parameters() if p.requires_grad],
        [p for p in net.parameters() if p.requires_grad],
        1 - keep,
    )


def development(net: ReaderNet, texts: Texts, data: Path, limit: int) -> dict[str, float]:
    """The choice of a sentence (R@1) and the refusal (AUROC), where the sets are there."""
    reader = NetReader(net, texts, limit)
    found: dict[str, float] = {}
    choice, refusal = data / "selection" / "qed.jsonl", data / "abstention" / "squad2.jsonl"
    if choice.exists():
        found["R@1"] = measure(reader.read, read_choice(choice)).recall_at_1 or 0.0
    if refusal.exists():
        found["AUROC"] = measure(reader.read, read_refusal(refusal)).auroc or 0.0
    return {name: round(value, 4) for name, value in found.items()}


def benchmark_texts(data: Path) -> list[str]:
    """The passages of the sets that readers are measured on: none is learnt from."""
    found = []
    for path in (
        data / "selection" / "qed.jsonl",
        data / "abstention" / "squad2.jsonl",
        data / "retrieval" / "xquad_en" / "corpus.jsonl",
    ):
        for _, row in read_rows(path) if path.exists() else ():
            found.append(
                row.get("context") or row.get("text") or " ".join(row.get("sentences", ()))
            )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path(__file__).with_suffix(".toml"))
    parser.add_argument("--start", type=Path, help="weights (.pt) to go on from")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = read_config(given.config)
    log.info("%s", dataclasses.asdict(config))
    train(config, given.data, given.out, given.start)


if __name__ == "__main__":
    main()
