"""The whole server over a made-up desk: ids, log lines, figures, health, prefix and proxies."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.errors import SettingsError
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.server import create_app
from ui.serving.request_log import ACCESS
from ui.serving.service import Service
from ui.sites.store import Sites

HERE = "http://127.0.0.1:7860"
ASK = "/v1/ask"
QUESTION = {"question": "What did the council decide about the night ferry?"}
Open = Callable[..., TestClient]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens the app with a service that is set up as asked, and closes it at the end."""
    with ExitStack() as stack:

        def open_app(desk: Any = None, *, peer: str = "127.0.0.1", **service: Any) -> TestClient:
            capacity = service.pop("capacity", None) or Capacity(2, 4)
            app = create_app(
                desk or FakeNewsdesk(), service=Service(capacity, visitor_per_minute=0, **service)
            )
            client = TestClient(
                app, base_url=HERE, client=(peer, 5000), raise_server_exceptions=False
            )
            return stack.enter_context(client)

        yield open_app


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """The access log's lines so far."""
    logger = logging.getLogger(ACCESS)
    was = logger.propagate
    logger.propagate = True
    with caplog.at_level(logging.INFO, ACCESS):
        yield lambda: [each.getMessage() for each in caplog.records if each.name == ACCESS]
    logger.propagate = was


def figure(client: TestClient, name: str) -> float:
    """A figure by its name and labels, as Prometheus reads it."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_every_part_of_the_service_answers(opened: Open) -> None:
    client = opened()
    assert client.post(ASK, json=QUESTION).json()["answer"]["answered"]
    for path in ("/", "/v1/docs", "/v1/openapi.json", "/byline.js", "/embed", "/healthz"):
        assert client.get(path).status_code == 200, path
    listed = client.post(
        "/mcp",
        json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert "search_archive" in listed.text


@pytest.mark.parametrize("given", ["abcdefgh", "0123456789-ABC_def", "a" * 64])
def test_an_id_that_a_proxy_gave_is_kept(opened: Open, given: str) -> None:
    client = opened(trusted_proxies=("127.0.0.0/8",))
    reply = client.post(ASK, json=QUESTION, headers={"X-Request-Id": given})
    assert reply.headers["x-request-id"] == given
    assert reply.json()["request_id"] == given


def test_an_id_that_a_visitor_made_up_is_replaced(opened: Open) -> None:
    client = opened(trusted_proxies=("10.0.0.0/8",))
    reply = client.get("/healthz", headers={"X-Request-Id": "anybody-says-this"})
    assert re.fullmatch(r"[0-9a-f]{16}", reply.headers["x-request-id"])


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space1", "é" * 8, "a;b=c\tdefgh", ""])
def test_an_id_that_is_no_plain_word_is_replaced(opened: Open, given: str) -> None:
    client = opened(trusted_proxies=("127.0.0.1",))
    reply = client.get("/healthz", headers=[(b"X-Request-Id", given.encode())])
    assert re.fullmatch(r"[0-9a-f]{16}", reply.headers["x-request-id"])


def test_refusals_of_every_layer_carry_the_id(opened: Open) -> None:
    client = opened()
    for reply in (
        client.get("/nothing"),
        client.post(ASK, json={"question": ""}),
        client.post(ASK, json=QUESTION, headers={"Origin": "https://evil.example"}),
        client.post(ASK, content=iter([b"x"])),
    ):
        assert reply.status_code in (403, 404, 411, 422)
        assert re.fullmatch(r"[0-9a-f]{16}", reply.headers["x-request-id"])


def test_a_line_tells_of_a_request_but_not_who_asked_what(
    opened: Open, lines: Callable[[], list[str]]
) -> None:
    client = opened(peer="203.0.113.9")
    client.post(f"{ASK}?secret=query", json=QUESTION)
    (line,) = lines()
    assert re.fullmatch(
        r"request=[0-9a-f]{16} method=POST path=/v1/ask status=200 ms=\d+ bytes=\d+", line
    )


def test_questions_and_addresses_are_logged_where_that_is_wanted(
    opened: Open, lines: Callable[[], list[str]]
) -> None:
    client = opened(peer="203.0.113.9", log_questions=True)
    client.post(f"{ASK}?some=query", json=QUESTION)
    asked, line = lines()
    assert asked.startswith("question=What%20did%20the%20council")
    assert line.endswith("query=some%3Dquery from=203.0.113.9")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles/a%0a2026-01-01%20request=forged%20status=200",
        "/v1/articles/%0d%0a%1b[31mred",
        "/%E2%80%A8%C2%85line",
        "/%22quoted%22%20and%20spaced",
        "/" + "x" * 5000,
    ],
)
def test_nothing_that_is_asked_for_can_forge_a_line(
    opened: Open, lines: Callable[[], list[str]], path: str
) -> None:
    opened(log_questions=True).get(
        f"{path}?q=%0aforged", headers={"X-Request-Id": "forged id", "User-Agent": "x\ty"}
    )
    (line,) = lines()
    assert re.fullmatch(r"(?:[a-z]+=[!-~]+)(?: [a-z]+=[!-~]+)*", line)
    assert len(line) < 700
    assert "request=forged" not in line
    assert line.count("status=") == 1


def test_a_question_cannot_forge_a_line(opened: Open, lines: Callable[[], list[str]]) -> None:
    client = opened(log_questions=True)
    client.post(ASK, json={"question": "ferry\u2028request=forged status=200 \u0085 x"})
    assert all(re.fullmatch(r"(?:[a-z]+=[!-~]+)(?: [a-z]+=[!-~]+)*", line) for line in lines())


def test_what_nobody_foresaw_is_a_problem_without_details_and_logged_with_its_id(
    opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(FakeNewsdesk):
        def stats(self) -> Any:
            raise RuntimeError("secret path /srv/archive.db")

    reply = opened(Broken()).get("/metrics")
    assert reply.status_code == 500
    assert reply.json()["type"] == "urn:byline:problem:internal"
    assert "secret" not in reply.text
    assert reply.headers["x-request-id"] in caplog.text


def test_figures_tell_what_became_of_questions(opened: Open) -> None:
    client = opened()
    client.post(ASK, json=QUESTION)
    client.post(ASK, json={"question": "Who won the regatta?", "stream": True})
    client.post(ASK, json={"question": "explode, ferry"})
    assert figure(client, 'byline_questions_total{outcome="answered"}') == 1
    assert figure(client, 'byline_questions_total{outcome="refused:not_found"}') == 1
    assert figure(client, 'byline_questions_total{outcome="error"}') == 1
    assert figure(client, 'byline_requests_total{method="POST",route="/v1/ask",status="200"}') == 2
    client.post(ASK, json={"question": "complain, ferry"})
    assert figure(client, 'byline_questions_total{outcome="error"}') == 1
    assert figure(client, 'byline_questions_total{outcome="question"}') == 1
    assert figure(client, "byline_articles") == FakeNewsdesk().stats().articles
    assert figure(client, "byline_answering") == 0
    assert figure(client, "byline_places") == 2


def test_strange_addresses_and_methods_do_not_add_figures(opened: Open) -> None:
    client = opened()
    for n in range(20):
        client.get(f"/made-up-{n}")
        client.get(f"/v1/articles/made-up-{n}")
        client.request(f"MADE{n}", f"/v1/made-up-{n}")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert "MADE" not in text
    assert figure(client, 'byline_requests_total{method="GET",route="other",status="404"}') == 20


@pytest.mark.parametrize("peer", ["203.0.113.9", "8.8.8.8", "2001:4860::8888", "testclient"])
def test_figures_are_not_for_visitors_from_outside(opened: Open, peer: str) -> None:
    assert opened(peer=peer).get("/metrics").status_code == 404


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:192.168.1.1"])
def test_figures_are_for_this_machine_and_its_network(opened: Open, peer: str) -> None:
    assert opened(peer=peer).get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Proto"]
)
@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",)])
def test_figures_are_not_shown_through_a_proxy(
    opened: Open, header: str, trusted: tuple[str, ...]
) -> None:
    client = opened(trusted_proxies=trusted)
    assert client.get("/metrics", headers={header: "10.0.0.1"}).status_code == 404


def test_it_is_ready_until_it_stops(opened: Open) -> None:
    client = opened()
    assert client.get("/readyz").json() == {"status": "ready"}
    client.app.state.ending.stopping = True  # type: ignore[attr-defined]
    stopping = client.get("/readyz")
    assert stopping.status_code == 503
    assert stopping.json() == {"status": "stopping"}
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_while_nobody_is_there_to_answer(opened: Open) -> None:
    class Cold(FakeNewsdesk):
        ready = False

    cold = Cold()
    client = opened(cold)
    assert client.get("/readyz").json() == {"status": "starting"}
    for body in (QUESTION, QUESTION | {"stream": True}):
        refused = client.post(ASK, json=body)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
    assert figure(client, 'byline_questions_total{outcome="error"}') == 0
    cold.ready = True
    assert client.post(ASK, json=QUESTION).status_code == 200
    assert client.get("/readyz").status_code == 200


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


def test_a_trusted_proxy_says_who_asks_and_how(opened: Open) -> None:
    class Visitors(FakeNewsdesk):
        pass

    client = opened(Visitors(), public_url="https://news.example", trusted_proxies=("127.0.0.0/8",))
    page = client.get(
        "/",
        headers={"Host": "inner:7860", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https"},
    )
    assert '"root":"https://news.example"' in page.text


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


def test_beyond_the_line_readers_of_the_api_and_of_the_chat_are_told_at_once(
    opened: Open,
) -> None:
    from ui.serving.metrics import Metrics
    from ui.serving.watched import Busy, Placed, Watched

    capacity = Capacity(1, 0)
    client = opened(capacity=capacity)
    desk = Placed(Watched(FakeNewsdesk(), Metrics()), capacity)
    with capacity.place():
        busy = client.post(ASK, json=QUESTION)
        assert busy.status_code == 503
        assert int(busy.headers["retry-after"]) >= 1
        with pytest.raises(Busy, match="ask again in a moment"):
            list(desk.stream("ferry"))
    assert list(desk.stream("ferry"))
    assert client.post(ASK, json=QUESTION).status_code == 200
    assert figure(client, "byline_busy_refusals_total") == 2


def test_a_503_for_another_reason_is_no_refusal_for_want_of_a_place(opened: Open) -> None:
    client = opened()
    client.app.state.ending.warm = False  # type: ignore[attr-defined]
    assert client.get("/v1/search", params={"q": "ferry"}).status_code == 503
    client.app.state.ending.warm = True  # type: ignore[attr-defined]
    assert figure(client, "byline_busy_refusals_total") == 0


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


@pytest.mark.parametrize(("waiting", "held"), [(4, 7), (100, 78)])
def test_the_line_of_the_chat_is_as_long_as_was_set(opened: Open, waiting: int, held: int) -> None:
    app: Any = opened(capacity=Capacity(2, waiting)).app
    (blocks,) = [
        each.app.get_blocks()
        for each in app.routes
        if hasattr(each, "app") and hasattr(each.app, "get_blocks")
    ]
    threads = blocks.fns[0].concurrency_limit
    assert blocks._queue.max_size == held
    assert threads + held <= max(2 * threads, 2 + waiting)


def test_refusals_over_a_quota_are_counted_for_their_site(opened: Open, tmp_path: Path) -> None:
    page = "https://news.example.org"
    sites = Sites.open(tmp_path)
    site = sites.add("news", origins=[page], visitor_per_minute=1)
    client = opened(sites=sites)
    headers = {"Origin": page, "Byline-Site": site.key}
    statuses = [client.post(ASK, json=QUESTION, headers=headers).status_code for _ in range(3)]
    assert statuses == [200, 429, 429]
    assert figure(client, 'byline_quota_refusals_total{site="news"}') == 2
