"""How good a reader is: the sentence it prefers, and whether it knows when there is none.

`python -m eval.train.measure --data DIR [--model FILE]` measures the shipped
reader, or another file of its kind, on `DIR/selection/qed.jsonl`,
`DIR/abstention/squad2.jsonl` and `DIR/retrieval/xquad_en`.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from eval.binary import auroc
from eval.corpus import read_rows
from eval.train.data import Example, untokenised
from index.embed import SentenceTransformerEmbedder
from index.sentences import split
from rag.reader import Extract, OnnxReader, Reading

log = logging.getLogger(__name__)

Read = Callable[[str, Sequence[Extract]], list[Reading]]


@dataclass(frozen=True, slots=True)
class Figures:
    """On the development sets; None where there are no rows.

    `recall_at_1`: the share of answerable passages whose best sentence answers.
    `auroc`: of `answerable`, answerable rows against the others.
    """

    recall_at_1: float | None
    auroc: float | None

    @property
    def mean(self) -> float:
        """What the best weights of a run are chosen by."""
        found = [each for each in (self.recall_at_1, self.auroc) if each is not None]
        return fmean(found) if found else 0.0


def measure(read: Read, rows: Sequence[Example]) -> Figures:
    """Reads every row; rows with answers count for the choice, all for the refusal."""
    hits: list[float] = []
    odds: list[float] = []
    for row in rows:
        (reading,) = read(row.question, [Extract(row.title, row.sentences)])
        odds.append(reading.answerable)
        if row.answers:
            best = max(range(len(row.sentences)), key=reading.sentences.__getitem__)
            hits.append(float(best in row.answers))
    there = [bool(row.answers) for row in rows]
    return Figures(fmean(hits) if hits else None, auroc(odds, there))


def read_choice(path: Path) -> list[Example]:
    """Rows of question, title, `sentences`, `answer_sentences` (qed.jsonl). Raises SourceError."""
    return [
        Example(
            row["question"],
            row.get("title") or "",
            tuple(untokenised(sentence) for sentence in row["sentences"]),
            frozenset(row["answer_sentences"]),
        )
        for _, row in read_rows(path)
    ]


def read_refusal(path: Path) -> list[Example]:
    """Rows of question, context and `answerable` (squad2.jsonl). Raises SourceError.

    Where it is answerable all sentences count as answers: which one does is not told.
    """
    found = []
    for _, row in read_rows(path):
        text = row["context"]
        sentences = tuple(text[span.start : span.end] for span in split(text))
        answers = frozenset(range(len(sentences)) if row["answerable"] else ())
        found.append(Example(row["question"], "", sentences, answers))
    return found


def milliseconds(read: Read, rows: Sequence[Example], passages: int = 8, times: int = 20) -> float:
    """To read `passages` of `rows` for one question; the median of `times` goes."""
    taken = []
    for n in range(times):
        chosen = [rows[(n * passages + k) % len(rows)] for k in range(passages)]
        extracts = [Extract(row.title, row.sentences) for row in chosen]
        began = time.perf_counter()
        read(chosen[0].question, extracts)
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))


def main() -> None:
    from eval.train.rerank import find, hit_at_1

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="an .onnx file; the shipped one if left out")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    log.setLevel(logging.INFO)
    reader = OnnxReader(given.model, sha256=None) if given.model else OnnxReader()
    choice = read_choice(given.data / "selection" / "qed.jsonl")
    refusal = read_refusal(given.data / "abstention" / "squad2.jsonl")
    log.info("%s", reader.id)
    log.info("QED R@1 %.4f", measure(reader.read, choice).recall_at_1)
    log.info("SQuAD2 AUROC %.4f", measure(reader.read, refusal).auroc)
    log.info("%.0f ms to read 8 passages of SQuAD2", milliseconds(reader.read, refusal))
    collection = given.data / "retrieval" / "xquad_en"
    found = find(
        collection / "corpus.jsonl",
        collection / "queries.jsonl",
        SentenceTransformerEmbedder(),
        reader.read,
    )
    for weight in (0.0, 0.01, 0.02, 0.05, 0.1, 0.2):
        log.info(
            "XQuAD en hit@1 %.4f by fused + %g * best sentence", hit_at_1(found, weight), weight
        )


if __name__ == "__main__":
    main()
