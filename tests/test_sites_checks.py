"""What a site's name, title and settings may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.types import Filters
from ui.sites.errors import SiteError
from ui.sites.store import Sites

NEWS = "https://news.example.org"


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    return Sites.open(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["", "News", "a b", "a/b", "../x", "a\nb", "a\r\nX: y", "\x1b[31m", "-a", "a-", "é", "a" * 64,
     "a\u202eb", "a%s", "a{b}", "a\x00"],
)  # fmt: skip
def test_a_name_that_could_forge_a_line_in_a_log_is_refused(sites: Sites, name: str) -> None:
    with pytest.raises(SiteError) as error:
        sites.add(name, origins=[NEWS])
    assert str(error.value).isprintable()
    assert sites.list() == ()


def test_a_title_is_one_line_of_bounded_length(sites: Sites) -> None:
    site = sites.add("news", origins=[NEWS], title=" The\r\nNews \x1b[1m\u202e ")
    assert site.title == "The News [1m"
    with pytest.raises(SiteError, match="200 characters"):
        sites.edit("news", lambda site: replace(site, title="x" * 201))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filters": Filters(after=date(2024, 2, 1), before=date(2024, 1, 1))}, "no day"),
        ({"filters": Filters(articles=("a1",))}, "single articles"),
        ({"per_minute": 60_001}, "--per-minute"),
        ({"origins": tuple(f"https://n{n}.example" for n in range(51))}, "50 origins"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    sites: Sites, change: dict[str, object], message: str
) -> None:
    sites.add("news", origins=[NEWS])
    with pytest.raises(SiteError, match=message):
        sites.edit("news", lambda site: replace(site, **change))
