"""Rows are looked up by their keys, however many keys there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Select, bindparam, event, select

from index import database
from index.columns import IDS, KEYS, is_among
from index.location import Folder
from index.schema import articles, passages
from tests.small_archive import IDENTITY

BY_KEY = select(passages.c.article_id).where(
    is_among(passages.c.key, bindparam("given", type_=KEYS))
)
BY_ID = select(articles.c.url).where(
    is_among(articles.c.id, bindparam("given", type_=IDS)), articles.c.live == 1
)


@pytest.mark.parametrize("query", [BY_KEY, BY_ID], ids=["keys", "ids"])
def test_only_the_rows_that_are_asked_for_are_looked_at(
    tmp_path: Path, query: Select[tuple[str]]
) -> None:
    engine = database.open_writer(Folder(tmp_path), IDENTITY)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _explained(
        connection: object, cursor: object, sql: str, values: object, *_: object
    ) -> tuple[str, object]:
        return f"EXPLAIN QUERY PLAN {sql}" if sql.startswith("SELECT") else sql, values

    with engine.connect() as connection:
        driven = connection.execute(query, {"given": [1]}).cursor
        assert driven is not None
        plans = [step for *_, step in driven.fetchall() if "json_each" not in step]
    engine.dispose()
    assert plans[0].startswith("SEARCH"), plans
