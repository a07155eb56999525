"""Where the tests of an archive make one: in a folder, in PostgreSQL, and there with Milvus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.location import Folder, Location
from tests.postgres_server import PostgresServer


@pytest.fixture(params=["folder", "postgresql", "servers"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Location]:
    """Where there is an archive without articles, or one is made by whoever writes.

    In the end the search server knows all: it was not the database alone that was searched.
    """
    if request.param == "folder":
        yield Folder(tmp_path / "archive")
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    made = postgres.database()
    if request.param == "servers":
        made = replace(made, milvus=request.getfixturevalue("milvus_lite"))
    yield made
    assert postgres.untold(made) == 0
