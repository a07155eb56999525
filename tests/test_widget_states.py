"""What a reader is told when the server is slow, busy, gone, or does not know the page."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests import browsing, widget_pages
from tests.browsing import until
from tests.fake_service import Pages, Service, ServiceDesk
from tests.widget_pages import ask, body, heard

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit
alone = widget_pages.alone

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"
CLIENT = Path(__file__).parents[1] / "ui" / "widget" / "static" / "core" / "client.js"


def test_a_page_whose_origin_was_taken_away_is_told_so_and_cannot_ask(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone()
    inside = f"{INLINE}<byline-ask></byline-ask>{service.tag()}"
    page = visit(pages.put("/taken", body(inside)))
    chat, box = page.locator("byline-chat"), page.locator("byline-ask")
    chat.locator(".example").first.wait_for()  # it knows by now that it may
    ask(chat, "What of the ferry?")
    service.sites.edit("paper", lambda site: replace(site, origins=("https://elsewhere.example",)))
    until(lambda: pages.origin not in service.sites.origins())
    chat.locator("textarea").fill("And the fare?")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".turn").last).to_contain_text("This page may not use this chat.")
    page.reload()
    for each in (chat, box):
        each.scroll_into_view_if_needed()
        expect(each.get_by_role("alert")).to_have_text("This page may not use this chat.")
        expect(each.locator("textarea")).to_be_hidden()
    assert heard(page, "error")[0]["kind"] == "forbidden"
    assert heard(page, "ready") == []


def test_a_key_that_is_nobodys_is_refused_visibly(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = f"<byline-chat launcher site=byl_wrong></byline-chat>{service.tag()}"
    page = visit(pages.put("/nobody", body(inside)))
    page.locator("byline-chat .launcher").click()
    expect(page.get_by_role("alert")).to_have_text("This page may not use this chat.")
    expect(page.locator("byline-chat").get_by_role("button", name="Close")).to_be_focused()


def test_a_server_that_is_gone_is_told_and_asked_again(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone()
    page = visit(pages.put("/gone", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    service.served.stop()
    chat.locator("textarea").fill("And the fare?")
    chat.locator("textarea").press("Enter")
    turn = chat.locator(".turn").last
    expect(turn).to_contain_text("The archive cannot be reached just now.")
    service.served.start(service.app)  # type: ignore[arg-type]
    turn.get_by_role("button", name="Try again").click()
    expect(chat.locator(".turn").last).to_contain_text("A single crossing will cost 4.40")
    expect(chat.locator(".turn")).to_have_count(2)


def test_a_reader_without_a_connection_is_told_that_it_is_theirs(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/offline", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    page.context.set_offline(True)
    chat.locator("textarea").fill("And the fare?")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".turn").last).to_contain_text("You are offline.")
    page.context.set_offline(False)
    chat.locator(".turn").last.get_by_role("button", name="Try again").click()
    expect(chat.locator(".turn").last).to_contain_text("A single crossing will cost 4.40")


def problem(status: int, kind: str, **members: Any) -> dict[str, Any]:
    told = {"type": f"urn:byline:problem:{kind}", "title": "x", "status": status, "detail": "y"}
    return {
        "status": status,
        "content_type": "application/problem+json",
        "headers": {"Access-Control-Allow-Origin": "*"},
        "body": json.dumps({**told, **members}),
    }


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (problem(429, "quota", retry_after=40), "You can ask again in 40 seconds."),
        (problem(429, "quota", retry_after=7000), "You can ask again in 2 hours."),
        (problem(503, "busy", retry_after=100), "Please try again in 2 minutes."),
        (problem(422, "question"), "This question cannot be answered as it stands."),
        (problem(403, "foreign-origin"), "This page may not use this chat."),
        (problem(500, "internal", request_id="abc"), "Reference for the publisher: abc"),
        ({"status": 502, "body": "<h1>Bad gateway</h1>"}, "Something went wrong"),
        ({"status": 200, "content_type": "text/event-stream", "body": ""}, "broke off"),
        ({"status": 200, "content_type": "text/event-stream", "body": "event: done\ndata: {\n\n"},
         "broke off"),
    ],
)  # fmt: skip
def test_each_refusal_of_the_server_is_told_in_words(
    visit: Visit, pages: Pages, service: Service, reply: dict[str, Any], told: str
) -> None:
    page = visit(pages.put("/refusals", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".example").first.wait_for()
    reply = {**reply, "headers": {"Access-Control-Allow-Origin": "*"}}

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.continue_()
        else:
            route.fulfill(**reply)

    page.route("**/v1/ask", answer)
    chat.locator("textarea").fill("What of the ferry?")
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".turn .status")).to_contain_text(told)
    expect(chat.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_a_reader_in_line_is_told_how_many_are_before(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone(at_once=1)
    others = "<byline-chat id=a></byline-chat><byline-chat id=b></byline-chat>"
    page = visit(pages.put("/line", body(f"{others}{service.tag()}")))
    first, second = page.locator("byline-chat").nth(0), page.locator("byline-chat").nth(1)
    second.scroll_into_view_if_needed()
    second.locator(".example").first.wait_for()  # to draw them takes a place in line, too
    first.locator("textarea").fill("An endless ferry")
    first.locator("textarea").press("Enter")
    expect(first.locator(".copy")).to_contain_text("And so on.")
    second.locator("textarea").fill("What of the ferry?")
    second.locator("textarea").press("Enter")
    expect(second.locator(".status")).to_contain_text("Yours is the next question.")
    first.get_by_role("button", name="Stop").click()
    expect(second.locator(".copy")).to_contain_text("The harbour council voted 11 to 4")


class LingeringDesk(ServiceDesk):
    """Gives its answer, and ends only when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def stream(self, *asked: Any, **more: Any) -> Iterator[Any]:
        yield from super().stream(*asked, **more)
        assert self.let_go.wait(60)


def test_as_long_as_a_question_can_be_stopped_it_is_said_to_be_busy(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    desk = LingeringDesk()
    service = alone(desk=desk)
    page = visit(pages.put("/lingering", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("What of the ferry?")
    chat.locator("textarea").press("Enter")
    turn = chat.locator(".turn").last
    expect(turn.get_by_role("button", name="Copy")).to_be_visible()  # the answer is whole
    expect(chat.get_by_role("button", name="Stop")).to_be_visible()
    expect(turn).to_have_attribute("aria-busy", "true")
    desk.let_go.set()
    expect(turn).to_have_attribute("aria-busy", "false")
    ask(chat, "And the fare?")


def test_while_it_searches_it_says_what_it_reads(
    visit: Visit, pages: Pages, alone: Callable[..., Service]
) -> None:
    service = alone(desk=ServiceDesk(pace=0.1))
    page = visit(pages.put("/slow", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".example").first.wait_for()
    page.evaluate(
        """() => {
          window.shown = [];
          const { shadowRoot } = document.querySelector("byline-chat");
          new MutationObserver(() => {
            const chips = [...shadowRoot.querySelectorAll(".copy .chip")];
            shown.push([shadowRoot.querySelector(".status").textContent, chips.length,
              chips.every((each) => each.disabled)]);
          }).observe(shadowRoot.querySelector(".thread"), { childList: true, subtree: true });
        }"""
    )
    ask(chat, "What of the ferry and the fare?")
    shown = page.evaluate("shown")
    told = [text for text, _, _ in shown]
    assert told[0] == "Searching the archive…"
    assert any(
        text.startswith("Reading 2 stories:Harbour council votes to keep the night ferry")
        for text in told
    )
    assert [1, True] in [each[1:] for each in shown], "one sentence, whose source is not known yet"
    assert shown[-1] == ["", 2, False]


def test_a_reader_who_waits_long_is_told_that_it_takes_long(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit("about:blank")
    page.clock.install()
    page.goto(pages.put("/long", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator("textarea").fill("What of the ferry?")
    page.route("**/v1/ask", lambda route: None)
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".status")).to_have_text("Searching the archive…")
    page.clock.run_for(9_000)
    expect(chat.locator(".status")).to_contain_text("This takes longer than usual.")
    chat.get_by_role("button", name="Stop").click()
    expect(chat.locator(".status")).to_contain_text("Stopped before the answer was complete.")


def test_a_source_that_cannot_be_opened_still_shows_its_quote(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/unopened", body(service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".launcher").click()
    turn = ask(chat, "What of the ferry?")
    page.route("**/v1/articles/**", lambda route: route.fulfill(**problem(500, "internal")))
    turn.locator(".copy .chip").click()
    expect(chat.locator(".source mark")).to_contain_text("The harbour council voted")
    expect(chat.locator(".source")).to_contain_text("The source could not be opened.")
    page.unroute("**/v1/articles/**")
    chat.locator(".source").get_by_role("button", name="Try again").click()
    expect(chat.locator(".source")).to_contain_text("Ferries have crossed the sound")


def test_a_stream_may_be_cut_anywhere(visit: Visit) -> None:
    """In the middle of a character, of a field, of an end of line."""
    told = (
        'event: sentence\ndata: {"text": "voté — ✓ 𝄞 عبّارة"}\r\n\r\n: beat\n\ndata: 1\rdata: 2\r\r'
    )
    expected = [
        {"name": "sentence", "data": {"text": "voté — ✓ 𝄞 عبّارة"}},
    ]
    told = told.replace("data: 1\rdata: 2\r\r", 'event: done\rdata: {"a":\rdata: 1}\r\r')
    expected.append({"name": "done", "data": {"a": 1}})
    page = visit("about:blank")
    read = page.evaluate(
        """async ([source, bytes]) => {
          const events = new Function(source + "; return events;")();
          const all = new Uint8Array(bytes);
          const read = async (chunks) => {
            const body = new ReadableStream({
              start(stream) {
                chunks.forEach((each) => stream.enqueue(each));
                stream.close();
              },
            });
            const found = [];
            for await (const event of events({ body })) found.push(event);
            return JSON.stringify(found);
          };
          const seen = new Set([await read([...all].map((each) => Uint8Array.of(each)))]);
          for (let at = 0; at <= all.length; at++) {
            seen.add(await read([all.slice(0, at), all.slice(at)]));
          }
          return [...seen];
        }""",
        [CLIENT.read_text(encoding="utf-8"), list(told.encode())],
    )
    assert [json.loads(each) for each in read] == [expected]
