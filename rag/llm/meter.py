"""What requests took in tokens, counted as their text is read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from rag.llm.types import NO_USAGE, UNTOLD, Usage


class Meter:
    """Adds up the usage of the streams that are read through it."""

    def __init__(self, spent: Usage = NO_USAGE) -> None:
        self.usage = spent

    def text(self, stream: Generator[str | Usage]) -> Generator[str]:
        """The text of a stream, its usage counted; it is closed whatever happens."""
        came, usage = False, None
        with closing(stream):
            try:
                for part in stream:
                    if isinstance(part, Usage):
                        usage = part
                    else:
                        came = True
                        yield part
            finally:
                if came or usage is not None:
                    self.usage += usage or UNTOLD
