"""Real Milvus servers for tests: processes of their own, reached over loopback.

Milvus Lite starts in a second. The standalone server of the wheel `milvus` (2.3.5) takes
fifteen, a quarter of a gigabyte of memory, and a dozen fixed ports on every interface; so
it runs in a network of its own, into which one socket of this process leads.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIVEN = "BYLINE_TEST_MILVUS"  # names a server that runs already, to be used for the standalone one
_STANDALONE = Path(__file__).with_name("milvus_standalone.py")
_LONGEST = 120.0  # seconds; a start takes 2 to 20
_APART = "unshare --user --map-root-user --net --pid --fork --kill-child".split()


class Lite:
    """A Milvus Lite server with its own port and folder, that can be killed and begun again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["server", "--data-dir", str(self.folder), "--host", "127.0.0.1"]
        command += ["--port", str(self.port)]
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self.folder.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "milvus_lite", *command], stdout=log, stderr=log
            )
        deadline = time.monotonic() + _LONGEST
        while True:
            assert self._process.poll() is None, "it did not start"
            assert time.monotonic() < deadline, "it does not answer"
            try:
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return
            except OSError:
                time.sleep(0.02)

    def kill(self) -> None:
        """At once, as SIGKILL does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def lite(folder: Path) -> Iterator[Lite]:
    server = Lite(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def why_no_standalone() -> str | None:
    """Why the standalone server cannot be started here; None where it can."""
    if importlib.util.find_spec("milvus") is None:
        return f"the wheel milvus is not installed, and {GIVEN} names no server"
    try:
        if subprocess.run([*_APART, "true"], capture_output=True).returncode == 0:
            return None
    except OSError:
        pass
    return f"no network of its own to be had, and {GIVEN} names no server"


@contextmanager
def standalone(folder: Path) -> Iterator[str]:
    """The address of the wheel's server, once it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        command = [sys.executable, str(_STANDALONE), str(folder), str(door.fileno())]
        process = subprocess.Popen(
            [*_APART, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[door.fileno()],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", f"see {folder}/logs"
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            process.kill()
            process.communicate()
            shutil.rmtree(folder, ignore_errors=True)  # half a gigabyte
