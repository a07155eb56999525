"""What is measured in a process of its own: called, waited for, and what goes wrong in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval.bench.process import called, finished
from eval.processes import WorkerLost


def test_a_function_is_called_in_another_process() -> None:
    assert called("posixpath", "join", "a", "b", timeout=60) == "a/b"
    assert called("operator", "add", 2, 3, timeout=60) == 5


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (("json", "loads"), ("{",), r"measured json\.loads ended with status 1: .*JSONDecodeError"),
        (("os", "_exit"), (7,), r"measured os\._exit ended with status 7: $"),
        (("os", "abort"), (), r"measured os\.abort was ended by the signal SIGABRT"),
        (("nowhere", "at_all"), (), "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_process_that_fails_is_told_by_how_it_ended(
    function: tuple[str, str], arguments: tuple[str | int, ...], expected: str
) -> None:
    with pytest.raises(WorkerLost, match=expected):
        called(*function, *arguments, timeout=60)


def test_one_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(WorkerLost, match=r"time\.sleep.*had not finished after 0\.2 seconds"):
        called("time", "sleep", 600, timeout=0.2)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkerLost, match=r"python9 cannot be run: No such file"):
        finished([str(tmp_path / "python9")], 60)


def test_variables_are_this_process_s_unless_others_are_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MARKED", "yes")
    command = [sys.executable, "-c", "import os; print(os.environ.get('MARKED'))"]
    assert finished(command, 60).said == "yes\n"
    assert finished(command, 60, {}).said == "None\n"
