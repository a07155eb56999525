"""A task begun beside another gives what it would have given alone."""

from __future__ import annotations

import threading

import pytest

from index import beside
from index.beside import begun


def test_the_result_and_the_error_are_the_task_s() -> None:
    assert begun(lambda: 7)() == 7
    with pytest.raises(ZeroDivisionError):
        begun(lambda: 1 // 0)()


def test_it_runs_while_its_caller_does_something_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "workers", lambda: 2)
    there = threading.Event()
    begun(there.set)
    assert there.wait(60)


def test_with_one_core_it_runs_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "workers", lambda: 1)
    done: list[int] = []
    result = begun(lambda: done.append(threading.get_ident()))
    assert done == []
    result()
    assert done == [threading.get_ident()]


def test_nobody_waits_for_threads_that_are_all_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "workers", lambda: 2)
    free = threading.Event()
    busy = [begun(free.wait) for _ in range(100)]
    assert begun(threading.get_ident)() == threading.get_ident()
    free.set()
    assert all(each() for each in busy)
