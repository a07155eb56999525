"""What was aimed at before it was measured: baselines, least figures and aims.

The baselines are those of an honest first attempt (dense, BM25 and their
weighted sum, without a reader).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach; `key` names it in the report."""

    key: str
    name: str
    measure: str
    baseline: float | None
    least: float
    aim: float
    lower_is_better: bool = False


GOALS = (
    Goal("xquad_en hit@1", "XQuAD English", "hit@1", 0.948, 0.96, 0.98),
    Goal("time1963 nDCG@10", "TIME 1963", "nDCG@10", 0.682, 0.70, 0.76),
    Goal("news_facts recall@10", "facts of 2023 news", "recall@10", 0.865, 0.88, 0.94),
    Goal("news_facts nDCG@10", "facts of 2023 news", "nDCG@10", 0.805, 0.82, 0.90),
    Goal("conversations nDCG@10", "turns with history", "nDCG@10", 0.825, 0.84, 0.90),
    Goal("qed R@1", "QED", "R@1", 0.535, 0.66, 0.80),
    Goal("squad2 AUROC", "SQuAD 2", "AUROC of refusing", 0.62, 0.70, 0.85),
    # with the model that is shipped, which reads English: .05 and .15 above what it had
    Goal("xquad_tr hit@1", "XQuAD Turkish", "hit@1", 0.866, 0.916, 1.0),
    Goal("xquad_ru hit@1", "XQuAD Russian", "hit@1", 0.898, 0.948, 1.0),
    # baselines: overlap of words, or rules, whichever a first attempt reached more with
    Goal("qags_cnndm AUC", "QAGS-CNN, sentences", "ROC AUC", 0.837, 0.86, 0.90),
    Goal("qags_xsum AUC", "QAGS-XSum, sentences", "ROC AUC", 0.73, 0.74, 0.80),
    Goal("summedits_news AUC", "SummEdits, news", "ROC AUC", 0.61, 0.66, 0.82),
    Goal("summedits_news BA", "SummEdits, news", "balanced accuracy", 0.58, 0.62, 0.76),
    Goal("wice BA", "WiCE", "balanced accuracy", 0.68, 0.71, 0.78),
    Goal("mtrag_answers AUC", "MTRAG faithfulness", "ROC AUC", 0.855, 0.87, 0.90),
    Goal("claims per second", "all grounding sets", "claims a second", None, 100, 300),
    Goal("sample first", "sample archive", "right sentence cited first", None, 0.90, 0.95),
    Goal("sample refused", "sample archive", "unanswerable refused", None, 0.90, 0.95),
    Goal("sample answered", "sample archive", "answerable answered", None, 0.95, 0.98),
    Goal(
        "latency", "40,000 passages, two cores", "ms at the median", None, 150, 80,
        lower_is_better=True,
    ),
)  # fmt: skip
