"""The widget's files as browsers and publishers get them."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ui.widget.embed import page
from ui.widget.files import by_path, files, integrity, languages
from ui.widget.routes import routes
from ui.widget.snippet import snippet


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes("The Sample Gazette")))


def test_the_loader_is_revalidated_and_everything_else_is_kept_for_ever(
    client: TestClient,
) -> None:
    loader = client.get("/byline.js")
    assert loader.headers["content-type"] == "text/javascript; charset=utf-8"
    assert loader.headers["cache-control"] == "public, no-cache"
    for path in by_path():
        if path == "byline.js":
            continue
        reply = client.get(f"/{path}")
        assert "immutable" in reply.headers["cache-control"]
        assert hashlib.sha256(reply.content).hexdigest().startswith(path.split(".")[-2])
    assert client.get("/widget/core.000000000000.js").status_code == 404
    assert client.get("/widget/..%2fbyline.js").status_code == 404


def test_a_browser_that_has_a_file_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get("/byline.js")
    again = client.get("/byline.js", headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    plain = client.get(
        "/byline.js",
        headers={"accept-encoding": "identity", "if-none-match": first.headers["etag"]},
    )
    assert plain.status_code == 200, "another coding is another reply"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, br", "gzip"),
        ("br", None),
        ("gzip;q=0", None),
        ("*", "gzip"),
        ("", None),
        ("*;q=0, gzip", "gzip"),
        ("gzip;q=0, *", None),
    ],
)
def test_files_are_compressed_for_who_takes_that(
    client: TestClient, accepted: str, coding: str | None
) -> None:
    reply = client.get("/byline.js", headers={"accept-encoding": accepted})
    assert reply.headers.get("content-encoding") == coding
    assert reply.content == files()["byline.js"].body
    assert reply.headers["vary"] == "Accept-Encoding"


def test_fonts_that_compression_makes_no_smaller_are_sent_as_they_are(client: TestClient) -> None:
    dense = [each for each in files().values() if each.zipped is None]
    assert files()["font-ext"] in dense
    for each in dense:
        reply = client.get(f"/{each.path}", headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in reply.headers
        assert (reply.content, reply.headers["content-type"]) == (each.body, "font/woff2")


def test_any_page_may_run_the_files_and_check_them(client: TestClient) -> None:
    reply = client.get("/byline.js", headers={"origin": "https://news.example"})
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
    told = base64.b64encode(hashlib.sha384(reply.content).digest()).decode()
    assert integrity()["byline.js"] == f"sha384-{told}"


def test_the_loader_knows_the_hash_of_each_file_it_loads() -> None:
    loader = files()["byline.js"].body.decode()
    named = json.loads(re.search(r"const FILES = (\{.*?\});", loader).group(1))  # type: ignore[union-attr]
    assert {f"strings.{language}" for language in languages()} <= set(named)
    for name, (path, digest) in named.items():
        assert (path, digest) == (files()[name].path, files()[name].integrity)
    assert "__" not in re.sub(r"'[^']*'|\"[^\"]*\"", "", loader), "something was not filled in"


def test_no_script_makes_markup_or_code_from_text() -> None:
    """What a strict page forbids is not there to be reached."""
    for name in ("byline.js", "core"):
        script = files()[name].body.decode()
        for banned in (
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
            "new Function", "setAttribute(\"style\"", "document.cookie", "localStorage",
            "import(", "DOMParser", "srcdoc",
        ):  # fmt: skip
            assert banned not in script, f"{name} has {banned}"


def test_the_early_words_are_there_in_every_language() -> None:
    loader = files()["byline.js"].body.decode()
    words = json.loads(re.search(r"const WORDS = (\{.*?\}\});", loader).group(1))  # type: ignore[union-attr]
    assert set(words) == set(languages()) >= {"en"}
    assert all(all(each.values()) and "launcher" in each for each in words.values())
    assert words["en"]["launcher"] == "Ask the archive"


def test_the_snippet_holds_what_each_kind_of_policy_needs() -> None:
    told = snippet('byl_"><script>', "https://chat.example.org/ask/")
    assert '<script src="https://chat.example.org/ask/byline.js"' in told
    assert "byl_&quot;&gt;&lt;script&gt;" in told
    assert "script-src https://chat.example.org;" in told
    assert integrity()["byline.js"] in told
    assert integrity()["core"] in told
    assert "trusted-types byline" in told


def test_the_frame_page_runs_no_script_but_the_widgets(client: TestClient) -> None:
    reply = client.get("/embed?site=byl_1&theme=dark&language=ar")
    policy = dict(
        each.split(" ", 1) for each in reply.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"].split() == [
        f"'{integrity()['byline.js']}'",
        f"'{integrity()['core']}'",
    ]
    assert policy["trusted-types"] == "byline"
    assert "<style" not in reply.text
    assert len(re.findall("<script", reply.text)) == 1
    assert re.search(r'<byline-chat theme="dark" site="byl_1" language="ar">', reply.text)


@pytest.mark.parametrize(
    "query",
    ['site="><script>x</script>', "theme=%22onload=x", "language=en%22%3E", "title=%3Cscript%3E"],
)
def test_the_frame_page_repeats_nothing_that_could_be_markup(
    client: TestClient, query: str
) -> None:
    text = client.get(f"/embed?{query}").text
    assert text.count("<script") == 1
    assert "onload" not in text
    assert "x</script>" not in text


def test_a_title_that_is_markup_is_text_on_the_frame_page() -> None:
    assert "<title>&lt;/title&gt;&lt;script&gt;" in page("</title><script>", {})
