"""Passages: the text that is found and quoted, cut from a body at exact offsets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import cut, embedding_text, sentence_spans
from index.types import Article, Passage, Span
from tests.fake_embedder import FakeEmbedder

EMBEDDER = FakeEmbedder()
SENTENCE = "The harbour council voted on Wednesday to keep the night ferry. "


def article(*paragraphs: str, headings: tuple[int, ...] = (), title: str = "A title") -> Article:
    """`headings` are the numbers of the paragraphs that are headings."""
    spans, at = [], 0
    for number, text in enumerate(paragraphs):
        if number in headings:
            spans.append(Span(at, at + len(text)))
        at += len(text) + 2
    return Article("abc", None, title, "\n\n".join(paragraphs), headings=tuple(spans))


def tokens(story: Article, passage: Passage) -> int:
    [count] = EMBEDDER.count_tokens([embedding_text(story, passage)])
    return count + 2


def filler(sentences: int) -> str:
    return (SENTENCE * sentences).strip()  # 12 tokens each


WORD = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\n"), max_size=30)
PARAGRAPH = st.one_of(
    st.sampled_from([SENTENCE, filler(9), filler(30), "A short one.", "x" * 4000, "№ 5. " * 99]),
    st.lists(WORD, min_size=1, max_size=60).map(" ".join),
).filter(lambda text: bool(text.strip()))


@given(
    st.lists(PARAGRAPH, min_size=1, max_size=8),
    st.sets(st.integers(0, 7)),
    st.text(max_size=300),
)
def test_every_passage_is_a_verbatim_piece_of_the_body_that_the_model_reads_whole(
    paragraphs: list[str], headings: set[int], title: str
) -> None:
    story = article(*paragraphs, headings=tuple(headings), title=title)
    passages = cut(story, EMBEDDER)
    at = 0
    for ordinal, passage in enumerate(passages):
        assert passage.ordinal == ordinal
        assert story.body[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
        assert passage.start >= at
        at = passage.end
        assert tokens(story, passage) <= EMBEDDER.max_tokens
    covered = [(p.start, p.end) for p in passages]
    for span in sentence_spans(story):
        inside = [1 for left, right in covered if left < span.end and span.start < right]
        assert inside, "a sentence that no passage holds"
    assert cut(story, EMBEDDER) == passages


def test_passages_are_whole_sentences_of_about_a_hundred_and_fifty_tokens() -> None:
    story = article(filler(40), filler(40))
    passages = cut(story, EMBEDDER)
    for passage in passages:
        assert passage.text.endswith(".")
        assert passage.text.startswith("The harbour")
        assert 120 <= EMBEDDER.count_tokens([passage.text])[0] <= 200


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"word{n}" for n in range(5_000)),
        "https://example.com/" + "a" * 30_000,
        "Before, " + "https://example.com/" + "a" * 9_000 + ", after.",
        "字" * 20_000,
    ],
    ids=["no-stops", "url", "url-inside", "no-spaces"],
)
def test_what_has_no_sentences_is_cut_to_what_the_model_reads(text: str) -> None:
    story = article("One sentence first.", text)
    passages = cut(story, EMBEDDER)
    assert len(passages) > 5
    assert all(tokens(story, passage) <= EMBEDDER.max_tokens for passage in passages)
    quoted = "".join(passage.text for passage in passages)
    assert "".join(quoted.split()) == "".join(story.body.split())


def test_a_sentence_that_is_too_long_is_cut_after_a_clause() -> None:
    clause = " ".join(["word"] * 120)
    passages = cut(article(f"{clause}, and {clause}."), EMBEDDER)
    assert [passage.text for passage in passages] == [f"{clause},", f"and {clause}."]


def test_a_heading_begins_a_passage_and_travels_with_it_but_is_not_quoted() -> None:
    story = article(filler(8), "Who pays", filler(8), "What now", filler(8), headings=(1, 3))
    first, second, third = cut(story, EMBEDDER)
    assert [first.heading, second.heading, third.heading] == [None, "Who pays", "What now"]
    assert all(
        "Who pays" not in p.text and "What now" not in p.text for p in (first, second, third)
    )
    assert embedding_text(story, second) == f"A title\nWho pays\n{filler(8)}"
    assert embedding_text(story, first) == f"A title\n{filler(8)}"


def test_an_article_without_a_title_embeds_its_passages_alone() -> None:
    story = article(filler(2), title="")
    [passage] = cut(story, EMBEDDER)
    assert embedding_text(story, passage) == passage.text


def test_a_heading_of_two_sentences_is_still_not_quoted() -> None:
    story = article(filler(8), "Who pays? The city does.", filler(8), headings=(1,))
    assert not any("pays" in story.body[s.start : s.end] for s in sentence_spans(story))


def test_a_heading_with_nothing_under_it_is_no_passage() -> None:
    assert cut(article("Only a heading", headings=(0,)), EMBEDDER) == ()


def test_a_short_rest_joins_what_stands_before_it_within_its_section() -> None:
    [passage] = cut(article(filler(11), "It is over."), EMBEDDER)
    assert passage.text.endswith("It is over.")
    before, after = cut(article(filler(11), "Who pays", filler(9), headings=(1,)), EMBEDDER)
    assert (before.text, before.heading) == (filler(11), None)
    assert (after.text, after.heading) == (filler(9), "Who pays")


def test_a_section_too_short_to_be_understood_alone_takes_the_next_one_in() -> None:
    [passage] = cut(article("A lead.", "Who pays", filler(9), headings=(1,)), EMBEDDER)
    assert passage.text == f"A lead.\n\nWho pays\n\n{filler(9)}"


def test_an_article_of_one_short_sentence_is_a_passage() -> None:
    [passage] = cut(article("It is over."), EMBEDDER)
    assert passage.text == "It is over."


def test_an_empty_article_has_no_passages() -> None:
    assert cut(article(""), EMBEDDER) == ()


def test_a_passage_keeps_its_id_until_its_article_changes() -> None:
    story = article(filler(30))
    ids = [passage.id for passage in cut(story, EMBEDDER)]
    assert ids == ["abc.v1.0", "abc.v1.1", "abc.v1.2"]
    assert cut(replace(story, version=2), EMBEDDER)[0].id == "abc.v2.0"


@pytest.mark.parametrize("title", ["Заголовок о бюджете города " * 9, "标题" * 200, "a b " * 99])
@pytest.mark.parametrize("heading", ["x y " * 30, "第一" * 60])
def test_a_long_title_and_heading_leave_room_for_the_passage(title: str, heading: str) -> None:
    class PerLetter(FakeEmbedder):
        """Counts as models do in scripts they hardly know: every letter is a token."""

        def count_tokens(self, texts: object) -> list[int]:
            assert isinstance(texts, list)
            return [len(text.replace(" ", "")) for text in texts]

    embedder = PerLetter()
    story = article(heading.strip(), filler(40), headings=(0,), title=title)
    for passage in cut(story, embedder):
        assert embedder.count_tokens([embedding_text(story, passage)])[0] + 2 <= 256
