"""Origins as they are stored: what a browser sends, and nothing that means something else."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ui.sites.errors import SiteError
from ui.sites.origins import is_own, normalised


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://news.example.org", "https://news.example.org"),
        (" HTTPS://News.Example.ORG/ ", "https://news.example.org"),
        ("https://news.example.org:443", "https://news.example.org"),
        ("https://news.example.org:8443", "https://news.example.org:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://azərbaycan.az", "https://xn--azrbaycan-h4d.az"),
        ("https://новости.рф", "https://xn--b1amnebsh.xn--p1ai"),
        ("https://Ｎｅｗｓ．example", "https://news.example"),
        ("https://192.0.2.7:8000", "https://192.0.2.7:8000"),
        ("https://[2001:DB8:0::1]", "https://[2001:db8::1]"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://demo.localhost", "http://demo.localhost"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(text: str, origin: str) -> None:
    assert normalised(text) == origin
    assert normalised(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "https://*",
        "https://*.example.org",
        "news.example.org",
        "//news.example.org",
        "ftp://news.example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "chrome-extension://abc",
        "https://",
        "https:///path",
        "https://:443",
        "https://news.example.org/section",
        "https://news.example.org?x=1",
        "https://news.example.org#x",
        "https://news.example.org\\evil.example",
        "https://user@news.example.org",
        "https://user:pw@news.example.org",
        "https://@news.example.org",
        "https://news.example.org:",
        "https://news.example.org:0",
        "https://news.example.org:65536",
        "https://news.example.org:44x",
        "https://news.example.org.",
        "https://news..example.org",
        "https://-news.example.org",
        "https://news_desk.example.org/",
        "https://news.example.org https://evil.example",
        "https://news.example.org; script-src *",
        "https://news.example.org, https://evil.example",
        "https://news.example.org\r\nX: y",
        "https://news\texample.org",
        "https://127.1",
        "https://2130706433",
        "https://0x7f.1",
        "https://010.0.0.1",
        "https://999.0.0.1",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[fe80::1%eth0]",
        "https://[v1.x]",
        "https://" + "a" * 64 + ".example",
        "https://" + ".".join(["a" * 60] * 5),
        "http://news.example.org",
        "http://192.168.0.7",
        "http://localhost.example.org",
    ],
)
def test_what_is_no_origin_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(SiteError) as error:
        normalised(text)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 300


def test_plain_http_is_taken_only_where_that_was_said() -> None:
    assert normalised("http://intranet:80", allow_http=True) == "http://intranet"
    with pytest.raises(SiteError, match="--allow-http"):
        normalised("http://intranet")


@given(st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
@example("https://a\u2044b.example")
@example("https://\uff0a.example")
@example("http://\u00b2")
@example("https://a.\uff12")
def test_whatever_is_given_an_origin_can_stand_in_a_header_and_a_policy(text: str) -> None:
    try:
        origin = normalised(text, allow_http=True)
    except SiteError:
        return
    assert re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?", origin)
    assert normalised(origin, allow_http=True) == origin


def test_an_origin_is_the_server_s_own_by_its_host() -> None:
    assert is_own("https://chat.example", "chat.example")
    assert is_own("https://chat.example", "Chat.Example:443")
    assert is_own("http://[::1]:7860", "[::1]:7860")
    for origin in ("null", "", "https://", "https://chat.example.evil", "https://chat.example:444"):
        assert not is_own(origin, "chat.example")
    for host in ("", ":443"):
        assert not is_own("https://", host)
        assert not is_own("null", host)
