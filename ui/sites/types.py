"""The types of sites and of who calls for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from index.types import Filters

# Questions, where nobody said otherwise.
PER_MINUTE, PER_DAY, VISITOR_PER_MINUTE = 60, 5_000, 12


@dataclass(frozen=True, slots=True)
class Site:
    """A site that may embed the chat.

    `key` is public: it stands in the site's pages, and is worth nothing on a
    page of an origin that is not in `origins` ("https://news.example.org").
    `filters` always hold for what it asks. `per_minute` and `per_day` are
    questions of the whole site, `visitor_per_minute` those of one visitor; 0 is
    no limit. A `private` site's visitors need a token signed with its secret by
    the site's own server. `full_text` lets whole articles be read, not only what
    stands around a quote.
    """

    name: str
    key: str
    origins: tuple[str, ...]
    created: datetime
    title: str | None = None
    filters: Filters = Filters()
    per_minute: int = PER_MINUTE
    per_day: int = PER_DAY
    visitor_per_minute: int = VISITOR_PER_MINUTE
    private: bool = False
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from.

    `site` is None for the server's own pages and for programs that name no
    site. `visitor` is a hash that stands for the address (or for a token's
    subject) until the salt rotates; nothing else is kept of either.
    `origin` is the page's, where a page asks.
    """

    visitor: str
    site: Site | None = None
    origin: str | None = None

    @property
    def filters(self) -> Filters:
        return self.site.filters if self.site else Filters()


class Cost(StrEnum):
    """What a request uses up of a quota."""

    QUESTION = "question"  # it has the archive searched or sentences verified
    READ = "read"  # it opens a source or sends feedback: ten of them for each question allowed
    FREE = "free"  # it costs next to nothing: scripts, health
