"""The types that cross module boundaries: from a page to a passage.

    Source ──> Page ──extract──> Extraction ──> Article ──> Passage

All are frozen and slotted. Every offset counts Unicode code points (Python
string indices) and points into `Article.body`, which is normalised once, on
the way in, and never again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Label(StrEnum):
    """What one block of a page is. Only STORY is ever indexed and cited."""

    STORY = "story"
    TEASER = "teaser"  # a piece of, or a link to, another story
    PROMOTION = "promotion"  # newsletter, app, comment and sharing prompts, adverts


class SkipReason(StrEnum):
    """Why a page did not become an article. The values are shown to people."""

    EMPTY = "empty"
    BINARY = "not text"
    TOO_LARGE = "too large"
    NO_STORY = "no story found"
    NO_DATA = "nothing could be read"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported type"
    UNREADABLE = "cannot be read"
    ROBOTS = "disallowed by robots.txt"
    FORBIDDEN = "forbidden address"
    HTTP = "HTTP error"
    TIMEOUT = "timed out"
    UNPUBLISHED = "removed from this archive earlier"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range `[start, end)` of code points of an article's body."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text. None means unknown.

    `published` and `modified` are time-zone aware and keep the zone that the
    publisher gave, so that `.date()` is the date printed on the page; a bare
    date is midnight UTC. `found` says which field each value came from,
    as (name, origin) pairs such as ("published", "json-ld").
    """

    url: str | None = None
    title: str | None = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None  # ISO 639-1, lower case
    published: datetime | None = None
    modified: datetime | None = None
    found: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a source delivered it, before extraction.

    `origin` names it to a person (a path, a URL, "export.jsonl:12").
    `content` is bytes when the encoding is still to be found out.
    `known` is what the source itself says (a feed entry, a JSON field); it
    wins over what the page says of itself. `whole` means that the content is
    the story alone (a record of an export), with nothing to cut away. `etag`
    and `last_modified` are the HTTP validators to send next time.
    """

    origin: str
    media: Literal["html", "text"]
    content: bytes | str
    url: str | None = None
    known: Metadata = Metadata()
    whole: bool = False
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """A page that did not become an article, and why."""

    origin: str
    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """A URL that the server says has not changed since it was last read."""

    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One labelled block (a line or a paragraph) of a page, in page order."""

    text: str
    label: Label
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor found in one page.

    `blocks` holds every block that was read, labelled; the story is the
    blocks labelled STORY. The others are kept aside and never cited.
    """

    metadata: Metadata
    blocks: tuple[Block, ...]

    @property
    def story(self) -> tuple[Block, ...]:
        return tuple(b for b in self.blocks if b.label is Label.STORY)

    @property
    def asides(self) -> tuple[Block, ...]:
        return tuple(b for b in self.blocks if b.label is not Label.STORY)


@dataclass(frozen=True, slots=True)
class Article:
    """One published story.

    `body` is the story alone: paragraphs separated by a blank line, headings
    being paragraphs of their own whose spans are in `headings`. `original`
    is the id of the article of which this one is a syndicated copy.
    """

    id: str
    url: str | None
    title: str
    body: str
    source: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    version: int = 1
    headings: tuple[Span, ...] = ()
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """An article without its text: what a list of results needs."""

    id: str
    url: str | None
    title: str
    source: str | None
    author: str | None
    section: str | None
    language: str | None
    published: datetime | None
    modified: datetime | None
    version: int
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article.

    `article.body[start:end] == text`, always. `heading` is the section
    heading that stands over it, if any: it is embedded and never quoted.
    `id` is "ARTICLE.vVERSION.ORDINAL" and stable.
    """

    id: str
    article_id: str
    version: int
    ordinal: int
    start: int
    end: int
    text: str
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage as an archive holds it: its key in the indexes, and its article."""

    key: int
    passage: Passage
    article: Headline


@dataclass(frozen=True, slots=True)
class Coverage:
    """The articles that a search may look at: how many, and the dates they span."""

    articles: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be searched. Empty means all of them.

    `after` and `before` are inclusive calendar dates compared with the date
    of publication; an undated article passes no date filter. Sources and
    sections match any one of those named, ignoring case; `articles` are ids,
    of which any one will do.
    """

    after: date | None = None
    before: date | None = None
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.after or self.before or self.sources or self.sections or self.articles)


@dataclass(frozen=True, slots=True)
class Facets:
    """What the filters can be set to: (value, number of articles), by number."""

    sources: tuple[tuple[str, int], ...]
    sections: tuple[tuple[str, int], ...]
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Stats:
    """An archive in figures. Sizes in bytes."""

    articles: int
    copies: int
    versions: int
    passages: int
    first: date | None
    last: date | None
    updated: datetime | None
    embedder: str
    dimension: int
    schema_version: int
    index_kind: str
    index_recall: float | None
    database_size: int
    vectors_size: int
    terms_size: int
