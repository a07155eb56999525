"""A page that may not use the chat gets nothing from it, and its reader is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import browsing, demo
from tests.browsing import until
from tests.demo import COST, COSTS, FORMS, Form, Stage, words

pytestmark = pytest.mark.browser
browser = browsing.browser
stage = demo.stage
visitor = demo.visitor

SHUT = words()["error_forbidden"]


@pytest.fixture(scope="module")
def elsewhere(stage: Stage) -> str:
    return stage.elsewhere()


def test_taking_an_origin_off_a_site_shuts_its_open_pages_and_new_ones(
    visitor: Callable[..., Page], stage: Stage
) -> None:
    opened = []
    for form in FORMS:
        page = visitor(form.path)
        chat = form.find(page, "en")
        demo.ask(chat, COST)
        opened.append((page, chat))

    stage.sites.edit("gazette", lambda site: replace(site, origins=()))
    try:
        headers = {"Origin": stage.url, "Byline-Site": stage.key}
        address = f"{stage.server.url}v1/site"
        until(lambda: httpx.get(address, headers=headers).status_code == 403)
        for page, chat in opened:
            box = chat.get_by_role("textbox", name=words()["question"])
            box.fill("How many people died?")
            box.press("Enter")
            turn = chat.locator(".turn").last
            expect(turn).to_contain_text(SHUT)
            expect(turn.locator(".chip")).to_have_count(0)
            page.close()
        for form in FORMS:
            page = visitor(form.path)
            chat = form.find(page, "en")
            expect(chat.get_by_text(SHUT)).to_be_visible()
            expect(chat.get_by_role("textbox")).to_have_count(0)
    finally:
        stage.sites.edit("gazette", lambda site: replace(site, origins=(stage.url,)))
        until(lambda: httpx.get(address, headers=headers).status_code == 200)
    page = visitor("/")
    expect(demo.ask(demo.inline(page), COST)).to_contain_text(COSTS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_same_key_on_another_origin_opens_nothing(
    visitor: Callable[..., Page], elsewhere: str, form: Form
) -> None:
    page = visitor(form.path, at=elsewhere)
    answered: list[str] = []
    page.on("response", lambda reply: answered.append(reply.url) if "/v1/" in reply.url else None)
    chat = form.find(page, "en")
    expect(chat.get_by_text(SHUT)).to_be_visible()
    expect(chat.get_by_role("textbox")).to_have_count(0)
    body = page.evaluate(
        """async ([server, key]) => {
          const headers = {"Byline-Site": key, "Content-Type": "application/json"};
          const body = JSON.stringify({question: "What is rebuilding expected to cost?"});
          try {
            const reply = await fetch(`${server}v1/ask`, {method: "POST", headers, body});
            return await reply.text();
          } catch (error) {
            return error.name;
          }
        }""",
        [
            page.locator("script[data-site]").get_attribute("src").removesuffix("byline.js"),  # type: ignore[union-attr]
            page.locator("script[data-site]").get_attribute("data-site"),
        ],
    )
    assert body == "TypeError"
    assert answered == []


def test_only_the_sites_own_pages_may_frame_the_chat(
    visitor: Callable[..., Page], elsewhere: str
) -> None:
    page = visitor("/frame", at=elsewhere, framed=False)
    frame = page.frame_locator("iframe")
    page.wait_for_load_state("networkidle")
    expect(frame.locator("byline-chat")).to_have_count(0)
    page = visitor("/frame")
    frame = page.frame_locator("iframe")
    chat = frame.locator("byline-chat")
    chat.get_by_role("textbox", name=words()["question"]).fill(COST)
    chat.get_by_role("button", name=words()["ask"], exact=True).click()
    expect(chat.locator(".turn[aria-busy=false]")).to_contain_text(COSTS)


def test_a_server_that_is_gone_is_told_apart_and_may_come_back(
    visitor: Callable[..., Page], stage: Stage
) -> None:
    page = visitor(demo.STORY)
    page.route(f"{stage.server.url}v1/**", lambda route: route.abort())
    page.route(f"{stage.server.url}byline.js", lambda route: route.abort())
    chat = demo.launcher(page)
    expect(chat.get_by_text(words()["error_gone"])).to_be_visible()
    page.unroute_all()
    chat.get_by_role("button", name=words()["retry"]).click()
    expect(demo.ask(chat, COST)).to_contain_text(COSTS)
