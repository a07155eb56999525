"""Anybody's sentences, held against an archive."""

from __future__ import annotations

import pytest

from index.errors import QuestionError
from rag import Assistant, Filters
from rag.verdict import State
from tests.rag_asked import MEASURED

TEXT = (
    "## Rain\n- The weather service measured 148 millimetres of rain at Hollin. "
    "The weather service measured 250 millimetres of rain at Hollin.\n"
    "Shall we go on? A choir of astronauts sold the cathedral to a submarine in 1731."
)


def test_each_sentence_of_a_text_is_held_against_the_archive(assistant: Assistant) -> None:
    found = {each.text: each for each in assistant.verify(TEXT)}
    for text, grounding in found.items():
        assert TEXT[grounding.start : grounding.end] == text
    states = {text: each.verdict.state for text, each in found.items()}
    assert states == {
        "Rain": State.NOT_CHECKABLE,
        "The weather service measured 148 millimetres of rain at Hollin.": State.SUPPORTED,
        "The weather service measured 250 millimetres of rain at Hollin.": State.CONTRADICTED,
        "Shall we go on?": State.NOT_CHECKABLE,
        "A choir of astronauts sold the cathedral to a submarine in 1731.": State.UNSUPPORTED,
    }
    wrong = found["The weather service measured 250 millimetres of rain at Hollin."]
    assert [(f.words, f.opposed) for f in wrong.verdict.failures] == [("250", True)]


def test_evidence_is_cited_at_the_very_sentence(assistant: Assistant) -> None:
    cited = [
        (grounding, n, citation)
        for grounding in assistant.verify(TEXT)
        for n, citation in enumerate(grounding.evidence)
    ]
    assert len(cited) >= 2
    for grounding, n, citation in cited:
        article = assistant.article(citation.story.article_id, version=citation.version)
        assert article is not None
        assert article.body[citation.start : citation.end] == citation.quote
        assert grounding.verdict.grounds[n].text == citation.quote
        assert citation.number == n + 1
        assert (citation.link is None) == (citation.story.url is None)  # a text file has none
    assert MEASURED in cited[0][2].quote
    assert cited[0][2].link is not None
    for grounding in assistant.verify(TEXT):
        assert len(grounding.evidence) == len(grounding.verdict.grounds)


def test_a_text_is_verified_within_the_filters(assistant: Assistant) -> None:
    sport = Filters(sections=("Sport",))
    for grounding in assistant.verify(TEXT, filters=sport):
        assert grounding.verdict.state in (State.UNSUPPORTED, State.NOT_CHECKABLE)
        assert {each.story.section for each in grounding.evidence} <= {"Sport"}
    nothing = Filters(sections=("Nowhere",))
    assert all(not each.evidence for each in assistant.verify(TEXT, filters=nothing))


@pytest.mark.parametrize("text", ["", "\n\n", "😀", "[1] [2]"])
def test_a_text_without_words_has_no_sentences(assistant: Assistant, text: str) -> None:
    assert assistant.verify(text) == ()


def test_a_text_of_any_length_is_not_verified(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="20,001"):
        assistant.verify("x" * 20_001)
