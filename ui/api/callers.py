"""Who asks, as the layers before the API found out."""

from __future__ import annotations

from starlette.requests import Request

from ui.api.ids import request_id
from ui.sites.types import Caller

_NOBODY = Caller(visitor="")


def caller_of(request: Request) -> Caller:
    """The caller; where no gate stands before the API, one without a site."""
    caller = getattr(request.state, "caller", None)
    return caller if isinstance(caller, Caller) else _NOBODY


def id_of(request: Request) -> str:
    return request_id(request.scope)
