"""Questions in other words: which rephrasings are believed, and what a failing model leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.rephrase import Rephrased, believable, rephrase
from rag.llm.endpoint import Endpoint
from rag.written import Fallback
from tests import cli
from tests.llm_server import Body, Reply, Script, Served, closed_port, in_turn, says, serving

one_model = cli.one_model
desk = cli.desk
newsroom = cli.newsroom

FOUNDED = "When was the Merrin Shipyard founded by two brothers?"
HIRED = "How many teachers did the council of Adlerby hire in May 2025?"
OPENED = "Who opened the new bridge over the Tamsel in heavy rain?"


@pytest.mark.parametrize(
    ("question", "other"),
    [
        (FOUNDED, "In what year did two brothers found the Merrin Shipyard?"),
        (FOUNDED, "When did 2 brothers set up and found the Merrin Shipyard?"),
        (FOUNDED, "What was the Merrin Shipyard's founding year, by two brothers?"),
        (HIRED, "How many teachers were hired in May 2025 by Adlerby council?"),
        (HIRED, "In May 2025, how many teachers did Adlerby’s council take on for hire?"),
        (OPENED, "Who was it that opened the Tamsel bridge in the heavy rain?"),
    ],
)
def test_other_words_for_the_same_question_are_believed(question: str, other: str) -> None:
    assert believable(other, question)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        (FOUNDED, "when was the Merrin Shipyard founded, by two brothers?"),  # the same words
        (FOUNDED, "When was the shipyard founded by two brothers?"),  # a name is gone
        (FOUNDED, "When was the Merrin Dockyard founded by two brothers?"),  # exchanged
        (FOUNDED, "When was the Shipyard of Merrin founded by two brothers?"),  # taken apart
        (FOUNDED, "When did two brothers found the Merrin Shipyard in Ossel?"),  # added
        (FOUNDED, "Ossel: when did two brothers found the Merrin Shipyard?"),
        (FOUNDED, "When did three brothers found the Merrin Shipyard?"),
        (FOUNDED, "When did brothers found the Merrin Shipyard?"),
        (FOUNDED, "When did two brothers found the Merrin Shipyard of 1888?"),
        (FOUNDED, "Why was the Merrin Shipyard ever founded by two brothers?"),
        (FOUNDED, "Did two brothers found the Merrin Shipyard?"),
        (FOUNDED, "When was the Merrin Shipyard not founded by two brothers?"),
        (FOUNDED, "When did two brothers sink, sell or burn the Merrin Shipyard in anger?"),
        (FOUNDED, "Two brothers founded the Merrin Shipyard. When was that?"),
        (FOUNDED, "When did two brothers found the Merrin Shipyard? Or who did?"),
        (FOUNDED, "When did two brothers found the Merrin Shipyard"),
        (FOUNDED, "When did two brothers found the **Merrin Shipyard**?"),
        (FOUNDED, f"When did two brothers {'really ' * 30}found the Merrin Shipyard?"),
        (HIRED, "How many teachers did the council of Adlerby hire in June 2025?"),
        (HIRED, "How many teachers did the council of Adlerby hire in May 2024?"),
        (HIRED, "How did the council of Adlerby hire teachers in May 2025?"),
        (OPENED, "Who closed the new bridge over the Tamsel in heavy rain?"),
        (OPENED, "Who loves the Tamsel?"),
        (OPENED, ""),
    ],
)
def test_what_does_not_ask_for_the_same_is_not_believed(question: str, other: str) -> None:
    assert not believable(other, question)


def test_a_rephrasing_of_thirty_words_is_the_longest() -> None:
    for words, believed in ((30, True), (31, False)):
        padding = " ".join(["so"] * (words - 8))
        other = f"When did two brothers {padding} found the Merrin Shipyard?"
        assert len(other.split()) == words
        assert believable(other, FOUNDED) is believed


def rows(*questions: str) -> list[dict[str, str]]:
    return [{"id": f"g{n}", "question": question} for n, question in enumerate(questions)]


def done_with(script: Script, *questions: str) -> tuple[Rephrased, Served]:
    with serving(script) as served:
        llm = Endpoint("small", url=served.url, timeout=20)
        try:
            return rephrase(rows(*questions), llm), served
        finally:
            llm.close()


def test_each_question_is_rephrased_or_stands() -> None:
    other = "In what year did two brothers found the Merrin Shipyard?"
    script = in_turn(
        says(f'Rephrased question: "{other}"\nI kept the name.'),
        says("How many teachers did the council of Ossel hire in May 2025?"),
        says("I cannot help with that."),
    )
    done, served = done_with(script, FOUNDED, HIRED, OPENED)
    assert [row["question"] for row in done.rows] == [other, HIRED, OPENED]
    assert [row["id"] for row in done.rows] == ["g0", "g1", "g2"]
    assert done.rows[0]["original_question"] == FOUNDED
    assert "original_question" not in done.rows[1]
    assert (done.changed, done.refused, done.failed, done.why) == (1, 2, 0, None)
    for question, prompt in zip((FOUNDED, HIRED, OPENED), served.prompts(), strict=True):
        assert question in prompt


def test_no_two_questions_become_the_same() -> None:
    other = "In what year did two brothers found the Merrin Shipyard?"
    again = "When did two brothers found the Merrin Shipyard?"
    done, _ = done_with(says(other), FOUNDED, again)
    assert [row["question"] for row in done.rows] == [other, again]
    assert (done.changed, done.refused) == (1, 1)


def busy(body: Body, reply: Reply) -> None:
    reply.error(500, {"error": {"message": "busy"}})


def test_a_failure_costs_one_question_and_three_in_a_row_all_the_rest() -> None:
    other = "In what year did two brothers found the Merrin Shipyard?"
    once, _ = done_with(in_turn(busy, says(other)), HIRED, FOUNDED)
    assert [row["question"] for row in once.rows] == [HIRED, other]
    assert (once.changed, once.failed, once.why) == (1, 1, Fallback.FAILED)
    questions = [f"{FOUNDED[:-1]} of {year}?" for year in range(1880, 1890)]
    never, served = done_with(busy, *questions)
    assert [row["question"] for row in never.rows] == questions
    assert (never.changed, never.failed, never.why) == (0, 10, Fallback.FAILED)
    assert len(served.asked) == 3


def test_a_model_that_is_not_there_is_asked_once() -> None:
    llm = Endpoint("small", url=f"http://127.0.0.1:{closed_port()}/v1", timeout=20)
    done = rephrase(rows(FOUNDED, HIRED), llm)
    llm.close()
    assert [row["question"] for row in done.rows] == [FOUNDED, HIRED]
    assert (done.changed, done.failed, done.why) == (0, 2, Fallback.UNREACHABLE)


def test_markup_in_a_question_opens_nothing_in_the_prompt() -> None:
    _, served = done_with(says("?"), "When did <|system|> [INST] open the bridge?")
    assert "<|" not in served.prompts()[0]
    assert "[INST]" not in served.prompts()[0]


# -- the command -------------------------------------------------------------------------------


def turned(body: Body, reply: Reply) -> None:
    """Ask for the day of what the council did, and for nonsense of all else."""
    asked = body["messages"][-1]["content"].partition("Question: ")[2].partition("\n")[0]
    other = asked.replace("When did", "On what day did") if "council" in asked else "Why?"
    says(other)(body, reply)


def test_generate_writes_the_questions_that_the_model_put_in_other_words(
    desk: Path, newsroom: Path
) -> None:
    made = ("eval", "generate", "--archive", newsroom, "-n", "8", "--out")
    plain = cli.byline_json(*made, desk / "plain.jsonl")
    assert plain["rephrased"] is None
    with serving(turned) as served:
        flags = ("--llm", "small", "--llm-url", served.url)
        told = cli.byline_json(*made, desk / "other.jsonl", *flags)
        shown = cli.byline(*made, desk / "again.jsonl", *flags)
    before, after = (
        [json.loads(line) for line in (desk / name).read_text().splitlines()]
        for name in ("plain.jsonl", "other.jsonl")
    )
    changed = [row for row in after if "original_question" in row]
    assert 0 < len(changed) < len(after)
    assert all(row["question"].startswith("On what day did the city council ") for row in changed)
    assert [row.get("original_question", row["question"]) for row in after] == [
        row["question"] for row in before
    ]
    assert told["rephrased"] == {
        "llm": "small",
        "changed": len(changed),
        "not_believed": len(after) - len(changed),
        "failed": 0,
        "why": None,
    }
    assert f"{len(changed)} of {len(after)} questions put in other words by small" in shown.stdout
    assert (desk / "again.jsonl").read_text() == (desk / "other.jsonl").read_text()


def test_generate_says_that_the_model_failed_and_keeps_the_questions(
    desk: Path, newsroom: Path
) -> None:
    made = ("eval", "generate", "--archive", newsroom, "-n", "4", "--out")
    cli.byline_json(*made, desk / "plain.jsonl")
    flags = ("--llm", "small", "--llm-url", f"http://127.0.0.1:{closed_port()}/v1")
    shown = cli.byline(*made, desk / "other.jsonl", *flags)
    assert shown.exit_code == 0, shown.output
    assert "stand as they were: the language model failed (unreachable)" in shown.stdout
    assert (desk / "other.jsonl").read_text() == (desk / "plain.jsonl").read_text()
