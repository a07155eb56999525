"""`rag.schema`'s shapes as types that pydantic documents, on every Python that Byline runs on.

Pydantic takes `typing.TypedDict` only from Python 3.12 on; `typing_extensions`
has one that it takes everywhere. The fields are the same, and so are the names,
without the "Json".
"""

from __future__ import annotations

import types
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import typing_extensions


@cache
def shape(of: Any) -> Any:
    """The TypedDict `of`, and every one within it, as pydantic takes them."""
    fields = {name: _taken(hint) for name, hint in get_type_hints(of, include_extras=True).items()}
    made: Any = typing_extensions.TypedDict  # from another's fields: no checker follows that
    shaped = made(of.__name__.removesuffix("Json"), fields, total=of.__total__)
    shaped.__doc__ = of.__doc__
    return shaped


def _taken(hint: Any) -> Any:
    if is_typeddict(hint):
        return shape(hint)
    origin = get_origin(hint)
    if origin in (None, Literal):
        return hint
    within = tuple(_taken(each) for each in get_args(hint))
    if origin is types.UnionType:
        return Union[within]  # noqa: UP007 (made of what is found)
    return origin[within[0] if len(within) == 1 else within]
