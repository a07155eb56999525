"""Cases run by the assistant: what is measured of them, and what cannot stop a run."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval import answer_cases, answers, citations
from eval.answer_cases import Case, Gold, Malformed, Talk
from eval.answer_journal import AnswerJournal
from eval.answer_measures import Sought, of_case, of_failure, summarise
from eval.answers import Run
from eval.corpus import index_rows
from eval.metrics import exact_match, token_f1, token_recall
from eval.report import CaseResult, Measure, Report
from eval.report.as_json import text as report_json
from index.archive import Archive
from index.errors import ModelError, SourceError
from index.types import Filters, Headline, Passage
from rag.assistant import Assistant
from rag.llm.endpoint import Endpoint
from rag.llm.writer import writer_for
from rag.types import Answer, Hit, RefusalKind, Sentence
from rag.verdict import Claim, State, Verdict
from rag.verify import verifier_for
from tests.eval_answers import answer
from tests.fake_embedder import FakeEmbedder
from tests.fake_verifier import FakeVerifier
from tests.llm_server import Script, closed_port, in_turn, says, serving

FERRY = "The night ferry sails to Sarne on Fridays."
TRAM = "Tram line four opens in October, they said."
STORIES = [
    {"id": "ferry", "title": "Night ferry", "text": FERRY},
    {"id": "tram", "title": "Tram line four", "text": TRAM},
]
ASKED: dict[str, Any] = {
    "id": "ferry",
    "question": "When does the night ferry sail to Sarne?",
    "answerable": True,
    "answer": "on Fridays",
    "gold": [{"sentence": FERRY}],
}
CHESS = {"id": "chess", "question": "Who won the chess olympiad?", "answerable": False}


def rows(path: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An archive of two stories, and their ids by name."""
    folder = tmp_path_factory.mktemp("archive")
    ids = index_rows(STORIES, folder, FakeEmbedder())
    return folder, {name: article_id for article_id, name in ids.items()}


def opened(folder: Path) -> Assistant:
    return Assistant(Archive(folder), FakeEmbedder(), threshold=0.3)


def run(**about: Any) -> Run:
    return Run(**{"opener": opened, "verifier": FakeVerifier(), "samples": 50, **about})


def by_name(report: Report) -> dict[str, Measure]:
    return {measure.name: measure for measure in report.measures}


def by_id(report: Report) -> dict[str, CaseResult]:
    return {case.id: case for case in report.cases}


# -- reading cases ---------------------------------------------------------------------


def test_a_row_with_everything_is_read(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "question": "Who?",
        "answer": ["Ann", " "],
        "gold": [{"url": "https://x.example/1", "sentence": "Ann did."}, {"article_id": "z"}],
        "history": ["What?"],
        "today": "2025-02-03",
        "filters": {"after": "2025-01-01", "sources": "The Gazette"},
        "withhold": "https://x.example/2",
    }
    assert answer_cases.read(rows(tmp_path / "c.jsonl", row)) == [
        Talk(
            (
                Case(
                    "a",
                    "https://x.example/1",
                    "Who?",
                    answerable=True,
                    expected=("Ann",),
                    gold=(Gold("Ann did.", "https://x.example/1"), Gold("", "z")),
                    history=("What?",),
                    today=date(2025, 2, 3),
                    filters=Filters(after=date(2025, 1, 1), sources=("The Gazette",)),
                    withhold=("https://x.example/2",),
                ),
            )
        )
    ]


def test_turns_are_cases_of_one_group(tmp_path: Path) -> None:
    row = {"id": "t", "today": "2025-02-03", "turns": [ASKED, CHESS]}
    (talk,) = answer_cases.read(rows(tmp_path / "c.jsonl", row))
    assert isinstance(talk, Talk)
    assert [(c.id, c.group, c.today) for c in talk.cases] == [
        ("t/1", "t", date(2025, 2, 3)),
        ("t/2", "t", date(2025, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "expected a JSON object"),
        ({"id": "x"}, "expected question to be text"),
        ({"question": " "}, "expected question to be text"),
        ({"question": "Q", "answerable": "yes"}, "answerable to be true or false, found 'yes'"),
        ({"question": "Q", "gold": ["It."]}, "expected gold to be an object"),
        ({"question": "Q", "gold": [{"sentence": ""}]}, "to name a sentence or an article"),
        ({"question": "Q", "today": "Friday"}, "expected today as YYYY-MM-DD"),
        ({"question": "Q", "filters": {"author": "A"}}, "unknown filter 'author'"),
        ({"question": "Q", "history": [1]}, "expected history to be a text or a list"),
        ({"turns": []}, "expected turns to be a list"),
        ({"turns": ["Q"]}, "expected a turn to be an object"),
    ],
)
def test_a_line_that_is_no_case_costs_nothing_but_itself(
    tmp_path: Path, row: dict[str, Any] | str, said: str
) -> None:
    found = answer_cases.read(rows(tmp_path / "c.jsonl", ASKED, row, CHESS))
    assert [type(each) for each in found] == [Talk, Malformed, Talk]
    assert isinstance(found[1], Malformed)
    assert found[1].why.startswith("line 2: ")
    assert said in found[1].why


def test_a_file_without_a_single_case_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there are no cases in it: line 1: not JSON"):
        answer_cases.read(rows(tmp_path / "c.jsonl", "{"))
    with pytest.raises(SourceError, match="cannot read"):
        answer_cases.read(tmp_path / "none.jsonl")


def test_two_cases_of_one_id_stay_apart(tmp_path: Path) -> None:
    found = answer_cases.read(rows(tmp_path / "c.jsonl", ASKED, ASKED))
    assert [each.cases[0].id for each in found if isinstance(each, Talk)] == ["ferry", "ferry#2"]


# -- an answer's words -------------------------------------------------------------------


def test_squads_measures_ignore_case_articles_and_punctuation() -> None:
    assert exact_match("The Ferry, on Fridays!", ["a ferry on fridays"]) == 1.0
    assert exact_match("on Friday", ["on Fridays"]) == 0.0
    assert token_f1("It sails on Fridays", ["in May", "on Fridays"]) == pytest.approx(2 / 3)
    assert token_recall("It sails on Fridays", ["on Fridays"]) == 1.0
    assert token_f1("It rained", ["on Fridays"]) == 0.0
    assert token_f1("nine nine", ["nine"]) == pytest.approx(2 / 3)


# -- citations -----------------------------------------------------------------------------


def cited_answer(*sentences: tuple[str, tuple[int, ...]], quotes: Sequence[str]) -> Answer:
    made = answer(*quotes)
    return replace(made, sentences=tuple(Sentence(text, numbers) for text, numbers in sentences))


def hit(text: str, passage: str = "p0", article: str = "s1", original: str | None = None) -> Hit:
    head = Headline(article, None, "T", None, None, None, "en", None, None, 1, original)
    return Hit(Passage(passage, article, 1, 0, 0, len(text), text), head, 1.0, 1)


@pytest.fixture
def empty(desk: tuple[Path, dict[str, str]]) -> Archive:
    return Archive(desk[0])


def test_a_citation_that_neither_supports_alone_nor_is_needed_is_imprecise(
    empty: Archive,
) -> None:
    both = cited_answer(
        ("It rained and it froze.", (1, 2, 3)), quotes=["It rained", "it froze", "X"]
    )
    found = citations.judge(both, (), empty, FakeVerifier())
    assert found.recall == 1.0
    assert found.precision == pytest.approx(2 / 3)
    assert found.groundedness == 1.0


def test_a_citation_is_worth_nothing_where_its_sentence_is_not_borne_out(empty: Archive) -> None:
    wrong = cited_answer(
        ("It rained and it froze.", (1,)), ("It snowed.", ()), quotes=["It rained"]
    )
    found = citations.judge(wrong, (), empty, FakeVerifier())
    assert (found.recall, found.precision, found.groundedness) == (0.0, 0.0, 0.0)


def test_a_sentence_is_grounded_by_what_others_cite_but_has_no_citation_recall(
    empty: Archive,
) -> None:
    bare = cited_answer(("It rained.", (1,)), ("It froze.", ()), quotes=["It rained. It froze."])
    found = citations.judge(bare, (), empty, FakeVerifier())
    assert (found.recall, found.groundedness) == (0.5, 1.0)


def test_what_claims_nothing_is_left_out(empty: Archive) -> None:
    chat = cited_answer(("Is it?", ()), ("It rained.", (1,)), quotes=["It rained."])
    found = citations.judge(chat, (), empty, FakeVerifier())
    assert (found.recall, found.groundedness) == (1.0, 1.0)
    assert [claim.verdict.state for claim in found.claims] == [
        State.NOT_CHECKABLE,
        State.SUPPORTED,
    ]
    refused = answer(refusal=RefusalKind.NOT_FOUND)
    nothing = citations.judge(refused, (), empty, FakeVerifier())
    assert (nothing.recall, nothing.precision, nothing.fidelity) == (None, None, None)


def test_claims_are_where_their_offsets_say(empty: Archive) -> None:
    found = citations.judge(answer("It rained.", "It froze."), (), empty, FakeVerifier())
    assert found.text == "It rained. It froze."
    assert [found.text[c.start : c.end] for c in found.claims] == ["It rained.", "It froze."]


def test_a_citation_is_read_in_its_passage(empty: Archive) -> None:
    quoted = answer("It rained.")
    found = citations.judge(quoted, [hit("It froze. It rained. It thawed.")], empty, FakeVerifier())
    assert [context.text for context in found.contexts] == ["It froze. It rained. It thawed."]


def test_a_quote_must_be_what_its_article_has_at_its_offsets(
    desk: tuple[Path, dict[str, str]],
) -> None:
    with opened(desk[0]) as assistant:
        said = assistant.ask(ASKED["question"])
        good = citations.judge(said, (), assistant.archive, FakeVerifier())
        assert good.fidelity == 1.0
        moved = replace(said.citations[0], start=1, end=1 + len(said.citations[0].quote))
        bad = replace(said, citations=(moved, *said.citations[1:]))
        assert citations.judge(bad, (), assistant.archive, FakeVerifier()).fidelity == 0.0


# -- a case's own measures -----------------------------------------------------------------


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


# -- a whole run -----------------------------------------------------------------------------


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


# -- with a language model -------------------------------------------------------------------

TRUE = "The night ferry to Sarne sails on Fridays."
FALSE = "The night ferry to Sarne sails on Mondays."


def written_by(url: str) -> Run:
    """As `run`, where a language model at an address writes the answers."""

    def opener(folder: Path) -> Assistant:
        writer = writer_for(Endpoint("small", url=url, timeout=20), "rules")
        return Assistant(Archive(folder), FakeEmbedder(), threshold=0.3, writer=writer)

    return run(opener=opener, verifier=verifier_for("rules"))


@pytest.mark.parametrize(
    ("script", "held", "note"),
    [
        (in_turn(says(f"{FALSE} [p1] {TRUE} [p1]"), says("NONE")), 0.5, "dropped: 1"),
        (says(f"{TRUE} [p1]"), 1.0, ""),
        (in_turn(says(f"{FALSE} [p1]"), says("NONE")), 0.0, "nothing_held"),
    ],
)
def test_what_a_model_wrote_falsely_is_dropped_and_the_measures_say_so(
    tmp_path: Path, desk: tuple[Path, dict[str, str]], script: Script, held: float,
    note: str,
) -> None:  # fmt: skip
    path = rows(tmp_path / "c.jsonl", ASKED, CHESS)
    with serving(script) as served:
        report = answers.measure(path, desk[0], written_by(served.url)).report
    found, case = by_name(report), by_id(report)["ferry"]
    assert len(served.asked) >= 1
    assert (found["written_held"].value, found["written_held"].n) == (held, 1)
    assert found["written"].value == float(held > 0)  # else the archive's own words stand in
    assert case.state == "supported"
    assert "Mondays" not in case.answer
    assert "Fridays" in case.answer
    assert note in case.note
    for name in ("groundedness", "citation_recall", "citation_precision", "quote_fidelity"):
        assert found[name].value == 1.0, name


def test_a_model_that_is_not_there_costs_no_case(
    tmp_path: Path, desk: tuple[Path, dict[str, str]]
) -> None:
    path = rows(tmp_path / "c.jsonl", ASKED)
    with_none = answers.measure(path, desk[0], run(verifier=verifier_for("rules"))).report
    gone = written_by(f"http://127.0.0.1:{closed_port()}/v1")
    report = answers.measure(path, desk[0], gone).report
    assert by_id(report)["ferry"].answer == by_id(with_none)["ferry"].answer
    assert "unreachable" in by_id(report)["ferry"].note
    found = by_name(report)
    assert found["written"].value == 0.0
    assert "written_held" not in found  # it wrote nothing to be verified
    assert not {"written", "written_held"} & set(by_name(with_none))
