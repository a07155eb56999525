"""A Ray cluster of the tests' own: a head without cores, and nodes that can be killed.

Real processes on loopback, as `ray start` makes them on machines of their own.
"""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from index.cluster.connection import connected
from index.embed import Vectors
from index.errors import ModelError
from tests.fake_embedder import FakeEmbedder

ROOT = Path(__file__).parent.parent
_STORE = 80_000_000
_QUICK = {  # a lost node is noticed within a second or two
    "health_check_initial_delay_ms": 1000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 10_000,
    "health_check_failure_threshold": 3,
}


class HeldEmbedder(FakeEmbedder):
    """The first of those in `folder` that is asked a second time leaves its process's number
    there as `held`, and waits to be killed. Texts are cut small, so that a lot is some of its
    batches."""

    def __init__(self, folder: Path) -> None:
        super().__init__(max_tokens=48)
        self._folder = folder
        self._asked = 0

    def embed_passages(self, texts: Any, progress: Any = None) -> Vectors:
        self._asked += 1
        if self._asked == 2:
            with suppress(FileExistsError):
                (self._folder / "claimed").touch(exist_ok=False)
                (self._folder / "claim").write_text(str(os.getpid()))
                (self._folder / "claim").rename(self._folder / "held")
                while True:
                    time.sleep(1)
        return super().embed_passages(texts, progress)


class BrokenEmbedder(FakeEmbedder):
    """Fails on every node, and not where it is only asked who it is."""

    def embed_passages(self, texts: Any, progress: Any = None) -> Vectors:
        raise ModelError("the model is broken")


class Nodes:
    """A head, and two nodes of one core each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster()
        common: dict[str, Any] = {"object_store_memory": _STORE, "include_dashboard": False}
        self._cluster.add_node(num_cpus=0, _system_config=_QUICK, **common)
        self.nodes = [self._cluster.add_node(num_cpus=1, **common) for _ in range(2)]
        self.address = str(self._cluster.address)

    def kill_node_of(self, process: int) -> None:
        """Its machine is gone: the node and all that runs on it."""
        [node] = [node for node in self.nodes if _raylet(node) in _ancestors(process)]
        self.nodes.remove(node)
        below = [pid for pid in _processes() if _raylet(node) in _ancestors(pid)]
        for pid in [_raylet(node), *below]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def published(self) -> str:
        """All that the cluster tells whoever asks, and its logs."""
        known = self._cluster.global_state
        logs = Path(self._cluster.head_node.get_logs_dir_path())
        written = [file.read_text(errors="replace") for file in logs.rglob("*") if file.is_file()]
        return "\n".join(
            [str(known.job_table()), str(known.actor_table(None, None, None)), *written]
        )

    def stop(self) -> None:
        self._cluster.shutdown()


def listening(process: int) -> set[str]:
    """The addresses that a process and those below it listen on, as the kernel writes them."""
    family = [process, *(pid for pid in _processes() if process in _ancestors(pid))]
    sockets = set[str]()
    for pid in family:
        with suppress(OSError):
            for handle in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    sockets.add(str(handle.readlink()))
    found = set[str]()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(fields[1].partition(":")[0])
    return found


def _raylet(node: Any) -> int:
    return int(node.all_processes["raylet"][0].process.pid)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _ancestors(process: int) -> list[int]:
    found = list[int]()
    while process > 1:
        try:
            status = Path(f"/proc/{process}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            break
        process = int(status.rpartition(")")[2].split()[1])
        found.append(process)
    return found


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    """A cluster for the tests of a module, whose nodes find this very Byline."""
    # its sockets lie there too, whose names have to be short
    with (
        pytest.MonkeyPatch.context() as patched,
        tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder,
    ):
        patched.setenv("RAY_TMPDIR", folder)
        patched.setenv("PYTHONPATH", str(ROOT))
        patched.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patched.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patched.setenv("RAY_BACKEND_LOG_LEVEL", "fatal")
        # or Ray listens everywhere
        patched.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        from ray._private import ray_constants

        patched.setattr(ray_constants, "ENABLE_RAY_CLUSTER", False)
        made = Nodes()
        try:
            with connected(made.address):  # once for all tests: each run would start processes anew
                yield made
        finally:
            made.stop()
