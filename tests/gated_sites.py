"""A gate with two public sites and a private one, for the tests of who may ask."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jwt
import pytest

from tests.gated import Behind, Reply
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
