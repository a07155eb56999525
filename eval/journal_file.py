"""Lines in a file that outlive the run that adds them, however it ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class JournalFile:
    """Lines of earlier runs, and those that this one adds; use it as a context manager.

    A line that was half written when a run was killed is `torn`; it goes when the
    first line is added, and not before: until somebody has looked at `lines`, the
    file may be quite another. Raises OSError where it cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("a+b")
        self._stream.seek(0)
        whole = self._stream.read()
        self._sound = whole.rfind(b"\n") + 1
        self.lines = whole[: self._sound].splitlines()
        self.torn = whole[self._sound :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, lines: Iterable[str]) -> None:
        """Write them out, all of them or, when killed amid it, the first few."""
        if self.torn:
            self._stream.truncate(self._sound)
            self.torn = b""
        for line in lines:
            self._stream.write(line.encode() + b"\n")
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()
