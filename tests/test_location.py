"""Where an archive lies: a folder, or an address, which is shown without what is secret in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg.pq import Conninfo

from index.errors import ArchiveError
from index.location import Folder, Remote, as_argument, located, parse, without_password


def test_what_is_no_address_is_a_folder() -> None:
    assert (
        parse("archive") == parse(Path("archive")) == located("archive") == Folder(Path("archive"))
    )
    assert located(Folder(Path("a"))) == Folder(Path("a"))


def test_an_address_is_a_database_and_where_it_is_searched() -> None:
    place = parse(
        "postgres://u:p@h:5433/d?sslmode=require&milvus=http%3A%2F%2Froot:m@s:19530&service=n"
    )
    assert place == Remote(
        "postgresql://u:p@h:5433/d?sslmode=require&service=n", "http://root:m@s:19530"
    )
    assert parse("postgresql:///d?host=/run/pg") == Remote("postgresql:///d?host=/run/pg")


def test_whatever_libpq_takes_is_taken() -> None:
    known = [each.keyword.decode() for each in Conninfo.get_defaults()]
    assert len(known) > 20
    for name in known:
        assert parse(f"postgresql://u@h/d?{name}=1") == Remote(f"postgresql://u@h/d?{name}=1")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:se%cret@h/d?milvus=http://root:secret@s:19530",
        "postgresql://u@h/d?password=secret&sslpassword=secret",
        "postgresql://u@h/d?p%61ssword=secret&scram_client_key=secret",
        "postgresql://u@h/d?milvus=http://root:a/secret@s:19530",
        "postgresql://u@h/d?milvus=root:secret@s:19530",
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
        ("postgresql://u:a/secret@h/d", "written %40 %2F"),
        ("postgresql://u:a/b?secret@h/d", "written %40 %2F"),
        ("postgresql://u:a/b?x=secret@h/d", "written %40 %2F"),
        ("postgresql://u:a@secret@h/d", "written %40 %2F"),
        ("postgresql://u@h/d?milvus=http://root:a#secret@s:19530", "written %40 %2F"),
        ("postgresql://u@h/d?pasword=secret", "a parameter 'pasword'"),
        ("postgresql://u@h/d?PASSWORD=secret", "a parameter 'PASSWORD'"),
        ("postgresql://u@h/d?milvus=", "names no search server"),
        ("u:secret@h/d?milvus=http://s:19530", "expected a folder"),
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str, says: str) -> None:
    with pytest.raises(ArchiveError, match=says) as refused:
        parse(address)
    assert "secret" not in str(refused.value)


def test_a_command_that_is_suggested_can_be_pasted() -> None:
    assert as_argument(Folder(Path("archive"))) == "archive"
    assert as_argument(Folder(Path("my archive"))) == "'my archive'"
    place = parse("postgresql://u:secret@h/d?sslmode=require&milvus=http://s:19530")
    assert as_argument(place) == "'postgresql://u@h/d?sslmode=require&milvus=http://s:19530'"


def test_a_server_s_address_is_shown_with_its_user() -> None:
    assert without_password("http://root:m@s:19530/x?token=m") == "http://root@s:19530/x"
    assert without_password("s:19530") == "s:19530"
