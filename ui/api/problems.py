"""What goes wrong, as RFC 9457 problem documents.

A kind is a short word with hyphens, part of the API: its `type` is
"urn:byline:problem:KIND". A detail is a sentence for a person; it never holds a
path of this machine, a traceback or what an exception said.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:byline:problem:"

TITLES = {
    "bad-request": "The request cannot be read",
    "invalid": "The request is not as documented",
    "unknown-field": "The request holds what is not documented",
    "question": "The question cannot be answered as put",
    "filters": "The filters let nothing through",
    "scope": "The scope cannot be used",
    "unauthorised": "Say who is asking",
    "token": "The token is not accepted",
    "foreign-origin": "This origin may not use this server",
    "unknown-site": "There is no such site",
    "forbidden": "That is not allowed",
    "not-found": "There is nothing here",
    "unknown-article": "The archive has no such article",
    "unknown-model": "There is no such model",
    "method": "This address does not take that method",
    "too-large": "That is too much to send at once",
    "too-many-sentences": "The text has too many sentences to check at once",
    "timeout": "The request did not arrive in time",
    "read-only": "The archive may only be read",
    "quota": "Too many requests",
    "busy": "The server is busy",
    "unavailable": "The archive cannot be used now",
    "internal": "Something went wrong here",
}

_OPENAI = ("/v1/chat", "/v1/models")  # OpenAI's clients look for an `error` here


class Problem(Exception):
    """Raised to reply with a problem document.

    `retry_after` is in seconds. `members` are further members of the document,
    plain JSON values.
    """

    def __init__(
        self,
        kind: str,
        status: int,
        detail: str,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        self.headers = dict(headers or {})
        self.members = members

    def document(self, *, request_id: str | None = None, path: str = "") -> dict[str, Any]:
        """The members of its document; those that are not known are left out.

        `path` is the path that was asked for, as the reader's browser names it
        without a proxy's prefix: under /v1/chat and /v1/models the document has an
        `error` member as well.
        """
        found: dict[str, Any] = {
            "type": f"{TYPE}{self.kind}",
            "title": TITLES.get(self.kind) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if request_id is not None:
            found["request_id"] = request_id
        if self.retry_after is not None:
            found["retry_after"] = math.ceil(self.retry_after)
        found.update(self.members)
        if path.startswith(_OPENAI):
            found.setdefault("error", _error(self.kind, self.status, self.detail))
        return found

    def response(self, *, request_id: str | None = None, path: str = "") -> Response:
        """The document as a reply."""
        members = self.document(request_id=request_id, path=path)
        # ASCII alone: whatever is told back of a request, it can be sent
        reply = Response(
            json.dumps(members), members["status"], media_type=MEDIA_TYPE, headers=self.headers
        )
        reply.headers["Cache-Control"] = "no-store"
        if "request_id" in members:
            reply.headers["X-Request-Id"] = members["request_id"]
        if "retry_after" in members:
            reply.headers["Retry-After"] = str(members["retry_after"])
        return reply


def problem(
    kind: str,
    status: int,
    detail: str,
    *,
    request_id: str | None = None,
    retry_after: float | None = None,
    path: str = "",
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A problem document as a reply, where nothing is raised: see `Problem`."""
    told = Problem(kind, status, detail, retry_after=retry_after, headers=headers, **members)
    return told.response(request_id=request_id, path=path)


def _error(kind: str, status: int, detail: str) -> dict[str, str | None]:
    """The same as OpenAI's clients read it."""
    named = {
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        429: "rate_limit_error",
    }
    kind_of = named.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"message": detail, "type": kind_of, "code": kind, "param": None}
