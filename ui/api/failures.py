"""What a failure is called outside: every exception as a problem that gives nothing away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from index.errors import ArchiveReadOnly, BylineError, QuestionError
from ui.api.problems import Problem
from ui.serving.errors import NobodyThere
from ui.traces import told

_log = logging.getLogger(__name__)

_MOST = 20  # faults told of one request
_LONGEST = 100  # code points of a field's name told back: it may be anything
_WARM = 5  # seconds until a process that answers may be warm
_SOON = 30  # seconds until an archive that is being mended may be back

_KINDS = {
    400: ("bad-request", "The request's body cannot be read."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method", "This address does not take that method."),
}


def as_problem(error: BaseException, *, request_id: str) -> Problem:
    """`error` as it may be told to a stranger; what nobody foresaw is logged."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QuestionError):
        return Problem("question", 422, str(error))  # written for whoever asks
    if isinstance(error, NobodyThere):
        return Problem("unavailable", 503, str(error), retry_after=_WARM)
    if isinstance(error, ArchiveReadOnly):
        return Problem("read-only", 409, "This archive may only be read: feedback is not kept.")
    if isinstance(error, RequestValidationError):
        return _invalid(error.errors())
    if isinstance(error, HTTPException):
        return _http(error)
    write_down(error, request_id)
    if isinstance(error, BylineError):  # its message may name paths and models
        return Problem(
            "unavailable",
            503,
            "The archive cannot be used at the moment.",
            retry_after=_SOON,
        )
    return Problem("internal", 500, "Something went wrong here. It has been written down.")


def write_down(error: BaseException, request_id: str) -> None:
    """Where it went wrong; not what was said, which may hold a question, or forge a line."""
    _log.error("request %s failed: %s", request_id, told(error))


def _http(error: HTTPException) -> Problem:
    kind, detail = _KINDS.get(error.status_code, ("bad-request", ""))
    return Problem(
        kind,
        error.status_code,
        detail or HTTPStatus(error.status_code).phrase + ".",
        headers=error.headers,
    )


def _invalid(errors: Sequence[Any]) -> Problem:
    """What pydantic found, without what was sent."""
    faults = [_fault(each) for each in errors[:_MOST]]
    first = faults[0]
    if any(each["type"] == "json_invalid" for each in errors):
        return Problem("bad-request", 400, "The request's body is not JSON.")
    unknown = all(each["type"] == "extra_forbidden" for each in errors)
    told = f"{first['where']} {first['field']}".strip()
    return Problem(
        "unknown-field" if unknown else "invalid",
        422,
        f"{told}: {first['message']}.",
        errors=faults,
    )


def _fault(error: dict[str, Any]) -> dict[str, str]:
    where, *steps = [str(step) for step in error["loc"]] or [""]
    field = ".".join(steps)
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "this field is not known"
    elif error["type"] == "missing":
        message = "this field is required"
    return {
        "where": where,
        "field": field if len(field) <= _LONGEST else f"{field[:_LONGEST]}…",
        "message": message[:1].lower() + message[1:],
    }
