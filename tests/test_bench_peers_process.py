"""A contestant's process: what it is given, what it may say, and what happens if it does not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from eval.bench.peers.collection import read
from eval.bench.peers.contestants import CONTESTANTS
from eval.bench.peers.process import DRIVERS, environment, measured
from eval.bench.peers.process import read as read_figures
from eval.bench.peers.types import PeerFailed, Run

GOOD = """
class Contestant:
    on_disk = False

    def __init__(self, model, folder, depth):
        print("a progress bar")
        self.depth = depth

    def index(self, articles):
        self.ids = [each["id"] for each in articles]
        return 2 * len(articles)

    def search(self, question):
        print("searching for", question)
        return (self.ids + self.ids)[: self.depth]
"""


def try_driver(folder: Path, text: str, timeout: float = 60.0) -> Run:
    """Two articles and one question, put to a driver with that text."""
    drivers = folder / "drivers"
    drivers.mkdir()
    shutil.copy(DRIVERS / "measure.py", drivers)
    (drivers / "with_fake.py").write_text(text, encoding="utf-8")
    return measured(
        sys.executable, "with_fake:Contestant", task(folder), 1, timeout=timeout, drivers=drivers
    )


def task(folder: Path) -> Path:
    articles = [{"id": n, "title": n, "body": "x", "source": "", "date": ""} for n in "ab"]
    (folder / "articles").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    (folder / "questions").write_text(json.dumps({"question": "Who?"}), encoding="utf-8")
    given = {"model": "m", "folder": str(folder), "depth": 4, "ranked": 10}
    given |= {name: str(folder / name) for name in ("articles", "questions")}
    made = folder / "task.json"
    made.write_text(json.dumps(given), encoding="utf-8")
    return made


def test_figures_come_back_whatever_else_is_printed(tmp_path: Path) -> None:
    run = try_driver(tmp_path, GOOD)
    assert run.passages == 4
    assert run.ranked == (("a", "b"),)  # an article counts once, where its best passage stands
    assert len(run.latencies_ms) == len(run.busy_ms) == 1
    assert run.peak_bytes > 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="the system tells no more there")
def test_memory_is_that_of_the_contestant_and_not_of_what_started_it(tmp_path: Path) -> None:
    own = b"x" * 100_000_000
    assert try_driver(tmp_path, GOOD).peak_bytes < len(own) / 2


def test_a_driver_that_raises_is_quoted(tmp_path: Path) -> None:
    broken = GOOD.replace("return 2 * len(articles)", "raise MemoryError('no room')")
    with pytest.raises(PeerFailed, match="ended with status 1: MemoryError: no room"):
        try_driver(tmp_path, broken)


ON_DISK = """
import os

class Contestant:
    on_disk = True

    def __init__(self, model, folder, depth):
        self.file = os.path.join(folder, "index")
        self.began = not os.path.exists(self.file)

    def index(self, articles):
        with open(self.file, "w") as stream:
            print(os.getpid(), *(each["id"] for each in articles), file=stream)
        return len(articles)

    def search(self, question):
        assert not self.began
        pid, *ids = open(self.file).read().split()
        return ids if int(pid) != os.getpid() else []
"""


def test_what_is_kept_on_disk_answers_in_a_process_of_its_own(tmp_path: Path) -> None:
    run = try_driver(tmp_path, ON_DISK)
    assert run.ranked == (("a", "b"),)
    assert run.passages == 2


def test_indexing_in_a_process_of_its_own_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="it ended with status 1: OSError: the disk is full"):
        try_driver(
            tmp_path, ON_DISK.replace("return len(articles)", "raise OSError('the disk is full')")
        )


def test_indexing_in_a_process_of_its_own_that_is_killed_is_said_to_be(tmp_path: Path) -> None:
    killed = ON_DISK.replace("return len(articles)", "os.kill(os.getpid(), 9)")
    with pytest.raises(PeerFailed, match="it was ended by the signal SIGKILL, perhaps for want"):
        try_driver(tmp_path, killed)


def test_a_driver_that_is_not_installed_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="status 1: ModuleNotFoundError: No module named 'nowhere"):
        try_driver(tmp_path, "import nowhere_to_be_found")


def test_a_driver_that_dies_is_told_by_its_status(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="it ended with status 7: "):
        try_driver(tmp_path, "import os\nos._exit(7)")


def test_a_driver_that_hangs_is_stopped_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "child"
    hanging = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(mark)!r} + '.new', 'w').write(str(child.pid))\n"
        f"os.rename({str(mark)!r} + '.new', {str(mark)!r})\n"
        "child.wait()\n"
    )
    communicate = subprocess.Popen.communicate

    def run_out(process: subprocess.Popen[str], timeout: float | None = None) -> tuple[str, str]:
        """The time is over as soon as the child is there, however slow the machine is."""
        if timeout is None:
            return communicate(process)
        while not mark.exists():
            assert process.poll() is None
            time.sleep(0.01)
        raise subprocess.TimeoutExpired(process.args, timeout)

    monkeypatch.setattr(subprocess.Popen, "communicate", run_out)
    with pytest.raises(PeerFailed, match="it had not finished after 9 seconds"):
        try_driver(tmp_path, hanging, timeout=9.0)
    assert gone(int(mark.read_text()))


def gone(pid: int) -> bool:
    """Whether a process ends; one that nobody has asked about yet has ended too."""
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with suppress(OSError, IndexError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", "expected a line of figures, found nothing"),
        ("Segmentation fault", "expected a line of figures, found 'Segmentation fault'"),
        ("[1, 2]", "expected a line of figures"),
        ('{"indexing_s": 1.0}', "KeyError"),
    ],
)
def test_what_is_no_line_of_figures_is_shown(said: str, expected: str) -> None:
    with pytest.raises(PeerFailed, match=expected.replace("[", r"\[")):
        read_figures(said, 1)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"indexing_s": float("nan")}, "is no time"),
        ({"latencies_ms": [0.0]}, "is no time"),
        ({"busy_ms": [float("inf")]}, "is no time"),
        ({"passages": float("inf")}, "is no count"),
        ({"peak_bytes": -1}, "is no count"),
        ({"ranked": [["a"], ["b"]]}, "expected figures of 1 questions, found 1, 2"),
        ({"ranked": 3}, "expected a line of figures"),
    ],
)
def test_figures_that_cannot_be_are_not_taken(changed: dict[str, object], expected: str) -> None:
    good: dict[str, object] = {
        "indexing_s": 1.0,
        "indexing_busy_s": 1.0,
        "passages": 3,
        "latencies_ms": [1.0],
        "busy_ms": [1.0],
        "ranked": [["a"]],
        "peak_bytes": 9,
        "answering_bytes": None,
    }
    assert read_figures("noise\n" + json.dumps(good) + "\n", 1).answering_bytes is None
    with pytest.raises(PeerFailed, match=expected):
        read_figures(json.dumps(good | changed), 1)


def test_a_peer_asks_no_model_hub_and_sees_none_of_our_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    peer = environment(with_byline=False)
    assert "PYTHONPATH" not in peer
    assert peer["HF_HUB_OFFLINE"] == "1"
    assert (Path(environment(with_byline=True)["PYTHONPATH"]) / "rag").is_dir()


def test_byline_is_measured_on_its_own_sample(tmp_path: Path) -> None:
    collection = read(None, 6)
    articles, questions = collection.write(tmp_path)
    given = {"articles": str(articles), "questions": str(questions), "folder": str(tmp_path)}
    given |= {"model": "unused", "depth": "20", "ranked": "10"}
    made = tmp_path / "task.json"
    made.write_text(json.dumps(given), encoding="utf-8")
    run = measured(
        sys.executable,
        CONTESTANTS[0].driver,
        made,
        len(collection.asked),
        timeout=250,
        with_byline=True,
    )
    assert run.passages > len(collection.stories) == 6
    found = [bool(set(r) & a.relevant) for r, a in zip(run.ranked, collection.asked, strict=True)]
    assert sum(found) > 0.9 * len(found) > 3
