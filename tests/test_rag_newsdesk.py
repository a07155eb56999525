"""What sites and programs ask of the assistant beside answers."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.archive import Archive
from index.errors import QuestionError
from index.types import Headline
from index.writer import ArchiveWriter
from rag import Answer, Assistant, Filters, Question
from rag.types import Found, Sentence
from rag.verdict import State
from tests.fake_embedder import FakeEmbedder
from tests.sample_archive import add, story
from ui.newsdesk import Newsdesk

RAIN = "How much rain fell at Hollin before the disaster?"
MEASURED = "The weather service measured 148 millimetres of rain at Hollin"


def titled(assistant: Assistant, words: str) -> Headline:
    [found] = [head for head in assistant.archive.newest(99) if words in head.title]
    return found


def test_the_assistant_is_all_that_the_server_asks_for(assistant: Assistant) -> None:
    desk: Newsdesk = assistant  # for mypy, which reads every signature
    assert desk.ask(RAIN).refusal is None


# -- what was found --------------------------------------------------------------------------


@pytest.mark.parametrize("question", [RAIN, "Who won the Harbour Marathon?", "Any news?"])
def test_what_was_found_is_told_once_before_the_first_sentence(
    assistant: Assistant, question: str
) -> None:
    first, found, *sentences, last = assistant.stream(question)
    assert isinstance(first, Question)
    assert isinstance(found, Found)
    assert isinstance(last, Answer)
    assert all(isinstance(each, Sentence) for each in sentences)
    ids = [story.article_id for story in found.stories]
    assert len(ids) == len(set(ids)) > 0
    assert {citation.story.article_id for citation in last.citations} <= set(ids)


def test_the_stories_of_several_questions_are_told_together(assistant: Assistant) -> None:
    asked = "How much rain fell at Hollin, and who became mayor of Port Merrin?"
    _, found, *_ = assistant.stream(asked)
    assert isinstance(found, Found)
    titles = " ".join(story.title for story in found.stories)
    assert "Hollin" in titles
    assert "mayor" in titles


# -- searching -------------------------------------------------------------------------------


def test_a_search_finds_passages_and_says_nothing(assistant: Assistant) -> None:
    hits = assistant.search(RAIN, count=4)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert MEASURED in hits[0].passage.text
    assert all(0 <= hit.score <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    [topic] = assistant.search("hosepipe ban in the capital", count=1)
    assert "hosepipes" in topic.article.title


def test_a_search_reads_no_date_and_no_outlet_into_its_words(assistant: Assistant) -> None:
    hits = assistant.search("Hollin flood in the Adlerby Courier in 2019", count=50)
    assert len({hit.article.source for hit in hits}) > 1
    assert not any(h.article.published and h.article.published.year == 2019 for h in hits)


@pytest.mark.parametrize(("count", "most"), [(0, 0), (-1, 0), (10_000, 100)])
def test_a_search_never_gives_more_than_is_sensible(
    assistant: Assistant, count: int, most: int
) -> None:
    assert len(assistant.search("Hollin", count=count)) <= most


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_001])
def test_nothing_to_search_for_is_an_error(assistant: Assistant, text: str) -> None:
    with pytest.raises(QuestionError):
        assistant.search(text)


# -- reading ---------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path: Path) -> Iterator[Assistant]:
    """Over one story that has a second version, a copy of it, and one that was removed."""
    embedder = FakeEmbedder()
    text = "The night ferry to Sarne sails on Fridays and takes nine hours. " * 4
    amp = replace(
        story("ferry", f"{text} Tickets cost 40 crowns."),
        url="https://gazette.example/amp/ferry?ref=feed",
        origin="https://gazette.example/amp/ferry?ref=feed",
    )
    add(tmp_path, embedder, story("ferry", f"{text} Tickets cost 40 crowns.", title="Ferry"), amp)
    add(
        tmp_path,
        embedder,
        story("ferry", f"{text} Tickets cost 50 crowns.", title="Ferry", modified="2024-05-02"),
        story(
            "copy",
            f"{text} Tickets cost 50 crowns.",
            title="Ferry",
            source="Wire",
            day="2024-06-01",
        ),
        story("gone", "A story about cod was wrong, the ministry said.", title="Cod"),
    )
    with Assistant(Archive(tmp_path), embedder, threshold=0.0) as assistant:
        gone = titled(assistant, "Cod").id
        with ArchiveWriter(tmp_path, embedder.identity) as writer:
            writer.remove(gone)
        yield assistant


def test_an_article_is_read_as_it_is_and_as_it_was(changed: Assistant) -> None:
    ferry = titled(changed, "Ferry").id
    now, before = changed.article(ferry), changed.article(ferry, version=1)
    assert now is not None
    assert before is not None
    assert (now.version, before.version) == (2, 1)
    assert "50 crowns" in now.body
    assert "40 crowns" in before.body
    assert changed.article(ferry, version=3) is None
    assert changed.article("nothing") is None
    assert changed.article(ferry, filters=Filters(sources=("Wire",))) is None
    assert changed.article(ferry, filters=Filters(articles=(ferry,))) == now


def test_an_article_is_known_by_every_address_it_was_seen_under(changed: Assistant) -> None:
    ferry = titled(changed, "Ferry").id
    for url in (
        "https://gazette.example/ferry",
        "https://gazette.example/ferry#fares",
        "https://gazette.example/ferry?utm_source=mail&utm_medium=x",
        " https://GAZETTE.example/ferry ",
        "https://gazette.example/amp/ferry?ref=feed",
    ):
        assert changed.article_at(url) == ferry, url


@pytest.mark.parametrize(
    "url",
    [
        "https://gazette.example/gone",  # unpublished
        "https://gazette.example/never",
        "https://elsewhere.example/ferry",
        "https://gazette.example/",
        "file:///etc/passwd",
        "/etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@gazette.example/ferry",
        "http://[",
        "",
        "x" * 5_000,
    ],
)
def test_an_address_of_nothing_here_leads_nowhere(changed: Assistant, url: str) -> None:
    assert changed.article_at(url) is None


def test_a_quote_is_opened_by_its_offsets(changed: Assistant) -> None:
    ferry = titled(changed, "Ferry").id
    article = changed.article(ferry)
    assert article is not None
    start = article.body.index("Tickets cost 50 crowns.")
    view = changed.excerpt(ferry, 2, start, start + len("Tickets cost 50 crowns."))
    assert view is not None
    lit = [text for p in view.paragraphs for text, quoted in p.runs if quoted]
    assert lit == ["Tickets cost 50 crowns."] == [view.citation.quote]
    assert not view.outdated
    assert view.citation.passage_id.startswith(f"{ferry}.v2.")
    assert view.citation.link is not None
    assert view.citation.link.startswith("https://gazette.example/ferry#:~:text=")
    assert [copy.source for copy in view.citation.also_in] == ["Wire"]
    own = changed.excerpt(ferry, 2, start, start + 9, filters=Filters(sources=("The Gazette",)))
    assert own is not None
    assert own.citation.also_in == ()


def test_a_quote_of_an_earlier_version_is_opened_and_told_to_be_outdated(
    changed: Assistant,
) -> None:
    ferry = titled(changed, "Ferry").id
    before = changed.article(ferry, version=1)
    assert before is not None
    start = before.body.index("Tickets cost 40")
    view = changed.excerpt(ferry, 1, start, start + len("Tickets cost 40"))
    assert view is not None
    assert view.outdated
    assert view.citation.quote == "Tickets cost 40"
    assert view.citation.passage_id == ""


def test_what_is_no_quote_is_not_opened(changed: Assistant) -> None:
    ferry = titled(changed, "Ferry").id
    article = changed.article(ferry)
    assert article is not None
    end = len(article.body)
    for start, stop in (
        (-1, 5),
        (5, 5),
        (9, 5),
        (0, end + 1),
        (end, end + 1),
        (10**12, 10**12 + 5),
    ):
        assert changed.excerpt(ferry, 2, start, stop) is None
    space = article.body.index(" ")
    assert changed.excerpt(ferry, 2, space, space + 1) is None
    assert changed.excerpt(ferry, 9, 0, 5) is None
    assert changed.excerpt("nothing", 1, 0, 5) is None
    assert changed.excerpt(ferry, 2, 0, 5, filters=Filters(sections=("Sport",))) is None


def test_a_whole_article_cannot_be_opened_as_a_quote(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    add(tmp_path, embedder, story("long", "The council met and spoke of the harbour. " * 200))
    with Assistant(Archive(tmp_path), embedder) as assistant:
        long = titled(assistant, "A story").id
        assert assistant.excerpt(long, 1, 0, 2_001) is None
        assert assistant.excerpt(long, 1, 0, 2_000) is not None


# -- what belongs together -------------------------------------------------------------------


def test_related_articles_are_of_the_same_story_and_come_after_its_own(
    assistant: Assistant,
) -> None:
    flood = titled(assistant, "Company should lose Hollin Dam")
    ids = assistant.related(flood.id)
    assert ids[0] == flood.id
    heads = assistant.archive.headlines(ids)
    assert set(heads) == set(ids)
    first = [heads[each].title for each in ids[1:5]]
    assert len(first) == 4
    assert all("Hollin" in title for title in first)
    assert assistant.related(flood.id, count=2) == ids[:2]
    assert assistant.related(flood.id, count=0) == assistant.related("nothing") == ()


def test_of_an_article_and_its_copies_one_is_related(assistant: Assistant) -> None:
    archive = assistant.archive
    originals = [head.id for head in archive.newest(99)]
    copied = archive.copies(originals)
    assert copied, "no copies in the sample: nothing was tested"
    for each in [*originals[:8], *copied, *(c.id for group in copied.values() for c in group)]:
        heads = archive.headlines(assistant.related(each))
        roots = [head.original or head.id for head in heads.values()]
        assert len(roots) == len(set(roots))


def test_related_articles_are_within_the_filters(assistant: Assistant) -> None:
    flood = titled(assistant, "Company should lose Hollin Dam")
    own = Filters(sources=(flood.source or "",))
    ids = assistant.related(flood.id, filters=own)
    heads = assistant.archive.headlines(ids)
    assert len(ids) > 1
    assert {head.source for head in heads.values()} == {flood.source}
    assert assistant.related(flood.id, filters=Filters(sources=("Nobody",))) == ()


# -- anybody's sentences ---------------------------------------------------------------------

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
        assert citation.link is not None
    assert MEASURED in cited[0][2].quote
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


# -- examples and verdicts -------------------------------------------------------------------


def test_examples_are_of_articles_that_the_filters_let_through(assistant: Assistant) -> None:
    courier = Filters(sources=("Adlerby Courier",))
    examples = assistant.examples(3, filters=courier)
    assert examples
    assert set(examples) != set(assistant.examples(3))
    for example in examples:
        answer = assistant.ask(example, filters=courier, infer=False)
        assert answer.refusal is None
        assert {c.story.source for c in answer.citations} == {"Adlerby Courier"}
    assert assistant.examples(3, filters=courier) == examples
    assert assistant.examples(3, filters=Filters(sources=("Nobody",))) == ()


def test_examples_follow_what_is_published(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    text = "The night ferry to Sarne will return in May, the council said."
    add(tmp_path, embedder, story("ferry", text))
    with Assistant(Archive(tmp_path), embedder, threshold=0.0) as assistant:
        assert assistant.examples() == ("When will the night ferry to Sarne return?",)
        with ArchiveWriter(tmp_path, embedder.identity) as writer:
            writer.remove(titled(assistant, "A story").id)
        assert assistant.examples() == ()


def test_a_verdict_on_an_answer_made_elsewhere_is_kept(
    sample_archive: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(sample_archive, folder)
    with Assistant.open(folder, today=date(2025, 7, 1)) as assistant:
        assistant.remember(
            answer_id="a1", question=RAIN, answer="Much.", confidence=0.5, helpful=True, reason="!"
        )
    with closing(sqlite3.connect(folder / "archive.db")) as database:
        kept = database.execute("SELECT answer_id, question, answer, helpful, reason FROM feedback")
        assert kept.fetchall() == [("a1", RAIN, "Much.", 1, "!")]
