"""Measures of the parts and of the whole, and grounding as a library.

    from eval import assert_grounded, evaluate, ground

`assert_grounded(answer, contexts)` fails a test where an answer claims what its
contexts do not say; `ground(answer, contexts)` gives the verdict on each claim;
`evaluate(rows)` makes a report of many. Each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.assertion import assert_grounded, ground
    from eval.grounding import evaluate

_HOMES = {
    "assert_grounded": "eval.assertion",
    "evaluate": "eval.grounding",
    "ground": "eval.assertion",
}

__all__ = ["assert_grounded", "evaluate", "ground"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
