"""How far a long command has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ui.cli.console import err

_EVERY = 30.0  # seconds between lines where there is no terminal


class _Done(ProgressColumn):
    """1,204 of 19,043, or just how many where the whole is not known."""

    def render(self, task: Task) -> Text:
        return Text(_done(int(task.completed), task.total))


class Bar:
    """One line for each step of a command, on stderr. Use it as a context manager."""

    def __init__(self, every: float = _EVERY) -> None:
        self._every = every
        self._said = time.monotonic()
        self._tasks: dict[str, TaskID] = {}
        self._live = (
            Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=30),
                _Done(),
                TextColumn("{task.fields[note]}", markup=False),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=err,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            if err.is_terminal
            else None
        )

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def step(self, name: str, done: int, total: int | None, note: str = "") -> None:
        """Say that of `total` (None: unknown) of a step so many are done."""
        total = None if total is None else max(total, done)  # it may have been an estimate
        if self._live is None:
            self._line(name, done, total, note)
        elif name not in self._tasks:
            self._tasks[name] = self._live.add_task(name, completed=done, total=total, note=note)
        else:
            self._live.update(self._tasks[name], completed=done, total=total, note=note)

    def _line(self, name: str, done: int, total: int | None, note: str) -> None:
        now = time.monotonic()
        if now - self._said >= self._every:
            self._said = now
            separator = " · " if note else ""
            err.print(f"{name}: {_done(done, total)}{separator}{note}", soft_wrap=True)


def _done(done: int, total: float | None) -> str:
    return f"{done:,}" if total is None else f"{done:,} of {int(total):,}"
