"""Search, articles, feedback, sentences verified, and what a chat is told of its site."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from index.types import Filters
from tests.api_calls import calls, site
from tests.fake_newsdesk import FakeNewsdesk, Kept
from tests.fake_stories import ARTICLES, QUOTED


def test_a_search_names_passages_that_can_be_opened() -> None:
    client = calls(FakeNewsdesk())
    found = client.get("/search", params={"q": "ferry fares", "count": 5}).json()
    assert found["query"] == "ferry fares"
    assert [(hit["rank"], hit["article_id"]) for hit in found["hits"]] == [(1, "a1"), (2, "a2")]
    hit = found["hits"][0]
    opened = client.get(
        f"/articles/{hit['article_id']}",
        params={key: hit[key] for key in ("version", "start", "end")},
    ).json()
    assert opened["quote"] == hit["text"] == QUOTED["a1"]


def test_a_search_takes_filters_from_its_address() -> None:
    desk = FakeNewsdesk()
    query = (
        "q=ferry+museum&after=2025-01-01&before=2025-12-31"
        "&source=Coast+Wire&source=Northern+Post&section=Culture"
    )
    hits = calls(desk).get(f"/search?{query}").json()["hits"]
    assert [hit["article_id"] for hit in hits] == ["a3"]
    assert desk.seen == [
        (
            "search",
            Filters(
                date(2025, 1, 1),
                date(2025, 12, 31),
                ("Coast Wire", "Northern Post"),
                ("Culture",),
            ),
        )
    ]


def test_a_citation_opens_at_its_quote() -> None:
    client = calls(FakeNewsdesk())
    answer = client.post("/ask", json={"question": "The night ferry?"}).json()["answer"]
    cited = answer["citations"][0]
    opened = client.get(
        f"/articles/{cited['article_id']}",
        params={key: cited[key] for key in ("version", "start", "end")},
    ).json()
    runs = [run for each in opened["paragraphs"] for run in each["runs"]]
    assert [run["text"] for run in runs if run["quoted"]] == [cited["quote"]]
    assert (opened["quote"], opened["link"]) == (cited["quote"], cited["link"])
    assert opened["also_in"] == cited["also_in"]
    assert not opened["outdated"]
    assert opened["article"]["modified"] == "2025-05-14T20:30:00+00:00"
    assert [each["heading"] for each in opened["paragraphs"]] == [False, False, False, True, False]


def test_a_quote_of_an_earlier_version_says_so() -> None:
    opened = calls(FakeNewsdesk()).get("/articles/a1?version=1&start=0&end=7").json()
    assert (opened["quote"], opened["article"]["version"]) == ("Ferries", 1)
    assert opened["outdated"]


def test_a_whole_article_is_all_of_its_paragraphs() -> None:
    opened = calls(FakeNewsdesk()).get("/articles/a3").json()
    text = "\n\n".join(
        "".join(run["text"] for run in each["runs"]) for each in opened["paragraphs"]
    )
    assert text == ARTICLES["a3"].body
    assert opened["quote"] is None
    assert opened["link"] == ARTICLES["a3"].url
    assert [each["heading"] for each in opened["paragraphs"]].count(True) == 1


def test_a_site_reads_whole_articles_only_where_it_may() -> None:
    desk = FakeNewsdesk()
    body = ARTICLES["a1"].body
    quote = "/articles/a1?start=0&end=7"
    all_of_it = f"/articles/a1?start=0&end={len(body)}"
    some = calls(desk, of=site())
    refused = some.get("/articles/a1")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:byline:problem:forbidden")
    assert some.get(quote).status_code == 200
    assert some.get("/articles/a1?start=0&end=900000").status_code == 403
    full = calls(desk, of=site(full_text=True))
    assert full.get("/articles/a1").status_code == full.get(all_of_it).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("a9", 404),
        ("a1?version=7", 404),
        ("a1?start=0&end=90000", 404),
        ("a1?start=5", 422),
        ("a1?start=5&end=5", 422),
        ("a1?version=0", 422),
        ("a1?version=99999999999999999999", 422),
        ("..%2f..%2fetc%2fpasswd", 404),
        ("a1%00", 404),
        ("%ff%fe", 404),
        ("x" * 5000, 422),
    ],
)
def test_articles_that_are_not_there_are_problems(address: str, status: int) -> None:
    reply = calls(FakeNewsdesk()).get(f"/articles/{address}")
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_article_outside_of_a_site_is_not_there_for_it() -> None:
    client = calls(FakeNewsdesk(), of=site(Filters(sections=("Culture",)), full_text=True))
    assert client.get("/articles/a3").status_code == 200
    assert client.get("/articles/a1").status_code == 404
    assert client.get("/articles/a1?start=0&end=7").status_code == 404


FEEDBACK: dict[str, Any] = {
    "answer_id": "answer-1",
    "question": "The ferry?",
    "answer": "Kept. [1]",
    "confidence": 0.5,
    "helpful": False,
    "reason": "It was\x00 Tuesday.",
}


def test_feedback_is_kept_as_it_was_given() -> None:
    desk = FakeNewsdesk()
    reply = calls(desk).post("/feedback", json=FEEDBACK)
    assert (reply.status_code, reply.content) == (204, b"")
    assert desk.verdicts == [
        Kept("answer-1", "The ferry?", "Kept. [1]", 0.5, False, "It was  Tuesday.")
    ]


def test_an_archive_that_may_only_be_read_keeps_no_feedback_and_says_so() -> None:
    desk = FakeNewsdesk()
    desk.read_only = True
    reply = calls(desk).post("/feedback", json=FEEDBACK)
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:byline:problem:read-only")
    assert "/srv" not in reply.text


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 1.5},
        {"confidence": "0.5"},
        {"helpful": "yes"},
        {"reason": "x" * 2_001},
        {"answer_id": ""},
        {"stars": 5},
    ],
)
def test_feedback_that_is_not_as_documented_is_not_kept(change: dict[str, Any]) -> None:
    desk = FakeNewsdesk()
    reply = calls(desk).post("/feedback", json=FEEDBACK | change)
    assert reply.status_code == 422
    (field,) = change
    assert [fault["field"] for fault in reply.json()["errors"]] == [field]
    assert desk.verdicts == []


def test_anybodys_sentences_are_held_against_the_archive() -> None:
    text = "  The ferry was kept.\x00 All twelve voted for the ferry. Cows fly."
    sentences = calls(FakeNewsdesk()).post("/verify", json={"text": text}).json()["sentences"]
    assert [each["verdict"]["state"] for each in sentences] == [
        "supported",
        "contradicted",
        "unsupported",
    ]
    for each in sentences:
        # offsets are those of the text that was sent
        assert text[each["start"] : each["end"]].replace("\x00", " ") == each["text"]
    assert sentences[1]["verdict"]["failures"][0]["words"] == "twelve"
    assert sentences[0]["evidence"][0]["quote"] == sentences[0]["verdict"]["grounds"][0]["text"]
    assert sentences[2]["evidence"] == []


def test_a_text_of_hundreds_of_claims_is_refused_before_any_is_searched_for() -> None:
    desk = FakeNewsdesk()
    client = calls(desk)
    reply = client.post("/verify", json={"text": "Ann won it. " * 333})
    assert reply.status_code == 422
    assert reply.json()["type"] == "urn:byline:problem:too-many-sentences"
    assert "333" in reply.json()["detail"]
    assert desk.seen == []
    assert client.post("/verify", json={"text": "Ann won it. " * 20}).status_code == 200
    # what claims nothing costs nothing
    talk = "Thank you. " * 40 + "Ann won it."
    assert client.post("/verify", json={"text": talk}).status_code == 200


def test_a_site_is_described_within_its_filters() -> None:
    desk = FakeNewsdesk()
    everything = calls(desk, title="Chat", model="small-1").get("/site").json()
    assert (everything["title"], everything["model"]) == ("Chat", "small-1")
    assert everything["articles"] == 4
    own = calls(desk, of=site(Filters(sources=("Coast Wire",)))).get("/site?site=byl_key").json()
    assert own["title"] == "Ask the Gazette"
    assert own["model"] is None
    assert (own["articles"], own["first"], own["last"]) == (2, "2025-05-14", "2025-06-02")
    assert own["sources"] == [{"name": "Coast Wire", "articles": 2}]
    assert own["examples"] == ["What will a single ferry crossing cost?"]


def test_a_site_is_described_once_a_minute() -> None:
    desk = FakeNewsdesk()
    client = calls(desk)
    replies = [client.get("/site").json() for _ in range(3)]
    assert len({reply["request_id"] for reply in replies}) == 3
    assert [called for called, _ in desk.seen].count("examples") == 1
