"""What a case is measured by, and what the measures of all cases come to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval import citations
from eval.answer_cases import Case, Gold
from eval.answer_measures import Sought, of_case, of_failure, summarise
from eval.report import CaseResult
from index.archive import Archive
from rag.types import Answer, RefusalKind
from tests import eval_run
from tests.eval_answers import answer
from tests.eval_run import hit
from tests.fake_verifier import FakeVerifier

desk = eval_run.desk
empty = eval_run.empty


def test_gold_is_found_at_its_rank() -> None:
    sought = Sought(
        ((Gold("Nine died.", "u1"), "s1"), (Gold("", "u2"), "s2"), (Gold("Gone."), None))
    )
    hits = [
        hit("It rained.", "a", "s3"),
        hit("Nine  died.", "b", "copy", "s1"),
        hit("One.", "c", "s2"),
        hit("Two.", "d", "s2"),
    ]
    ranked, relevant = sought.ranked(hits)
    assert ranked == ["a", "b", "article 1"]
    assert relevant == {"b", "article 1", "gold 2"}


def measured(case: Case, made: Answer, archive: Archive) -> dict[str, float]:
    cited = citations.judge(made, (), archive, FakeVerifier())
    sought = Sought(tuple((gold, gold.article or None) for gold in case.gold))
    return of_case(case, sought, made, (), cited)


def test_a_refusal_scores_nothing_where_an_answer_was_wanted(empty: Archive) -> None:
    case = Case("a", "a", "Q", answerable=True, expected=("Nine",), gold=(Gold("Nine died."),))
    no = answer(refusal=RefusalKind.NOT_FOUND)
    values = measured(case, no, empty)
    assert values["answered"] == values["answer_f1"] == values["gold_cited"] == 0.0
    assert values["refusal_precision"] == 0.0
    assert "groundedness" not in values
    # what fails is no better off than what is refused
    wanted = {name: value for name, value in values.items() if name != "refusal_precision"}
    assert of_failure(case) == wanted


def test_a_refusal_of_what_cannot_be_answered_is_right(empty: Archive) -> None:
    case = Case("a", "a", "Q", answerable=False)
    no = answer(refusal=RefusalKind.NOT_FOUND)
    assert measured(case, no, empty) == {"refusal_recall": 1.0, "refusal_precision": 1.0}
    assert measured(case, answer("Nine died."), empty)["refusal_recall"] == 0.0
    assert measured(replace(case, answerable=None), no, empty) == {}


def test_the_gold_sentence_may_be_cited_later(empty: Archive) -> None:
    case = Case("a", "a", "Q", answerable=True, gold=(Gold("Nine died."),))
    values = measured(case, answer("It rained.", "Nine died."), empty)
    assert (values["gold_cited_first"], values["gold_cited"]) == (0.0, 1.0)
    whole = replace(case, gold=(Gold("", "s1"),))
    assert measured(whole, answer("It rained."), empty)["gold_cited_first"] == 1.0


def result(name: str, state: str, label: bool | None, **measures: float) -> CaseResult:
    score = None if state == "failed" else 0.2 if state == "refused" else 0.8
    pairs = tuple(measures.items())
    return CaseResult(name, name, "Q", "", (), (), state, score, label, pairs)


def test_measures_are_means_of_the_cases_that_have_them() -> None:
    cases = [
        result("a", "supported", True, groundedness=1.0, mrr=0.5),
        result("b", "unsupported", True, groundedness=0.5),
        result("c", "refused", False, refusal_recall=1.0, refusal_precision=1.0),
        result("d", "failed", False, refusal_recall=0.0),
    ]
    found = {m.name: m for m in summarise(cases, samples=50, seed=0)}
    assert found["groundedness"].value == 0.75
    assert found["groundedness"].low is not None
    assert (found["mrr"].value, found["mrr"].low, found["mrr"].n) == (0.5, None, 1)
    assert found["refusal_f1"].value == pytest.approx(2 / 3)
    assert found["refusal_auroc"].value == 0.5  # what failed counts as surest where it is worst
    assert found["exact_match"].value is None
    assert found["exact_match"].note == "no row has an answer to expect"
