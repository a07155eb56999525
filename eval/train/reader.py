"""Train the reader: `python -m eval.train.reader --data DIR --out DIR`.

The loop is plain. sentence-transformers' CrossEncoderTrainer maps a pair of
texts to one label; this model scores all sentences of a passage in one pass, against
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
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from eval.corpus import read_rows
from eval.train.batching import Item, NetReader, Texts, batches, items, tensors
from eval.train.data import read_sources
from eval.train.hard import Likeness
from eval.train.making import Maker, Mix
from eval.train.measure import measure, read_choice, read_refusal
from eval.train.model import ReaderNet, loss
from eval.train.training import RunConfig, by_depth, learn
from rag.reader import shipped_tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Config(RunConfig):
    """The settings of a run; reader.toml says what each means."""

    passages_times: int
    limit: int
    sentence_weight: float
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
    work = [batch for epoch in make_epochs(maker, config, texts) for batch in epoch]
    of_part = partial(loss_of, net, config.sentence_weight)
    out.mkdir(parents=True, exist_ok=True)
    best = 0.0
    for done in learn(net, average, work, config, layered(net, config), of_part):
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


def loss_of(net: ReaderNet, sentence_weight: float, part: list[Item]) -> Tensor:
    """Of a part of a batch, mean."""
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
        logits = net(**tensors(part))
    return loss(logits, [item.answers for item in part], sentence_weight)


def layered(net: ReaderNet, config: Config) -> list[dict[str, object]]:
    """The parameters by layer: the lower, the slower (Howard and Ruder 2018)."""
    layers = net.encoder.config.num_hidden_layers
    return [
        {"params": group, "lr": config.rate * math.pow(config.decay_by_layer, layers - depth)}
        for depth, group in by_depth(net, layers).items()
    ]


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
