"""Stopped in the middle, the indexer leaves a good archive, and goes on from there."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from index.archive import Archive
from tests.browsing import until
from tests.cli import slow_model, start
from ui.cli.interrupt import Interruption

ARTICLES = 600


def articles(archive: Path) -> int:
    """How many are committed."""
    if not (archive / "archive.db").exists():
        return 0
    with closing(sqlite3.connect(archive / "archive.db", timeout=30)) as connection:
        try:
            found = connection.execute("SELECT count(*) FROM articles").fetchone()
        except sqlite3.OperationalError:
            return 0
    return int(found[0])


def wait_for_articles(process: subprocess.Popen[str], archive: Path) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if found := articles(archive):
            return found
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"nothing was committed: {process.communicate()}")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.jsonl"
    with file.open("w") as stream:
        for number in range(ARTICLES):
            text = (
                f"The lighthouse at mile {number} was painted white on day {number * 7}. "
                f"Its keeper, number {number * 13}, counted {number * 3} ships before dawn."
            )
            row = {"url": f"https://coast.example/{number}", "title": f"Mile {number}"}
            stream.write(json.dumps(row | {"text": text}) + "\n")
    return file


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_in_and_the_next_run_completes(
    tmp_path: Path, export: Path, how: signal.Signals
) -> None:
    archive = tmp_path / "archive"
    with start(tmp_path, "index", export, "--json", setup=slow_model(1)) as process:
        wait_for_articles(process, archive)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "run the same command again to go on from there" in err
    assert "Traceback" not in err
    summary = json.loads(out)
    kept = articles(archive)
    assert summary["interrupted"] is True
    assert 0 < kept < ARTICLES
    assert (archive / "terms" / "meta.json").is_file()
    assert not (archive / "writer.txt").exists()

    with start(tmp_path, "index", export, "--json", setup=slow_model(0)) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert (summary["added"], summary["unchanged"]) == (ARTICLES - kept, kept)
    opened = Archive(archive)
    assert opened.stats().articles == ARTICLES
    opened.close()


def test_ctrl_c_before_anything_is_in_is_clean_too(tmp_path: Path, export: Path) -> None:
    deadline = time.monotonic() + 60
    with start(tmp_path, "index", export, setup=slow_model(30)) as process:
        while not (tmp_path / "archive" / "writer.txt").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err


def test_a_step_of_the_database_is_done_before_the_work_stops() -> None:
    steps: list[str] = []

    def begin() -> None:
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.1)  # it is looked at several times
        steps.append("begun")

    amid = {"__name__": "sqlalchemy.engine.base", "begin": begin}
    exec("def transaction(): begin()", amid)
    with Interruption():
        amid["transaction"]()  # type: ignore[operator]
        with pytest.raises(KeyboardInterrupt):
            until(lambda: False)
    assert steps == ["begun"]


def test_what_is_done_by_then_is_not_stopped() -> None:
    amid = {"__name__": "index.database", "signal": signal}
    exec("def commit(): signal.raise_signal(signal.SIGINT)", amid)
    with Interruption() as stop:
        amid["commit"]()  # type: ignore[operator]
        stop.saving()
        time.sleep(0.1)
    assert stop.requested


def test_what_was_put_off_does_not_come_once_nobody_waits_for_it() -> None:
    amid = {"__name__": "index.database", "signal": signal}
    exec("def commit(): signal.raise_signal(signal.SIGINT)", amid)
    with Interruption():
        amid["commit"]()  # type: ignore[operator]
    time.sleep(0.1)  # Python's own handler would raise here
