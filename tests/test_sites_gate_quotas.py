"""How often may be asked and guessed, at the gate, and what evades none of it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.types import Scope

from tests import gated_sites
from tests.gated import OWN, Behind, call
from tests.gated_sites import NEWS, SPORT, Server, kind
from ui.serving.request_log import ACCESS, RequestLog
from ui.sites.gate import Gate

server = gated_sites.server


def test_guessing_keys_is_given_up_on_and_a_right_one_among_them_is_not_told(
    server: Server,
) -> None:
    guesses = [f"byl_{n:032d}" for n in range(10)]
    for guess in guesses:
        assert call(server.gate, "/v1/ask", origin=NEWS, key=guess).status == 401
    for key in ("byl_" + "z" * 32, server.news.key):
        for path, method in (("/v1/ask", "POST"), ("/embed", "GET")):
            reply = call(server.gate, path, method=method, query=f"site={key}")
            assert (reply.status, kind(reply)) == (429, "quota")
            assert 0 < int(reply.headers["retry-after"]) <= 60
    reply = call(server.gate, "/v1/ask", origin=NEWS, key=server.news.key, address="192.0.2.8")
    assert reply.status == 200


def test_a_page_with_a_key_of_yesterday_does_not_count_as_guessing(server: Server) -> None:
    old = server.news.key
    new = server.sites.rotate("news").key
    for _ in range(30):
        assert call(server.gate, "/v1/ask", origin=NEWS, key=old).status == 401
    assert call(server.gate, "/v1/ask", origin=NEWS, key=new).status == 200


def test_a_quota_is_told_with_when_to_come_back(server: Server) -> None:
    server.sites.edit("news", lambda site: replace(site, visitor_per_minute=2))
    ask = {"origin": NEWS, "key": server.news.key}
    assert [call(server.gate, "/v1/ask", **ask).status for _ in range(3)] == [200, 200, 429]
    reply = call(server.gate, "/v1/ask", **ask)
    assert kind(reply) == "quota"
    assert 0 < int(reply.headers["retry-after"]) <= 60
    assert json.loads(reply.body)["retry_after"] == int(reply.headers["retry-after"])
    assert json.loads(reply.body)["whose"] == "visitor"
    assert reply.headers["access-control-allow-origin"] == NEWS
    assert reply.read == 0
    assert len(server.behind.callers) == 2


def test_what_a_site_is_refused_for_asking_too_often_is_logged_as_that_site_s(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.sites.edit("news", lambda site: replace(site, visitor_per_minute=1))
    counted: list[tuple[str | None, int]] = []

    def observe(scope: Scope, path: str, status: int, seconds: float) -> None:
        site = scope["state"]["caller"].site
        counted.append((site and site.name, status))

    logged = RequestLog(server.gate, observe=observe)
    with caplog.at_level(logging.INFO, ACCESS):
        for _ in range(2):
            call(logged, "/v1/ask", origin=NEWS, key=server.news.key)
    assert counted == [("news", 200), ("news", 429)]
    assert [line.count("site=news") for line in caplog.messages] == [1, 1]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"]
)
def test_saying_to_be_somebody_else_evades_no_quota(server: Server, header: str) -> None:
    server.sites.edit("news", lambda site: replace(site, visitor_per_minute=2))
    replies = [
        call(
            server.gate,
            "/v1/ask",
            origin=NEWS,
            key=server.news.key,
            headers=((header, f"198.51.100.{n}"),),
        ).status
        for n in range(4)
    ]
    assert replies == [200, 200, 429, 429]


def test_moving_about_within_one_s_own_network_evades_no_quota(server: Server) -> None:
    server.sites.edit("news", lambda site: replace(site, visitor_per_minute=2))

    def ask(address: str) -> int:
        return call(
            server.gate, "/v1/ask", origin=NEWS, key=server.news.key, address=address
        ).status

    assert [ask(f"2001:db8:1:2::{n:x}") for n in range(4)] == [200, 200, 429, 429]
    assert ask("2001:db8:1:3::1") == 200
    assert [ask("192.0.2.9"), ask("::ffff:192.0.2.9"), ask("192.0.2.9")] == [200, 200, 429]


def test_holding_many_keys_evades_no_quota(server: Server) -> None:
    for name in ("news", "sport"):
        server.sites.edit(name, lambda site: replace(site, visitor_per_minute=3))
    old = server.news.key
    new = server.sites.rotate("news", keep_old=timedelta(hours=1)).key
    keys = [(NEWS, old), (NEWS, new), (SPORT, server.sport.key)] * 2
    got = [call(server.gate, "/v1/ask", origin=o, key=k).status for o, k in keys]
    assert got == [200, 200, 200, 429, 429, 429]


def test_the_chat_s_own_questions_count_too(tmp_path: Path) -> None:
    behind = Behind()
    gate = Gate(behind, None, visitor_per_minute=2)
    join = "/gradio_api/queue/join"
    assert [call(gate, join, origin=OWN).status for _ in range(3)] == [200, 200, 429]
    assert call(gate, "/v1/ask").status == 429
    assert call(gate, "/gradio_api/queue/data", method="GET").status == 200
