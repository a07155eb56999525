"""Request ids and the access log: they tell the operator what happened, not who asked what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests import serving_app
from tests.fake_newsdesk import FakeNewsdesk
from tests.serving_app import ASK, QUESTION, Open

opened, lines = serving_app.opened, serving_app.lines


@pytest.mark.parametrize("given", ["abcdefgh", "0123456789-ABC_def", "a" * 64])
def test_an_id_that_a_proxy_gave_is_kept(opened: Open, given: str) -> None:
    client = opened(trusted_proxies=("127.0.0.0/8",))
    reply = client.post(ASK, json=QUESTION, headers={"X-Request-Id": given})
    assert reply.headers["x-request-id"] == given
    assert reply.json()["request_id"] == given


def test_a_proxy_is_known_by_its_address_however_the_system_writes_it(opened: Open) -> None:
    client = opened(peer="::ffff:10.0.0.7", trusted_proxies=("10.0.0.0/8",))
    reply = client.get("/healthz", headers={"X-Request-Id": "a-proxy-says-this"})
    assert reply.headers["x-request-id"] == "a-proxy-says-this"


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
