"""Files and folders, among them every sort that must be refused politely."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import SourceError
from index.sources import Item, open_source
from index.types import Page, Skip, SkipReason

STORY = "The council met on Monday. It adopted the budget.\n"


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


Put = Callable[[str, bytes | str], Path]


def read(path: Path, **options: int) -> list[Item]:
    return list(open_source(path, **options).pages())  # type: ignore[arg-type]


def only_skip(path: Path, **options: int) -> Skip:
    [item] = read(path, **options)
    assert isinstance(item, Skip)
    return item


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a.html", "html"),
        ("a.HTM", "html"),
        ("a.xhtml", "html"),
        ("a.txt", "text"),
        ("a.text", "text"),
        ("a.md", "text"),
        ("notes", "text"),
        ("a.unheard-of", "text"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_a_page_arrives_as_bytes(
    put: Put, name: str, media: str, packed: bool
) -> None:
    body = STORY.encode()
    path = put(name + ".gz" * packed, gzip.compress(body) if packed else body)
    assert read(path) == [Page(origin=str(path), media=media, content=body)]  # type: ignore[arg-type]
    assert open_source(path).count() == 1


def test_an_unknown_extension_is_judged_by_its_content(put: Put) -> None:
    [page] = read(put("page", "<!doctype html><title>x</title><p>Story</p>"))
    assert isinstance(page, Page)
    assert page.media == "html"
    [row] = read(put("export.dump", '{"text": "Story", "id": 7}\n'))
    assert isinstance(row, Page)
    assert row.origin.endswith("export.dump#7")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", SkipReason.EMPTY),
        ("blank.html", b" \n\t ", SkipReason.EMPTY),
        ("empty.xml", b"", SkipReason.EMPTY),
        ("empty.jsonl", b"", SkipReason.EMPTY),
        ("blank.jsonl", b"\n\n", SkipReason.EMPTY),
        ("empty.json", b"[]", SkipReason.EMPTY),
        ("binary.txt", b"abc\0def", SkipReason.BINARY),
        ("noise.html", bytes(range(256)) * 4, SkipReason.BINARY),
        ("noise", bytes(range(1, 32)) * 40, SkipReason.BINARY),
        ("photo.jpg", b"\xff\xd8\xff\xe0", SkipReason.UNSUPPORTED),
        ("style.css", b"p { color: red }", SkipReason.UNSUPPORTED),
        ("code.py", b"print()", SkipReason.UNSUPPORTED),
        ("table.csv", b"a,b\n", SkipReason.UNSUPPORTED),
        ("report.pdf", b"%PDF-1.7", SkipReason.UNSUPPORTED),
        ("data.zip", b"PK\x03\x04", SkipReason.UNSUPPORTED),
        ("settings.toml", b"a = 1", SkipReason.UNSUPPORTED),
        ("ground-truth.json", b'{"a1": {"articleBody": "x"}}', SkipReason.UNSUPPORTED),
        ("numbers.json", b"[1, 2, 3]", SkipReason.UNSUPPORTED),
        ("word.json", b'"hello"', SkipReason.UNSUPPORTED),
        ("drawing.xml", b"<?xml version='1.0'?><svg/>", SkipReason.UNSUPPORTED),
        ("broken.txt.gz", b"\x1f\x8bnonsense", SkipReason.MALFORMED),
        ("cut.txt.gz", gzip.compress(STORY.encode() * 99, mtime=0)[:-12], SkipReason.MALFORMED),
        ("not.warc", b"nothing of the sort\n", SkipReason.MALFORMED),
    ],
)
def test_what_is_no_article_is_skipped_with_the_reason(
    put: Put, name: str, content: bytes, reason: SkipReason
) -> None:
    path = put(name, content)
    skip = only_skip(path)
    assert (skip.origin, skip.reason) == (str(path), reason)


def test_text_in_utf_16_is_text(put: Put) -> None:
    [page] = read(put("a.txt", STORY.encode("utf-16")))
    assert isinstance(page, Page)


def test_a_page_of_200_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.html"
    with path.open("wb") as file:
        file.write(b"<html>")
        file.truncate(200_000_000)
    tracemalloc.start()
    assert only_skip(path).reason in (SkipReason.TOO_LARGE, SkipReason.BINARY)
    path.write_bytes(b"<html>" + b"x" * 30_000)
    os.truncate(path, 200_000_000)
    skip = only_skip(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert skip.reason is SkipReason.TOO_LARGE
    assert "200,000,000 bytes" in skip.detail
    assert peak < 4_000_000


@pytest.mark.parametrize("name", ["bomb.txt.gz", "bomb.html", "bomb.jsonl.gz"])
def test_a_gzip_bomb_stops_at_the_limit(put: Put, name: str) -> None:
    path = put(name, gzip.compress(b"a" * 80_000_000, 9))
    tracemalloc.start()
    skip = only_skip(path, max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert skip.reason is SkipReason.TOO_LARGE
    assert peak < 8_000_000


def test_a_file_that_may_not_be_read_is_skipped(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put("secret.txt", STORY)

    def refuse(self: Path, mode: str = "r") -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert only_skip(path) == Skip(str(path), SkipReason.UNREADABLE, "Permission denied")


def test_a_file_that_vanishes_is_skipped(put: Put) -> None:
    path = put("here.txt", STORY)
    source = open_source(path)
    path.unlink()
    assert [i.reason for i in source.pages() if isinstance(i, Skip)] == [SkipReason.UNREADABLE]
    assert source.count() == 1


@pytest.mark.parametrize(
    "spec",
    ["nowhere/at-all.txt", "", "ftp://paper.example/", "www.paper.example", "a\0b", "x" * 5000],
)
def test_a_source_that_does_not_exist_is_an_error(spec: str) -> None:
    with pytest.raises(SourceError):
        open_source(spec)


def test_a_url_without_a_fetcher_is_an_error() -> None:
    with pytest.raises(SourceError, match="needs a fetcher"):
        open_source("https://paper.example/")


def test_a_folder_is_read_in_order_without_its_hidden_files(put: Put, tmp_path: Path) -> None:
    for name in ["b/2.txt", "b/10.txt", "a.html", "c.jpg", ".hidden/x.txt", "b/.git", "z.jsonl"]:
        put(name, '{"text": "Story"}' if name.endswith("jsonl") else STORY)
    (tmp_path / "nothing").mkdir()
    source = open_source(tmp_path)
    items = [item for item in source.pages() if isinstance(item, Page | Skip)]
    names = [item.origin.removeprefix(f"{tmp_path}/") for item in items]
    assert names == ["a.html", "b/10.txt", "b/2.txt", "c.jpg", "z.jsonl:1"]
    assert source.count() == 5


def test_a_relative_path_names_the_same_article(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put("sub/a.txt", STORY)
    monkeypatch.chdir(path.parent)
    assert read(Path("../sub/a.txt")) == read(path)


def test_symbolic_links_are_not_followed_out_or_round(put: Put, tmp_path: Path) -> None:
    secret = put("outside/secret.txt", "secret")
    put("inside/a.txt", STORY)
    inside = tmp_path / "inside"
    (inside / "loop").symlink_to(inside)
    (inside / "out").symlink_to(secret.parent)
    (inside / "secret.txt").symlink_to(secret)
    (inside / "dangling").symlink_to(tmp_path / "gone")
    items = read(inside)
    assert [i.origin for i in items if isinstance(i, Page)] == [str(inside / "a.txt")]
    assert [i.detail for i in items if isinstance(i, Skip)] == ["a symbolic link, not followed"] * 4


def test_a_folder_named_through_a_link_is_read(put: Put, tmp_path: Path) -> None:
    put("real/a.txt", STORY)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert len(read(tmp_path / "link")) == 1


def test_a_pipe_in_a_folder_does_not_hang(put: Put, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert only_skip(tmp_path).detail == "not a regular file"


def test_weird_names_are_read_and_can_be_printed_and_stored(tmp_path: Path) -> None:
    for name in [b"line\nbreak.txt", b"latin\xe9.txt", b"tab\t.txt", "día.txt".encode()]:
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(STORY)
    items = read(tmp_path)
    assert all(isinstance(item, Page) for item in items)
    names = [item.origin.rpartition("/")[2] for item in items if isinstance(item, Page)]
    assert sorted(names) == sorted(["line\\nbreak.txt", "latin\\xe9.txt", "tab\\t.txt", "día.txt"])
    assert all(name.encode() for name in names)


def test_a_folder_that_may_not_be_listed_is_skipped(
    put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.txt", STORY)
    closed = put("closed/b.txt", STORY).parent
    listdir = os.listdir

    def refuse(path: Path) -> list[str]:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr("index.sources.local.os.listdir", refuse)
    assert read(tmp_path)[1] == Skip(str(closed), SkipReason.UNREADABLE, "Permission denied")


def test_json_with_articles_in_a_folder_is_read(put: Put, tmp_path: Path) -> None:
    put("one.json", json.dumps({"title": "T", "text": "Story"}))
    put("two.json", json.dumps([{"text": "A"}, {"text": "B"}]))
    assert len([i for i in read(tmp_path) if isinstance(i, Page)]) == 3
    assert open_source(tmp_path).count() is None
