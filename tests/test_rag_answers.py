"""The answers to the sample's questions: verbatim, cited, and good often enough.

The floors are a little below what was measured; a fall through one is a loss
that readers would notice.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from index.passages import sentence_spans
from rag import Answer, Assistant, RefusalKind
from rag.cite import needs_neighbour
from rag.source import view
from tests.sample_archive import is_gold, questions

Answered = list[tuple[dict[str, Any], Answer]]
pytestmark = pytest.mark.timeout(1200)  # all questions are asked once, on a busy machine too


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> Answered:
    found = []
    for row in questions():
        asked = assistant.on(date.fromisoformat(row["today"])) if row["today"] else assistant
        found.append((row, asked.ask(row["question"])))
    return found


def given(answers: Answered) -> list[Answer]:
    return [answer for _, answer in answers if answer.refusal is None]


def share(numbers: list[bool]) -> float:
    return sum(numbers) / len(numbers)


def test_questions_that_the_archive_answers_are_answered(answers: Answered) -> None:
    assert share([a.refusal is None for row, a in answers if row["answerable"]]) >= 0.86


def test_questions_that_it_does_not_answer_are_refused(answers: Answered) -> None:
    refused = [a.refusal is not None for row, a in answers if not row["answerable"]]
    assert share(refused) >= 0.51
    elsewhere = [
        a.refusal is not None
        for row, a in answers
        if row.get("why") in ("only_teased", "off_topic")
    ]
    assert all(elsewhere)


def test_the_answering_sentence_is_in_the_answer(answers: Answered) -> None:
    rows = [(row, answer) for row, answer in answers if row["answerable"]]
    anywhere = [any(is_gold(c, row["gold"]) for c in a.citations) for row, a in rows]
    first = [any(is_gold(c, row["gold"]) for c in a.citations[:1]) for row, a in rows]
    assert share(anywhere) >= 0.62
    assert share(first) >= 0.44


def test_what_only_a_teaser_mentions_is_refused_as_such(answers: Answered) -> None:
    rows = [(row, a.refusal) for row, a in answers if row.get("why") == "only_teased"]
    assert all(refusal is not None for _, refusal in rows)
    kinds = [refusal.kind is RefusalKind.ONLY_TEASED for _, refusal in rows if refusal]
    assert sum(kinds) >= 7
    # and nothing that has its own story in the archive is
    assert not [
        row["question"]
        for row, answer in answers
        if row["answerable"]
        and answer.refusal
        and answer.refusal.kind is RefusalKind.ONLY_TEASED
        and row["id"] != "s104"
    ]


def test_every_quote_is_verbatim(answers: Answered, assistant: Assistant) -> None:
    for answer in given(answers):
        for sentence, citation in zip(answer.sentences, answer.citations, strict=True):
            article = assistant.archive.article(citation.story.article_id, citation.version)
            assert article is not None
            assert article.body[citation.start : citation.end] == citation.quote == sentence.text


def test_every_quote_stands_in_the_passage_that_it_cites(
    answers: Answered, assistant: Assistant
) -> None:
    for answer in given(answers):
        for citation in answer.citations:
            stored = assistant.archive.read(range(1, 2_000))
            passages = {s.passage.id: s.passage for s in stored.values()}
            passage = passages[citation.passage_id]
            assert passage.article_id == citation.story.article_id
            assert passage.start <= citation.start < citation.end <= passage.end
            assert citation.quote in passage.text


def test_an_answer_is_one_to_four_whole_sentences(answers: Answered, assistant: Assistant) -> None:
    for answer in given(answers):
        assert 1 <= len(answer.sentences) <= 4
        for citation in answer.citations:
            article = assistant.archive.article(citation.story.article_id)
            assert article is not None
            spans = {(span.start, span.end) for span in sentence_spans(article)}
            assert (citation.start, citation.end) in spans


def test_citations_are_numbered_in_order_and_each_is_used(answers: Answered) -> None:
    for answer in given(answers):
        numbers = list(range(1, len(answer.citations) + 1))
        assert [citation.number for citation in answer.citations] == numbers
        assert sorted(n for s in answer.sentences for n in s.citations) == numbers
        assert answer.invented == 0


def test_sentences_of_one_story_stand_together_in_its_order(answers: Answered) -> None:
    for answer in given(answers):
        stories = [c.story.article_id for c in answer.citations]
        changes = sum(one != other for one, other in pairwise(stories))
        assert changes == len(set(stories)) - 1
        for article in set(stories):
            starts = [c.start for c in answer.citations if c.story.article_id == article]
            assert starts == sorted(set(starts))


def test_a_sentence_that_points_back_brings_the_one_before(
    answers: Answered, assistant: Assistant
) -> None:
    brought = 0
    for answer in given(answers):
        if len(answer.citations) == 4:
            continue  # there was no room
        for number, citation in enumerate(answer.citations):
            article = assistant.archive.article(citation.story.article_id)
            assert article is not None
            spans = sentence_spans(article)
            at = next(n for n, span in enumerate(spans) if span.start == citation.start)
            if at == 0 or not needs_neighbour(article.body, spans[at]):
                continue
            left, right = spans[at - 1].end, spans[at].start
            if any(left <= heading.start < right for heading in article.headings):
                continue  # what stands above a heading explains nothing below it
            if answer.citations[number - 1].start == spans[at - 1].start:
                brought += 1
            else:  # only where it was itself brought
                follower = answer.citations[number + 1 :][:1]
                assert follower, answer.text
                assert follower[0].start == spans[at + 1].start, answer.text
    assert brought > 10


def test_an_opened_citation_highlights_exactly_the_quote(
    answers: Answered, assistant: Assistant
) -> None:
    for answer in given(answers):
        for citation in answer.citations:
            opened = view(assistant.archive, citation)
            marked = [t for p in opened.paragraphs for t, highlighted in p.runs if highlighted]
            assert marked == [citation.quote]
            assert not opened.outdated
            assert 1 <= len(opened.paragraphs) <= 7
            around = sum(len(t) for p in opened.paragraphs for t, _ in p.runs)
            assert around > len(citation.quote)


def test_the_line_under_an_answer_tells_its_evidence(answers: Answered) -> None:
    for answer in given(answers):
        days = [c.story.published.date() for c in answer.citations if c.story.published]
        assert answer.newest == max(days)
        assert answer.searched > 0
        assert answer.first is not None
        assert answer.last is not None
        assert answer.first <= answer.newest <= answer.last
        assert answer.confidence >= 0.4
        assert answer.timings.total >= answer.timings.retrieve > 0


def test_a_refusal_offers_stories_that_have_to_do_with_the_question(answers: Answered) -> None:
    nearest = {row["id"]: [s.title for s in a.refusal.nearest] for row, a in answers if a.refusal}
    for titles in nearest.values():
        assert len(titles) == len(set(titles)) <= 3
    by_question = {row["question"]: row["id"] for row, _ in answers}
    conscription = nearest[by_question["When will Sarne abolish conscription?"]]
    assert any("Sarne" in title for title in conscription)
    telmark = nearest[by_question["Who did Telmark bribe to get the radio contract?"]]
    assert telmark[0] == "Halvoran interior minister resigns over radio contract"
    assert nearest[by_question["How do I make a sourdough starter?"]] == []
