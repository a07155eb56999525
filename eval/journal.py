"""What an interrupted run has judged already, so that it goes on where it stopped.

JSON Lines: a header that names verifier and input, then a line for each row
judged. A line that was half written when the run was killed is dropped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.journal_file import JournalFile
from eval.report.model import ClaimResult
from eval.rows import Row
from index.errors import BylineError
from rag.verdict import Check, Failure, Ground, State, Verdict

_SCHEMA = "byline.journal/1"
_FIELDS = ("schema", "verifier", "input")  # of the header


class JournalError(BylineError):
    """A journal is of another run, or is no journal at all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a verifier made of a row. `state`, `score` and `note` are as in a CaseResult."""

    claims: tuple[ClaimResult, ...]
    state: str
    score: float | None
    note: str = ""


class Journal(JournalFile):
    """The judgements of a run, kept in a file as they are made. A context manager."""

    def __init__(self, path: Path, verifier: str, sha256: str) -> None:
        """Open the journal of this verifier and input, or begin one.

        Raises JournalError where it is of others, and OSError.
        """
        super().__init__(path)
        self._path = path
        self._verifier = verifier
        self._header = dict(zip(_FIELDS, (_SCHEMA, verifier, sha256), strict=True))
        self._kept: dict[str, Any] = {}
        try:
            self._read()
        except BaseException:
            self.close()
            raise

    def judged(self, row: Row) -> Judgement | None:
        """What was made of a row before; None where it is still to be judged."""
        kept = self._kept.get(self._key(row))
        return None if kept is None else _judgement(row, kept)

    def add(self, judged: Iterable[tuple[Row, Judgement]]) -> None:
        """Keep what was made of some rows, all of it or, when killed amid it, the first few."""
        self.append(
            json.dumps({"row": self._key(row), **_plain(judgement)}, allow_nan=False)
            for row, judgement in judged
        )

    def _key(self, row: Row) -> str:
        """Names a row's contents and its verifier: another answer, or other rules, is another."""
        told = json.dumps([self._verifier, asdict(row)], default=str, ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def _read(self) -> None:
        if not self.lines:
            header = json.dumps(self._header)
            if not header.encode().startswith(self.torn):
                self._check(None)
            self.append([header])
            return
        self._check(_parsed(self.lines[0]))
        for line in self.lines[1:]:
            value = _parsed(line)
            if isinstance(value, dict) and isinstance(value.get("row"), str):
                self._kept[value["row"]] = value

    def _check(self, found: Any) -> None:
        if not isinstance(found, dict) or found.get("schema") != _SCHEMA:
            raise JournalError(
                f"{self._path} is no journal of a run: expected its first line to name "
                f"{_SCHEMA}; name another file"
            )
        for field, about in (("verifier", "verifier"), ("input", "file of rows (SHA-256)")):
            if found.get(field) != self._header[field]:
                raise JournalError(
                    f"{self._path} was begun with another {about}: expected "
                    f"{self._header[field]}, found {found.get(field)}; remove it to begin anew, "
                    "or name another"
                )


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _plain(judgement: Judgement) -> dict[str, Any]:
    """Offsets in place of texts: the row has those."""
    return {
        "state": judgement.state,
        "score": judgement.score,
        "note": judgement.note,
        "claims": [
            [
                claim.start,
                claim.end,
                claim.verdict.state.value,
                claim.verdict.score,
                [[g.context, g.start, g.end, g.weight] for g in claim.verdict.grounds],
                [
                    [f.check.value, f.words, f.start, f.end, f.found, f.opposed]
                    for f in claim.verdict.failures
                ],
            ]
            for claim in judgement.claims
        ],
    }


def _judgement(row: Row, kept: Any) -> Judgement | None:
    """None where what was kept is not what this version writes: it is judged again."""
    try:
        claims = tuple(_claim(row, *each) for each in kept["claims"])
        return Judgement(claims, kept["state"], kept["score"], kept["note"])
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _claim(
    row: Row, start: int, end: int, state: str, score: float, grounds: Any, failures: Any
) -> ClaimResult:
    evidence = tuple(
        Ground(context, first, last, row.contexts[context].text[first:last], weight)
        for context, first, last, weight in grounds
    )
    failed = tuple(Failure(Check(check), *rest) for check, *rest in failures)
    return ClaimResult(
        row.answer[start:end], start, end, Verdict(State(state), score, evidence, failed)
    )
