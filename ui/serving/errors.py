"""What can go wrong between the server and the processes that answer."""

from __future__ import annotations

from index.errors import BylineError


class WorkerLost(BylineError):
    """The process that answered ended before it was done."""


class WorkerFailed(Exception):
    """A process ran into an error that nobody foresaw; its log has the details."""
