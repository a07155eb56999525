"""Behind a proxy: the prefix, the public address, and whose word is believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from index.errors import SettingsError
from tests import serving_app
from tests.fake_newsdesk import FakeNewsdesk
from tests.serving_app import ASK, HERE, QUESTION, Open, figure
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.service import Service

opened, lines = serving_app.opened, serving_app.lines


@pytest.mark.parametrize("stripped", [False, True], ids=["as it came", "stripped by the proxy"])
def test_everything_lies_under_the_prefix(opened: Open, stripped: bool) -> None:
    client = opened(public_url="https://news.example/desk/chat")
    prefix = "" if stripped else "/desk/chat"
    page = client.get(f"{prefix}/", headers={"Host": "news.example"})
    assert '"root":"https://news.example/desk/chat"' in page.text
    assert "sha256-" in page.headers["content-security-policy"]
    assert client.get(f"{prefix}/byline/main.js").status_code == 200
    assert client.get(f"{prefix}/byline.js").status_code == 200
    assert client.get(f"{prefix}/embed").status_code == 200
    assert client.get(f"{prefix}/v1/docs").status_code == 200
    assert client.get(f"{prefix}/readyz").status_code == 200
    asked = client.post(f"{prefix}{ASK}", json=QUESTION)
    assert asked.json()["answer"]["answered"]
    own = client.post(f"{prefix}{ASK}", json=QUESTION, headers={"Origin": "https://news.example"})
    assert own.status_code == 200
    foreign = client.post(f"{prefix}{ASK}", json=QUESTION, headers={"Origin": "https://x.example"})
    assert foreign.status_code == 403
    assert client.get(f"{prefix}/gradio_api/info/../upload").status_code == 404


def test_the_prefix_alone_leads_to_the_page(opened: Open) -> None:
    client = opened(public_url="https://news.example/chat")
    reply = client.get("/chat", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (308, "/chat/")
    assert client.get("/chatter/", follow_redirects=False).status_code == 404


def test_nobody_is_believed_who_is_not_trusted(opened: Open) -> None:
    client = opened(peer="198.51.100.7", log_questions=True)
    page = client.get(
        "/",
        headers={
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "10.0.0.1",
            "X-Forwarded-Prefix": "/evil",
        },
    )
    assert page.status_code == 200
    assert "evil" not in page.text
    assert '"root":"http://127.0.0.1:7860"' in page.text


def test_a_trusted_proxy_says_who_asks_and_how(
    opened: Open, lines: Callable[[], list[str]]
) -> None:
    client = opened(
        public_url="https://news.example", trusted_proxies=("127.0.0.0/8",), log_questions=True
    )
    page = client.get(
        "/",
        headers={"Host": "inner:7860", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"},
    )
    assert '"root":"https://news.example"' in page.text
    (line,) = lines()
    assert line.endswith(" from=1.2.3.4")


def test_visitors_behind_a_trusted_proxy_are_told_apart() -> None:
    service = Service(Capacity(2, 4), visitor_per_minute=1, trusted_proxies=("127.0.0.1",))
    app = create_app(FakeNewsdesk(), service=service)
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 5000)) as client:

        def ask(visitor: str) -> int:
            headers = {"X-Forwarded-For": visitor}
            return client.post(ASK, json=QUESTION, headers=headers).status_code

        assert [ask("1.2.3.4"), ask("5.6.7.8"), ask("1.2.3.4"), ask("9.9.9.9, 1.2.3.4")] == [
            200,
            200,
            429,
            429,
        ]
        quota = 'byline_quota_refusals_total{site=""}'
        assert figure(client, quota) == 2


@pytest.mark.parametrize(
    ("given", "origin", "public"),
    [
        (
            "https://köln.example/chat",
            "https://xn--kln-sna.example",
            "https://xn--kln-sna.example/chat",
        ),
        ("https://News.Example:443", "https://news.example", "https://news.example"),
        ("http://10.0.0.7:7860/a", "http://10.0.0.7:7860", "http://10.0.0.7:7860/a"),
    ],
)
def test_a_public_address_is_what_browsers_make_of_it(
    opened: Open, given: str, origin: str, public: str
) -> None:
    service = Service(Capacity(1, 1), public_url=given)
    assert (service.origin, service.public_url) == (origin, public)
    own = opened(public_url=given).post(ASK, json=QUESTION, headers={"Origin": origin})
    assert own.status_code == 200


@pytest.mark.parametrize(
    "given", ["chat.example", "https://a..b", "https://u@x.example", "ftp://x"]
)
def test_a_public_address_that_is_none_is_told_of(given: str) -> None:
    with pytest.raises(SettingsError, match="public_url"):
        Service(Capacity(1, 1), public_url=given)
