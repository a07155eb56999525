"""The gate: a page that may not ask is turned away before anything is done for it."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from starlette.types import Scope

from tests.gated import OWN, Behind, Reply, call
from ui.serving.request_log import RequestLog
from ui.sites.gate import Gate
from ui.sites.store import Sites

NEWS = "https://news.example.org"
SPORT = "https://sport.example.org"
POSTS = ("/v1/ask", "/v1/verify", "/v1/feedback", "/v1/chat/completions", "/mcp")


class Server:
    """A gate with two public sites and a private one, and what is behind it."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.sites = Sites.open(folder, refresh=0.0)
        self.news = self.sites.add("news", origins=[NEWS])
        self.sport = self.sites.add("sport", origins=[SPORT])
        self.staff = self.sites.add("staff", origins=["https://staff.example.org"], private=True)
        self.behind = Behind()
        self.gate = Gate(
            self.behind,
            Sites.open(folder, refresh=0.0),
            **{"visitor_per_minute": 12, **options},  # type: ignore[arg-type]
        )

    def token(self, **claims: object) -> tuple[str, str]:
        about = {"aud": self.staff.key, "sub": "reader-17", "exp": time.time() + 600, **claims}
        secret = self.sites.secret(self.staff.key)
        return ("authorization", f"Bearer {jwt.encode(about, secret, 'HS256')}")


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def kind(reply: Reply) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    document = json.loads(reply.body)
    assert document["status"] == reply.status
    assert document["request_id"] == reply.headers["x-request-id"]
    return str(document["type"]).rpartition(":")[2]


def assert_nothing_was_done(server: Server, reply: Reply) -> None:
    assert (server.behind.callers, server.behind.bodies, reply.read) == ([], [], 0)


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


def test_the_server_s_own_pages_are_not_for_foreign_ones(server: Server) -> None:
    for path in ("/", "/gradio_api/queue/join", "/metrics", "/readyz", "/healthz"):
        for origin in ("https://evil.example", "null", NEWS):
            assert call(server.gate, path, origin=origin).status == 403
        assert call(server.gate, path, method="GET", origin=OWN).status == 200


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


def test_a_private_site_s_visitor_needs_its_server_s_token(server: Server) -> None:
    key = server.staff.key
    good = server.token()
    assert call(server.gate, "/v1/ask", key=key, headers=(good,)).status == 200
    origin = server.staff.origins[0]
    assert call(server.gate, "/v1/ask", key=key, headers=(good,), origin=origin).status == 200
    first, second = server.behind.callers
    assert first.visitor == second.visitor  # the reader, wherever she is
    assert "reader-17" not in first.visitor

    other = server.token(sub="reader-18")
    call(server.gate, "/v1/ask", key=key, headers=(other,))
    assert server.behind.callers[-1].visitor != first.visitor


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": time.time() + 90_000},
        {"aud": "byl_" + "x" * 32},
        {"aud": ["byl_" + "x" * 32]},
        {"sub": ""},
        {"nbf": 2**40},
    ],
)
def test_a_token_that_does_not_hold_is_refused(server: Server, claims: dict[str, object]) -> None:
    for origin in (None, server.staff.origins[0]):
        reply = call(
            server.gate,
            "/v1/ask",
            origin=origin,
            key=server.staff.key,
            headers=(server.token(**claims),),
        )
        assert (reply.status, kind(reply)) == (401, "token")
        assert reply.headers["www-authenticate"] == "Bearer"
        assert_nothing_was_done(server, reply)


def test_no_token_and_somebody_else_s_do_not_open_a_private_site(server: Server) -> None:
    origin = server.staff.origins[0]
    reply = call(server.gate, "/v1/ask", origin=origin, key=server.staff.key)
    assert (reply.status, kind(reply)) == (401, "token")
    about = {"aud": server.staff.key, "sub": "x", "exp": time.time() + 60}
    stolen = jwt.encode(about, server.sites.secret(server.news.key), "HS256")
    for token in (stolen, server.staff.key, "x.y.z", "é", "a" * 9_000):
        bearer = (("authorization", f"Bearer {token}"),)
        reply = call(server.gate, "/v1/ask", origin=origin, key=server.staff.key, headers=bearer)
        assert (reply.status, kind(reply)) == (401, "token")
    assert_nothing_was_done(server, reply)


def test_a_good_token_does_not_open_a_private_site_to_a_foreign_page(server: Server) -> None:
    reply = call(
        server.gate,
        "/v1/ask",
        origin="https://evil.example",
        key=server.staff.key,
        headers=(server.token(),),
    )
    assert (reply.status, kind(reply)) == (403, "foreign-origin")
    assert_nothing_was_done(server, reply)


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
    with caplog.at_level(logging.INFO):
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
