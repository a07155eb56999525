"""A report as JSON: the schema that other programs may rely on, and the way back.

Within `byline.report/1` fields are only ever added; one that is renamed, removed
or means something else makes it `/2`. Keys are in alphabetical order, floats are
rounded to six digits and never NaN, what is unknown is null; a lone surrogate,
which no encoding can carry, has become U+FFFD. Offsets count Unicode code points.

report
    schema        "byline.report/1"
    kind          grounding (anyone's answers were judged) or answers (the assistant's)
    setup         what it takes to repeat it, below
    measures      the figures over all cases, below, in the order they are shown in
    states        how many rows are in each state: the values sum to the rows of the input
    claim_states  the same of the claims
    cases         the rows, in the input's order, below

setup
    input         the file's name without its folder, and
    sha256        of its bytes
    seed, samples of the bootstrap
    threshold     at or above which a score counts as supported
    models        name -> id or hash of the weights
    versions      name -> version
    options       name -> value of those that change a figure

measure
    name          what `--fail-under` and `compare` call it
    title, group  what it is called and shown under
    value         null where it cannot be computed; `note` then says why
    low, high     its 95 % interval, clustered by the cases' groups, or null
    n             how many cases it rests on
    better        higher or lower
    note          "" or a remark

case
    id, group     its name, and what the bootstrap draws it by
    question, answer, expected, note
                  texts, "" where there is none
    contexts      what the answer may rest on: text, title, published (YYYY-MM-DD or
                  null), language (or null)
    claims        text, with its start and end in the answer, and verdict
    state         supported, contradicted, unsupported, not_checkable, refused, empty,
                  or failed (it could not be judged: `note` says why)
    score         0 to 1, or null
    label         the human one: true, false or null
    measures      name -> the row's own value of a measure

verdict
    state         supported, contradicted, unsupported, not_checkable
    score         probability, 0 to 1, that the evidence supports the claim
    grounds       the evidence, best first: text, the number of its context (from 0),
                  start and end there, and weight
    failures      check (number, date, name, negation, quotation, direction, words), the
                  words with their start and end in the claim, what was found in their
                  place ("" for nothing), and whether the two are opposed
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from eval.report.model import SCHEMA, Report
from index.errors import BylineError

_NAME = "byline.report"
_DIGITS = 6  # of a float: more would differ between machines whose sums run in another order
_SURROGATE = re.compile("[\ud800-\udfff]")
# (name, value) pairs of the report, its setup and its cases, which are objects in JSON
_PAIRS = frozenset({"states", "claim_states", "models", "versions", "options"})

_REPORT = TypeAdapter(Report)


class ReportError(BylineError):
    """A file cannot be read as a report."""


class ReportTooNew(ReportError):
    """A newer Byline wrote the report: its schema is not known here."""


def text(report: Report) -> str:
    """The report as JSON. Raises ValueError where a float in it is not finite."""
    whole = {"schema": f"{_NAME}/{SCHEMA}", **plain(report)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def plain(value: Any) -> Any:
    """Dataclasses as dicts, dates as ISO 8601, floats rounded, and texts that UTF-8 can carry.

    Raises ValueError for a float that is not finite.
    """
    if is_dataclass(value):
        return {
            field.name: _field(field.name, getattr(value, field.name), value)
            for field in fields(value)
        }
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, float):
        return stable(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return value


def stable(value: float) -> float:
    """Rounded, without a minus before nought. Raises ValueError unless finite."""
    if not math.isfinite(value):
        raise ValueError(f"a report holds finite numbers alone, not {value}")
    return round(float(value), _DIGITS) + 0.0


def parse(data: bytes) -> Report:
    """The report of some JSON; fields that it does not know are passed over.

    Raises ReportTooNew for a later schema, ReportError for anything that is no report.
    """
    try:
        whole = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise ReportError(f"not JSON: {error}") from error
    if not isinstance(whole, dict):
        raise ReportError(f"not a report: expected an object, found {type(whole).__name__}")
    _known(whole.get("schema"))
    try:
        report = _REPORT.validate_json(to_json(_with_pairs(whole)), strict=True)
        plain(report)  # a number like 1e999 is JSON, and infinite
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise ReportError(f"not a report: {where}: {first['msg']}") from error
    except ValueError as error:
        raise ReportError(f"not a report: {error}") from error
    return report


def read(path: Path) -> Report:
    """The report in a file. Raises OSError, ReportTooNew and ReportError, which names the file."""
    try:
        return parse(path.read_bytes())
    except ReportError as error:
        raise type(error)(f"{path}: {error}") from error


def _field(name: str, value: Any, owner: Any) -> Any:
    if name in _PAIRS or (name == "measures" and not isinstance(owner, Report)):
        return {plain(key): plain(each) for key, each in value}
    return plain(value)


def _known(schema: object) -> None:
    found = re.fullmatch(rf"{_NAME}/(\d{{1,9}})", schema) if isinstance(schema, str) else None
    if found is None:
        raise ReportError(f'not a report: expected "schema": "{_NAME}/{SCHEMA}"')
    if int(found[1]) > SCHEMA:
        raise ReportTooNew(f"written as {schema}; this Byline reads up to {_NAME}/{SCHEMA}")


def _with_pairs(whole: dict[str, Any]) -> dict[str, Any]:
    """Objects back to the pairs that they came from, wherever they are objects."""
    setup, cases = whole.get("setup"), whole.get("cases")
    changed = _paired(whole, _PAIRS)
    if isinstance(setup, dict):
        changed["setup"] = _paired(setup, _PAIRS)
    if isinstance(cases, list):
        changed["cases"] = [
            _paired(case, {"measures"}) if isinstance(case, dict) else case for case in cases
        ]
    return changed


def _paired(value: dict[str, Any], names: frozenset[str] | set[str]) -> dict[str, Any]:
    return {
        key: sorted(each.items()) if key in names and isinstance(each, dict) else each
        for key, each in value.items()
    }
