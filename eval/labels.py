"""What a human said of an answer: is it supported? In the words of whoever asked them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

FAITHFUL = 3.5  # on a scale of 1 to 4, mean of several judges: at or above, most said "fully"
_SCALE = "faithfulness_1_to_4"

# Columns that say it of support, and those that say it of its lack.
_SUPPORT = (
    "supported", "is_supported", "grounded", "is_grounded", "faithful", "is_faithful",
    "consistent", "is_consistent", "adherence_score",
)  # fmt: skip
_LACK = ("hallucination", "hallucinated", "is_hallucination", "has_hallucination")
_SPANS = ("hallucination_labels", "labels")  # lists of the spans that are not borne out
_LOOSE = ("label",)  # means other things too: only what is surely of support is taken
_YES = frozenset(
    "1 true yes y supported supports support entailment entailed entails faithful consistent "
    "grounded factual pass correct".split()
)
_NO = frozenset(
    "0 false no n unsupported not_supported partially_supported refuted refutes contradicted "
    "contradiction neutral not_entailment not_enough_info unfaithful inconsistent ungrounded "
    "hallucinated hallucination non_factual nonfactual fail incorrect".split()
)


class LabelError(ValueError):
    """A label says neither yes nor no."""


def label_of(columns: Mapping[str, Any]) -> bool | None:
    """Whether a row was found to be supported; None where nobody said.

    Raises LabelError where somebody did, in a way that is not understood.
    """
    for name in _SUPPORT:
        if columns.get(name) is not None:
            return _sure(name, columns[name])
    if columns.get(_SCALE) is not None:
        return _scaled(columns[_SCALE])
    for name in _LACK:
        if columns.get(name) is not None:
            return not _sure(name, columns[name])
    for name in _SPANS:
        spans = columns.get(name)
        if isinstance(spans, str):
            spans = _list(spans)
        if isinstance(spans, list) and all(isinstance(each, Mapping) for each in spans):
            return not spans
    for name in _LOOSE:
        value = columns.get(name)
        # of premise and hypothesis, 0 means entailment as often as its absence
        if "premise" in columns and not isinstance(value, str):
            continue
        found = _read(value)
        if found is not None:
            return found
    return None


def _sure(name: str, value: Any) -> bool:
    found = _read(value)
    if found is None:
        raise LabelError(f"{name}: expected true or false, found {json.dumps(value)[:40]}")
    return found


def _scaled(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 1 <= value <= 4:
        raise LabelError(f"{_SCALE}: expected a number of 1 to 4, found {json.dumps(value)[:40]}")
    return bool(value >= FAITHFUL)


def _read(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        word = "_".join(value[:40].casefold().replace("-", " ").replace("_", " ").split())
        return True if word in _YES else False if word in _NO else None
    return None


def _list(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
