"""A private site's chat: its token is the page's to give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
visit = widget_pages.visit
alone = widget_pages.alone

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"


def test_a_private_sites_token_is_asked_for_once_more_when_it_has_run_out(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone(private=True)

    def token(ago: timedelta = timedelta()) -> str:
        now = datetime.now(UTC) - ago
        claims = {
            "aud": service.key,
            "sub": "reader",
            "iat": now,
            "exp": now + timedelta(minutes=5),
        }
        return jwt.encode(claims, service.sites.secret(service.key) or "", algorithm="HS256")

    give = """(tokens) => {
      window.asked = 0;
      const chat = document.querySelector("byline-chat") ?? document.createElement("byline-chat");
      chat.token = async () => tokens[Math.min(asked++, tokens.length - 1)];
    }"""
    page = visit(pages.put("/private", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    expect(chat.get_by_role("alert")).to_contain_text("Your access to this chat has ended.")
    page.evaluate(give, [token(timedelta(hours=1)), token()])
    expect(chat.locator("textarea")).to_be_visible()
    assert page.evaluate("asked") == 2
    ask(chat, "What of the ferry?")
    assert page.evaluate("asked") == 2, "a good token is kept"
    assert page.evaluate("Object.keys(sessionStorage)") == [], "what is private is not kept"
    page.evaluate(give, [token(timedelta(hours=1))])
    expect(chat.get_by_role("alert")).to_contain_text("Your access to this chat has ended.")
    assert page.evaluate("asked") == 2, "it is asked again once, and not for ever"


def test_a_token_set_before_the_script_ran_is_used(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone(private=True)
    claims = {"aud": service.key, "sub": "reader", "exp": datetime.now(UTC) + timedelta(minutes=5)}
    claims["iat"] = datetime.now(UTC)
    token = jwt.encode(claims, service.sites.secret(service.key) or "", algorithm="HS256")
    early = f"<script>document.querySelector('byline-chat').token = '{token}'</script>"
    page = visit(pages.put("/early", body(INLINE + early + service.tag())))
    ask(page.locator("byline-chat"), "What of the ferry?")
