"""How much memory a process takes, together with those that it started."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY = 1.0  # seconds between two looks
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes resident, summed over all processes (what they share is counted in each).

    `early` and `late` are the means of the first and the last quarter of the
    time: what grows without bound is told from what was merely taken up.
    """

    start: int
    peak: int
    early: int
    late: int
    processes: int

    @classmethod
    def watch(cls, pid: int | None) -> Watch:
        return Watch(pid)


class Watch:
    """Looks every second, until it is stopped. Needs /proc."""

    def __init__(self, pid: int | None) -> None:
        self._pid = pid
        self._seen: list[int] = []
        self._task = asyncio.ensure_future(self._look()) if pid and _PROC.is_dir() else None

    async def stop(self) -> Memory | None:
        if self._task is None or self._pid is None:
            return None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        seen = self._seen
        if not seen:
            return None
        quarter = max(1, len(seen) // 4)
        return Memory(
            start=seen[0],
            peak=max(seen),
            early=sum(seen[:quarter]) // quarter,
            late=sum(seen[-quarter:]) // quarter,
            processes=len(family(self._pid)),
        )

    async def _look(self) -> None:
        assert self._pid is not None
        while True:
            self._seen.append(sum(resident(each) for each in family(self._pid)))
            await asyncio.sleep(_EVERY)


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for each in found:
        for task in _PROC.glob(f"{each}/task/*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def resident(pid: int) -> int:
    """Bytes in memory; 0 for a process that has ended."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
