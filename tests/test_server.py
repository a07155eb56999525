"""The door in front of the chat: origins, headers, paths, sizes, ports."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from index.errors import SettingsError
from tests.fake_desk import FakeDesk
from ui.chat.door import MAX_BODY
from ui.server import create_app, serve

HOST = "http://127.0.0.1:7860"
JOIN = "/gradio_api/queue/join"
CALL = "/gradio_api/component_server/"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(FakeDesk(), title="The <Gazette>", allowed_origins=("https://news.example",))
    with TestClient(app, base_url=HOST) as client:
        yield client


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:7861",
        "http://localhost:7860",
        "https://127.0.0.1.evil.example",
        "http://127.0.0.1:7860.evil.example",
        "http://user@evil.example",
        "file://",
        "http://[broken",
        "",
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("POST", JOIN), ("POST", CALL), ("OPTIONS", JOIN)]
)
def test_a_foreign_origin_is_turned_away(
    client: TestClient, origin: str, method: str, path: str
) -> None:
    reply = client.request(method, path, headers={"Origin": origin}, json={})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("origin", [None, HOST, "https://news.example"])
def test_its_own_pages_and_the_allowed_ones_come_in(client: TestClient, origin: str | None) -> None:
    reply = client.get("/", headers={"Origin": origin} if origin else {})
    assert reply.status_code == 200


def test_the_default_port_need_not_be_said(client: TestClient) -> None:
    headers = {"Origin": "https://archive.example", "Host": "archive.example:443"}
    assert client.get("https://archive.example/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost:7860", 200),
        ("[::1]:7860", 200),
        ("news.example", 200),
        ("rebound.example:7860", 403),
        ("", 403),
        ("[broken", 403),
    ],
)
def test_a_name_pointed_at_this_machine_from_outside_is_turned_away(
    client: TestClient, host: str, status: int
) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


@pytest.mark.parametrize("path", ["/", "/healthz", "/byline/main.js", "/nothing", "/theme.css"])
def test_every_reply_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "object-src 'none'" in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert "'unsafe-inline'" not in scripts[1]
    assert not re.search(r"https?:|\*", policy)


def test_the_page_has_our_name_and_none_of_gradio_s(client: TestClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "<title>Byline" not in page.text
    assert '<div class="waiting">The &lt;Gazette&gt;</div>' in page.text
    assert "og:image" not in page.text
    assert "manifest.json" not in page.text
    assert page.headers["cache-control"] == "no-store"
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>", page.text)
    assert page.headers["content-security-policy"].count("'sha256-") == len(inline)


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://evil.example",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/call/ask",
        "/gradio_api/run/ask",
        "/gradio_api/runs",
        "/gradio_api/vibe-code",
        "/gradio_api/deep_link",
        "/monitoring",
        "/docs",
        "/openapi.json",
        "/login",
        "/manifest.json",
        "/config/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_the_page_does_not_use_is_not_there(
    client: TestClient, path: str, method: str
) -> None:
    assert client.request(method, path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/byline/../server.py", "/byline/%2e%2e/app.py", "/static/../../../etc/passwd"]
)
def test_files_outside_are_out_of_reach(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_report_is_shown_in_a_sandbox_and_only_the_one_chosen(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    (tmp_path / "other.html").write_text("secret")
    file.write_text("<!doctype html><p>Groundedness: 0.98 – ção", encoding="utf-8")
    with TestClient(create_app(FakeDesk(), report=file), base_url=HOST) as client:
        reply = client.get("/report?file=other.html&report=other.html")
        assert reply.status_code == 200
        assert reply.content == file.read_bytes()
        assert reply.headers["content-type"] == "text/html; charset=utf-8"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "DENY"
        assert reply.headers["cache-control"] == "no-store"
        policy = reply.headers["content-security-policy"].split("; ")
        assert "sandbox allow-scripts" in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        for path in ("/report/other.html", "/report/../other.html", "/other.html", "/report/"):
            assert client.get(path, follow_redirects=False).status_code == 404
        assert client.get("/report", headers={"Origin": "https://evil.example"}).status_code == 403

        file.write_text("made anew")
        assert client.get("/report").text == "made anew"
        file.unlink()
        gone = client.get("/report")
        assert gone.status_code == 404
        assert "There is no report here" in gone.text
        file.mkdir()
        assert client.get("/report").status_code == 404


def test_without_a_report_there_is_none(client: TestClient) -> None:
    reply = client.get("/report")
    assert reply.status_code == 404
    assert "There is no report here" in reply.text
    assert "sandbox" not in reply.headers["content-security-policy"]


def test_a_report_is_found_wherever_the_server_goes_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("here")
    monkeypatch.chdir(tmp_path)
    app = create_app(FakeDesk(), report=Path("report.html"))
    monkeypatch.chdir("/")
    with TestClient(app, base_url=HOST) as client:
        assert client.get("/report").text == "here"


def test_a_body_too_large_is_refused(client: TestClient) -> None:
    assert client.post(CALL, content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post(CALL, content=iter([b"x" * 100])).status_code == 411
    lie = client.post(CALL, content=b"{}", headers={"Content-Length": "-1"})
    assert lie.status_code == 413


def test_it_says_that_it_is_well_and_when_it_started(client: TestClient) -> None:
    said = client.get("/healthz").json()
    assert said["status"] == "ok"
    assert said == client.get("/healthz").json()
    with TestClient(create_app(FakeDesk())) as other:
        assert other.get("/healthz").json()["started"] != said["started"]


def test_a_port_in_use_is_an_error_that_names_another() -> None:
    app = create_app(FakeDesk())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"byline chat --port {port + 1}"):
            serve(app, "127.0.0.1", port)


def test_it_serves_until_interrupted() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = (
        "from tests.fake_desk import FakeDesk\n"
        "from ui.server import create_app, serve\n"
        f"serve(create_app(FakeDesk()), '127.0.0.1', {port})\n"
        "raise SystemExit(7)"
    )
    root = Path(__file__).parent.parent
    process = subprocess.Popen([sys.executable, "-c", program], cwd=root)
    try:
        for _ in range(300):
            with suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    break
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 7
    finally:
        process.kill()


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"Cannot listen on 192\.0\.2\.1 port 7860"):
        serve(create_app(FakeDesk()), "192.0.2.1", 7860)
