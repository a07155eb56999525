"""What the demo prints: a few of the sample's articles, as Byline itself reads their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.errors import NoStory
from index.extract import extract
from index.types import Label, Page

_ARTICLES = Path(__file__).parents[2] / "eval" / "sample" / "articles"
# by the name it has on the demo site
_FILES = {
    "hollin-final-report": "harbourgazette-2025-07-10-hollin-final-report-company-to-lose-dam.html",
    "tram-line-4": "harbourgazette-2025-07-24-tram-line-4-cost-rises-again.html",
    "seagrass": "harbourgazette-2025-07-03-merrin-bay-seagrass-replanted.html",
    "spillway-fails": "harbourgazette-2024-10-11-hollin-dam-spillway-fails-four-dead.html",
}
_PLACE = 40  # characters; a first line shorter than this is where the story was filed from


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One article. `url` is where the newspaper published it, which is what the archive knows."""

    name: str
    title: str
    standfirst: str
    author: str
    section: str
    published: datetime
    day: str  # of `published`, in words
    url: str
    place: str
    paragraphs: tuple[Paragraph, ...]


def stories() -> dict[str, Story]:
    """The articles in the order of the front page, by name.

    Raises NoStory or OSError where the sample that the project ships has been changed.
    """
    return {name: _read(name, _ARTICLES / file) for name, file in _FILES.items()}


def _read(name: str, path: Path) -> Story:
    found = extract(Page(path.name, "html", path.read_bytes()))
    known = found.metadata
    standfirst, *rest = [block for block in found.blocks if block.label is Label.STORY]
    place = rest.pop(0).text if len(rest[0].text) < _PLACE and not rest[0].heading else ""
    if known.title is None or known.url is None or known.published is None:
        raise NoStory(f"{path.name} lacks its title, address or day")
    return Story(
        name=name,
        title=known.title,
        standfirst=standfirst.text,
        author=known.author or "Staff",
        section=known.section or "News",
        published=known.published,
        day=f"{known.published.day} {known.published:%B %Y}",
        url=known.url,
        place=place,
        paragraphs=tuple(Paragraph(block.text, block.heading) for block in rest),
    )
