"""What a reader does with the chat on a publisher's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import browsing, widget_pages
from tests.browsing import PHONE, until
from tests.fake_service import Pages, Service
from tests.widget_pages import ask, body, heard

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"


def test_a_page_loads_one_script_until_a_reader_opens_the_chat(
    visit: Visit, pages: Pages, service: Service
) -> None:
    asked: list[str] = []
    url = pages.put("/one", body(service.tag()))
    page = visit("about:blank")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    launcher = page.locator("byline-chat").get_by_role("button", name="Ask the archive")
    launcher.wait_for()
    page.wait_for_load_state("networkidle")
    to_us = [each for each in asked if each.startswith(service.url)]
    assert to_us == [f"{service.url}byline.js"]
    launcher.click()
    page.get_by_role("dialog", name="Ask The Sample Gazette").wait_for()
    assert len([each for each in asked if each.startswith(service.url)]) == 4  # code, words, site
    assert page.context.cookies() == []


def test_a_chat_far_down_the_page_loads_nothing_until_it_is_near(
    visit: Visit, pages: Pages, service: Service
) -> None:
    url = pages.put("/far", body(f"<div style='height:4000px'></div>{INLINE}{service.tag()}"))
    page = visit(url)
    page.wait_for_function("() => customElements.get('byline-chat') !== undefined")
    page.wait_for_load_state("networkidle")
    assert page.locator("byline-chat textarea").count() == 0
    page.locator("byline-chat").scroll_into_view_if_needed()
    page.locator("byline-chat textarea").wait_for()


def test_an_answer_is_cited_and_its_source_opens_at_the_quote(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/cite", body(service.tag())))
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").click()
    turn = ask(chat, "What of the ferry and the fare?")
    expect(turn.locator(".copy")).to_contain_text("The harbour council voted 11 to 4")
    expect(turn.locator(".facts")).to_contain_text("34 articles searched")
    expect(turn.locator(".facts")).to_contain_text("newest evidence 2 June 2025")
    chip = turn.locator(".copy").get_by_role(
        "button",
        name="Source 1: The Sample Gazette, Harbour council votes to keep the night ferry",
    )
    chip.click()
    source = chat.get_by_role("region", name="Source 1")
    expect(source.locator("mark")).to_have_text(
        "The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three more "
        "years."
    )
    expect(source.get_by_role("heading", name="Harbour council")).to_be_focused()
    link = source.get_by_role("link", name="Read it at gazette.example")
    assert "#:~:text=" in (link.get_attribute("href") or "")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == (
        "_blank",
        "noopener noreferrer",
    )
    expect(source.get_by_text("Also in 1 copy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(chip).to_be_focused()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert heard(page, "cite")[0]["title"] == "Harbour council votes to keep the night ferry"


def test_the_dialog_keeps_the_focus_and_gives_it_back(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/focus", body("<a href='#x'>A link</a>" + service.tag())))
    chat = page.locator("byline-chat")
    launcher = chat.get_by_role("button", name="Ask the archive")
    launcher.focus()
    page.keyboard.press("Enter")
    expect(chat.locator("textarea")).to_be_focused()
    chat.locator(".example").first.wait_for()
    inside = "document.activeElement.shadowRoot?.activeElement?.closest('dialog') != null"
    for key in ["Tab"] * 9 + ["Shift+Tab"] * 9:
        page.keyboard.press(key)
        assert page.evaluate(inside), f"{key} left the dialog"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(launcher).to_be_focused()
    assert [len(heard(page, name)) for name in ("open", "close")] == [1, 1]


def test_a_follow_up_is_sent_with_what_was_said_before_and_can_be_undone(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/follow", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What did the council decide on the ferry?")
    turn = ask(chat, "What was the toll at Hollin?")
    question, history, _, infer = service.desk.asked[-1]
    assert (question, infer) == ("What was the toll at Hollin?", True)
    assert history[0].question == "What did the council decide on the ferry?"
    assert history[0].answer.endswith("three more years. [1]")
    expect(turn.locator(".notes")).to_contain_text("Understood")
    turn.get_by_role("button", name="Undo").click()
    expect(chat.locator(".turn")).to_have_count(2)
    until(lambda: service.desk.asked[-1][3] is False)
    expect(chat.locator(".turn").last).to_have_attribute("aria-busy", "false")
    expect(chat.locator(".turn").last.locator(".notes")).to_be_hidden()


def test_answers_of_every_kind_are_laid_out(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/kinds", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    timeline = ask(chat, "A timeline of the dam")
    expect(timeline.locator(".line time")).to_have_text(
        ["10 Oct 2024", "10 Oct 2024", "12 Oct 2024", "13 Oct 2024"]
    )
    speech = ask(chat, "What did Castellan say?")
    expect(speech.locator("figcaption").first).to_contain_text("Jonas Castellan")
    several = ask(chat, "Who won the regatta?")
    expect(several.locator(".part-asked")).to_have_count(2)
    expect(several.locator(".part .refusal")).to_contain_text("Not a subject of this archive")
    differing = ask(chat, "What was the toll?")
    expect(differing.locator(".difference").first).to_contain_text("Changed over time")
    expect(differing.locator(".course")).to_have_attribute(
        "aria-label", "people killed: 4 on 11 October 2024, then 9 on 12 October 2024, "
        "then 11 on 13 October 2024",
    )  # fmt: skip
    expect(differing.locator(".copy .meant")).to_have_text(" (10 October 2024)")
    expect(differing.locator(".copy .corrected")).to_have_text("corrected")
    vague = ask(chat, "And the dam?")
    expect(vague.locator(".refusal .lead").first).to_have_text("This could mean several things")
    vague.get_by_role("button", name="Why did the spillway of Hollin Dam fail?").click()
    expect(chat.locator(".asked").last).to_have_text("Why did the spillway of Hollin Dam fail?")


def test_dates_and_outlets_keep_their_order_among_words_of_the_other_direction(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = "<byline-chat language=ar></byline-chat>"
    page = visit(pages.put("/mixed", body(inside + service.tag())))
    turn = ask(page.locator("byline-chat"), "What was the toll?")
    expect(turn.locator(".accounts .small").first).to_have_text(
        "The Harbour Gazette، 11 أكتوبر 2024"
    )
    # in a line of English the Arabic date is read from its right end: day, month, year
    date = turn.locator(".copy .meant bdi").first
    expect(date).to_have_text("10 أكتوبر 2024")
    assert date.evaluate("(each) => getComputedStyle(each).unicodeBidi") == "isolate"
    assert turn.locator(".copy p").first.evaluate("(p) => getComputedStyle(p).direction") == "ltr"


def test_a_refusal_says_why_and_offers_the_nearest_stories(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/refusal", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "Who is king?")
    expect(turn.locator(".refusal")).to_contain_text("Not in the archive")
    nearest = turn.get_by_role("link", name="Harbour council votes").first
    assert nearest.get_attribute("href") == "https://gazette.example/2025/05/night-ferry"


def test_what_a_model_wrote_is_marked_where_it_is_doubted(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/doubt", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "Do you doubt the ferry?")
    doubt = turn.get_by_role("button", name="the source differs")
    expect(doubt).to_have_attribute("aria-expanded", "false")
    doubt.click()
    why = turn.locator(".why:visible").first
    expect(why).to_contain_text("The answer says “nine”; the source says “11”.")
    expect(why.locator(".differs")).to_have_text(["nine", "11"])
    expect(why).to_contain_text("4% likely to be borne out")
    turn.get_by_text("2 sentences left out").click()
    expect(turn.locator("details.written")).to_contain_text(
        "The model says “3.1 million”; the archive says “2.1 million”."
    )
    expect(turn.locator("details.written")).to_contain_text("2 invented citations")


def test_an_answer_is_announced_once(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/live", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").wait_for()
    page.evaluate(
        """() => {
          window.said = [];
          const { shadowRoot } = document.querySelector("byline-chat");
          const live = shadowRoot.querySelector("[aria-live]");
          new MutationObserver(() => live.textContent && said.push(live.textContent))
            .observe(live, { childList: true, characterData: true, subtree: true });
        }"""
    )
    ask(chat, "What of the ferry?")
    until(lambda: page.evaluate("said.length"))
    assert page.evaluate("said") == [
        "Answer: The harbour council voted 11 to 4 on Wednesday to keep the night ferry for three "
        "more years. 1 source."
    ]


def test_a_verdict_reaches_the_archive_once_and_with_its_reason(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/verdict", body(INLINE + service.tag())))
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    before = len(service.desk.verdicts)
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_label("What is wrong with it?").fill("It is old news.")
    turn.get_by_role("button", name="Send").click()
    expect(turn.get_by_text("Your verdict was kept")).to_be_visible()
    turn.get_by_role("button", name="Not helpful").click()  # once more changes nothing
    [kept] = service.desk.verdicts[before:]
    assert (kept.helpful, kept.question) == (False, "What of the ferry?")
    assert kept.reason == "It is old news."
    turn.get_by_role("button", name="Helpful", exact=True).click()
    until(lambda: len(service.desk.verdicts) == before + 2)  # who thinks better of it says so
    assert service.desk.verdicts[-1].helpful


@pytest.mark.parametrize("leaves", ["waits", "goes to another page", "begins anew"])
def test_a_verdict_without_a_reason_is_not_lost(
    visit: Visit, pages: Pages, service: Service, leaves: str
) -> None:
    page = visit("about:blank")
    page.clock.install()
    page.goto(pages.put("/verdict-alone", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    turn = ask(chat, "What of the ferry?")
    before = len(service.desk.verdicts)
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_label("What is wrong with it?").fill("never sent")
    page.clock.run_for(25_000)
    assert service.desk.verdicts[before:] == []  # there is time to write
    if leaves == "waits":
        page.clock.run_for(25_000)
        expect(turn.get_by_text("Your verdict was kept")).to_be_visible()
        expect(turn.get_by_label("What is wrong with it?")).to_be_hidden()
    elif leaves == "begins anew":
        chat.get_by_role("button", name="New conversation").click()
    else:
        page.goto(pages.put("/elsewhere", body("")))
    until(lambda: len(service.desk.verdicts) > before)
    [kept] = service.desk.verdicts[before:]
    assert (kept.helpful, kept.reason) == (False, "")


def test_an_answer_can_be_copied_with_its_sources(
    visit: Visit, pages: Pages, service: Service
) -> None:
    url = pages.put("/copy", body(INLINE + service.tag()))
    page = visit(url, permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "keep the night ferry for three more years. [1]" in copied
    assert "[1] Harbour council votes to keep the night ferry, The Sample Gazette" in copied


def test_a_box_under_an_article_asks_about_that_article(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = (
        "<link rel=canonical href='https://gazette.example/2025/05/night-ferry'>"
        f"<byline-ask scope=article></byline-ask>{service.tag('data-launcher=off')}"
    )
    page = visit(pages.put("/box", body(inside)))
    box = page.locator("byline-ask")
    expect(box).to_contain_text("Answers come from this article alone.")
    turn = ask(box, "What of the ferry and the fare?")
    assert list(service.desk.asked[-1][2].articles) == ["a1"]
    expect(turn.locator(".copy .chip")).to_have_count(1)
    turn.locator(".copy .chip").click()
    expect(box.locator(".source mark")).to_be_visible()
    ask(box, "And the ferry?")
    expect(box.locator(".turn")).to_have_count(1)
    assert service.desk.asked[-1][1] == ()
    assert page.locator("byline-chat").count() == 0


def test_a_page_that_is_not_in_the_archive_says_so(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = f"<byline-ask scope=topic></byline-ask>{service.tag()}"
    page = visit(pages.put("/unknown", body(inside)))
    turn = ask(page.locator("byline-ask"), "What of the ferry?")
    expect(turn).to_contain_text("This page is not in the archive yet")


def test_the_conversation_stands_on_the_next_page_until_it_is_cleared(
    visit: Visit, pages: Pages, service: Service
) -> None:
    first, second = (pages.put(path, body(service.tag())) for path in ("/a", "/b"))
    page = visit(first)
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").click()
    ask(chat, "What of the ferry?")
    page.goto(second)
    chat.get_by_role("button", name="Ask the archive").click()
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    ask(chat, "And the fare?")
    assert service.desk.asked[-1][1][0].question == "What of the ferry?"
    chat.get_by_role("button", name="New conversation").click()
    expect(chat.locator(".turn")).to_have_count(0)
    page.goto(first)
    chat.get_by_role("button", name="Ask the archive").click()
    chat.locator(".example").first.wait_for()
    expect(chat.locator(".turn")).to_have_count(0)


def test_a_page_drives_the_chat_and_hears_of_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/drive", body(service.tag())))
    page.locator("byline-chat").wait_for(state="attached")
    page.evaluate("document.querySelector('byline-chat').ask('What of the ferry?')")
    chat = page.locator("byline-chat")
    expect(chat.locator(".turn")).to_have_attribute("aria-busy", "false")
    until(lambda: heard(page, "answer"))
    (answer,) = heard(page, "answer")
    assert (answer["question"], answer["answered"]) == ("What of the ferry?", True)
    assert answer["citations"][0]["source"] == "The Sample Gazette"
    assert heard(page, "ready")[0]["title"] == "The Sample Gazette"
    assert page.evaluate(
        "heard.every(([_, told]) => Object.isFrozen(told)) && "
        "Object.isFrozen(heard.find(each => each[0] === 'answer')[1].citations[0])"
    )
    page.evaluate("document.querySelector('byline-chat').close()")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("document.querySelector('byline-chat').clear()")
    expect(chat.locator(".turn")).to_have_count(0)


def test_attributes_change_the_chat_as_it_stands(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/live-attributes", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    change = "([name, value]) => document.querySelector('byline-chat').setAttribute(name, value)"
    page.evaluate(change, ["title", "The Harbour Desk"])
    expect(chat.get_by_role("heading", name="The Harbour Desk")).to_be_visible()
    frame = "document.querySelector('byline-chat').shadowRoot.querySelector('.frame')"
    paper = f"getComputedStyle({frame}).backgroundColor"
    light = page.evaluate(paper)
    page.evaluate(change, ["theme", "dark"])
    assert page.evaluate(paper) != light
    page.evaluate(change, ["language", "ar"])
    expect(chat.locator(".byline")).to_have_attribute("dir", "rtl")
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")  # the conversation stays
    chat.get_by_role("button", name="محادثة جديدة").click()
    page.evaluate(change, ["examples", "One?|Two?\nThree?"])
    expect(chat.locator(".example")).to_have_text(["One?", "Two?", "Three?"])
    page.evaluate(change, ["greeting", "Ask us."])
    page.evaluate(change, ["placeholder", "What else?"])
    expect(chat.locator(".greeting")).to_have_text("Ask us.")
    expect(chat.locator("textarea")).to_have_attribute("placeholder", "What else?")


def test_an_element_that_is_moved_or_put_back_goes_on(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/move", body(f"<main></main>{INLINE}{service.tag()}")))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    page.evaluate("document.querySelector('main').append(document.querySelector('byline-chat'))")
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    page.evaluate("window.kept = document.querySelector('byline-chat'); kept.remove()")
    page.evaluate("new Promise(done => setTimeout(done))")
    assert page.evaluate("kept.shadowRoot.childElementCount") == 0
    page.evaluate("document.body.append(kept)")
    chat.scroll_into_view_if_needed()
    expect(chat.locator(".asked")).to_have_text("What of the ferry?")
    ask(chat, "And the fare?")


def test_a_removed_element_stops_asking(visit: Visit, pages: Pages, service: Service) -> None:
    page = visit(pages.put("/leave", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("An endless ferry")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".turn")).to_contain_text("And so on.")
    before = service.desk.streams.given_up
    page.evaluate("document.querySelector('byline-chat').remove()")
    until(lambda: service.desk.streams.given_up > before)


def test_an_answer_can_be_stopped_and_asked_again(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/stop", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("An endless ferry")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".copy")).to_contain_text("And so on.")
    chat.get_by_role("button", name="Stop").click()
    expect(chat.locator(".turn")).to_contain_text("Stopped before the answer was complete.")
    expect(chat.get_by_role("button", name="Try again")).to_be_visible()
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_several_on_one_page_do_not_mix(visit: Visit, pages: Pages, service: Service) -> None:
    others = "<byline-chat id=two></byline-chat><byline-ask></byline-ask>"
    inside = f"{INLINE}{others}{service.tag()}{service.tag()}"
    page = visit(pages.put("/several", body(inside)))
    first, second = page.locator("byline-chat").nth(0), page.locator("byline-chat").nth(1)
    ask(first, "What of the ferry?")
    second.scroll_into_view_if_needed()
    ask(second, "What of the museum?")
    assert service.desk.asked[-1][1] == ()
    expect(first.locator(".asked")).to_have_text("What of the ferry?")
    assert page.locator("byline-chat").count() == 2, "a page with a chat needs no launcher"


@pytest.mark.parametrize("page_lang", ["tr", "ru", "xx"])
def test_the_launcher_speaks_the_pages_language(
    visit: Visit, pages: Pages, service: Service, page_lang: str
) -> None:
    page = visit(pages.put(f"/lang-{page_lang}", body(service.tag())))
    page.evaluate(
        """async ([lang, src]) => {
          document.querySelector("byline-chat")?.remove();
          const chat = document.createElement("byline-chat");
          chat.setAttribute("launcher", "");
          document.documentElement.lang = lang;
          document.body.append(chat);
        }""",
        [page_lang, service.url],
    )
    label = page.locator("byline-chat .launcher")
    english = "Ask the archive"
    if page_lang == "xx":
        expect(label).to_have_text(english)
    else:
        expect(label).not_to_have_text(english)


def test_on_a_phone_the_dialog_fills_the_screen_and_the_source_lies_over_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/phone", body(service.tag())), viewport=PHONE, has_touch=True)
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").tap()
    box = page.get_by_role("dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE["width"], "height": PHONE["height"]}
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").tap()
    over = chat.locator(".source").bounding_box()
    assert over is not None
    assert over["width"] == PHONE["width"]
    chat.get_by_role("button", name="Close the source").tap()
    expect(chat.locator(".source")).to_be_hidden()


def test_what_is_typed_is_no_shortcut_of_the_page(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/shortcuts", body(INLINE + service.tag())))
    page.evaluate(
        "window.keys = []; document.addEventListener('keydown', (each) => keys.push(each.key))"
    )
    page.locator("byline-chat textarea").press_sequentially("/s")
    assert page.evaluate("keys") == []
    expect(page.locator("byline-chat textarea")).to_have_value("/s")


KEYBOARD = """
const seen = window.visualViewport;
window.keyboard = (pixels) => {
  Object.defineProperty(seen, "height", { configurable: true, get: () => innerHeight - pixels });
  seen.dispatchEvent(new Event("resize"));
};
"""


@pytest.mark.parametrize("size", [PHONE, {"width": 820, "height": 700}], ids=["phone", "tablet"])
def test_the_question_box_stays_above_a_phones_keyboard(
    visit: Visit, pages: Pages, service: Service, size: dict[str, int]
) -> None:
    page = visit("about:blank", viewport=size)
    page.add_init_script(KEYBOARD)
    page.goto(pages.put("/keyboard", body(service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    ask(chat, "What of the ferry?")
    page.evaluate("keyboard(300)")
    dialog, box = chat.locator("dialog").bounding_box(), chat.locator(".composer").bounding_box()
    assert dialog is not None
    assert box is not None
    assert box["y"] + box["height"] <= size["height"] - 300
    assert dialog["y"] >= 0
    page.evaluate("keyboard(0)")
    expect(chat.locator(".composer")).to_be_in_viewport(ratio=1)
    closed = chat.locator(".composer").bounding_box()
    assert closed is not None
    assert closed["y"] > box["y"] + 100


def test_no_field_is_so_small_that_a_phone_zooms_in_on_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/zooming", body(INLINE + service.tag())), viewport=PHONE)
    turn = ask(page.locator("byline-chat"), "What of the ferry?")
    turn.get_by_role("button", name="Not helpful").click()
    sizes = page.evaluate(
        """() => [...document.querySelector("byline-chat").shadowRoot
          .querySelectorAll("textarea, input")]
          .map((each) => parseFloat(getComputedStyle(each).fontSize))"""
    )
    assert len(sizes) == 2
    assert min(sizes) >= 16


@pytest.mark.parametrize(
    ("page_says", "element", "reader", "dark"),
    [
        ("", "", "dark", False),
        ("color-scheme: dark", "", "light", True),
        ("color-scheme: light dark", "", "dark", True),
        ("color-scheme: light dark", "", "light", False),
        ("color-scheme: dark", "theme=light", "dark", False),
        ("", "theme=auto", "dark", True),
        ("", "theme=dark", "light", True),
    ],
)
def test_the_chat_is_as_dark_as_its_page_says_unless_told_otherwise(
    visit: Visit, pages: Pages, service: Service,
    page_says: str, element: str, reader: str, dark: bool,
) -> None:  # fmt: skip
    style = f"<style>html {{ {page_says} }}</style>"
    inside = f"{style}<byline-chat {element}></byline-chat>"
    path = f"/theme-{page_says}-{element}".replace(" ", "").replace(":", "")
    page = visit(pages.put(path, body(inside + service.tag())), color_scheme=reader)
    page.locator("byline-chat textarea").wait_for()
    ink = page.locator("byline-chat .greeting").evaluate("each => getComputedStyle(each).color")
    assert ink == ("rgb(236, 231, 221)" if dark else "rgb(28, 26, 23)")


@pytest.mark.parametrize("attributes", ["", "scope=topic"])
def test_nothing_on_the_page_moves_when_the_box_under_an_article_wakes(
    visit: Visit, pages: Pages, service: Service, attributes: str
) -> None:
    tall = "<div style='height: 3000px'></div>"
    box = f"<byline-ask {attributes}></byline-ask>"
    below = "<p id=below>Below</p><div style='height: 600px'></div>"
    path = "/wakes-" + attributes.partition("=")[0]
    page = visit(pages.put(path, body(tall + box + below + service.tag())))
    page.locator("byline-ask .frame").wait_for(state="attached")
    where = "document.querySelector('#below').offsetTop"
    asleep = page.evaluate(where)
    assert page.locator("byline-ask textarea").count() == 0
    page.locator("byline-ask").scroll_into_view_if_needed()
    page.locator("byline-ask textarea").wait_for()
    assert page.evaluate(where) == asleep
