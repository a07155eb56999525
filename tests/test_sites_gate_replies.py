"""What a browser is told: preflights, and which pages may read a reply."""

from __future__ import annotations

import pytest

from tests import gated_sites
from tests.gated import OWN, Behind, call
from tests.gated_sites import NEWS, SPORT, Server, kind
from ui.sites.gate import Gate

server = gated_sites.server


def test_a_preflight_says_what_a_site_s_page_may_send(server: Server) -> None:
    reply = call(server.gate, "/v1/ask", method="OPTIONS", origin=SPORT)
    assert (reply.status, reply.body, reply.read) == (204, b"", 0)
    assert reply.headers["access-control-allow-origin"] == SPORT
    assert reply.headers["access-control-allow-methods"] == "GET, POST"
    allowed = reply.headers["access-control-allow-headers"]
    assert allowed == "Content-Type, Authorization, Byline-Site, Accept"
    assert int(reply.headers["access-control-max-age"]) <= 600
    assert "Origin" in reply.headers["vary"]
    assert server.behind.callers == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", OWN, None, f"{NEWS}:444"])
def test_any_other_preflight_is_refused(server: Server, origin: str | None) -> None:
    for path in ("/v1/ask", "/v1/search", "/mcp"):
        reply = call(server.gate, path, method="OPTIONS", origin=origin)
        assert (reply.status, kind(reply)) == (403, "foreign-origin")
        assert "access-control-allow-origin" not in reply.headers
        assert "access-control-allow-methods" not in reply.headers


def test_what_the_app_allows_of_its_own_accord_is_taken_back(server: Server) -> None:
    loose = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    gate = Gate(Behind(loose | {"Vary": "Accept"}), server.sites, visitor_per_minute=12)
    reply = call(gate, "/mcp")
    assert "access-control-allow-origin" not in reply.headers
    assert "access-control-allow-credentials" not in reply.headers
    assert reply.headers["vary"] == "Accept, Origin"
    reply = call(gate, "/v1/ask", origin=NEWS, key=server.news.key)
    assert reply.headers.getlist("access-control-allow-origin") == [NEWS]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", NEWS, None])
def test_the_widget_s_files_are_anybody_s(server: Server, origin: str | None) -> None:
    for path in ("/byline.js", "/widget/core.abc.js"):
        reply = call(server.gate, path, method="GET", origin=origin)
        assert reply.status == 200
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    if origin not in (None, NEWS):
        assert call(server.gate, "/byline.js", origin=origin).status == 403


def test_what_is_told_back_of_a_request_cannot_break_out_of_a_header(server: Server) -> None:
    evil = "https://news.example.org\r\nSet-Cookie: a=b"
    for reply in (
        call(server.gate, "/v1/ask", origin=evil, key=server.news.key),
        call(server.gate, "/v1/ask", method="OPTIONS", origin=evil),
        call(server.gate, "/v1/ask", origin=NEWS, key="byl_\r\nSet-Cookie: a=b"),
        call(server.gate, "/embed", method="GET", query="site=a%0d%0aSet-Cookie:%20a=b"),
        call(server.gate, "/v1/site", method="GET", headers=(("referer", evil),)),
    ):
        assert "set-cookie" not in reply.headers
        assert all("\r" not in value and "\n" not in value for value in reply.headers.values())
        assert b"Set-Cookie" not in reply.body
