"""What is made once for all processes that run tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Makes what all processes that run tests share: `once(name, make)` is the path of it.

    The first that wants it calls `make` with the path to write; the others wait.
    What goes wrong is told in the first, and tried again by the next.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def path_of(name: str, make: Callable[[Path], None]) -> Path:
        made = shared / f"once-{name}"
        with FileLock(shared / f"once-{name}.lock"):
            if not made.exists():
                making = tmp_path_factory.mktemp(name) / "making"
                make(making)
                making.rename(made)
        return made

    return path_of
