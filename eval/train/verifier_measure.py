"""How good an entailment model is by itself, on human labels: AUC on the grounding sets.

`python -m eval.train.verifier_measure --data DIR [--model FILE]`. The evidence
of a claim is the union of the three sentences that share most of its words.
"""

from __future__ import annotations

import argparse
import logging
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from eval.binary import auroc
from eval.corpus import read_rows
from index.sentences import split
from rag.entail import OnnxEntailer
from rag.stopwords import STOPWORDS
from rag.verdict import Entailment, Pair

log = logging.getLogger(__name__)

SETS = ("summedits_news", "qags_cnndm", "qags_xsum", "wice")
_SENTENCES = 3  # of evidence
_COVERED = 0.3  # what a word counts that a sentence chosen before has too
_PIECE = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its evidence and what people said of it."""

    collection: str
    pair: Pair
    supported: bool


def read_judged(folder: Path, each: int | None = None) -> list[Judged]:
    """Rows of document, claim and `supported`; at most `each` of a set. Raises SourceError."""
    found = []
    for name in SETS:
        path = folder / f"{name}.jsonl"
        rows = [row for _, row in read_rows(path)] if path.exists() else []
        known: dict[str, list[str]] = {}
        for row in rows[:: max(1, len(rows) // each) if each else 1]:
            text = row["document"]
            if text not in known:
                known[text] = [text[span.start : span.end] for span in split(text)]
            pair = Pair(best_sentences(row["claim"], known[text]), row["claim"])
            found.append(Judged(name, pair, bool(row["supported"])))
    return found


def best_sentences(claim: str, sentences: Sequence[str], most: int = _SENTENCES) -> str:
    """The sentences that together share most of the claim's words, rare ones first, in order."""
    words = [_stems(sentence) for sentence in sentences]
    spread = Counter(word for each in words for word in each)
    weight = {w: math.log(1 + len(words) / spread[w]) for w in _stems(claim) if w in spread}
    covered: set[str] = set()
    chosen: list[int] = []
    for _ in range(min(most, len(sentences))):
        worth = {
            n: sum(weight[w] * (_COVERED if w in covered else 1) for w in each & weight.keys())
            for n, each in enumerate(words)
            if n not in chosen
        }
        best = max(worth, key=lambda n: worth[n])
        chosen.append(best)
        covered |= words[best]
    return " ".join(sentences[n] for n in sorted(chosen))


def _stems(text: str) -> frozenset[str]:
    return frozenset(w[:6] for w in _PIECE.findall(text.lower()) if w not in STOPWORDS)


def scores(entailment: Entailment) -> dict[str, float]:
    """What a claim may be judged by: its log-odds, its worst word, its words on average."""
    odds = [each for _, _, each in entailment.words] or [0.0]
    return {
        "claim": entailment.supported,
        "worst": -max(odds),
        "mean": -fmean(1 / (1 + math.exp(-max(-30.0, min(30.0, each)))) for each in odds),
    }


def measure(
    entail: Callable[[Sequence[Pair]], list[Entailment]], rows: Sequence[Judged]
) -> dict[str, dict[str, float]]:
    """AUC of every set by every score; of a set whose claims are all of a kind, none."""
    made = [scores(each) for each in entail([row.pair for row in rows])]
    found: dict[str, dict[str, float]] = {}
    for name in dict.fromkeys(row.collection for row in rows):
        here = [n for n, row in enumerate(rows) if row.collection == name]
        labels = [rows[n].supported for n in here]
        area = {key: auroc([made[n][key] for n in here], labels) for key in made[here[0]]}
        found[name] = {key: round(each, 4) for key, each in area.items() if each is not None}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="an .onnx file; the shipped one if left out")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    entailer = OnnxEntailer(given.model, sha256=None) if given.model else OnnxEntailer()
    log.info("%s", entailer.id)
    rows = read_judged(given.data / "grounding")
    began = time.perf_counter()
    for name, found in measure(entailer.entail, rows).items():
        log.info("%s: %s", name, found)
    log.info("%.0f pairs a second", len(rows) / (time.perf_counter() - began))


if __name__ == "__main__":
    main()
