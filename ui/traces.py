"""What the log is told of an exception: types and places, and not a word of what it says.

That may hold a reader's question, or a line break that would forge a line.
"""

from __future__ import annotations

import traceback

_CAUSES = 5  # exceptions named of a chain of them
_PLACES = 12  # of a traceback's, the innermost: a server has dozens between it and its routes


def told(error: BaseException) -> str:
    """Its type and those of its causes, and below them where it was raised."""
    causes = list[str]()
    cause: BaseException | None = error
    while cause is not None and len(causes) < _CAUSES:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    places = "".join(traceback.format_tb(error.__traceback__, -_PLACES))
    return f"{' from '.join(causes)}\n{places}"
