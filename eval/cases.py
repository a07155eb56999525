"""Cases: questions over an archive, each with what its answer must and must not hold.

Their format stands in eval/cases/README.md. A case is asked as a reader would
ask it: the questions before it first, each with its own answer as history.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.asking import Desk, Progress, converse
from eval.corpus import read_rows
from eval.expect import Expect
from eval.faults import faults
from index.errors import BylineError, SourceError
from rag.types import Answer


class Case(BaseModel):
    """One line of a file of cases."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    today: date | None = None
    history: list[str] = []
    note: str = ""
    before_code: bool
    expect: Expect


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that failed: each expectation that did not hold, with what was found."""

    case: Case
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the cases of one file went; `early` counts those written before the code."""

    name: str
    passed: int
    cases: int
    early_passed: int
    early: int
    failures: tuple[Failure, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file. Raises SourceError, naming file and line, for one that is malformed."""
    cases: list[Case] = []
    seen: set[str] = set()
    for number, row in read_rows(path):
        try:
            case = Case.model_validate_json(json.dumps(row))
        except ValidationError as error:
            raise SourceError(f"{path}:{number}: {_first(error)}") from error
        if case.id in seen:
            raise SourceError(f"{path}:{number}: there are two cases with the id {case.id!r}")
        if not case.expect.model_fields_set:
            raise SourceError(f"{path}:{number}: expect is empty: every answer would do")
        seen.add(case.id)
        cases.append(case)
    if not cases:
        raise SourceError(f"{path}: there are no cases in it")
    return cases


def case_files(folder: Path) -> list[Path]:
    """The files of cases in a folder, in order of name."""
    return sorted(folder.glob("*.jsonl"))


def run(files: Sequence[Path], desk: Desk, progress: Progress | None = None) -> list[Outcome]:
    """Ask every case of each file. All files are read before the first question."""
    read = [(path.stem, read_cases(path)) for path in files]
    total, done = sum(len(cases) for _, cases in read), 0
    outcomes = []
    for name, cases in read:
        failures = []
        for case in cases:
            found = tried(case, desk)
            if found:
                failures.append(Failure(case, found))
            done += 1
            if progress is not None:
                progress("cases", done, total)
        early = [case for case in cases if case.before_code]
        early_failed = sum(failure.case.before_code for failure in failures)
        outcomes.append(
            Outcome(
                name=name,
                passed=len(cases) - len(failures),
                cases=len(cases),
                early_passed=len(early) - early_failed,
                early=len(early),
                failures=tuple(failures),
            )
        )
    return outcomes


def tried(case: Case, desk: Desk) -> tuple[str, ...]:
    """What does not hold of a case. A question that raises fails its case and not the run."""
    assistant = desk.on(case.today)
    ask: Callable[[str], Answer] = assistant.ask
    try:
        answer = converse(assistant, [*case.history, case.question])[-1]
        return tuple(faults(case.expect, answer, ask))
    except BylineError as error:
        return (f"{type(error).__name__}: {error}",)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, with the name of its field."""
    wrong = error.errors()[0]
    field = ".".join(str(part) for part in wrong["loc"])
    if wrong["type"] == "extra_forbidden":
        return f"unknown field {field}"
    if wrong["type"] == "missing":
        return f"the field {field} is missing"
    return f"{field}: {wrong['msg']}"
