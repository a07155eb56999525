"""Answers that a language model writes: what readers see of them, and what stands in for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from rag import Answer, Assistant, Question, Sentence, Turn
from rag.llm.endpoint import Endpoint
from rag.llm.question import believable
from rag.llm.writer import writer_for
from rag.types import Fallback
from rag.verdict import State
from tests.fake_embedder import FakeEmbedder
from tests.llm_server import Body, Reply, Script, Served, closed_port, in_turn, says, serving
from tests.sample_archive import add, story

FERRY = (
    "The night ferry to Sarne sails on Fridays. It takes nine hours. Tickets for the night ferry "
    "cost 40 crowns, the harbour master, Ann Lee, said."
)
COD = "The quota for cod was cut by 13 percent, the ministry said. Trawlers stayed in port."
PRICE = "How much do tickets for the night ferry cost?"
TRUE = "Tickets for the night ferry cost 40 crowns."
FALSE = "Tickets for the night ferry cost 95 crowns."

Open = Callable[..., Assistant]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    embedder = FakeEmbedder()
    add(
        tmp_path,
        embedder,
        story("ferry", FERRY, title="Night ferry returns", section="Transport"),
        story("cod", COD, title="Cod quota for the ferry port cut"),
    )
    return tmp_path


@contextmanager
def desk(folder: Path, script: Script, **options: float) -> Iterator[tuple[Assistant, Served]]:
    with serving(script) as served, opened(folder, served.url, **options) as assistant:
        yield assistant, served


def opened(
    folder: Path, url: str, timeout: float = 60, threshold: float = 0.0, verifier: str = "rules"
) -> Assistant:
    llm = Endpoint("small", url=url, timeout=timeout, price=(1.0, 2.0))
    return Assistant(
        Archive(folder),
        FakeEmbedder(),
        threshold=threshold,
        today=date(2025, 6, 1),
        writer=writer_for(llm, verifier),
    )


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def verbatim(assistant: Assistant, answer: Answer) -> bool:
    """Whether every citation's quote stands in its article, where it says."""
    for citation in answer.citations:
        article = assistant.archive.article(citation.story.article_id)
        assert article is not None
        if article.body[citation.start : citation.end] != citation.quote:
            return False
    return bool(answer.citations)


# -- what is shown ---------------------------------------------------------------------------


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


# -- what stands in for it -------------------------------------------------------------------


def breaks_after(text: str) -> Script:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text(text)

    return script


def test_what_was_held_before_a_stream_broke_is_kept(folder: Path) -> None:
    with desk(folder, breaks_after(f"{TRUE} [p1] The night ferry sinks on")) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert texts(answer) == [TRUE]
        assert answer.written is not None
        assert answer.written.fallback is None


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (breaks_after("The night"), Fallback.CUT_SHORT),
        (lambda body, reply: reply.error(500, {}), Fallback.FAILED),
        (lambda body, reply: reply.error(401, {}), Fallback.REFUSED),
        (lambda body, reply: reply.error(429, {}), Fallback.RATE_LIMITED),
        (says("The passages do not say."), Fallback.NOTHING_HELD),
        (says("I'm sorry, I cannot answer that."), Fallback.NOTHING_HELD),
        (says(""), Fallback.NOTHING_HELD),
    ],
)
def test_the_archives_own_sentences_stand_in_and_say_why(
    folder: Path, script: Script, why: Fallback
) -> None:
    with Assistant(Archive(folder), FakeEmbedder(), threshold=0.0) as plain:
        own = plain.ask(PRICE)
    with desk(folder, script) as (assistant, _):
        answer = assistant.ask(PRICE)
        assert (texts(answer), answer.citations) == (texts(own), own.citations)
        assert own.written is None
        assert answer.written is not None
        assert answer.written.fallback is why


def test_an_endpoint_that_is_not_there_costs_no_answer(folder: Path) -> None:
    with opened(folder, f"http://127.0.0.1:{closed_port()}/v1") as assistant:
        answer = assistant.ask(PRICE)
        assert "40 crowns" in answer.text
        assert answer.written is not None
        assert answer.written.fallback is Fallback.UNREACHABLE


def test_a_prompt_that_the_context_does_not_hold_is_made_shorter(folder: Path) -> None:
    def refuses(body: Body, reply: Reply) -> None:
        message = "This model's maximum context length is 9 tokens."
        reply.error(400, {"error": {"message": message, "code": "context_length_exceeded"}})

    with desk(folder, in_turn(refuses, says(f"{TRUE} [p1]"))) as (assistant, served):
        assert texts(assistant.ask(PRICE)) == [TRUE]
        assert len(served.prompts()) == 2


def test_a_reader_who_goes_away_ends_the_request(folder: Path) -> None:
    def script(body: Body, reply: Reply) -> None:
        reply.head()
        reply.text(f"{TRUE} [p1] The night ferry sails on")
        while True:
            reply.text(" ")

    with desk(folder, script) as (assistant, served):
        stream = assistant.stream(PRICE)
        next(stream)
        assert isinstance(next(stream), Sentence)
        stream.close()  # type: ignore[attr-defined]
        assert served.hung_up.wait(60)


# -- what is not asked of it -----------------------------------------------------------------


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


# -- follow-ups ------------------------------------------------------------------------------


def followed(folder: Path, whole: str) -> tuple[Answer, Served]:
    with desk(folder, in_turn(says(whole), says(f"{TRUE} [p1]"))) as (assistant, served):
        turn = Turn("When does the night ferry sail?", "When does the night ferry sail?", "Fridays")
        return assistant.ask("How much does it cost?", history=[turn]), served


def test_a_follow_up_is_made_whole(folder: Path) -> None:
    answer, served = followed(folder, "How much does the night ferry cost?")
    assert answer.question.text == "How much does it cost?"
    assert answer.question.searched == "How much does the night ferry cost?"
    assert "read as: How much does the night ferry cost?" in answer.question.notes
    assert len(served.asked) == 2
    assert answer.written is not None
    assert (answer.written.prompt_tokens, answer.written.completion_tokens) == (200, 40)
    assert answer.written.cost == pytest.approx(280 / 1_000_000)


@pytest.mark.parametrize(
    "whole",
    [
        "How much does the Titanic cost?",
        "How much does the night ferry cost in 2019?",
        "The night ferry costs 40 crowns.",
        "Why did the president of the bank resign after the scandal?",
        "",
    ],
)
def test_a_rewriting_that_brings_something_in_is_not_believed(folder: Path, whole: str) -> None:
    answer, _ = followed(folder, whole)
    assert answer.written is not None
    assert answer.written.prompt_tokens == 200  # it was paid for all the same
    assert "night ferry" in answer.question.searched
    assert "Titanic" not in answer.question.searched
    assert not any(note.startswith("read as:") for note in answer.question.notes)


def test_a_rewriting_must_still_be_the_question() -> None:
    said = "Who is Ann Lee? Ann Lee is the harbour master. Why did she resign?"
    assert believable("Why did Ann Lee resign?", "Why did she resign?", said)
    assert not believable("Who is Ann Lee?", "Why did she resign?", said)


def test_a_question_that_stands_alone_is_not_rewritten(folder: Path) -> None:
    with desk(folder, says(f"{TRUE} [p1]")) as (assistant, served):
        turn = Turn("What was cut?", "What was cut?", "The quota")
        answer = assistant.ask("Tell me about the night ferry to Sarne", history=[turn])
        assert answer.question.searched == "Tell me about the night ferry to Sarne"
        assert all("Follow-up" not in prompt for prompt in served.prompts())
