"""A quotation in an answer that is not verbatim in its source is impossible."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag.answering as module
from index.archive import Archive
from rag import Assistant
from rag.draft import Draft, Line, draft
from rag.find import Finding
from rag.quotations import quotations
from rag.types import Answer
from tests.fake_embedder import FakeEmbedder
from tests.sample_archive import add, questions, story

CASES = Path(__file__).parent.parent / "eval" / "cases"


def speakers() -> list[str]:
    cases = (CASES / "speaker.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {row["question"] for row in questions()}
    return [asks for case in cases if (asks := json.loads(case)["question"]) not in asked]


def untrue(answer: Answer, archive: Archive) -> list[str]:
    """What an answer quotes that its source has not, word for word, where it says it stands."""
    wrong = []
    cited = {citation.number: citation for citation in answer.citations}
    for citation in answer.citations:
        made = archive.article(citation.story.article_id, citation.version)
        if made is None or made.body[citation.start : citation.end] != citation.quote:
            wrong.append(citation.quote)
    for sentence in answer.sentences:
        if not sentence.citations:
            wrong.append(sentence.text)
        for number in sentence.citations:
            if number not in cited or cited[number].quote != sentence.text:
                wrong.append(sentence.text)
                continue
            source = archive.article(cited[number].story.article_id, cited[number].version)
            body = source.body if source is not None else ""
            quoted = [sentence.text[q.start : q.end] for q in quotations(sentence.text).ranges]
            wrong += [words for words in quoted if words not in body]
    return wrong


@pytest.mark.timeout(1200)  # all questions are asked once, on a busy machine too
def test_every_answer_of_the_sample_quotes_word_for_word(
    assistant: Assistant, sample_answers: list[tuple[dict[str, Any], Answer]]
) -> None:
    answers = [answer for _, answer in sample_answers]
    answers += [assistant.ask(question) for question in speakers()]
    assert sum(answer.refusal is None for answer in answers) > len(answers) / 2
    marks = [quotations(s.text).ranges for answer in answers for s in answer.sentences]
    assert sum(map(len, marks)) > 20, "hardly anything quoted: nothing was tested"
    assert [wrong for a in answers for wrong in untrue(a, assistant.archive)] == []


def doctored(line: Line) -> Line:
    """What a writer makes of a line who improves on his sources."""
    candidate = line.candidate
    return replace(line, candidate=replace(candidate, text=candidate.text + " Certainly."))


def moved(line: Line) -> Line:
    """What one makes of it whose words stand elsewhere than he says."""
    candidate = line.candidate
    span = replace(candidate.span, start=candidate.span.start + 1, end=candidate.span.end + 1)
    return replace(line, candidate=replace(candidate, span=span))


@pytest.mark.parametrize("change", [doctored, moved])
def test_a_writer_that_changes_a_quotation_is_caught(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, change: Callable[[Line], Line]
) -> None:
    question = "What did Oona Farrell say about the time they had to escape?"
    assert assistant.ask(question).sentences

    def careless(finding: Finding) -> Draft:
        return Draft(tuple(change(line) for line in draft(finding).lines))

    monkeypatch.setattr(module, "draft", careless)
    with pytest.raises(ValueError, match="not in"):
        assistant.ask(question)


def test_the_check_itself_sees_a_wrong_word(assistant: Assistant) -> None:
    answer = assistant.ask("What did Oona Farrell say about the time they had to escape?")
    assert untrue(answer, assistant.archive) == []
    first = answer.sentences[0]
    other = replace(first, text=first.text.replace(first.text.split()[0], "Nobody", 1))
    assert untrue(replace(answer, sentences=(other,)), assistant.archive) == [other.text]


PIECES = st.lists(
    st.sampled_from(
        [
            "“The dam is safe,” said Ida Moss. ",
            "“The dam ",
            "is not safe.” ",
            '"The dam" ',
            "‘the dam’s wall’ ",
            "«Дамба» ",
            "Ida Moss said the dam is safe. ",
            "\n\n",
            "\u200b",
            "e\u0301",
            "\ud83c\udf0a ".encode("utf-16", "surrogatepass").decode("utf-16"),
            "dam…” ",
            "\uffff",
            "\t",
        ]
    ),
    min_size=3,
    max_size=25,
).map("".join)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=PIECES)
def test_a_hostile_body_is_quoted_word_for_word(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    folder = tmp_path_factory.mktemp("hostile") / "archive"
    embedder = FakeEmbedder()
    add(folder, embedder, story("one", "The dam stands at Hollin. " + body, title="The dam"))
    with Assistant(Archive(folder), embedder, threshold=0.0) as assistant:
        for question in ("What did Ida Moss say about the dam?", "Is the dam safe?"):
            assert untrue(assistant.ask(question), assistant.archive) == []
