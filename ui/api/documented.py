"""What every route's OpenAPI says of its failures."""

from __future__ import annotations

from typing import Any

from ui.api.problems import MEDIA_TYPE
from ui.api.replies import (
    AskReplyJson,
    ProblemJson,
    SourcesJson,
    ToldJson,
    UnderstoodJson,
    WaitingJson,
)
from ui.api.shapes import shape

_WHY = {
    400: "The body is not JSON, or cannot be read, or more than one site is named.",
    401: "This server answers only sites that it knows, or this site's visitors need a token.",
    403: "The page's origin may not use this site's key, or the site may not do that.",
    404: "There is nothing here that the site lets through.",
    408: "The body did not arrive in time.",
    409: "The archive may only be read.",
    411: "The request does not say how long its body is: a chunked body is not taken.",
    413: "The body is too large.",
    422: "The question, the filters or a field cannot be used; `errors` says which.",
    429: "Too many requests of this visitor or this site; `Retry-After` says when to come back.",
    500: "Something went wrong on the server.",
    503: "As many questions as can be answered wait already, or the archive cannot be used just "
    "now; `Retry-After` says when to come back.",
}
_READING = (400, 401, 403, 422, 429, 500, 503)
_SENDING = (408, 411, 413)  # what can be wrong only with a body


def failures(*further: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """The problems a route may reply with, for its `responses`."""
    statuses = sorted({*_READING, *further, *(_SENDING if body else ())})
    return {
        status: {"description": _WHY[status], "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
        for status in statuses
    }


def _ref(shaped: Any) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shaped.__name__}"}


def _event(name: str, shaped: Any) -> dict[str, Any]:
    data = {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": _ref(shaped),
    }
    return {
        "type": "object",
        "properties": {"event": {"const": name}, "data": data},
        "required": ["event", "data"],
    }


_NAMED = {
    "waiting": shape(WaitingJson),
    "understood": shape(UnderstoodJson),
    "sources": shape(SourcesJson),
    "sentence": shape(ToldJson),
    "done": shape(AskReplyJson),
    "error": shape(ProblemJson),
}
SHAPES = tuple(_NAMED.values())  # what is documented besides the replies of the routes
_PROBLEM = _ref(shape(ProblemJson))

# Each event of a stream (OpenAPI 3.2's `itemSchema`): its name, and its data as JSON text.
EVENTS: dict[str, Any] = {"oneOf": [_event(*named) for named in _NAMED.items()]}
ANY_EVENT: dict[str, Any] = {
    "type": "object",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
