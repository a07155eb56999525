"""What an interrupted run of cases has answered already, so that it goes on where it stopped.

JSON Lines of a key and what was found. A line that was half written when the
run was killed, or that this version does not understand, is passed over: that
case is asked again.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter, ValidationError

from eval.answers import Done

_DONE = TypeAdapter(Done)


class AnswerJournal:
    """Cases kept in a file as they are answered. Safe for threads; use it as a context manager.

    Raises OSError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._kept: dict[str, Done] = {}
        self._writing = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = path.open("a+b")
        self._stream.seek(0)
        whole = self._stream.read()
        for line in whole.split(b"\n"):
            self._read(line)
        if whole and not whole.endswith(b"\n"):  # killed amid a line: the next begins its own
            self._stream.write(b"\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    def get(self, key: str) -> Done | None:
        return self._kept.get(key)

    def put(self, key: str, done: Done) -> None:
        line = json.dumps({"key": key, "done": _DONE.dump_python(done, mode="json")})
        with self._writing:
            self._stream.write(line.encode() + b"\n")
            self._stream.flush()

    def _read(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            self._kept[value["key"]] = _DONE.validate_json(json.dumps(value["done"]))
        except (ValueError, TypeError, KeyError, RecursionError, ValidationError):
            return
