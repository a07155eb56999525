"""The whole service over a made-up newsdesk: widget, API and gate as they are, no models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from index.types import Article, Filters
from rag.types import Answer, Citation, Paragraph, Question, Sentence, SourceView, Story, Turn
from tests.browsing import Served
from tests.fake_checked import CheckedDesk
from tests.fake_desk import AROUND
from tests.fake_newsdesk import FakeNewsdesk
from ui.api.app import create_api
from ui.api.capacity import Capacity
from ui.sites.gate import Gate
from ui.sites.store import Sites
from ui.widget.routes import routes

ATTACK = '<img src=x onerror="parent.hacked=1;window.hacked=1"><script>hacked=1</script>\'">'
ARABIC = Story(
    "ar",
    "مجلس الميناء يبقي على العبّارة الليلية",
    "صحيفة المرفأ",
    None,
    "نقل",
    "https://marfa.example/2025/05/ferry",
    None,
    "ar",
)
ARABIC_QUOTE = "صوّت مجلس الميناء بأغلبية 11 صوتًا مقابل 4 للإبقاء على العبّارة الليلية (Night Ferry)."


class ServiceDesk(FakeNewsdesk):
    """Answers of every kind: FakeNewsdesk's, and RemarkingDesk's and CheckedDesk's by their words.

    "model" and "doubt" ask what a language model wrote, "hostile" what an attacker
    wrote into every field, "عبّارة" an article in Arabic.
    """

    def __init__(self, *, pace: float = 0.0) -> None:
        super().__init__(pace=pace)
        self._checked = CheckedDesk()
        self._cited: dict[str, Citation] = {}

    def _understand(
        self, text: str, history: Sequence[Turn], filters: Filters, infer: bool
    ) -> Question:
        return self._checked._understand(text, history, filters, infer)

    def _answer(self, question: Question) -> Answer:
        answer = self._made(question)
        answer = replace(answer, id=f"answer-{next(self._numbers)}")
        self._cited |= {each.story.article_id: each for each in answer.citations}
        return answer

    def _made(self, question: Question) -> Answer:
        words = question.text.lower()
        if "hostile" in words:
            return hostile(super()._answer(replace(question, searched="ferry")))
        if "عبّارة" in words:
            return told(super()._answer(question), ARABIC, ARABIC_QUOTE)
        if "fallback" in words or not re.search(
            "model|doubt|timeline|say|regatta?|dam?|toll", words
        ):
            return super()._answer(question)
        return self._checked._answer(question)

    def article(
        self, article_id: str, *, version: int | None = None, filters: Filters = Filters()
    ) -> Article | None:
        cited = self._cited.get(article_id)
        if cited is None:
            return super().article(article_id, version=version, filters=filters)
        story, body = cited.story, "\n\n".join((AROUND[0], cited.quote, AROUND[1]))
        return Article(
            story.article_id, story.url, story.title, body, source=story.source,
            author=story.author, section=story.section, language=story.language,
            published=story.published, version=cited.version,
        )  # fmt: skip

    def excerpt(
        self, article_id: str, version: int, start: int, end: int, *, filters: Filters = Filters()
    ) -> SourceView | None:
        cited = self._cited.get(article_id)
        if cited is None:
            return super().excerpt(article_id, version, start, end, filters=filters)
        quote = Paragraph(((cited.quote, True), (" The vote had been put off twice.", False)))
        heading = Paragraph((("What it costs", False),), heading=True)
        around = [Paragraph(((text, False),)) for text in AROUND]
        return SourceView(
            cited, (around[0], quote, around[1], heading, around[2]), before=True, after=True
        )


def told(answer: Answer, story: Story, quote: str) -> Answer:
    """The answer that quotes one story."""
    citation = Citation(
        1, f"{story.article_id}.v1.1", story, 1, quote, 0, len(quote),
        f"{story.url}#:~:text=11" if story.url else None,
    )  # fmt: skip
    return replace(answer, sentences=(Sentence(quote, (1,)),), citations=(citation,), refusal=None)


def hostile(answer: Answer) -> Answer:
    """An answer with markup in every text and scripts for addresses."""
    story = Story("evil", ATTACK, ATTACK, ATTACK, ATTACK, "javascript:hacked=1", None, '"><script>')
    made = told(answer, story, ATTACK)
    citation = replace(
        made.citations[0],
        link="data:text/html,<script>parent.hacked=1</script>",
        also_in=(replace(story, url="https://user:pass@evil.example/"),),
    )
    question = replace(made.question, notes=(ATTACK,), speaker=ATTACK)
    return replace(made, question=question, citations=(citation,))


class Pages:
    """Somebody's website: pages by path, each with headers of its own, on a port of its own."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.served = Served(self)  # type: ignore[arg-type]
        self.url = self.served.url
        self.origin = self.url.rstrip("/")

    def put(self, path: str, body: str, headers: Mapping[str, str] | None = None) -> str:
        """A page of this body; its address."""
        page = f"<!doctype html><html lang=en><head><title>News</title>{body}</html>"
        self._pages[path] = (page, dict(headers or {}))
        return self.url + path.lstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        page, headers = self._pages.get(scope["path"], ("", {}))
        reply = HTMLResponse(page, 200 if page else 404, headers=headers)
        await reply(scope, receive, send)


class Service:
    """A server of the widget over `desk`, for one site of these origins, whose key is `key`."""

    def __init__(
        self,
        folder: Path,
        *origins: str,
        desk: FakeNewsdesk | None = None,
        model: str | None = None,
        title: str = "The Sample Gazette",
        at_once: int = 4,
        waiting: int = 8,
        private: bool = False,
    ) -> None:
        self.desk = desk or ServiceDesk()
        self.capacity = Capacity(at_once, waiting)
        self.sites = Sites(folder, refresh=0.02)
        self.key = self.sites.add(
            "paper",
            origins=origins,
            title=title,
            per_minute=0,
            per_day=0,
            visitor_per_minute=0,
            private=private,
            allow_http=True,
        ).key
        api = create_api(self.desk, capacity=self.capacity, title=title, model=model)
        self.app = Starlette(
            routes=[*routes(title), Mount("/v1", api)],
            middleware=[Middleware(Gate, sites=self.sites, api="sites", visitor_per_minute=12)],
        )
        self.served = Served(self.app)  # type: ignore[arg-type]
        self.url = self.served.url

    def tag(self, extra: str = "") -> str:
        """The line that a publisher puts into a page."""
        return f'<script src="{self.url}byline.js" data-site="{self.key}" {extra} async></script>'

    def stop(self) -> None:
        self.served.stop()
