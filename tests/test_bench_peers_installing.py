"""An environment for each peer: which Python it is made with, and that it is made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from eval.bench.peers import installing
from eval.bench.peers.contestants import CONTESTANTS
from eval.bench.peers.types import PeerFailed
from eval.bench.process import Ended


def test_a_python_that_is_too_old_or_broken_is_passed_over(tmp_path: Path) -> None:
    broken = tmp_path / "python3.99"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    candidates = [tmp_path / "nothing", broken, Path(sys.executable)]
    assert installing.fitting((3, 11), candidates) == Path(sys.executable)
    assert installing.fitting((9, 0), candidates) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the folder for caches is another there")
def test_environments_are_kept_with_the_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert installing.default_work() == Path("/caches/byline/peers")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/reader")
    assert installing.default_work() == Path("/home/reader/.cache/byline/peers")


def test_without_a_fitting_python_the_peer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    haiku = next(each for each in CONTESTANTS if each.name == "haiku.rag")
    monkeypatch.setattr(installing, "pythons", lambda: [])
    with pytest.raises(PeerFailed, match=r"it needs Python 3\.12 or newer, and none was found"):
        installing.interpreter(haiku, tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def pretend(command: list[str], *_: object) -> Ended:
        steps.append(" ".join(command[1:]))
        if command[1:3] == ["-m", "venv"]:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()
        return Ended(0, "", "")

    monkeypatch.setattr(installing, "finished", pretend)
    python = installing.interpreter(CONTESTANTS[1], tmp_path)
    assert steps == [
        f"-m venv --clear {tmp_path / 'txtai'}",
        "-m pip install --quiet --upgrade pip",
        "-m pip install --quiet torch==2.13.0 txtai chonkie nltk",
    ]
    assert installing.interpreter(CONTESTANTS[1], tmp_path) == python
    assert len(steps) == 3


def test_an_environment_half_made_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(command: list[str], *_: object) -> Ended:
        status = int("txtai" in command)
        return Ended(status, "", "ERROR: no such package\n" * status)

    (tmp_path / "txtai").mkdir()
    monkeypatch.setattr(installing, "finished", fail)
    for _ in range(2):
        with pytest.raises(PeerFailed, match="it cannot be installed: ERROR: no such package"):
            installing.interpreter(CONTESTANTS[1], tmp_path)
