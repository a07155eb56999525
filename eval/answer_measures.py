"""The measures of an assistant's answers: of one case, and over all of them.

Every measure is a mean over the cases that it applies to, of the case's own
value (ALCE and RAGAS average so too), and its interval is a bootstrap that
draws whole groups of cases. Only F1 and AUROC of refusing belong to the whole
set alone. An answerable question that was refused, or that failed, scores 0
wherever an answer was wanted: what is not answered is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval import metrics
from eval.answer_cases import Case, Gold
from eval.binary import auroc, f1_of_refusing
from eval.bootstrap import Interval, interval, statistic_interval
from eval.citations import Cited
from eval.questions import cites
from eval.report.model import CaseResult, Measure
from rag.types import Answer, Hit

_FEWEST = 2  # groups: of one alone nothing can be drawn

# name, title, group, and where no case has it, why
_MEANS = (
    ("recall_at_5", "Recall@5", "retrieval", "no row names gold"),
    ("recall_at_10", "Recall@10", "retrieval", "no row names gold"),
    ("ndcg_at_10", "nDCG@10", "retrieval", "no row names gold"),
    ("mrr", "MRR", "retrieval", "no row names gold"),
    ("exact_match", "Exact match", "answer", "no row has an answer to expect"),
    ("answer_f1", "F1 of the words", "answer", "no row has an answer to expect"),
    ("answer_recall", "Recall of the words", "answer", "no row has an answer to expect"),
    ("gold_cited_first", "Gold sentence cited first", "answer", "no row names gold"),
    ("gold_cited", "Gold sentence cited", "answer", "no row names gold"),
    ("citation_recall", "Citation recall", "citations", "nothing was answered"),
    ("citation_precision", "Citation precision", "citations", "nothing was cited"),
    ("quote_fidelity", "Quotes verbatim", "citations", "nothing was cited"),
    ("groundedness", "Claims supported", "grounding", "nothing was answered"),
    ("answered", "Answered, of the answerable", "refusal", "no row is answerable"),
    ("refusal_precision", "Precision of refusing", "refusal", "nothing was refused"),
    ("refusal_recall", "Recall of refusing", "refusal", "no row is unanswerable"),
)  # fmt: skip
REFUSED = "refused"  # a case's state


@dataclass(frozen=True, slots=True)
class Sought:
    """Gold, with the id of the article that it names: None where the archive has none such."""

    gold: tuple[tuple[Gold, str | None], ...]

    def ranked(self, hits: Sequence[Hit]) -> tuple[list[str], set[str]]:
        """Passages and articles in order of rank, and which are relevant, both by name.

        Relevant is the passage that holds a gold sentence, or where gold names
        no sentence any passage of its article, once. Gold that no hit answers
        is relevant and was not found.
        """
        ranked: list[str] = []
        relevant: dict[str, None] = {}
        for hit in hits:
            which = next((n for n, pair in enumerate(self.gold) if _answers(hit, *pair)), None)
            name = hit.passage.id
            if which is not None:
                name = name if self.gold[which][0].sentence else f"article {which}"
                relevant[name] = None
            ranked.append(name)
        missed = {
            f"gold {n}"
            for n, pair in enumerate(self.gold)
            if not any(_answers(hit, *pair) for hit in hits)
        }
        return list(dict.fromkeys(ranked)), {*relevant, *missed}


def _answers(hit: Hit, gold: Gold, article_id: str | None) -> bool:
    """Whether a passage is gold: a syndicated copy stands in for its original."""
    if gold.article and article_id not in {hit.article.id, hit.article.original}:
        return False
    return _plain(gold.sentence) in _plain(hit.passage.text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def of_case(
    case: Case, sought: Sought, answer: Answer, hits: Sequence[Hit], cited: Cited
) -> dict[str, float]:
    """A case's own values of the measures that apply to it, by name."""
    values = _of_refusing(case, refused=answer.refusal is not None)
    if case.answerable is not False and sought.gold:
        values |= _of_ranking(sought, hits) | _of_gold(sought, answer)
    if case.answerable is not False and case.expected:
        said = cited.text if answer.refusal is None else ""
        values["exact_match"] = metrics.exact_match(said, case.expected)
        values["answer_f1"] = metrics.token_f1(said, case.expected)
        values["answer_recall"] = metrics.token_recall(said, case.expected)
    judged = {
        "citation_recall": cited.recall,
        "citation_precision": cited.precision,
        "quote_fidelity": cited.fidelity,
        "groundedness": cited.groundedness,
    }
    return values | {name: value for name, value in judged.items() if value is not None}


def of_failure(case: Case) -> dict[str, float]:
    """The same of a case that could not be asked: 0 wherever an answer or a refusal was wanted."""
    values: dict[str, float] = {}
    if case.answerable is not None:
        values["answered" if case.answerable else "refusal_recall"] = 0.0
    if case.answerable is not False and case.gold:
        names = ("recall_at_5", "recall_at_10", "ndcg_at_10", "mrr", "gold_cited_first")
        values |= dict.fromkeys((*names, "gold_cited"), 0.0)
    if case.answerable is not False and case.expected:
        values |= dict.fromkeys(("exact_match", "answer_f1", "answer_recall"), 0.0)
    return values


def _of_refusing(case: Case, *, refused: bool) -> dict[str, float]:
    """Refusing as a search for what cannot be answered."""
    if case.answerable is None:
        return {}
    values = {"answered" if case.answerable else "refusal_recall": float(refused)}
    if case.answerable:
        values["answered"] = float(not refused)
    if refused:
        values["refusal_precision"] = float(not case.answerable)
    return values


def _of_ranking(sought: Sought, hits: Sequence[Hit]) -> dict[str, float]:
    ranked, relevant = sought.ranked(hits)
    return {
        "recall_at_5": metrics.recall_at(5, ranked, relevant),
        "recall_at_10": metrics.recall_at(10, ranked, relevant),
        "ndcg_at_10": metrics.ndcg_at(10, ranked, relevant),
        "mrr": metrics.reciprocal_rank(ranked, relevant),
    }


def _of_gold(sought: Sought, answer: Answer) -> dict[str, float]:
    """Whether a gold sentence is quoted; where gold names no sentence, its article."""
    sentences = [gold.sentence for gold, _ in sought.gold if gold.sentence]
    articles = {article for gold, article in sought.gold if not gold.sentence}

    def within(count: int | None) -> float:
        stories = {c.story.article_id for c in answer.citations[:count]}
        return max(cites(answer, sentences, count), float(bool(stories & articles)))

    return {"gold_cited_first": within(1), "gold_cited": within(None)}


def summarise(cases: Sequence[CaseResult], *, samples: int, seed: int) -> tuple[Measure, ...]:
    """The measures over all cases, in the order that they are shown in."""
    measures = [_mean(cases, *about, samples=samples, seed=seed) for about in _MEANS]
    sets = (_of_the_set(cases, name, samples=samples, seed=seed) for name in SETS)
    return (*measures, *sets)


def _mean(
    cases: Sequence[CaseResult],
    name: str,
    title: str,
    group: str,
    missing: str,
    *,
    samples: int,
    seed: int,
) -> Measure:
    rows = [(case.group, value) for case in cases for key, value in case.measures if key == name]
    if not rows:
        return Measure(name, title, group, None, note=missing)
    groups, values = [row[0] for row in rows], [row[1] for row in rows]
    value, low, high = sum(values) / len(values), None, None
    if len(set(groups)) >= _FEWEST:
        low, high = interval(values, groups=groups, samples=samples, seed=seed)
    return Measure(name, title, group, value, low, high, len(values))


SETS: dict[str, Callable[..., float | None]] = {
    "refusal_f1": f1_of_refusing,
    "refusal_auroc": auroc,
}
_TOLD = {  # the title, and where there is no value, why
    "refusal_f1": ("F1 of refusing", "there was nothing to refuse"),
    "refusal_auroc": ("AUROC of the confidence", "it takes answerable and unanswerable rows"),
}


def judged(name: str, case: CaseResult) -> tuple[float, bool] | None:
    """What a case gives to a measure of the whole set, and whether it can be answered.

    None where that is not known. What failed has the worst of confidences.
    """
    if case.label is None:
        return None
    if name == "refusal_f1":
        return float(case.state == REFUSED), case.label
    return (float(not case.label) if case.score is None else case.score), case.label


def _of_the_set(cases: Sequence[CaseResult], name: str, *, samples: int, seed: int) -> Measure:
    title, missing = _TOLD[name]
    rows = [(case.group, *row) for case in cases if (row := judged(name, case)) is not None]
    groups, values, truth = [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]
    value = SETS[name](values, truth) if rows else None
    if value is None:
        return Measure(name, title, "refusal", None, note=missing)
    ends: Interval | None = None
    if len(set(groups)) >= _FEWEST:
        ends = statistic_interval(
            SETS[name], values, truth, groups=groups, samples=samples, seed=seed
        )
    low, high = ends or (None, None)
    return Measure(name, title, "refusal", value, low, high, len(groups))
