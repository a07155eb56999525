"""The sample archive keeps the promises of its README."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html

SAMPLE = Path(__file__).parent.parent / "eval" / "sample"
ARTICLES = SAMPLE / "articles"
MARK = "Sample material written for Byline; the people, places and events are invented."
OUTLETS = {"The Harbour Gazette", "Adlerby Courier", "Meridian Wire"}
WHY = {"only_teased", "not_in_archive", "off_topic"}

# what stands inside <article> and is not the story
ASIDE = {
    "read-more",
    "inline-related",
    "newsletter-box",
    "promo",
    "signoff",
    "agency",
    "standfirst",
}
# whatever holds pieces of other stories, prompts or readers' words
AROUND = {
    "related",
    "teaser",
    "read-more",
    "inline-related",
    "more-stories",
    "most-read",
    "newsletter",
    "newsletter-box",
    "app",
    "app-promo",
    "promo",
    "comments",
    "cookie-banner",
}

PAGES = sorted(ARTICLES.glob("*.html"))
TEXTS = sorted(ARTICLES.glob("*.txt"))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def classes(element: html.HtmlElement) -> set[str]:
    return set((element.get("class") or "").split())


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


@cache
def news(path: Path) -> dict[str, Any]:
    """The one NewsArticle among the page's JSON-LD."""
    found: list[dict[str, Any]] = []
    for script in tree(path).xpath("//script[@type='application/ld+json']"):
        data = json.loads(script.text)
        nodes = data if isinstance(data, list) else data.get("@graph", [data])
        found += [n for n in nodes if n["@type"] == "NewsArticle"]
    assert len(found) == 1, path.name
    return found[0]


@cache
def canonical(path: Path) -> str:
    (link,) = tree(path).xpath("//link[@rel='canonical']/@href")
    return str(link)


@cache
def story(path: Path) -> tuple[str, ...]:
    """The paragraphs of the story, and nothing else that lies in <article>."""
    paragraphs = []
    for p in tree(path).xpath("//article//p"):
        around = set().union(classes(p), *(classes(a) for a in p.iterancestors()))
        text = squeeze(p.text_content())
        if not around & ASIDE and not text.startswith("Read more:"):
            paragraphs.append(text)
    return tuple(paragraphs)


@cache
def asides(path: Path) -> str:
    """All that lies outside the story: teasers, lists, promotion, comments."""
    parts = []
    for element in tree(path).iter():
        if not isinstance(element.tag, str):
            continue
        if classes(element) & AROUND or element.tag in {"aside", "nav", "footer", "figure"}:
            parts.append(squeeze(element.text_content()))
    return "\n".join(parts)


def rows(name: str) -> list[dict[str, Any]]:
    lines = (SAMPLE / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


QUESTIONS = rows("questions.jsonl")
CONVERSATIONS = rows("conversations.jsonl")


@cache
def by_url() -> dict[str, list[Path]]:
    pages: dict[str, list[Path]] = {}
    for path in PAGES:
        pages.setdefault(canonical(path), []).append(path)
    return pages


def golds() -> Iterator[tuple[str, dict[str, str]]]:
    for question in QUESTIONS:
        for gold in question["gold"]:
            yield question["id"], gold
    for chat in CONVERSATIONS:
        for turn in chat["turns"]:
            for gold in turn["gold"]:
                yield chat["id"], gold


def published(path: Path) -> datetime:
    return datetime.fromisoformat(news(path)["datePublished"])


def test_there_are_enough_articles_of_three_outlets() -> None:
    assert len(by_url()) >= 36
    assert len(TEXTS) >= 1
    sources = {tree(p).xpath("string(//meta[@property='og:site_name']/@content)") for p in PAGES}
    assert sources == OUTLETS
    count = Counter(url.split("/")[2] for url in by_url())
    assert len(count) == 3
    assert all(host.endswith(".example") for host in count)


def test_there_are_enough_sections() -> None:
    sections = {
        tree(p).xpath("string(//meta[@property='article:section']/@content)") for p in PAGES
    }
    assert {"World", "Politics", "Business", "Science", "Sport", "Culture"} <= sections


def test_the_dates_span_eighteen_months() -> None:
    dates = [published(p) for p in PAGES]
    assert (max(dates) - min(dates)).days >= 18 * 30.5


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_a_page_is_whole(path: Path) -> None:
    page, data = tree(path), news(path)
    assert page.get("lang") in {"en", "en-GB"}
    headline = squeeze(page.xpath("string(//h1)"))
    assert data["headline"] == headline
    assert page.xpath("string(//meta[@property='og:title']/@content)") == headline
    assert canonical(path).startswith("https://")
    assert published(path).tzinfo is not None
    assert (
        page.xpath("string(//meta[@property='article:published_time']/@content)")
        == (data["datePublished"])
    )
    if "dateModified" in data:
        assert datetime.fromisoformat(data["dateModified"]) >= published(path)
    for field in ("author", "publisher", "articleSection", "mainEntityOfPage"):
        assert data[field], field
    assert page.xpath("//figure//figcaption")
    assert page.xpath("//*[contains(@class, 'comments')]")
    words = sum(len(p.split()) for p in story(path))
    assert 230 <= words <= 650


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_a_page_is_marked_as_a_sample(path: Path) -> None:
    page = tree(path)
    assert page.xpath("string(//meta[@name='sample-material']/@content)") == MARK
    (note,) = page.xpath("//*[contains(@class, 'sample-note')]")
    assert squeeze(note.text_content()) == MARK
    assert not note.xpath("ancestor::article")


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_a_text_is_marked_as_a_sample_and_has_no_markup(path: Path) -> None:
    text = path.read_text("utf-8")
    assert MARK in text
    assert not re.search(r"</?[a-z]+[^>]*>", text)


def test_one_article_is_saved_under_two_addresses() -> None:
    twice = [paths for paths in by_url().values() if len(paths) > 1]
    assert len(twice) == 1
    first, second = twice[0]
    assert [p for p in story(first) if p in story(second)]
    assert news(first)["headline"] == news(second)["headline"]


def test_four_articles_carry_a_correction() -> None:
    opens = ("Correction, ", "Clarification, ", "(Corrects ", "This article was amended on ")
    corrected = [p for p in PAGES if any(t.startswith(opens) for t in story(p))]
    assert len(corrected) == 4
    for path in corrected:
        assert datetime.fromisoformat(news(path)["dateModified"]) > published(path)


def test_one_story_is_syndicated() -> None:
    def plain(text: str) -> str:
        return re.sub(r"[“”]", '"', text).replace("’", "'").split(" (Meridian Wire) – ")[-1]

    bodies = {url: [plain(t) for t in story(paths[0])] for url, paths in by_url().items()}
    copies = []
    for url, body in bodies.items():
        for other, theirs in bodies.items():
            if url < other and len(set(body) & set(theirs)) >= 5:
                copies.append((url, other))
    assert len(copies) == 1
    first, second = copies[0]
    assert bodies[first] != bodies[second]
    assert first.split("/")[2] != second.split("/")[2]


def test_there_are_enough_questions() -> None:
    answerable = [q for q in QUESTIONS if q["answerable"]]
    refused = [q for q in QUESTIONS if not q["answerable"]]
    assert len(QUESTIONS) >= 80
    assert len(refused) >= 20
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    assert len({q["question"] for q in QUESTIONS}) == len(QUESTIONS)
    assert all(q["gold"] and q["answer"] for q in answerable)
    assert all(not q["gold"] and q["why"] in WHY for q in refused)
    assert Counter(q["why"] for q in refused)["only_teased"] >= 4
    assert {q["kind"] for q in answerable} >= {
        "who",
        "what",
        "when",
        "where",
        "howmany",
        "why",
        "quote",
        "correction",
        "difference",
        "timeline",
    }


def test_what_differs_cites_both() -> None:
    for question in QUESTIONS:
        if question["kind"] in {"difference", "timeline"}:
            assert question["need"] == "all"
            assert len(question["gold"]) >= 2, question["id"]


def test_there_are_enough_conversations() -> None:
    assert len(CONVERSATIONS) >= 10
    for chat in CONVERSATIONS:
        assert 2 <= len(chat["turns"]) <= 3
        for turn in chat["turns"]:
            assert turn["standalone"]
            assert bool(turn["gold"]) == turn["answerable"]


def test_every_gold_url_is_an_article() -> None:
    missing = [(i, gold["url"]) for i, gold in golds() if gold["url"] not in by_url()]
    assert not missing


def test_every_gold_sentence_stands_in_the_story_of_its_page() -> None:
    lost = []
    for where, gold in golds():
        sentence = gold["sentence"]
        assert sentence == squeeze(sentence)
        for path in by_url()[gold["url"]]:
            if not any(sentence in p for p in story(path)):
                lost.append((where, path.name, sentence))  # noqa: PERF401
    assert not lost


def test_no_gold_sentence_stands_in_a_teaser() -> None:
    teased = []
    around = [(p.name, asides(p)) for p in PAGES]
    for where, gold in golds():
        teased += [(where, name) for name, text in around if gold["sentence"] in text]
    assert not teased


def test_what_is_only_teased_is_in_a_teaser_and_in_no_story() -> None:
    everything = "\n".join(asides(p) for p in PAGES)
    raw = "\n".join(p.read_text("utf-8") for p in TEXTS)
    stories = "\n".join(t for p in PAGES for t in story(p))
    for question in QUESTIONS:
        if question.get("why") == "only_teased":
            teaser = question["teaser"]
            assert teaser in everything or teaser in raw, question["id"]
            assert teaser not in stories, question["id"]
