"""The demo's pages as HTML. Everything that is text goes through `_text` on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape as _text

from ui.demo.stories import Story

_NOTE = "Sample material written for Byline; the people, places and events are invented."


@dataclass(frozen=True, slots=True)
class Edition:
    """What a page of one language says around its stories."""

    language: str
    direction: str
    paper: str
    motto: str
    ask: str  # over the chat on the front page
    about: str  # over the question box at the foot of an article
    by: str


ENGLISH = Edition(
    "en",
    "ltr",
    "The Harbour Gazette",
    "Port Merrin, founded 1871",
    "Ask our archive",
    "A question about this story?",
    "By",
)
ARABIC = Edition(
    "ar",
    "rtl",
    "جريدة المرفأ",
    "بورت ميرين، تأسست عام 1871",
    "اسأل أرشيفنا",
    "هل لديك سؤال عن هذا الخبر؟",
    "بقلم",
)


@dataclass(frozen=True, slots=True)
class Embedding:
    """Where the widget comes from, whose it is, and how it gets onto the page.

    `root` is what the page's own links begin with. `hostile` pages are dressed
    in rules that break whatever does not guard itself. Their scripts are allowed
    by `nonce`, which is empty where they are allowed by their host. `bare` pages
    are without the widget, to be compared with.
    """

    server: str
    site: str
    root: str = ""
    hostile: bool = False
    nonce: str = ""
    bare: bool = False

    def script(self, address: str, more: str = "") -> str:
        nonce = f' nonce="{_text(self.nonce)}"' if self.nonce else ""
        return f'<script src="{_text(address)}"{more}{nonce} async></script>'

    def loader(self) -> str:
        """The one line that a publisher puts into a template."""
        if self.bare:
            return ""
        more = f' data-site="{_text(self.site)}" data-theme="auto"'
        return self.script(f"{self.server}/byline.js", more)


def front(stories: Iterable[Story], edition: Edition, embedding: Embedding) -> str:
    """The front page: headlines, and the chat in a column of its own."""
    teasers = "".join(_teaser(story, edition, embedding) for story in stories)
    chat = (
        "" if embedding.bare else f'<byline-chat title="{edition.ask}" theme="auto"></byline-chat>'
    )
    return _page(
        edition.paper,
        edition,
        embedding,
        f'<main class="front"><section class="headlines">{teasers}</section>'
        f'<section class="archive">{chat}</section></main>',
    )


def article(story: Story, edition: Edition, embedding: Embedding) -> str:
    """An article, with a question box at its foot that asks of this article alone."""
    place = f'<span class="place">{_text(story.place)}</span> ' if story.place else ""
    first, *rest = story.paragraphs
    body = f"<p>{place}{_text(first.text)}</p>" + "".join(
        f"<h2>{_text(p.text)}</h2>" if p.heading else f"<p>{_text(p.text)}</p>" for p in rest
    )
    # the Arabic edition's text is not in the archive, which holds the English
    scope = ' scope="article"' if edition is ENGLISH else ""
    box = f'<byline-ask{scope} title="{edition.about}" theme="auto"></byline-ask>'
    return _page(
        story.title,
        edition,
        embedding,
        f'<main class="story"><article><p class="section">{_text(story.section)}</p>'
        f'<h1>{_text(story.title)}</h1><p class="standfirst">{_text(story.standfirst)}</p>'
        f'<p class="byline">{edition.by} {_text(story.author)} · {_time(story)}</p>'
        f'<img src="/static/reservoir.svg" width="1200" height="500" alt="">'
        f'<div class="body">{body}</div></article>'
        f'<section class="foot">{"" if embedding.bare else box}</section></main>',
        f'<link rel="canonical" href="{_text(story.url)}">',
    )


def frame(embedding: Embedding) -> str:
    """The chat as a frame, for pages that may run no foreign script."""
    address = f"{embedding.server}/embed?site={embedding.site}"
    return _page(
        ENGLISH.ask,
        ENGLISH,
        Embedding(embedding.server, embedding.site, embedding.root, bare=True),
        f'<main class="framed"><h1>{ENGLISH.ask}</h1>'
        f'<iframe src="{_text(address)}" title="{ENGLISH.ask}"></iframe></main>',
    )


def _teaser(story: Story, edition: Edition, embedding: Embedding) -> str:
    path = f"{embedding.root}/{'' if edition is ENGLISH else 'ar/'}news/{story.name}"
    return (
        f'<article><p class="section">{_text(story.section)}</p>'
        f'<h2><a href="{_text(path)}">{_text(story.title)}</a></h2>'
        f"<p>{_text(story.standfirst)}</p></article>"
    )


def _time(story: Story) -> str:
    return f'<time datetime="{story.published.isoformat()}">{_text(story.day)}</time>'


def _page(title: str, edition: Edition, embedding: Embedding, main: str, head: str = "") -> str:
    root = embedding.root
    front_page = f"{root}/" if edition is ENGLISH else f"{root}/ar/"
    name = f'<a class="paper" href="{front_page}">{edition.paper}</a>'
    if title == edition.paper:
        name = f"<h1>{name}</h1>"
    hostile = '<link rel="stylesheet" href="/static/hostile.css">' if embedding.hostile else ""
    meddling = embedding.script("/static/hostile.js") if embedding.hostile else ""
    veil = '<div class="wall" aria-hidden="true"></div>' if embedding.hostile else ""
    return (
        f'<!DOCTYPE html><html lang="{edition.language}" dir="{edition.direction}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{_text(title)}</title><link rel="icon" href="/static/icon.svg">{head}'
        f'<link rel="stylesheet" href="/static/site.css">{hostile}{meddling}{embedding.loader()}'
        f'</head><body><header class="masthead">{name}'
        f"<p>{edition.motto}</p></header>{main}{veil}"
        f'<footer lang="en" dir="ltr"><p>{_NOTE}</p></footer></body></html>'
    )
