"""Why one URL could not be fetched, in a form that becomes a `Skip` unchanged.

FetchFailed            everything a `Fetcher` raises; `reason` says which kind
├── Interrupted        the server is busy or the connection broke: worth a retry
└── AddressRefused     also a `ForbiddenAddress`: it is not on the public internet
"""

from __future__ import annotations

from index.errors import FetchError, ForbiddenAddress
from index.types import SkipReason


class FetchFailed(FetchError):
    """A URL could not be fetched. `status` is the HTTP status, if there was one."""

    def __init__(self, reason: SkipReason, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


class Interrupted(FetchFailed):
    """It may work later. `wait` is what the server asked for, in seconds."""

    def __init__(
        self,
        reason: SkipReason,
        message: str,
        *,
        status: int | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(reason, message, status=status)
        self.wait = wait


class AddressRefused(FetchFailed, ForbiddenAddress):
    """The URL leads to an address, or uses a scheme, that may not be fetched."""

    def __init__(self, message: str) -> None:
        super().__init__(SkipReason.FORBIDDEN, message)
