"""Articles, their versions and addresses, and quotes opened by their offsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.writer import ArchiveWriter
from rag import Assistant, Filters
from tests.fake_embedder import FakeEmbedder
from tests.rag_asked import titled
from tests.sample_archive import add, story


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
