"""What an interrupted run of cases has answered already, so that it goes on where it stopped.

JSON Lines of a key and what was found. A line that was half written when the
run was killed, or that this version does not understand, is passed over: that
case is asked again.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eval.answers import Done
from eval.journal_file import JournalFile

_DONE = TypeAdapter(Done)


class AnswerJournal(JournalFile):
    """Cases kept in a file as they are answered. Safe for threads; use it as a context manager.

    Raises OSError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._kept: dict[str, Done] = {}
        self._writing = threading.Lock()
        for line in self.lines:
            self._read(line)

    def get(self, key: str) -> Done | None:
        return self._kept.get(key)

    def put(self, key: str, done: Done) -> None:
        line = json.dumps({"key": key, "done": _DONE.dump_python(done, mode="json")})
        with self._writing:
            self.append([line])

    def _read(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            self._kept[value["key"]] = _DONE.validate_json(json.dumps(value["done"]))
        except (ValueError, TypeError, KeyError, RecursionError, ValidationError):
            return
