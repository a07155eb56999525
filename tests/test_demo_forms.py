"""All three forms on a newspaper's pages: ask, cite, open the source, go to the quote."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, demo
from tests.browsing import DESK, PHONE
from tests.demo import COST, COSTS, FORMS, STORY, Form, Stage, ask, open_source, publisher, words

pytestmark = pytest.mark.browser
browser = browsing.browser
stage = demo.stage
visitor = demo.visitor

LOOKS = {
    "desk": {"viewport": DESK},
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
}
by_name = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@by_name
@pytest.mark.parametrize("look", LOOKS)
def test_a_reader_asks_and_opens_the_source_at_the_quote(
    visitor: Callable[..., Page], stage: Stage, form: Form, look: str
) -> None:
    page = visitor(form.path, **LOOKS[look])
    chat = form.find(page, "en")
    turn = ask(chat, COST)
    expect(turn).to_contain_text(COSTS)
    panel = open_source(chat, turn)
    expect(panel.locator("mark")).to_contain_text(COSTS)
    expect(panel).to_contain_text("Company should lose Hollin Dam")
    ink = panel.evaluate("(element) => getComputedStyle(element).color")
    assert (ink == "rgb(236, 231, 221)") == (look == "dark")
    link = panel.get_by_role("link", name="Read it at harbourgazette.example")
    assert "#:~:text=" in (link.get_attribute("href") or "")
    publisher(page, stage)
    with page.context.expect_page() as opening:
        link.click()
    story = opening.value
    story.wait_for_load_state()
    assert story.url.startswith("https://www.harbourgazette.example/halvora/2025/07/10/")
    assert story.evaluate("opener") is None
    # the browser itself has gone to the words that were quoted
    expect(story.locator("p", has_text=COSTS)).to_be_in_viewport()


@by_name
def test_a_page_that_breaks_everything_does_not_break_the_chat(
    visitor: Callable[..., Page], stage: Stage, form: Form
) -> None:
    plain = form.find(visitor(form.path), "en")
    hostile = form.find(visitor(f"/hostile{form.path}"), "en")
    looks = []
    for chat in (plain, hostile):
        turn = ask(chat, COST)
        expect(turn).to_contain_text(COSTS)
        panel = open_source(chat, turn)
        expect(panel.locator("mark")).to_contain_text(COSTS)
        looks.append(
            [
                each.evaluate(
                    """(element) => {
                      const style = getComputedStyle(element);
                      return ["color", "fontFamily", "fontSize", "fontStyle", "fontWeight",
                        "letterSpacing", "lineHeight", "textTransform", "textShadow", "wordSpacing",
                        "textIndent", "whiteSpace", "direction", "opacity", "visibility", "cursor",
                        "animationName", "backgroundColor"].map((name) => style[name]);
                    }"""
                )
                for each in (
                    turn.locator(".copy").first,
                    turn.locator(".chip").first,
                    panel.locator("mark").first,
                    chat.get_by_role("textbox", name=words()["question"]),
                    chat.get_by_role("button", name=words()["ask"], exact=True),
                )
            ]
        )
    assert looks[0] == looks[1]


def test_the_pages_own_shortcuts_do_not_eat_what_is_typed(visitor: Callable[..., Page]) -> None:
    page = visitor(f"/hostile{STORY}")
    chat = demo.launcher(page)
    box = chat.get_by_role("textbox", name=words()["question"])
    box.press_sequentially("Is it so/costs?")
    expect(box).to_have_value("Is it so/costs?")
    assert "#search" not in page.url


def test_the_launcher_stays_in_its_corner_above_everything(visitor: Callable[..., Page]) -> None:
    page = visitor(f"/hostile{STORY}")
    button = page.get_by_role("button", name=words()["launcher"])
    page.evaluate("scrollTo(0, 900)")
    box = button.bounding_box()
    assert box is not None
    size = page.viewport_size
    assert size is not None
    assert size["height"] - 140 < box["y"] + box["height"] <= size["height"]
    assert size["width"] - 80 < box["x"] + box["width"] <= size["width"]
    demo.launcher(page)
    name = "(point) => document.elementFromPoint(point.x, point.y).localName"
    corner = page.get_by_role("dialog").bounding_box()
    assert corner is not None
    assert page.evaluate(name, {"x": corner["x"] + 5, "y": corner["y"] + 5}) == "byline-chat"


def test_a_follow_up_is_understood_and_a_question_without_an_answer_is_refused(
    visitor: Callable[..., Page],
) -> None:
    page = visitor("/")
    chat = demo.inline(page)
    ask(chat, "How many people died in the Hollin flood in the end?")
    turn = ask(chat, "And how many are still living in cabins?")
    expect(turn.locator(".copy")).to_contain_text("412 are still living in cabins")
    turn = ask(chat, "Who won the Champions League final?")
    expect(turn).to_contain_text(words()["refused_not_found"])
    expect(turn.locator(".chip")).to_have_count(0)
    page.reload()
    # the conversation is still there, as long as the tab is
    expect(demo.inline(page).locator(".turn")).to_have_count(3)


def test_the_question_box_under_an_article_asks_of_that_article_alone(
    visitor: Callable[..., Page],
) -> None:
    page = visitor("/news/seagrass")
    box = demo.foot(page)
    turn = ask(box, "How many shoots were planted?")
    expect(turn).to_contain_text("300,000")
    turn = ask(box, "What is rebuilding the Hollin dam expected to cost?")
    expect(turn).not_to_contain_text("810 million")


@by_name
def test_in_arabic_everything_reads_from_right_to_left(
    visitor: Callable[..., Page], form: Form
) -> None:
    page = visitor(f"/ar{form.path}")
    chat = form.find(page, "ar")
    turn = ask(chat, COST, "ar")
    expect(turn).to_contain_text(COSTS)
    panel = open_source(chat, turn, "ar")
    expect(panel.locator("mark")).to_contain_text(COSTS)
    name = words("ar")["read_at"].split("{")[0].strip()
    expect(panel.get_by_role("link", name=name)).to_be_visible()
    answer = turn.locator(".copy p, .copy li").first
    assert answer.evaluate("(element) => getComputedStyle(element).direction") == "ltr"  # English
    box = chat.get_by_role("textbox", name=words("ar")["question"])
    send = chat.get_by_role("button", name=words("ar")["ask"], exact=True)
    assert box.evaluate("(element) => getComputedStyle(element).direction") == "rtl"
    left, right = send.bounding_box(), box.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"] + right["width"] / 2


def test_the_chat_in_a_frame_works_where_its_site_allows_it(
    visitor: Callable[..., Page], stage: Stage
) -> None:
    page = visitor("/frame")
    frame = page.frame_locator("iframe")
    chat = frame.locator("byline-chat")
    chat.get_by_role("textbox", name=words()["question"]).fill(COST)
    chat.get_by_role("button", name=words()["ask"], exact=True).click()
    expect(chat.locator(".turn[aria-busy=false]")).to_contain_text(COSTS)


@pytest.mark.parametrize("path", [STORY, "/"])
def test_nothing_is_kept_in_cookies(visitor: Callable[..., Page], path: str) -> None:
    page = visitor(path)
    form = demo.inline(page) if path == "/" else demo.launcher(page)
    ask(form, COST)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
