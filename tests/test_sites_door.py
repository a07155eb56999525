"""Door and gate together: which addresses there are, and the headers that pages leave with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gated import OWN, SERVER, Behind, Reply, call
from ui.chat.door import MAX_SERVICE_BODY, Door
from ui.sites.gate import Gate
from ui.sites.store import Sites
from ui.sites.types import Site

NEWS = "https://news.example.org"
MOBILE = "https://m.example.org:8443"


class Server:
    def __init__(self, folder: Path, headers: dict[str, str] | None = None) -> None:
        self.sites = Sites.open(folder, refresh=0.0)
        self.site: Site = self.sites.add("news", origins=[NEWS, MOBILE])
        self.behind = Behind(headers)
        self.app = Door(Gate(self.behind, self.sites, visitor_per_minute=12), (), service=True)

    def embed(self, query: str, **more: str) -> Reply:
        return call(self.app, "/embed", method="GET", query=query, **more)  # type: ignore[arg-type]


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def ancestors(reply: Reply) -> list[str]:
    """Who may frame the page, by its policy, which is but one."""
    (policy,) = reply.headers.getlist("content-security-policy")
    found = [each.split() for each in policy.split(";")]
    (named,) = [each[1:] for each in found if each and each[0] == "frame-ancestors"]
    return named


def test_the_page_for_an_iframe_may_be_framed_by_its_site_alone(server: Server) -> None:
    reply = server.embed(f"site={server.site.key}")
    assert reply.status == 200
    assert ancestors(reply) == [NEWS, MOBILE]
    assert "x-frame-options" not in reply.headers
    assert reply.headers["referrer-policy"] == "same-origin"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize(
    "query", ["", "site=", "site=byl_nosuch", "site=%27none%27%3B+script-src+*"]
)
def test_without_a_site_nobody_may_frame_it(server: Server, query: str) -> None:
    reply = server.embed(query)
    assert reply.status == 200
    assert ancestors(reply) == ["'none'"]
    assert reply.headers["x-frame-options"] == "DENY"
    assert "*" not in reply.headers["content-security-policy"]


def test_two_sites_at_once_are_none(server: Server) -> None:
    other = server.sites.add("other", origins=["https://other.example"])
    reply = server.embed(f"site={server.site.key}&site={other.key}")
    assert reply.status == 400
    assert ancestors(reply) == ["'none'"]


def test_a_change_of_the_site_s_origins_changes_who_may_frame(server: Server) -> None:
    server.sites.edit("news", lambda site: replace(site, origins=(MOBILE,)))
    assert ancestors(server.embed(f"site={server.site.key}")) == [MOBILE]
    server.sites.edit("news", lambda site: replace(site, origins=()))
    gone = server.embed(f"site={server.site.key}")
    assert (ancestors(gone), gone.headers["x-frame-options"]) == (["'none'"], "DENY")
    server.sites.revoke("news")
    assert ancestors(server.embed(f"site={server.site.key}")) == ["'none'"]


def test_the_page_s_own_policy_stays_but_for_who_may_frame_it(tmp_path: Path) -> None:
    own = "default-src 'none'; Frame-Ancestors *; script-src 'sha384-x';"
    server = Server(tmp_path, {"Content-Security-Policy": own, "X-Frame-Options": "SAMEORIGIN"})
    reply = server.embed(f"site={server.site.key}")
    assert reply.headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'sha384-x'; frame-ancestors {NEWS} {MOBILE}"
    )
    assert "x-frame-options" not in reply.headers


def test_the_page_for_an_iframe_is_safe_without_a_gate_too() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        from starlette.responses import HTMLResponse

        await HTMLResponse("x")(scope, receive, send)  # type: ignore[arg-type]

    reply = call(Door(app, (), service=True), "/embed", method="GET")
    assert ancestors(reply) == ["'self'"]
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "path", ["/", "/v1/site", "/v1/docs", "/byline.js", "/metrics", "/nothing"]
)
def test_no_other_page_may_be_framed_by_a_site(server: Server, path: str) -> None:
    reply = call(server.app, path, method="GET", query=f"site={server.site.key}")
    assert ancestors(reply) == ["'self'"]
    assert reply.headers["x-frame-options"] == "SAMEORIGIN"


SERVICE = (
    "/v1/ask", "/v1/docs", "/v1/openapi.json", "/mcp", "/mcp/", "/byline.js", "/widget/core.js",
    "/embed", "/readyz", "/metrics", "/gradio_api/info",
)  # fmt: skip


@pytest.mark.parametrize("path", SERVICE)
def test_the_service_s_addresses_are_there_only_where_it_is_served(
    server: Server, path: str
) -> None:
    assert call(server.app, path, method="GET").status == 200
    chat = Door(Gate(server.behind, server.sites, visitor_per_minute=12), ())
    before = len(server.behind.callers)
    assert call(chat, path, method="GET").status == 404
    assert call(chat, path, origin=NEWS, key=server.site.key).status in (403, 404)
    assert len(server.behind.callers) == before


@pytest.mark.parametrize(
    "path", ["/v1", "/v1ask", "/v2/ask", "/mcp/x", "/embed/", "/metrics/", "/docs", "/V1/ask"]
)
def test_addresses_that_only_look_like_them_ask_nothing(server: Server, path: str) -> None:
    call(server.app, path, origin="https://evil.example")
    call(server.app, path, origin=NEWS, key=server.site.key)
    assert [each for each in server.behind.callers if each.site is None] == []
    assert call(server.app, path, origin="https://evil.example").status in (403, 404)


def test_a_site_s_page_comes_through_both(server: Server) -> None:
    reply = call(server.app, "/v1/ask", origin=NEWS, key=server.site.key)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == NEWS
    assert call(server.app, "/v1/ask", method="OPTIONS", origin=NEWS).status == 204
    reply = call(server.app, "/byline.js", method="GET", origin="https://anybody.example")
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/ask", "/mcp", "/gradio_api/queue/join", "/"])
def test_a_foreign_page_comes_through_neither(server: Server, path: str) -> None:
    for origin in ("https://evil.example", "null", f"{OWN}.evil.example"):
        reply = call(server.app, path, origin=origin, key=server.site.key)
        assert (reply.status, reply.read) == (403, 0)
        assert "access-control-allow-origin" not in reply.headers
    assert server.behind.callers == []


def test_a_site_s_page_has_no_way_into_the_chat_itself(server: Server) -> None:
    reply = call(server.app, "/gradio_api/queue/join", origin=NEWS, key=server.site.key)
    assert (reply.status, server.behind.callers) == (403, [])


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ((("content-length", str(MAX_SERVICE_BODY + 1)),), 413, "too-large"),
        ((("content-length", "9" * 5_000),), 413, "too-large"),
        ((("content-length", "-1"),), 413, "too-large"),
        ((("content-length", "\xb2"),), 413, "too-large"),
        ((("content-length", "0x10"),), 413, "too-large"),
        ((("transfer-encoding", "chunked"),), 411, "bad-request"),
    ],
)
def test_a_program_that_sends_too_much_is_told_so_in_its_own_terms(
    server: Server, headers: tuple[tuple[str, str], ...], status: int, kind: str
) -> None:
    reply = call(server.app, "/v1/ask", headers=headers)
    document = json.loads(reply.body)
    assert (reply.status, document["status"], document["type"]) == (
        status,
        status,
        f"urn:byline:problem:{kind}",
    )
    assert (reply.read, server.behind.callers) == (0, [])


def test_a_name_pointed_at_this_machine_does_not_reach_the_service(server: Server) -> None:
    """DNS rebinding: the page's origin and the Host agree, and both are the attacker's."""
    loopback = ("127.0.0.1", 7860)
    reply = call(server.app, "/v1/ask", origin=OWN, server=loopback)
    assert (reply.status, server.behind.callers) == (403, [])
    known = Door(
        Gate(server.behind, server.sites, visitor_per_minute=12),
        (f"https://{SERVER}",),
        service=True,
    )
    assert call(known, "/v1/ask", origin=OWN, server=loopback).status == 200
