"""Pages that are no article, or an odd one: counted with their reason, and nothing is spoilt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.archive import Archive
from index.types import NotModified, Page, Skip, SkipReason
from tests.small_archive import by_vector, by_words, dump
from tests.small_pages import Item, html, page, prose, run

pytestmark = pytest.mark.usefixtures("seen_at_once")


BROKEN: list[tuple[Item, SkipReason]] = [
    (Page("empty", "html", b""), SkipReason.EMPTY),
    (Page("blank", "text", b" \n\0\n "), SkipReason.EMPTY),
    (Page("binary", "html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), SkipReason.BINARY),
    (Page("pdf", "text", b"%PDF-1.4 \x00\x01" * 50), SkipReason.BINARY),
    (Page("huge", "html", b"<p>" + b"word " * 5_000_000), SkipReason.TOO_LARGE),
    (Page("no story", "html", b"<html><body><nav>Home</nav></body></html>"), SkipReason.NO_STORY),
    (Page("emoji", "text", "🙂🙃 " * 50), SkipReason.NO_STORY),
    (Skip("feed", SkipReason.MALFORMED, "line 3"), SkipReason.MALFORMED),
]


def test_pages_that_are_no_story_are_counted_with_their_reason_and_stop_nothing(
    tmp_path: Path,
) -> None:
    pages: list[Item] = [page(1)]
    for broken, _ in BROKEN:
        pages.append(broken)
    summary = run(tmp_path, *pages, page(2))
    assert summary.added == 2
    counted = dict(summary.skipped)
    for reason in {reason for _, reason in BROKEN}:
        assert counted[reason] == sum(1 for _, other in BROKEN if other is reason), reason
    assert {skip.origin for skip in summary.skips} == {
        one.origin for one, _ in BROKEN if not isinstance(one, NotModified)
    }
    assert summary.pages == len(BROKEN) + 2
    assert by_words(Archive(tmp_path), "case2")


def test_a_text_of_25_megabytes_from_an_export_is_too_large_too(tmp_path: Path) -> None:
    summary = run(tmp_path, page(1, "word " * 5_000_000))
    assert summary.skipped == ((SkipReason.TOO_LARGE, 1),)


ODD = {
    "deep": b"<div>" * 20_000 + b"<p>" + prose(1).encode(),
    "entities": b"<p>&#0;&#xD800;&#x110000;&bogus;</p><p>" + prose(2).encode(),
    "cut": html(prose(3)).content[:-40],  # type: ignore[index]
    "encoding": b'<meta charset="utf-16"><p>' + prose(4).encode("latin-1") + b"\xff\xfe\xe9",
    "controls": b"<title>A\x01B\x1b[2J</title><p>" + prose(5).replace(" ", "\x07 ").encode(),
    "nul": b"<p>" + b"x" * 5000 + b"</p><p>" + prose(6).replace(". ", ".\0 ").encode(),
    "comment": b"<!-- never closed <p>" + prose(7).encode(),
    "jsonld": b'<script type="application/ld+json">{"@graph":' + b"[" * 5_000 + b"</script><p>"
    + prose(8).encode(),
}  # fmt: skip


def test_odd_pages_neither_stop_the_run_nor_spoil_the_archive(tmp_path: Path) -> None:
    pages = [Page(name, "html", content) for name, content in ODD.items()]  # type: ignore[arg-type]
    summary = run(tmp_path, *pages, page(9))
    assert summary.added + summary.skips_total == len(ODD) + 1
    assert summary.added >= 5
    archive = Archive(tmp_path)
    assert by_words(archive, "case9")
    for headline in archive.newest(99):
        article = archive.article(headline.id)
        assert article is not None
        for text in (article.body, article.title):
            assert not set(text) & {chr(n) for n in range(32) if n != 10}
        for stored in archive.read(range(1, 200)).values():  # type: ignore[arg-type]
            if stored.article.id == article.id:
                passage = stored.passage
                assert article.body[passage.start : passage.end] == passage.text


def test_control_characters_and_half_surrogates_reach_no_table(tmp_path: Path) -> None:
    odd = "A\x00B\ud83dC\x1b[31m\u202eD\ufeff"
    dirty = page(
        1,
        f"{odd} {prose(1)} {odd}",
        title=odd,
        source=odd,
        author=odd,
        section=odd,
        url=f"https://gazette.example/{odd}",
        language=odd,
    )
    named = replace(page(2), origin=f"caf\udce9 {odd}", url=f"https://x.example/{odd}", etag="\x00")
    summary = run(tmp_path, dirty, named)
    assert summary.added == 2
    assert run(tmp_path, dirty, named).unchanged == 2
    for table in ("articles", "versions", "passages"):
        for row in dump(tmp_path)[table]:
            for value in row:
                if isinstance(value, str):
                    assert not set(value) & set("\x00\x1b\u202e\ufeff"), (table, value)
    assert len(by_words(Archive(tmp_path), "council")) == 2


@pytest.mark.parametrize("written", ["2025-02-31", "31 February 2025", "0000-00-00", "9999999-1-1"])
def test_a_date_that_does_not_exist_is_left_out_and_the_story_kept(
    tmp_path: Path, written: str
) -> None:
    assert run(tmp_path, html(prose(1), published=written)).added == 1
    archive = Archive(tmp_path)
    [headline] = archive.newest(9)
    assert headline.published is None or headline.published.strftime("%d %m") != "31 02"
    assert by_vector(archive, prose(1))
