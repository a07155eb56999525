"""What can go wrong between machines."""

from __future__ import annotations

from index.errors import BylineError


class ClusterError(BylineError):
    """A Ray cluster cannot be reached, or cannot do what is asked of it."""


def said(error: BaseException) -> str:
    """The end of what Ray says, which is the cause: before it stands how it got there."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
