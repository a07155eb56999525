"""What can go wrong between the server and the processes that answer."""

from __future__ import annotations

from index.errors import BylineError


class WorkerLost(BylineError):
    """The process that answered ended before it was done."""


class NobodyThere(BylineError):
    """No process is there to answer: those that were have ended, or none is warm yet."""

    def __init__(self) -> None:
        super().__init__("Nobody is there to answer just now. Please ask again in a moment.")


class WorkerFailed(Exception):
    """A process ran into an error that nobody foresaw; its log has the details."""
