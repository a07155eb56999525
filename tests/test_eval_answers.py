"""Cases run by the assistant: what is measured of them, and what cannot stop a run."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval import answers
from eval.answer_journal import AnswerJournal
from eval.report.as_json import text as report_json
from index.errors import ModelError
from rag.verdict import Claim, Verdict
from tests import eval_run
from tests.eval_run import ASKED, CHESS, by_id, by_name, opened, rows, run
from tests.fake_verifier import FakeVerifier

desk = eval_run.desk


def test_a_run_measures_what_readers_see(tmp_path: Path, desk: tuple[Path, dict[str, str]]) -> None:
    path = rows(tmp_path / "c.jsonl", ASKED, CHESS)
    outcome = answers.measure(path, desk[0], run())
    found = by_name(outcome.report)
    assert outcome.report.kind == "answers"
    for name in ("recall_at_5", "mrr", "gold_cited_first", "answer_recall", "citation_recall",
                 "citation_precision", "quote_fidelity", "groundedness", "answered",
                 "refusal_recall", "refusal_precision", "refusal_f1", "refusal_auroc"):  # fmt: skip
        assert found[name].value == 1.0, name
    assert found["exact_match"].value == 0.0
    assert outcome.report.states == (("refused", 1), ("supported", 1))
    assert outcome.latency is not None
    assert 0 < outcome.latency.median <= outcome.latency.p95
    assert outcome.report.setup.input == "c.jsonl"
    assert by_id(outcome.report)["ferry"].expected == "on Fridays"


def test_the_report_is_the_same_whatever_is_done_at_once(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    many = [{**ASKED, "id": f"a{n}"} for n in range(6)] + [
        {**CHESS, "id": f"b{n}"} for n in range(6)
    ]
    path = rows(tmp_path / "c.jsonl", *many)
    one = answers.measure(path, desk[0], run()).report
    three = answers.measure(path, desk[0], run(jobs=3)).report
    assert report_json(one) == report_json(three)
    assert [case.id for case in one.cases] == [row["id"] for row in many]


def test_without_the_article_that_answers_a_question_is_refused(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    folder, ids = desk
    gone = {**ASKED, "id": "gone", "answerable": False, "gold": [], "withhold": ids["ferry"]}
    other = {**ASKED, "id": "other", "withhold": [ids["tram"]]}
    nobody = {**ASKED, "id": "nobody", "withhold": "https://no.example/1"}
    path = rows(tmp_path / "c.jsonl", gone, ASKED, other, nobody)
    found = by_id(answers.measure(path, folder, run(jobs=2)).report)
    assert {name: case.state for name, case in found.items()} == {
        "gone": "refused",
        "ferry": "supported",
        "other": "supported",
        "nobody": "failed",
    }
    assert "no article 'https://no.example/1' to be withheld" in found["nobody"].note
    with opened(folder) as assistant:  # the archive itself is as it was
        assert assistant.stats().articles == 2


class Broken(FakeVerifier):
    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        if any("ferry" in claim.text for claim in claims):
            raise ModelError("the weights are gone")
        return super().verify(claims)


def test_a_case_that_crashes_is_counted_and_stops_nothing(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    overlong = {"id": "long", "question": "a" * 10_000_000, "answerable": True}
    tram = {"id": "tram", "question": "When does tram line four open?", "answerable": True}
    path = rows(tmp_path / "c.jsonl", ASKED, "{", overlong, tram)
    report = answers.measure(path, desk[0], run(verifier=Broken())).report
    found = by_id(report)
    assert {name: case.state for name, case in found.items()} == {
        "ferry": "failed",
        "line 2": "malformed",
        "long": "failed",
        "tram": "supported",
    }
    assert found["ferry"].note == "ModelError: the weights are gone"
    assert found["long"].note.startswith("QuestionError: ")
    assert by_name(report)["answered"].value == pytest.approx(1 / 3)
    assert sum(count for _, count in report.states) == 4


def test_a_conversation_is_asked_in_turn(tmp_path: Path, desk: tuple[Path, dict[str, str]]) -> None:
    follow_up = {"question": "Does it sail on Fridays?", "answerable": True, "gold": ASKED["gold"]}
    talk = {"id": "t", "turns": [ASKED, follow_up]}
    late = {**follow_up, "id": "late", "history": [ASKED["question"]]}
    path = rows(tmp_path / "c.jsonl", talk, late)
    found = by_id(answers.measure(path, desk[0], run()).report)
    for name in ("t/2", "late"):
        values = dict(found[name].measures)
        assert values["gold_cited_first"] == 1.0, name
        assert values["mrr"] == 1.0, name


class Stopped(FakeVerifier):
    """Is interrupted at the second answer."""

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        if self.seen:
            raise KeyboardInterrupt
        return super().verify(claims)


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    tram = {"id": "tram", "question": "When does tram line four open?", "answerable": True}
    path, kept = rows(tmp_path / "c.jsonl", ASKED, tram), tmp_path / "report" / "journal.jsonl"
    whole = answers.measure(path, desk[0], run()).report
    with pytest.raises(KeyboardInterrupt), AnswerJournal(kept) as journal:
        answers.measure(path, desk[0], run(verifier=Stopped()), kept=journal)
    with kept.open("ab") as stream:
        stream.write(b'{"key": "half a li')  # killed amid a line
    again = FakeVerifier()
    with AnswerJournal(kept) as journal:
        resumed = answers.measure(path, desk[0], run(verifier=again), kept=journal).report
    assert not any("ferry" in claim.text for claim in again.seen)
    assert report_json(resumed) == report_json(whole)
    third = FakeVerifier()
    with AnswerJournal(kept) as journal:
        answers.measure(path, desk[0], run(verifier=third), kept=journal)
    assert third.seen == []


def test_what_was_kept_stands_for_no_other_setup(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    path, kept = rows(tmp_path / "c.jsonl", ASKED), tmp_path / "journal.jsonl"
    for options in ((), (("refusal_threshold", "0.9"),)):
        fresh = FakeVerifier()
        with AnswerJournal(kept) as journal:
            answers.measure(path, desk[0], run(verifier=fresh, options=options), kept=journal)
        assert fresh.seen, options


def test_cases_may_be_compressed_and_in_another_encoding(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    path = tmp_path / "c.jsonl.gz"
    path.write_bytes(gzip.compress((json.dumps(ASKED) + "\n").encode("utf-16")))
    assert by_id(answers.measure(path, desk[0], run()).report)["ferry"].state == "supported"
