"""Citations are judged: whether they bear a sentence out, and whether they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import citations
from index.archive import Archive
from rag.types import Answer, RefusalKind, Sentence
from rag.verdict import State
from tests import eval_run
from tests.eval_answers import answer
from tests.eval_run import ASKED, hit, opened
from tests.fake_verifier import FakeVerifier

desk = eval_run.desk
empty = eval_run.empty


def cited_answer(*sentences: tuple[str, tuple[int, ...]], quotes: Sequence[str]) -> Answer:
    made = answer(*quotes)
    return replace(made, sentences=tuple(Sentence(text, numbers) for text, numbers in sentences))


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
