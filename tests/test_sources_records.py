"""Records of exports: JSON Lines, JSON lists, and the dates in them."""

from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sources import Item, open_source
from index.sources.dates import parse_date, parse_local
from index.types import Metadata, Page, Skip, SkipReason


def read(path: Path, text: str | bytes, max_bytes: int = 20_000_000) -> list[Item]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(open_source(path, max_bytes=max_bytes).pages())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


def page(path: Path, row: dict[str, object]) -> Page:
    [item] = read(path, json.dumps(row))
    assert isinstance(item, Page)
    return item


def test_a_row_becomes_a_page_with_all_that_is_known(path: Path) -> None:
    row = {
        "id": 17,
        "title": "Budget  adopted",
        "text": "First paragraph.\n\nSecond.",
        "url": "https://paper.example/budget",
        "source": {"name": "The Paper"},
        "author": ["Ann Bell", {"name": "Cy Dee"}],
        "section": "City",
        "language": "en-GB",
        "published": "2024-03-05T10:00:00+01:00",
        "modified": "2024-03-06",
        "score": [1, 2, {"unknown": True}],
    }
    assert page(path, row) == Page(
        origin=f"{path}#17",
        media="text",
        content="First paragraph.\n\nSecond.",
        url="https://paper.example/budget",
        known=Metadata(
            url="https://paper.example/budget",
            title="Budget adopted",
            source="The Paper",
            author="Ann Bell, Cy Dee",
            section="City",
            language="en",
            published=datetime(2024, 3, 5, 10, tzinfo=timezone(timedelta(hours=1))),
            modified=datetime(2024, 3, 6, tzinfo=UTC),
            found=tuple(
                (name, "record")
                for name in "url title source author section language published modified".split()
            ),
        ),
        whole=True,
    )


@pytest.mark.parametrize("name", ["text", "body", "content", "articleBody"])
def test_the_text_may_go_by_several_names(path: Path, name: str) -> None:
    assert page(path, {name: "Story"}).content == "Story"


def test_markup_is_recognised_wherever_it_is(path: Path) -> None:
    assert page(path, {"html": "<p>Story</p>"}).media == "html"
    assert page(path, {"content": "<p>One</p><p>Two</p>"}).media == "html"
    assert page(path, {"content": "<h2>One</h2>Two"}).media == "html"
    assert page(path, {"text": "if a < b and b > c"}).media == "text"
    assert page(path, {"text": "The tag <br> or <p> is for paragraphs"}).media == "text"
    assert page(path, {"text": "Story", "html": "<p>Story</p>"}).media == "text"


def test_without_an_id_the_line_names_the_row_and_blank_lines_count(path: Path) -> None:
    items = read(path, '\ufeff{"text": "a"}\n\n{"text": "b", "id": ""}\n')
    assert [item.origin for item in items if isinstance(item, Page)] == [f"{path}:1", f"{path}:3"]


def test_a_url_that_is_none_is_left_out(path: Path) -> None:
    found = page(path, {"text": "a", "url": "javascript:alert(1)", "id": "x"})
    assert found.url is None
    assert found.known.url is None
    assert found.origin == f"{path}#x"


def test_broken_rows_are_skipped_with_their_line_and_the_rest_is_read(path: Path) -> None:
    rows = [
        b'{"text": "good"}',
        b'{"text": ',
        b"[1, 2]",
        b'"text"',
        b'{"title": "no text"}',
        b'{"text": 5}',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"text": "half a \\ud800 pair"}',
        b'{"text": "good again", "published": "2024-02-31"}',
    ]
    items = read(path, b"\n".join(rows))
    skips = {item.origin: item.reason for item in items if isinstance(item, Skip)}
    assert skips == {
        f"{path}:2": SkipReason.MALFORMED,
        f"{path}:3": SkipReason.MALFORMED,
        f"{path}:4": SkipReason.MALFORMED,
        f"{path}:5": SkipReason.EMPTY,
        f"{path}:6": SkipReason.EMPTY,
        f"{path}:7": SkipReason.MALFORMED,
        f"{path}:8": SkipReason.MALFORMED,
    }
    good = [item for item in items if isinstance(item, Page)]
    assert [item.content for item in good] == ["good", "half a ? pair", "good again"]
    assert good[2].known.published is None


def test_a_line_that_is_too_long_is_passed_over_without_being_kept(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"text": "before"}\n{"text": "')
        for _ in range(30):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"text": "after"}')
    tracemalloc.start()
    items = list(open_source(path, max_bytes=1_000_000).pages())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(item) for item in items] == [Page, Skip, Page]
    assert items[1] == Skip(
        f"{path}:2", SkipReason.TOO_LARGE, "a line of more than 1,000,000 bytes"
    )
    assert peak < 8_000_000


def test_the_number_of_rows_is_estimated(path: Path) -> None:
    path.write_text('{"text": "a story"}\n' * 10)
    assert open_source(path).count() == 10
    path.write_text('{"text": "a story"}\n' * 200_000)
    estimate = open_source(path).count()
    assert estimate is not None
    assert abs(estimate - 200_000) < 100


def test_a_list_is_read_like_lines(tmp_path: Path) -> None:
    rows = [{"text": f"Story {n} " + "word " * n, "id": n or None} for n in range(3000)]
    path = tmp_path / "list.json"
    items = read(path, " " + json.dumps(rows, indent=2) + "\n")
    assert [i.content for i in items if isinstance(i, Page)] == [row["text"] for row in rows]
    assert items[0].origin == f"{path}:1"  # type: ignore[union-attr]
    assert items[7].origin == f"{path}#7"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"text": "a"}', SkipReason.MALFORMED),
        ('[{"text": "a"} {"text": "b"}]', SkipReason.MALFORMED),
        ('[{"text": "a"}, {"text": nonsense' + " " * 99 + "}]", SkipReason.MALFORMED),
        ('[{"text": "a"}, {"text": "b', SkipReason.MALFORMED),
        ('[{"text": "a"}, ' + "[" * 100_000, SkipReason.MALFORMED),
        ('[{"text": "a"}, {"text": "' + "b" * 300_000, SkipReason.TOO_LARGE),
    ],
)
def test_a_broken_list_gives_what_could_be_read(
    tmp_path: Path, text: str, reason: SkipReason
) -> None:
    items = read(tmp_path / "list.json", text, max_bytes=200_000)
    assert [type(item) for item in items] == [Page, Skip]
    assert isinstance(items[1], Skip)
    assert items[1].reason is reason


def at(*parts: int, hours: float = 0) -> datetime:
    return datetime(*parts, tzinfo=timezone(timedelta(hours=hours)))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-05", at(2024, 3, 5)),
        ("2024-3-5", at(2024, 3, 5)),
        ("2024/03/05", at(2024, 3, 5)),
        ("2024/03/05 07:08", at(2024, 3, 5, 7, 8)),
        ("20240305", at(2024, 3, 5)),
        ("2024-03-05T10:11:12Z", at(2024, 3, 5, 10, 11, 12)),
        ("2024-03-05 10:11:12", at(2024, 3, 5, 10, 11, 12)),
        ("2024-03-05 10:11:12 UTC", at(2024, 3, 5, 10, 11, 12)),
        ("2024-03-05T10:11:12+0400", at(2024, 3, 5, 10, 11, 12, hours=4)),
        ("2024-03-05 10:11:12 +04:00", at(2024, 3, 5, 10, 11, 12, hours=4)),
        ("2024-03-05T10:11:12.123456789Z", at(2024, 3, 5, 10, 11, 12, 123456)),
        ("Tue, 05 Mar 2024 10:11:12 +0100", at(2024, 3, 5, 10, 11, 12, hours=1)),
        ("Tue, 5 Mar 2024 10:11:12 GMT", at(2024, 3, 5, 10, 11, 12)),
        ("Tue, 5 Mar 2024 10:11:12 EST", at(2024, 3, 5, 10, 11, 12, hours=-5)),
        ("26-FEB-1987 15:01:01.79", at(1987, 2, 26, 15, 1, 1)),
        (" 5-MAR-1987 09:00:00.00", at(1987, 3, 5, 9)),
        ("8 November 2025", at(2025, 11, 8)),
        ("November 8th, 2025 at 14:30", at(2025, 11, 8, 14, 30)),
        ("Nov. 8, 2025", at(2025, 11, 8)),
        (1709633472, at(2024, 3, 5, 10, 11, 12)),
        (1709633472.0, at(2024, 3, 5, 10, 11, 12)),
        (1709633472000, at(2024, 3, 5, 10, 11, 12)),
        ("1709633472", at(2024, 3, 5, 10, 11, 12)),
        ("1709633472000", at(2024, 3, 5, 10, 11, 12)),
        ("2024-02-31", None),
        ("31-FEB-1987 15:01:01.79", None),
        ("2024-13-01", None),
        ("0000-00-00 00:00:00", None),
        ("9999-12-31", None),
        ("0001-01-01", None),
        ("2024-03-05T25:00:00", None),
        ("yesterday", None),
        ("March 2024", None),
        ("", None),
        (0, None),
        (True, None),
        (None, None),
        ([2024], None),
        (float("nan"), None),
        (10**30, None),
        ("9" * 5000, None),
    ],
)
def test_dates_are_read_leniently_but_never_invented(
    value: object, expected: datetime | None
) -> None:
    found = parse_date(value)
    assert found == expected
    if found is not None and expected is not None:
        assert found.utcoffset() == expected.utcoffset()


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers()))
def test_no_value_breaks_the_reading_of_dates(value: object) -> None:
    found = parse_date(value)
    assert found is None or found.tzinfo is not None


def test_a_date_given_in_local_time_and_in_utc_keeps_the_local_zone() -> None:
    assert parse_local("2024-03-05 01:30:00", "2024-03-04 21:30:00") == at(
        2024, 3, 5, 1, 30, hours=4
    )
    found = parse_local("2024-03-05 01:30:00", "2024-03-04 21:30:00")
    assert found is not None
    assert found.date().isoformat() == "2024-03-05"
    assert parse_local("2024-03-05 01:30:00", "0000-00-00 00:00:00") == at(2024, 3, 5, 1, 30)
    assert parse_local("2024-03-09 01:30:00", "2024-03-05 01:30:00") == at(2024, 3, 5, 1, 30)
