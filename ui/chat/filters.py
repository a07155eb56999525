"""The filters a reader can set: dates, sources and sections, with their counts."""

from __future__ import annotations

from index.types import Facets
from ui.chat.words import clean, escape


def controls(facets: Facets) -> dict[str, str]:
    """The inside of each filter's panel as HTML, by name; "" hides that filter."""
    return {
        "dates": _dates(facets),
        "sources": _choices("sources", "Source", facets.sources),
        "sections": _choices("sections", "Section", facets.sections),
    }


def _dates(facets: Facets) -> str:
    if facets.first is None or facets.last is None:
        return ""
    bounds = f'min="{facets.first.isoformat()}" max="{facets.last.isoformat()}"'
    fields = "".join(
        f'<label class="field"><span>{name}</span>'
        f'<input type="date" data-limit="{key}" {bounds}></label>'
        for key, name in (("after", "From"), ("before", "To"))
    )
    return f'<fieldset><legend>Published</legend><div class="dates">{fields}</div></fieldset>'


def _choices(key: str, legend: str, values: tuple[tuple[str, int], ...]) -> str:
    if not values:
        return ""
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" data-limit="{key}"'
        f' value="{escape(value)}"><bdi class="choice-name">{escape(value)}</bdi>'
        f'<span class="choice-count"><span class="sr-only">, </span>{number:,}'
        '<span class="sr-only"> articles</span></span></label>'
        for value, number in values
        if clean(value).strip()
    )
    return f"<fieldset><legend>{legend}</legend>{boxes}</fieldset>"
