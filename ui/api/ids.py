"""The id that names one request in its reply, its problem document and the log."""

from __future__ import annotations

import secrets

from starlette.types import Scope


def request_id(scope: Scope) -> str:
    """The id that the outermost layer gave, or a new one, kept for the layers further in."""
    state = scope.setdefault("state", {})
    known = state.get("request_id")
    if not isinstance(known, str):
        known = state["request_id"] = new_id()
    return known


def new_id() -> str:
    """An id that nobody guesses and that is safe in a header, a log and an address."""
    return secrets.token_hex(8)
