"""Whatever an article, a publisher or a reader writes, it is shown and never run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from index.errors import QuestionError
from index.types import Facets
from rag.types import Answer, Citation, Paragraph, Question, Sentence, SourceView
from rag.verdict import Check, Failure, Ground, State, Verdict
from rag.written import Dropped, Written
from tests import browsing
from tests.browsing import Served, ask
from tests.fake_desk import FERRY, FakeDesk
from ui.server import create_app

pytestmark = pytest.mark.browser
browser = browsing.browser
reader = browsing.reader

ATTACKS = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 2'>",
    '"><svg onload=window.hacked=3>',
    "</textarea></title></template><iframe srcdoc='<script>parent.hacked=4</script>'>",
    "${(window.hacked = 5)}`{{constructor.constructor('window.hacked = 6')()}}",
    "javascript:window.hacked=7",
    "\u202egnp.exe \x00\x1b[31m<b onmouseover=window.hacked=8>hover</b>",
)
EVERYTHING = " ".join(ATTACKS)
SCHEMES = (
    "javascript:window.hacked=9",
    "JaVaScRiPt:window.hacked=9",
    "data:text/html,<script>opener.hacked=9</script>",
    "vbscript:msgbox(9)",
    'https://good.example/" onclick="window.hacked=9',
    "//evil.example/x",
    "https://user:word@evil.example/",
    "file:///etc/passwd",
)


LONG = "W" * 3000


class HostileDesk(FakeDesk):
    """Every string it can put anywhere is an attack."""

    def __init__(self, url: str) -> None:
        super().__init__(
            story=replace(
                FERRY,
                title=EVERYTHING,
                source=EVERYTHING,
                author=EVERYTHING,
                section=EVERYTHING,
                url=url,
            )
        )

    def _quote(self, story: object) -> str:
        return f"{EVERYTHING} ferry"

    def _answer(self, question: Question) -> Answer:
        """As a language model that was talked into it might write."""
        answer = super()._answer(question)
        if answer.refusal is not None:
            return answer
        failed = Failure(Check.NAME, EVERYTHING, 0, len(EVERYTHING), LONG, opposed=True)
        found = (Ground(0, 0, 9, EVERYTHING, 1.0), Ground(0, 0, 9, LONG, 1.0))
        verdict = Verdict(State.CONTRADICTED, 0.1, found, (failed,))
        said = tuple(Sentence(text, (1,), verdict=verdict) for text in (EVERYTHING, LONG))
        dropped = tuple(Dropped(text, verdict) for text in (*ATTACKS, LONG))
        return replace(answer, sentences=said, written=Written(f"{EVERYTHING} {LONG}", dropped))

    def _understand(self, text: str, history: Sequence[object], *rest: object) -> Question:
        if "complain" in text:
            raise QuestionError(EVERYTHING)
        return Question(text, text, notes=(EVERYTHING,))

    def source(self, citation: Citation) -> SourceView:
        cited = replace(citation, link=self.story.url, also_in=(self.story, self.story))
        runs = tuple((attack, n % 2 == 0) for n, attack in enumerate(ATTACKS))
        heading = Paragraph(((EVERYTHING, False),), heading=True)
        return SourceView(cited, (heading, Paragraph(runs)), True, True, outdated=True)

    def examples(self, n: int = 4) -> tuple[str, ...]:
        return ATTACKS[:n]

    def facets(self) -> Facets:
        named = tuple((attack, 3) for attack in ATTACKS)
        return Facets(named, named, date(2024, 1, 1), date(2025, 1, 1))


def test_no_address_but_the_web_s_becomes_a_link(reader: Callable[..., Page]) -> None:
    desk = HostileDesk("")
    served = Served(create_app(desk))
    page = reader(served.url)
    for url in SCHEMES:
        desk.story = replace(desk.story, url=url)
        ask(page, "The ferry?").locator(".chip").first.click()
        expect(page.locator("#source")).to_contain_text("This story has no page to link to.")
        ask(page, "Who won the regatta?")
    links = page.locator("#source a, .turn a").evaluate_all("all => all.map(a => a.href)")
    assert len(links) == len(SCHEMES)  # of each refusal's two nearest stories, the harmless one
    assert all(link.startswith("https://wire.example/") for link in links)
    assert page.evaluate("window.hacked") is None
    served.stop()


def test_nothing_that_an_article_or_a_question_holds_is_run(reader: Callable[..., Page]) -> None:
    title = "Byline <script>window.hacked=10</script> ${window.hacked=11} `{{7*7}}`"
    served = Served(create_app(HostileDesk("https://gazette.example/story"), title=title))
    page = reader(served.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".example").first).to_have_text(ATTACKS[0])

    for name in ("Sources", "Sections"):
        page.locator("summary", has_text=name).click()
        for box in page.locator(f"[data-filter={name.lower()}] input").all():
            box.check()
    page.get_by_role("button", name="Clear filters").click()

    for attack in (*ATTACKS, EVERYTHING):
        turn = ask(page, f"{attack.replace(chr(0), '')} ferry")
        expect(turn.locator(".asked")).to_contain_text(attack[:8].strip("\u202e\x00"))
    for doubt in turn.locator(".doubt").all():
        doubt.click()
    turn.locator("summary.written-line").click()
    expect(turn.locator(".dropped s").first).to_have_text(ATTACKS[0])
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    turn.locator(".chip").first.hover()
    turn.locator(".chip").first.click()
    expect(page.locator("#source mark").first).to_have_text(ATTACKS[0])
    page.locator(".copies summary").click()
    turn.get_by_role("button", name="Undo").click()
    expect(turn.locator(".facts-line")).to_be_visible()
    ask(page, "Who won the regatta?")
    ask(page, "I complain.")
    page.reload()
    expect(page.locator(".turn")).to_have_count(len(ATTACKS) + 3)
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    inside = page.locator("[data-page]")
    assert inside.locator("script, img, iframe, svg[onload], b").count() == 0
    served.stop()
