"""Hostile text, hostile pages, strict policies: nothing runs, leaks, or is blocked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browsing, widget_pages
from tests.fake_service import ATTACK, Pages, Service
from tests.widget_pages import HEAD, ask, body
from ui.widget.files import integrity

pytestmark = pytest.mark.browser
browser = browsing.browser
pages = widget_pages.pages
service = widget_pages.service
visit = widget_pages.visit

Visit = Callable[..., Page]
INLINE = "<byline-chat></byline-chat>"
STRICT = "default-src 'none'; base-uri 'none'; form-action 'none'; connect-src {server}; "
TYPED = "require-trusted-types-for 'script'; trusted-types byline; "


def unharmed(page: Page) -> None:
    """No script of an attacker ran, and no element of theirs was made."""
    found = page.evaluate(
        """() => {
          const all = [];
          const within = (root) => root.querySelectorAll("*").forEach((each) => {
            all.push(each);
            if (each.shadowRoot) within(each.shadowRoot);
          });
          within(document);
          return {
            hacked: window.hacked ?? null,
            made: all.filter((each) => each.localName === "img" || each.onerror
              || (each.localName === "script" && !each.src.endsWith("byline.js"))).length,
            links: all.filter((each) => each.href && !/^https?:/.test(each.href)).length,
            styled: all.filter((each) => each.getRootNode() !== document
              && (each.localName === "style" || each.localName === "link")).length,
          };
        }"""
    )
    assert found == {"hacked": None, "made": 0, "links": 0, "styled": 0}


def test_markup_in_every_field_of_an_answer_is_text(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/xss", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    turn = ask(chat, f"hostile ferry {ATTACK}")
    expect(turn.locator(".sentence")).to_contain_text("<script>hacked=1</script>")
    expect(turn.locator(".notes")).to_contain_text("<img src=x")
    turn.locator(".copy .chip").click()
    source = chat.locator(".source")
    expect(source.locator("mark")).to_contain_text("<script>")
    expect(source).to_contain_text("This story has no page to link to.")
    source.get_by_text("Also in 1 copy").click()
    expect(source.locator(".copies")).to_contain_text("<img")
    assert source.locator("a").count() == 0, "an address with a password in it is no link"
    unharmed(page)


def test_markup_in_attributes_and_the_sites_title_is_text(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/attributes", body(INLINE + service.tag())))
    chat = page.locator("byline-chat")
    chat.locator(".example").first.wait_for()
    names = ["title", "greeting", "placeholder", "examples", "theme", "position"]
    page.evaluate(
        "([names, text]) => names.forEach("
        "name => document.querySelector('byline-chat').setAttribute(name, text))",
        [names, ATTACK],
    )
    expect(chat.locator(".nameplate")).to_have_text(ATTACK)
    expect(chat.locator(".greeting")).to_have_text(ATTACK)
    expect(chat.locator(".example")).to_have_text([ATTACK])
    for name in ("language", "scope", "typeface"):
        page.evaluate(
            "([name, text]) => document.querySelector('byline-chat').setAttribute(name, text)",
            [name, ATTACK],
        )
        chat.locator("textarea").wait_for()
    unharmed(page)


@pytest.mark.parametrize(
    "server", ["javascript:hacked=1", "data:,x", "//u:p@evil.example/", "http://["]
)
def test_a_server_that_is_no_web_address_is_not_asked(
    visit: Visit, pages: Pages, service: Service, server: str
) -> None:
    chat = f"<byline-chat server='{server}'></byline-chat>"
    page = visit(pages.put("/server", body(chat + service.tag())))
    page.locator("byline-chat .example").first.wait_for()  # the script's own server answers
    unharmed(page)


def test_what_lies_in_the_session_storage_is_not_trusted(
    visit: Visit, pages: Pages, service: Service
) -> None:
    url = pages.put("/stored", body(INLINE + service.tag()))
    page = visit(url)
    chat = page.locator("byline-chat")
    ask(chat, "What of the ferry?")
    (name,) = page.evaluate("Object.keys(sessionStorage)")
    stored = json.loads(page.evaluate("name => sessionStorage.getItem(name)", name))
    stored[0]["question"] = ATTACK
    stored[0]["answer"]["citations"][0]["url"] = "javascript:hacked=1"
    stored[0]["answer"]["citations"][0]["link"] = "javascript:hacked=1"
    for value in (json.dumps(stored), '[{"question": 7, "answer": {}}]', "{", "[null]"):
        page.evaluate("([name, value]) => sessionStorage.setItem(name, value)", [name, value])
        page.reload()
        chat.locator("textarea").wait_for()
        unharmed(page)
    ask(chat, "What of the ferry?")


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("host", ""), ("host", TYPED), ("nonce", TYPED), ("strict-dynamic", TYPED), ("hash", TYPED)],
    ids=["host", "host-typed", "nonce-typed", "strict-dynamic-typed", "hash-typed"],
)
def test_a_strict_policy_blocks_nothing(
    visit: Visit, pages: Pages, service: Service, kind: str, typed: str
) -> None:
    loader, core = integrity()["byline.js"], integrity()["core"]
    sources, extra = {
        "host": (service.url, ""),
        "nonce": ("'nonce-abc123'", "nonce=abc123"),
        "strict-dynamic": ("'nonce-abc123' 'strict-dynamic'", "nonce=abc123"),
        "hash": (f"'{loader}' '{core}'", f'integrity="{loader}" crossorigin=anonymous'),
    }[kind]
    policy = STRICT.format(server=service.url) + typed + f"script-src {sources}"
    url = pages.put(
        f"/csp-{kind}-{bool(typed)}",
        body(service.tag(extra)),
        {"Content-Security-Policy": policy},
    )
    page = visit(url)
    chat = page.locator("byline-chat")
    chat.get_by_role("button", name="Ask the archive").click()
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").click()
    expect(chat.locator(".source mark")).to_be_visible()
    assert page.evaluate("violations") == []
    # The policy holds: what it does not name is blocked, and our style is really ours.
    assert (
        page.evaluate(
            "getComputedStyle(document.querySelector('byline-chat').shadowRoot"
            ".querySelector('.masthead')).borderBottomStyle"
        )
        == "double"
    )


def test_a_policy_that_forbids_the_server_is_told_to_the_reader(
    browser: Browser, pages: Pages, service: Service
) -> None:
    policy = f"default-src 'none'; script-src {service.url}"
    url = pages.put("/csp-none", body(INLINE + service.tag()), {"Content-Security-Policy": policy})
    page = browser.new_page()  # not `visit`: this is blocked
    page.goto(url)
    expect(page.locator("byline-chat").get_by_role("alert")).to_contain_text(
        "The chat could not be loaded."
    )
    expect(page.locator("byline-chat").get_by_role("button", name="Try again")).to_be_visible()
    page.close()


LEAKS = """<style>
* { color: lime !important; font: 40px fantasy !important; letter-spacing: 9px !important;
    text-transform: uppercase !important; visibility: hidden !important; opacity: 0 !important;
    display: none !important; filter: blur(9px) !important; line-height: 5 !important;
    transform: rotate(40deg) !important; direction: rtl !important; pointer-events: none !important;
    position: static !important; cursor: crosshair !important; text-indent: 99px !important; }
html, body, head + body { display: block !important; visibility: visible !important;
    opacity: 1 !important; filter: none !important; transform: none !important; }
button, .launcher, .frame, .chip { background: lime !important; width: 1px !important; }
:root { --accent: lime; --paper: lime; --ink: lime; }
</style>"""


@pytest.mark.parametrize("form", ["<byline-chat></byline-chat>", "", "<byline-ask></byline-ask>"])
def test_a_pages_styles_do_not_reach_into_the_widget(
    visit: Visit, pages: Pages, service: Service, form: str
) -> None:
    dressed = """() => {
      const root = document.querySelector("byline-chat,byline-ask").shadowRoot;
      const of = (element) => {
        const s = getComputedStyle(element);
        return [s.color, s.fontSize, s.fontFamily, s.letterSpacing, s.textTransform, s.visibility,
          s.opacity, s.lineHeight, s.backgroundColor, s.cursor, s.textIndent, s.pointerEvents];
      };
      const parts = ".byline, .launcher, .frame, .copy p, .chip, textarea";
      const found = [...root.querySelectorAll(parts)];
      const host = getComputedStyle(root.host);
      return [found.map(of), host.display, host.visibility, host.opacity, host.filter,
        host.transform, found.every((each) => each.getClientRects().length > 0)];
    }"""
    seen = []
    for name, styles in (("plain", ""), ("hostile", LEAKS)):
        inside = (
            f"{HEAD}{styles}{form}{service.tag() if not form else service.tag('data-launcher=off')}"
        )
        page = visit(pages.put(f"/leak-{name}", inside))
        chat = page.locator("byline-chat,byline-ask").first
        if not form:
            chat.locator(".launcher").click()
        ask(chat, "What of the ferry?")
        page.mouse.move(0, 0)
        seen.append(page.evaluate(dressed))
    assert seen[0] == seen[1]
    assert seen[0][-1] is True


def test_the_widgets_styles_do_not_reach_the_page(
    visit: Visit, pages: Pages, service: Service
) -> None:
    inside = "<p class=chip>Text</p><button class=launcher>B</button><h2>H</h2>"
    looks = """() => [...document.querySelectorAll("h1, p, button, h2")].map((each) => {
      const s = getComputedStyle(each);
      return [s.font, s.color, s.backgroundColor, s.padding, s.margin, s.position];
    })"""
    plain = visit(pages.put("/bare", body(inside))).evaluate(looks)
    page = visit(pages.put("/dressed", body(inside + service.tag())))
    page.locator("byline-chat .launcher").click()
    page.locator("byline-chat .example").first.wait_for()
    assert page.evaluate(looks) == plain
    assert page.evaluate("document.adoptedStyleSheets.length + document.fonts.size") == 0


def test_a_page_that_hides_the_chat_on_purpose_can(
    visit: Visit, pages: Pages, service: Service
) -> None:
    page = visit(pages.put("/hidden", body(service.tag())))
    page.locator("byline-chat .launcher").wait_for()
    page.evaluate("document.querySelector('byline-chat').hidden = true")
    expect(page.locator("byline-chat .launcher")).to_be_hidden()


def test_the_frame_asks_cites_and_names_who_may_frame_it(
    visit: Visit, pages: Pages, service: Service
) -> None:
    frame = f'<iframe src="{service.url}embed?site={service.key}" width=800 height=700></iframe>'
    page = visit(pages.put("/frame", body(frame)))
    inner = page.frame_locator("iframe")
    chat = inner.locator("byline-chat")
    turn = ask(chat, "What of the ferry?")
    turn.locator(".copy .chip").click()
    expect(chat.locator(".source mark")).to_be_visible()
    assert page.frames[1].evaluate("violations") == []


def test_the_newspapers_face_needs_no_leave_of_font_src(
    visit: Visit, pages: Pages, service: Service
) -> None:
    policy = STRICT.format(server=service.url) + f"script-src {service.url}; font-src 'none'"
    inside = f"<byline-chat typeface=newsreader></byline-chat>{service.tag()}"
    page = visit(pages.put("/face", body(inside), {"Content-Security-Policy": policy}))
    page.wait_for_function("() => document.fonts.check(\"16px 'Byline Newsreader'\")")
    expect(page.locator("byline-chat .greeting")).to_be_visible()
