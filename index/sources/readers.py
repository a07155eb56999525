"""Which reader reads which kind. To read another format, add it here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from index.sources.feed import read_feed
from index.sources.json_lines import read_json_lines
from index.sources.json_list import read_json
from index.sources.kinds import Kind
from index.sources.pages import read_html, read_text
from index.sources.reading import Item, Opened, Reading
from index.sources.sitemap import read_sitemap
from index.sources.warc import read_warc
from index.sources.wordpress import read_wordpress

Reader = Callable[[Opened, Reading], Iterator[Item]]

READERS: Final[dict[Kind, Reader]] = {
    Kind.HTML: read_html,
    Kind.TEXT: read_text,
    Kind.JSONL: read_json_lines,
    Kind.JSON: read_json,
    Kind.WORDPRESS: read_wordpress,
    Kind.FEED: read_feed,
    Kind.SITEMAP: read_sitemap,
    Kind.WARC: read_warc,
}
