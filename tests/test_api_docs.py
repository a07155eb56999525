"""The page that documents the API."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from tests.api_calls import calls
from tests.fake_newsdesk import FakeNewsdesk


class Page(HTMLParser):
    """What a browser would make of a page: its tags, links and ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags = set[str]()
        self.targets = list[str]()
        self.ids = list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src"):
                self.targets.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def test_every_route_and_field_can_be_read_and_reached() -> None:
    client = calls(FakeNewsdesk())
    reply = client.get("/docs")
    assert reply.status_code == 200
    page = Page(reply.text)
    document = client.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> /v1{path}" in reply.text
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    for target in page.targets:
        assert target == "openapi.json" or target.removeprefix("#") in page.ids


def test_it_runs_nothing_and_asks_no_other_host() -> None:
    reply = calls(FakeNewsdesk()).get("/docs")
    page = Page(reply.text)
    assert page.tags.isdisjoint({"script", "img", "iframe", "link", "form", "object"})
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    style = re.findall("<style>(.*?)</style>", reply.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256("".join(style).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy


def test_an_archives_title_is_no_markup() -> None:
    title = "</title><script>alert(1)</script>`<b>`"
    reply = calls(FakeNewsdesk(), title=title).get("/docs")
    assert "script" not in Page(reply.text).tags
    assert "&lt;script&gt;" in reply.text
