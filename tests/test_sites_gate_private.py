"""A private site: its visitors need a token of its own server, on its own pages."""

from __future__ import annotations

import time

import jwt
import pytest

from tests import gated_sites
from tests.gated import call
from tests.gated_sites import Server, assert_nothing_was_done, kind

server = gated_sites.server


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
