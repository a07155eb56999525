"""What crosses the pipe between the server and a process that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """Do `method` of the desk. One that `streams` is answered piece by piece."""

    number: int
    method: str
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    streams: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Nobody waits for that call any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The desk is open and warm."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One of several results of a call."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Done:
    """A call has ended; `value` is its result, where it did not stream."""

    number: int
    value: Any = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A call has raised, or the desk cannot be opened (`number` is -1)."""

    number: int
    error: Exception
