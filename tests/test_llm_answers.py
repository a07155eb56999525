"""Answers that a language model writes: what readers see of them, and what is not asked of it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from rag import Answer, Question, Sentence
from rag.types import Found
from rag.verdict import State
from rag.written import Fallback
from tests import llm_desk
from tests.fake_embedder import FakeEmbedder
from tests.llm_desk import FALSE, PRICE, TRUE, desk, texts, verbatim
from tests.llm_server import Body, Reply, in_turn, says
from tests.sample_archive import add, story

folder = llm_desk.folder


def test_a_sentence_that_is_borne_out_is_shown_with_the_words_that_bear_it_out(
    folder: Path,
) -> None:
    with desk(folder, says(f"{TRUE} [p1]")) as (assistant, served):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        (sentence,) = answer.sentences
        assert sentence.verdict is not None
        assert sentence.verdict.state is State.SUPPORTED
        cited = [answer.citations[n - 1].quote for n in sentence.citations]
        assert any("40 crowns" in quote for quote in cited)
        assert verbatim(assistant, answer)
        assert answer.written is not None
        assert answer.written.model == "small"
        assert answer.written.fallback is None
        assert (answer.written.prompt_tokens, answer.written.completion_tokens) == (100, 20)
        assert answer.written.cost == pytest.approx(140 / 1_000_000)
        assert len(served.asked) == 1


def test_sentences_come_as_they_are_verified_and_not_before(folder: Path) -> None:
    go_on = threading.Event()

    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text(f"{TRUE} [p1] The night ferry")
        assert go_on.wait(60)
        reply.text(" to Sarne sails on Fridays. [p1]")
        reply.done()

    with desk(folder, script) as (assistant, _):
        stream = assistant.stream(PRICE)
        assert isinstance(next(stream), Question)
        assert isinstance(next(stream), Found)
        first = next(stream)
        assert isinstance(first, Sentence)
        assert first.text == TRUE
        go_on.set()
        second, last = stream
        assert isinstance(second, Sentence)
        assert isinstance(last, Answer)
        assert last.sentences == (first, second)


def test_a_false_sentence_is_never_shown_and_its_verdict_is_kept(folder: Path) -> None:
    script = in_turn(says(f"{FALSE} [p1] {TRUE} [p1]"), says("NONE"))
    with desk(folder, script) as (assistant, served):
        events = list(assistant.stream(PRICE))
        answer = events[-1]
        assert isinstance(answer, Answer)
        assert texts(answer) == [TRUE]
        assert not any(isinstance(each, Sentence) and "95" in each.text for each in events)
        assert answer.written is not None
        (dropped,) = answer.written.dropped
        assert dropped.text == FALSE
        assert dropped.verdict.state is not State.SUPPORTED
        assert dropped.verdict.failures
        assert answer.written.again == 1
        assert len(served.asked) == 2
        assert answer.written.prompt_tokens == 200


def test_a_false_sentence_is_asked_for_once_more(folder: Path) -> None:
    with desk(folder, in_turn(says(f"{FALSE} [p1]"), says(TRUE))) as (assistant, served):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert answer.written is not None
        assert answer.written.again == 1
        assert answer.written.dropped == ()
        assert FALSE in served.prompts()[1]


def test_only_a_few_sentences_are_asked_for_again(folder: Path) -> None:
    wrote = " ".join(f"Tickets for the ferry cost {n} crowns. [p1]" for n in range(50, 58))
    with desk(folder, in_turn(says(wrote), says(FALSE))) as (assistant, served):
        answer = assistant.ask(PRICE)
        assert answer.written is not None
        assert answer.written.fallback is Fallback.NOTHING_HELD
        assert len(answer.written.dropped) == 8
        assert len(served.asked) == 3


def test_a_wrong_citation_is_put_right(folder: Path) -> None:
    def script(body: Body, reply: Reply) -> None:
        shown = body["messages"][-1]["content"]
        wrong = "p2" if shown.index("40 crowns") < shown.index("13 percent") else "p1"
        says(f"{TRUE} [{wrong}]")(body, reply)

    with desk(folder, script) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert "40 crowns" in " ".join(citation.quote for citation in answer.citations)
        assert answer.written is not None
        assert answer.written.mended == 1


def test_invented_citations_and_quotations_are_counted(folder: Path) -> None:
    wrote = f"{TRUE} [p1][p77] “We will sink every ship we have,” Ann Lee said. [p1]"
    with desk(folder, in_turn(says(wrote), says("NONE"))) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert answer.written is not None
        assert answer.written.invented_ids == answer.invented == 1
        assert answer.written.invented_quotations == 1


def test_what_claims_nothing_is_left_out_and_the_same_is_not_said_twice(folder: Path) -> None:
    wrote = f"I am happy to help! {TRUE} [p1] {TRUE} [p1] Do you want to know more?"
    with desk(folder, says(wrote)) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert answer.written is not None
        assert {each.verdict.state for each in answer.written.dropped} == {State.NOT_CHECKABLE}
        assert answer.written.again == 0


def test_a_claim_of_someones_is_told_as_theirs(folder: Path) -> None:
    with desk(folder, says(f"{TRUE} [p1]")) as (assistant, _):
        (sentence,) = assistant.ask(PRICE).sentences
        assert sentence.speech is not None
        assert sentence.speech.speaker == "Ann Lee"
        assert not sentence.speech.direct
    with desk(folder, says(f"{TRUE[:-1]}, Ann Lee said. [p1]")) as (assistant, _):
        (sentence,) = assistant.ask(PRICE).sentences
        assert sentence.speech is None


@pytest.mark.parametrize(
    ("question", "threshold"),
    [
        (PRICE, 1.0),
        ("Give me a timeline of the night ferry.", 0.0),
        ("What did Ann Lee say about tickets for the night ferry?", 0.0),
        (
            "How much do tickets for the night ferry cost? Who cut the quota for cod?",
            0.0,
        ),
    ],
)
def test_refusals_timelines_words_and_several_questions_are_the_archives(
    folder: Path, question: str, threshold: float
) -> None:
    with desk(folder, says(f"{TRUE} [p1]"), threshold=threshold) as (assistant, served):
        answer = assistant.ask(question)
        assert served.asked == []
        assert answer.written is None
        assert all(sentence.verdict is None for sentence in answer.sentences)


def test_what_a_correction_says_was_wrong_is_no_evidence(tmp_path: Path) -> None:
    text = (
        "Tickets for the night ferry cost 95 crowns. The night ferry to Sarne sails on Fridays.\n\n"
        "Correction: an earlier version said that tickets for the night ferry had cost 95 crowns; "
        "they cost 40 crowns."
    )
    add(tmp_path, FakeEmbedder(), story("ferry", text, title="Night ferry"))
    with desk(tmp_path, in_turn(says(f"{FALSE} [p1]"), says("NONE"))) as (assistant, served):
        answer = assistant.ask(PRICE)
        assert FALSE not in texts(answer)
        assert "\nTickets for the night ferry cost 95" not in served.prompts()[0]
