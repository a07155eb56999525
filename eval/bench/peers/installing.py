"""A virtual environment for each peer, made with pip once and used again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from eval.bench.peers.process import environment, finished
from eval.bench.peers.types import Contestant, PeerFailed
from eval.bench.process import last_line

_TIMEOUT = 1800.0  # seconds for one step of pip: some environments have gigabytes
_NEWEST_MINOR = 14  # of Python 3, looked for by name
_MARK = "installed.json"

_IS = "import sys; print(*sys.version_info[:2])"
_VERSION = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"


def default_work() -> Path:
    """Where environments are kept: under the platform's folder for caches."""
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        caches = str(Path.home() / "Library" / "Caches")
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(caches) / "byline" / "peers"


def interpreter(contestant: Contestant, work: Path) -> Path:
    """The Python of a peer's environment, which is made where it is not there yet.

    Raises PeerFailed where no fitting Python is found or pip fails.
    """
    folder = work / contestant.environment
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = {"requirements": list(contestant.requirements)}
    with suppress(OSError, ValueError):
        if json.loads((folder / _MARK).read_text(encoding="utf-8")) == wanted and python.exists():
            return python
    base = fitting(contestant.python, pythons())
    if base is None:
        least = ".".join(map(str, contestant.python))
        raise PeerFailed(f"it needs Python {least} or newer, and none was found on the PATH")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run([str(base), "-m", "venv", "--clear", str(folder)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--upgrade", "pip"])
    _run([str(python), "-m", "pip", "install", "--quiet", *contestant.requirements])
    (folder / _MARK).write_text(json.dumps(wanted), encoding="utf-8")
    return python


def version(python: Path, package: str) -> str:
    """Which version of a package an environment holds. Raises PeerFailed where it is not there."""
    return _run([str(python), "-c", _VERSION, package])


def pythons() -> list[Path]:
    """The interpreters to choose from: this one, those on the PATH, and pyenv's."""
    names = [f"python3.{minor}" for minor in range(11, _NEWEST_MINOR + 1)]
    found = [Path(sys.executable)]
    found += [Path(path) for name in names if (path := shutil.which(name))]
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    with suppress(OSError):
        found += sorted(root.glob("versions/*/bin/python3"))
    return found


def fitting(least: tuple[int, int], candidates: Iterable[Path]) -> Path | None:
    """The first that runs and is new enough."""
    for python in candidates:
        with suppress(OSError, ValueError, subprocess.SubprocessError):
            told = subprocess.run(  # noqa: S603 - interpreters of this machine
                [str(python), "-c", _IS], capture_output=True, text=True, timeout=60, check=True
            ).stdout.split()
            if (int(told[0]), int(told[1])) >= least:
                return python
    return None


def _run(command: list[str]) -> str:
    """The last line that it printed. Raises PeerFailed."""
    ended = finished(command, _TIMEOUT, environment(with_byline=False))
    if ended.status:
        raise PeerFailed(f"it cannot be installed: {ended.complaint or ended.why}")
    return last_line(ended.said)
