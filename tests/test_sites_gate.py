"""The gate: a page that may not ask is turned away before anything is done for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests import gated_sites
from tests.gated import OWN, Behind, call
from tests.gated_sites import NEWS, POSTS, SPORT, Server, assert_nothing_was_done, kind
from ui.sites.gate import Gate

server = gated_sites.server


@pytest.mark.parametrize("path", POSTS)
def test_a_page_of_the_site_may_ask(server: Server, path: str) -> None:
    reply = call(server.gate, path, origin=NEWS, key=server.news.key)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == NEWS
    assert reply.headers["access-control-expose-headers"] == "X-Request-Id, Retry-After"
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in reply.headers
    (caller,) = server.behind.callers
    assert (caller.site, caller.origin) == (server.news, NEWS)
    assert server.behind.bodies == [b"{}"]


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://news.example.org",
        "https://news.example.org:8443",
        "https://news.example.org.evil.example",
        "https://evil.example/https://news.example.org",
        "https://news.example.org@evil.example",
        "https://evilnews.example.org",
        "https://sub.news.example.org",
        "https://news.example.org/",
        "https://news.example.org.",
        "https://NEWS.example.org",
        "https://news.example.org https://evil.example",
        "https://nеws.example.org".encode().decode("latin-1"),  # a Cyrillic e
        "file://",
        "chrome-extension://abcdef",
        OWN + ".evil.example",
        f"http://{SPORT}",
    ],
)
def test_a_foreign_page_is_refused_before_any_work(server: Server, origin: str) -> None:
    key = server.news.key
    bearer = (("authorization", f"Bearer {key}"),)
    for path in POSTS:
        for reply in (
            call(server.gate, path, origin=origin),
            call(server.gate, path, origin=origin, key=key),
            call(server.gate, path, origin=origin, query=f"site={key}"),
            call(server.gate, path, origin=origin, headers=bearer),
        ):
            assert reply.status == 403
            assert kind(reply) == "foreign-origin"
            assert "access-control-allow-origin" not in reply.headers
            assert_nothing_was_done(server, reply)


def test_each_way_of_naming_the_site_does(server: Server) -> None:
    key = server.news.key
    bearer = (("authorization", f"bearer {key}"),)
    assert call(server.gate, "/v1/ask", origin=NEWS, query=f"site={key}").status == 200
    assert call(server.gate, "/v1/ask", origin=NEWS, headers=bearer).status == 200
    assert {each.site for each in server.behind.callers} == {server.news}


def test_a_request_that_names_two_sites_is_refused(server: Server) -> None:
    reply = call(
        server.gate, "/v1/ask", origin=NEWS, key=server.news.key, query=f"site={server.sport.key}"
    )
    assert (reply.status, kind(reply)) == (400, "bad-request")


@pytest.mark.parametrize("name", ["origin", "authorization"])
def test_a_header_that_comes_twice_is_refused(server: Server, name: str) -> None:
    twice = ((name, "https://evil.example"), (name, NEWS))
    reply = call(server.gate, "/v1/ask", key=server.news.key, headers=twice)
    assert (reply.status, kind(reply)) == (400, "bad-request")
    assert "access-control-allow-origin" not in reply.headers
    assert_nothing_was_done(server, reply)


def test_another_site_s_key_is_worth_nothing_on_this_one(server: Server) -> None:
    reply = call(server.gate, "/v1/ask", origin=NEWS, key=server.sport.key)
    assert (reply.status, kind(reply)) == (403, "foreign-origin")
    assert_nothing_was_done(server, reply)


def test_a_site_s_page_without_the_key_is_told_to_name_it(server: Server) -> None:
    reply = call(server.gate, "/v1/ask", origin=NEWS)
    assert (reply.status, kind(reply)) == (401, "unauthorised")
    assert reply.headers["access-control-allow-origin"] == NEWS  # so that it can read why


@pytest.mark.parametrize("path", POSTS)
def test_a_public_key_is_worth_nothing_outside_of_a_page(server: Server, path: str) -> None:
    # a browser sends an Origin with every POST, so one that claims our page lies
    for headers in ((), (("sec-fetch-site", "same-origin"),), (("referer", f"{OWN}/embed"),)):
        reply = call(server.gate, path, key=server.news.key, headers=headers)
        assert (reply.status, kind(reply)) == (403, "foreign-origin")
        assert_nothing_was_done(server, reply)


def test_a_form_that_posts_from_elsewhere_is_refused(server: Server) -> None:
    """It needs no preflight: text/plain with JSON in it, the key in the address."""
    form = (("content-type", "text/plain"), ("sec-fetch-site", "cross-site"))
    for origin in ("https://evil.example", "null"):
        for query in ("", f"site={server.news.key}"):
            reply = call(server.gate, "/v1/ask", origin=origin, query=query, headers=form)
            assert reply.status == 403
            assert_nothing_was_done(server, reply)


@pytest.mark.parametrize("fetched", ["cross-site", "same-site"])
def test_an_image_s_address_on_a_foreign_page_asks_nothing(server: Server, fetched: str) -> None:
    """The browser sends no Origin for it, and would spend its reader's quota."""
    headers = (("sec-fetch-site", fetched), ("sec-fetch-mode", "no-cors"))
    for query in ("q=ferry", f"q=ferry&site={server.news.key}"):
        reply = call(server.gate, "/v1/search", method="GET", query=query, headers=headers)
        assert reply.status == 403
        assert_nothing_was_done(server, reply)


def test_the_embedded_page_of_our_own_may_ask_and_read(server: Server) -> None:
    key = server.news.key
    own = (("sec-fetch-site", "same-origin"),)
    old = (("referer", f"{OWN}/embed?site={key}"),)  # over plain http there is only this
    assert call(server.gate, "/v1/ask", origin=OWN, key=key).status == 200
    for headers in (own, old):
        reply = call(server.gate, "/v1/site", method="GET", key=key, headers=headers)
        assert reply.status == 200
    assert {each.site for each in server.behind.callers} == {server.news}


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("referer", "https://evil.example/?https://chat.example.net/"),),
        (("referer", "https://chat.example.net.evil.example/"),),
        (("referer", "https://[broken"),),
        (("referer", f"{OWN}/"), ("sec-fetch-site", "none")),
    ],
)
def test_reading_with_a_key_from_no_page_at_all_is_refused(
    server: Server, headers: tuple[tuple[str, str], ...]
) -> None:
    reply = call(server.gate, "/v1/search", method="GET", key=server.news.key, headers=headers)
    assert (reply.status, kind(reply)) == (403, "foreign-origin")
    assert_nothing_was_done(server, reply)


def test_programs_that_name_no_site_may_ask_where_the_api_is_open(server: Server) -> None:
    unused = (("authorization", "Bearer sk-unused"),)
    assert call(server.gate, "/v1/chat/completions", headers=unused).status == 200
    assert call(server.gate, "/v1/ask", origin=OWN).status == 200
    assert [each.site for each in server.behind.callers] == [None, None]


def test_where_only_sites_may_ask_a_key_is_needed(tmp_path: Path) -> None:
    server = Server(tmp_path, api="sites")
    for path in POSTS:
        for origin in (None, OWN):
            reply = call(server.gate, path, origin=origin)
            assert (reply.status, kind(reply)) == (401, "unauthorised")
            assert_nothing_was_done(server, reply)
    assert call(server.gate, "/v1/openapi.json", method="GET").status == 200
    assert call(server.gate, "/v1/ask", origin=NEWS, key=server.news.key).status == 200


def test_without_any_sites_a_key_opens_nothing() -> None:
    behind = Behind()
    for origin, told in ((NEWS, (403, "foreign-origin")), (OWN, (401, "unknown-site"))):
        reply = call(
            Gate(behind, visitor_per_minute=12), "/v1/ask", origin=origin, key="byl_" + "a" * 32
        )
        assert (reply.status, kind(reply), behind.callers) == (*told, [])


def test_a_revoked_and_a_rotated_key_end_on_a_running_server(server: Server) -> None:
    old = server.news.key
    new = server.sites.rotate("news", keep_old=timedelta(hours=1)).key
    assert call(server.gate, "/v1/ask", origin=NEWS, key=old).status == 200
    assert call(server.gate, "/v1/ask", origin=NEWS, key=new).status == 200
    newest = server.sites.rotate("news").key
    for ended in (old, new):
        reply = call(server.gate, "/v1/ask", origin=NEWS, key=ended)
        assert (reply.status, kind(reply)) == (401, "unknown-site")
    assert call(server.gate, "/v1/ask", origin=NEWS, key=newest).status == 200
    server.sites.revoke("news")
    assert call(server.gate, "/v1/ask", origin=NEWS, key=newest).status == 403


def test_an_origin_that_is_taken_away_can_do_nothing_more(server: Server) -> None:
    key = server.news.key
    server.sites.edit("news", lambda site: replace(site, origins=()))
    reply = call(server.gate, "/v1/ask", origin=NEWS, key=key)
    assert (reply.status, kind(reply)) == (403, "foreign-origin")
    assert "access-control-allow-origin" not in reply.headers
    assert call(server.gate, "/v1/ask", method="OPTIONS", origin=NEWS).status == 403
    assert_nothing_was_done(server, reply)


def test_the_server_s_own_pages_are_not_for_foreign_ones(server: Server) -> None:
    for path in ("/", "/gradio_api/queue/join", "/metrics", "/readyz", "/healthz"):
        for origin in ("https://evil.example", "null", NEWS):
            assert call(server.gate, path, origin=origin).status == 403
        assert call(server.gate, path, method="GET", origin=OWN).status == 200


def test_a_websocket_is_not_let_in(server: Server) -> None:
    reply = call(server.gate, "/v1/ask", type="websocket", extensions={})
    assert reply.status == 404
    assert server.behind.callers == []


def test_behind_a_path_of_a_proxy_the_same_holds(server: Server) -> None:
    for path, origin, status in (
        ("/ask/v1/ask", "https://evil.example", 403),
        ("/ask/v1/ask", NEWS, 200),
    ):
        reply = call(server.gate, path, root_path="/ask", origin=origin, key=server.news.key)
        assert reply.status == status
