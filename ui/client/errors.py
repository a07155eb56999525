"""What the client raises.

ClientError
├── Unreachable    there was no reply, or none that could be read
├── BadRequest     the question, a filter or a field cannot be used (400, 411, 413, 422)
├── TooSlow        the request did not arrive in time (408)
├── ReadOnly       the archive may only be read, so nothing was kept (409)
├── NotAllowed     the key, the token or the origin is not accepted (401, 403)
├── NotFound       there is no such article or address (404, 405)
├── QuotaReached   too many requests: come back after `retry_after` (429)
├── Busy           the server has more to answer than it can: likewise (503)
└── ServerFailed   it failed in another way
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class ClientError(Exception):
    """The root, made of a problem document (RFC 9457).

    `kind` is the end of its type, "urn:byline:problem:KIND". `retry_after` is in
    seconds, None where the server does not say. `problem` is the whole document.
    """

    def __init__(
        self,
        detail: str,
        *,
        kind: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.kind = kind
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.problem = dict(problem or {})

    @classmethod
    def of(cls, problem: Mapping[str, Any], status: int, retry_after: float | None) -> Self:
        """The error that a problem document tells of."""
        said = problem.get("retry_after")
        later = float(said) if isinstance(said, int | float) else retry_after
        named = problem.get("request_id")
        return cls(
            str(problem.get("detail") or problem.get("title") or f"HTTP status {status}"),
            kind=str(problem.get("type", "")).removeprefix("urn:byline:problem:"),
            status=status,
            request_id=named if isinstance(named, str) else None,
            retry_after=later,
            problem=problem,
        )


class Unreachable(ClientError):
    """There was no reply, or none that could be read."""


class BadRequest(ClientError):
    """The question, a filter or a field cannot be used."""


class TooSlow(ClientError):
    """The request did not arrive in time."""


class ReadOnly(ClientError):
    """The archive may only be read, so nothing was kept."""


class NotAllowed(ClientError):
    """The key, the token or the origin is not accepted."""


class NotFound(ClientError):
    """There is no such article or address."""


class QuotaReached(ClientError):
    """Too many requests."""


class Busy(ClientError):
    """The server has more to answer than it can."""


class ServerFailed(ClientError):
    """It failed, and says so."""


_BY_STATUS: Mapping[int, type[ClientError]] = {
    400: BadRequest,
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    405: NotFound,
    408: TooSlow,
    409: ReadOnly,
    411: BadRequest,
    413: BadRequest,
    422: BadRequest,
    429: QuotaReached,
    503: Busy,
}


def error_of(
    problem: Mapping[str, Any], status: int, retry_after: float | None = None
) -> ClientError:
    """The error of that status. A status nobody foresaw is the server's failure."""
    return _BY_STATUS.get(status, ServerFailed).of(problem, status, retry_after)
