"""The sample's questions and conversations: enough of each kind, and answered in its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.sample_archive import questions, rows
from tests.sample_pages import PAGES, TEXTS, asides, by_url, squeeze, story

WHY = {"only_teased", "not_in_archive", "off_topic"}
QUESTIONS = questions()
CONVERSATIONS = rows("conversations.jsonl")


def golds() -> Iterator[tuple[str, dict[str, str]]]:
    for question in QUESTIONS:
        for gold in question["gold"]:
            yield question["id"], gold
    for chat in CONVERSATIONS:
        for turn in chat["turns"]:
            for gold in turn["gold"]:
                yield chat["id"], gold


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
