"""Where an archive lies: a folder, or an address, which is shown without what is secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ArchiveError
from index.location import Folder, Remote, located, parse


def test_what_is_no_address_is_a_folder() -> None:
    assert (
        parse("archive") == parse(Path("archive")) == located("archive") == Folder(Path("archive"))
    )
    assert located(Folder(Path("a"))) == Folder(Path("a"))


def test_an_address_is_a_database_and_where_it_is_searched() -> None:
    place = parse("postgres://u:p@h:5433/d?sslmode=require&milvus=http%3A%2F%2Froot:m@s:19530&x=1")
    assert place == Remote("postgresql://u:p@h:5433/d?sslmode=require&x=1", "http://root:m@s:19530")
    assert parse("postgresql:///d?host=/run/pg") == Remote("postgresql:///d?host=/run/pg")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:se%cret@h/d?milvus=http://root:secret@s:19530",
        "postgresql://u@h/d?password=secret&sslpassword=secret",
        "postgresql://u:s@secret@h/d?PassWord=secret",
    ],
)
def test_no_password_is_shown(address: str) -> None:
    place = parse(address)
    for shown in (str(place), repr(place), f"{place}"):
        assert "secret" not in shown
        assert "se%cret" not in shown
        assert "u@h/d" in shown


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://u:secret@h/d", "expected a folder"),
        ("postgresql://u:secret@h", "names no database"),
        ("postgresql://u:secret@h/", "names no database"),
        ("postgresql://u:secret#x@h/d", "names no database"),
        ("postgresql://u:secret@[h/d", "cannot be read"),
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str, says: str) -> None:
    with pytest.raises(ArchiveError, match=says) as refused:
        parse(address)
    assert "secret" not in str(refused.value)
