"""The demo newspaper itself: its pages, its policy, and the site it is given."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from eval.widget_lcp import Load, cost
from index.errors import SettingsError
from ui.demo import create_demo
from ui.demo.__main__ import key_of
from ui.sites.store import Sites

SERVER = "http://127.0.0.1:7860"
KEY = "byl_" + "k" * 32
ORIGIN = "http://localhost:7870"


@pytest.fixture(scope="module")
def paper() -> TestClient:
    return TestClient(create_demo(SERVER, KEY))


def test_every_headline_leads_to_its_story(paper: TestClient) -> None:
    page = paper.get("/").text
    paths = [part.split('"')[0] for part in page.split('<a href="')[1:] if "/news/" in part[:20]]
    assert len(paths) == 4
    for path in paths:
        reply = paper.get(path)
        assert reply.status_code == 200
        assert 'rel="canonical" href="https://www.harbourgazette.example/' in reply.text
    assert paper.get("/news/nothing").status_code == 404


def test_a_story_is_printed_in_the_words_that_the_archive_holds(paper: TestClient) -> None:
    page = unescape(paper.get("/news/hollin-final-report").text)
    assert "Rebuilding is now expected to cost 810 million crowns, just over twice" in page
    assert "By Nora Pell · " in page
    assert "10 July 2025" in page
    assert "Sign me up" not in page


def test_one_line_and_one_element_are_all_that_embedding_takes(paper: TestClient) -> None:
    page = paper.get("/news/hollin-final-report").text
    line = f'<script src="{SERVER}/byline.js" data-site="{KEY}" data-theme="auto" async></script>'
    assert page.count(line) == 1
    assert page.count("<script") == 1
    assert '<byline-ask scope="article" title="A question about this story?" theme="auto">' in page
    assert '<byline-chat title="Ask our archive" theme="auto"></byline-chat>' in paper.get("/").text
    bare = paper.get("/bare/news/hollin-final-report").text
    assert "byline-" not in bare
    assert "<script" not in bare


def test_pages_allow_the_widgets_server_and_nothing_else(paper: TestClient) -> None:
    policy = paper.get("/").headers["content-security-policy"]
    assert f"script-src 'self' {SERVER};" in policy
    assert f"connect-src {SERVER};" in policy
    assert policy.startswith("default-src 'none';")
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    first, second = (paper.get("/hostile/") for _ in range(2))
    nonce = first.text.split('nonce="')[1].split('"')[0]
    assert f"script-src 'nonce-{nonce}';" in first.headers["content-security-policy"]
    assert nonce not in second.text


def test_the_arabic_edition_reads_from_right_to_left(paper: TestClient) -> None:
    for path in ("/ar/", "/ar/news/hollin-final-report", "/hostile/ar/"):
        assert '<html lang="ar" dir="rtl">' in paper.get(path).text


def test_a_key_or_an_address_cannot_break_out_of_its_place() -> None:
    sly = TestClient(create_demo("https://chat.example/under", '"><script>alert(1)</script>'))
    page = sly.get("/")
    assert "<script>alert" not in page.text
    assert 'src="https://chat.example/under/byline.js"' in page.text
    assert "connect-src https://chat.example;" in page.headers["content-security-policy"]
    for server in ("chat.example", "javascript:alert(1)", "https://a.example; script-src *"):
        with pytest.raises(SettingsError, match="no server's address"):
            create_demo(server, KEY)


def test_the_demo_gives_itself_a_site_once(tmp_path: Path) -> None:
    key = key_of(tmp_path, ORIGIN)
    assert key_of(tmp_path, ORIGIN) == key
    assert key_of(tmp_path, "http://localhost:7999") == key
    (site,) = Sites.open(tmp_path).list()
    assert site.origins == (ORIGIN, "http://localhost:7999")


def test_what_the_widget_costs_is_the_median_of_differences_within_pairs() -> None:
    pairs = [
        (Load(100 + 10 * n, 0, 0, "img"), Load(104 + 10 * n, n % 2, 0.01 * (n == 3), "img"))
        for n in range(9)
    ]
    found = cost(pairs)
    assert found.lcp_without == 140
    assert found.lcp_difference == 4
    assert found.lcp_interval == (4, 4)
    assert found.blocking_difference == 0
    assert found.blocking_interval == (0, 1)
    assert found.shift_with == 0.01
    assert found.shift_without == 0
    assert found.element == "img"
