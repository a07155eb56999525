"""Column types, and one condition, that SQLite and PostgreSQL are both to understand alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import BigInteger, Boolean, ColumnElement, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

_LONGEST = 2_000  # bytes of a name

# SQLite counts its rows' own keys in a column that is called INTEGER, and in no other.
Counter = BigInteger().with_variant(Integer(), "sqlite")
"""A signed whole number of 64 bits."""


class Chars(TypeDecorator[str]):
    """Text, ordered and compared by code point on either engine.

    PostgreSQL takes no NUL and no half of a surrogate pair, and SQLite counts no
    character after a NUL: each becomes U+FFFD, one for one, so that offsets hold.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        text = Text(collation="C") if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(text)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Name(Chars):
    """Text that rows are looked up by, in an index, where PostgreSQL takes 2,704 bytes.

    Of what is longer, its beginning and a digest of it all are kept.
    """

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        text = super().process_bind_param(value, dialect)
        if text is None or len(text) <= _LONGEST // 4 or len(text.encode()) <= _LONGEST:
            return text
        digest = hashlib.sha256(text.encode()).hexdigest()
        return f"{text[: _LONGEST // 5]}…{digest}"


class _Any(TypeDecorator[Sequence[Any]]):
    """Values as one parameter, however many they are: an array, or a JSON list."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(self.item))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        cleaned = [storable(each) if isinstance(each, str) else each for each in value or ()]
        return cleaned if dialect.name == "postgresql" else json.dumps(cleaned)


IDS = _Any(Text())
"""Text values for `is_among`."""
KEYS = _Any(BigInteger())
"""Whole numbers for `is_among`."""


class is_among(FunctionElement[bool]):  # noqa: N801 (it is written where a function stands)
    """`is_among(column, parameter)`: whether it is one of the parameter's values.

    The parameter is of type `IDS` or `KEYS`. Unlike `column.in_`, it is the same
    statement for any number of values, which the engine prepares once.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Itself. As any other function it would be compared with 1 for SQLite, which then
        looks at every row of the table instead of asking for those of the values."""
        return self


@compiles(is_among, "sqlite")
def _sqlite(element: is_among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 (all of it compiled)


@compiles(is_among, "postgresql")
def _postgresql(element: is_among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


def as_number(column: ColumnElement[str]) -> ColumnElement[int]:
    """A number that is kept as text."""
    return column.cast(BigInteger)


def storable(text: str) -> str:
    """The text with U+FFFD for each character that a database does not take."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)
    return text
