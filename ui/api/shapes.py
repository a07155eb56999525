"""`rag.schema`'s shapes as types that pydantic documents, on every Python that Byline runs on.

Pydantic takes `typing.TypedDict` only from Python 3.12 on; `typing_extensions`
has one that it takes everywhere. The fields are the same, and so are the names,
without the "Json".
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import typing_extensions


@cache
def shape(of: Any) -> Any:
    """The TypedDict `of`, and every one within it, as pydantic takes them."""
    fields = {name: _taken(hint) for name, hint in get_type_hints(of).items()}
    made: Any = typing_extensions.TypedDict  # made from another's fields: no checker follows that
    return made(of.__name__.removesuffix("Json"), fields)


def _taken(hint: Any) -> Any:
    if is_typeddict(hint):
        return shape(hint)
    within = tuple(_taken(each) for each in get_args(hint))
    if not within:
        return hint
    origin = get_origin(hint)
    return Union[within] if origin is types.UnionType else origin[within]  # noqa: UP007
