"""Train the verifier's entailment model: `python -m eval.train.verifier --data DIR --out DIR`.

DIR holds `train/` (question_sentence, selection and nli_pairs.jsonl.gz) and, to
choose the best weights of the run by, `grounding/`. `--wordnet` is the folder of
WordNet's database files, `--reader` the reader's weights to start from, where
a question is already read against a passage. Writes `best.pt` and, each time
that it measures, `stepN.pt`.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import logging
import math
import random
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.corpus import read_rows
from eval.train.faults import Faulter
from eval.train.hard import Likeness, find_names
from eval.train.reader import benchmark_texts
from eval.train.soften import Softener
from eval.train.substitutes import Substitutes
from eval.train.swaps import Swapper
from eval.train.training import RunConfig, by_depth, learn
from eval.train.verifier_batches import Item, batches, items, tensors
from eval.train.verifier_data import Article, Lesson, Maker, Shares, common_words, read_articles
from eval.train.verifier_measure import SETS, Judged, measure, read_judged
from eval.train.verifier_net import VerifierNet, loss
from eval.train.wordnet import FOLDER, WordNet
from rag.entail import arrays, judgement, laid_out
from rag.reader import shipped_tokenizer
from rag.verdict import Entailment, Pair

log = logging.getLogger(__name__)
_MEASURED = 48  # pairs of a batch when measuring


@dataclass(frozen=True, slots=True)
class Config(RunConfig):
    """The settings of a run; verifier.toml says what each means."""

    steps: int
    head_rate: float
    word_weight: float
    sentences: Shares
    questions: Shares


def read_config(path: Path) -> Config:
    """A TOML file with every setting of `Config`. Raises TypeError for one too many or few."""
    found = tomllib.loads(path.read_text("utf-8"))
    shares = {name: Shares(**found[name]) for name in ("sentences", "questions")}
    return Config(**found | shares)


def make_lessons(config: Config, data: Path, wordnet: Path, net: VerifierNet) -> list[list[Lesson]]:
    """Of every epoch, shuffled."""
    rng = random.Random(config.seed)  # noqa: S311 - nothing secret
    articles, pairs = read_articles(
        data / "train", [*benchmark_texts(data), *grounding_texts(data)]
    )
    maker = maker_of(articles, wordnet, net, (config.sentences, config.questions), rng)
    made = []
    for _ in range(config.epochs):
        lessons = [*maker.epoch(), *pairs]
        rng.shuffle(lessons)
        made.append(lessons)
    return made


def maker_of(
    articles: Sequence[Article],
    wordnet: Path,
    net: VerifierNet,
    shares: tuple[Shares, Shares],
    rng: random.Random,
) -> Maker:
    substitutes = Substitutes(WordNet(wordnet))
    table = net.encoder.embeddings.word_embeddings.weight.detach().numpy()
    likeness = Likeness(shipped_tokenizer(), table)
    names = find_names(s for a in articles for s in a.sentences if s != s.lower())
    common = common_words(articles)
    strange = [s for a in rng.sample(articles, min(1500, len(articles))) for s in a.sentences[:4]]
    swapper = Swapper(substitutes, likeness, names, common, strange, rng)
    faulter = Faulter(substitutes, names, rng)
    softener = Softener(substitutes, likeness, common, rng)
    return Maker(articles, swapper, faulter, softener, shares, rng)


def grounding_texts(data: Path) -> Iterable[str]:
    """The documents that the verifier is measured on, and their claims: none is learnt from."""
    for path in sorted((data / "grounding").glob("*.jsonl")):
        for _, row in read_rows(path):
            yield from (text for text in row.values() if isinstance(text, str))
            for context in row.get("contexts") or row.get("passages") or ():
                yield context if isinstance(context, str) else str(context.get("text", ""))


def train(
    config: Config, data: Path, wordnet: Path, out: Path, reader: Path | None, start: Path | None
) -> None:
    """Run it. `reader` are weights of the reader to start from, `start` of an earlier run."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    net = VerifierNet()
    tokenizer = shipped_tokenizer()
    lessons = make_lessons(config, data, wordnet, net)
    if reader is not None:
        known = torch.load(reader, weights_only=True)
        net.load_state_dict({k: v for k, v in known.items() if k.startswith("encoder.")}, False)
    if start is not None:
        net.load_state_dict(torch.load(start, weights_only=True))
    average = copy.deepcopy(net)
    rng = random.Random(config.seed)  # noqa: S311 - nothing secret
    work = [b for e in lessons for b in batches(items(e, tokenizer), config.batch_tokens, rng)]
    work = work[: config.steps]
    rows = read_judged(data / "grounding")
    log.info("%d lessons, %d steps, %d rows", sum(map(len, lessons)), len(work), len(rows))
    del lessons
    of_part = partial(loss_of, net, config.word_weight)
    out.mkdir(parents=True, exist_ok=True)
    best = 0.0
    for done in learn(net, average, work, config, layered(net, config), of_part):
        figures = development(average, tokenizer, rows)
        mean = fmean(each["claim"] for each in figures.values()) if figures else done
        log.info("step %d mean %.4f %s", done, mean, figures)
        torch.save(average.state_dict(), out / f"step{done}.pt")
        if mean > best:
            best = mean
            torch.save(average.state_dict(), out / "best.pt")


def loss_of(net: VerifierNet, word_weight: float, part: list[Item]) -> Tensor:
    """Of a part of a batch, mean."""
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
        return loss(net, *tensors(part), word_weight)


def layered(net: VerifierNet, config: Config) -> list[dict[str, object]]:
    """The parameters by layer: the lower, the slower (Howard and Ruder 2018)."""
    layers = net.encoder.config.num_hidden_layers

    def rate(depth: int) -> float:
        if depth == layers:
            return config.head_rate
        return config.rate * math.pow(config.decay_by_layer, layers - 1 - depth)

    return [{"params": group, "lr": rate(depth)} for depth, group in by_depth(net, layers).items()]


def entail_with(net: VerifierNet, tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Entailment]:
    """As the shipped model would, with a network that is not exported."""
    claims = tokenizer.encode_batch([pair.claim for pair in pairs], add_special_tokens=False)
    shown = tokenizer.encode_batch([pair.evidence for pair in pairs], add_special_tokens=False)
    laid = [laid_out(c.ids, e.ids) for c, e in zip(claims, shown, strict=True)]
    order = sorted(range(len(pairs)), key=lambda n: len(laid[n].ids))
    found: dict[int, Entailment] = {}
    for first in range(0, len(order), _MEASURED):
        part = order[first : first + _MEASURED]
        inputs = {k: torch.from_numpy(a) for k, a in arrays([laid[n] for n in part]).items()}
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            supported, words = net(**inputs)
        for row, n in enumerate(part):
            tokens = words[row, 1 : 1 + laid[n].claim].tolist()
            found[n] = judgement(pairs[n].claim, float(supported[row]), tokens, claims[n].offsets)
    return [found[n] for n in range(len(pairs))]


def development(
    net: VerifierNet, tokenizer: Tokenizer, rows: Sequence[Judged]
) -> dict[str, dict[str, float]]:
    """AUC of each grounding set that is there."""
    return measure(lambda pairs: entail_with(net, tokenizer, pairs), rows) if rows else {}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--wordnet", type=Path, default=FOLDER)
    parser.add_argument("--reader", type=Path, help="weights (.pt) of the reader")
    parser.add_argument("--start", type=Path, help="weights (.pt) of an earlier run")
    parser.add_argument("--config", type=Path, default=Path(__file__).with_suffix(".toml"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = read_config(given.config)
    log.info("%s %s", dataclasses.asdict(config), SETS)
    train(config, given.data, given.wordnet, given.out, given.reader, given.start)


if __name__ == "__main__":
    main()
