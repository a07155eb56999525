"""`byline eval grounding` judges alike every time, and goes on where it was interrupted."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest

from eval.grounding import measure
from eval.journal import JournalError
from eval.rows import read, table_of
from tests import cli
from tests.cli import byline, start
from tests.grounding_rows import BUDGET, FERRY, rows_of, write_rows
from tests.word_verifier import WordVerifier

one_model = cli.one_model
desk = cli.desk


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.name != "timings.json"
    }


def test_the_same_rows_give_the_same_bytes_in_any_number_of_processes(desk: Path) -> None:
    rows = rows_of(30)
    for row in rows:
        row["answer"] = f"{row['answer']} {BUDGET} {FERRY}"
    path = write_rows(desk / "rows.jsonl", *rows)
    flags = ("eval", "grounding", path, "--verifier", "rules")
    for name, jobs in (("once", 1), ("again", 1), ("shared", 3)):
        result = byline(*flags, "--report", desk / name, "--jobs", str(jobs))
        assert result.exit_code == 0, result.output
    once = files_of(desk / "once")
    assert set(once) >= {"report.json"}
    assert once == files_of(desk / "again") == files_of(desk / "shared")
    assert json.loads((desk / "shared" / "timings.json").read_text())["jobs"] == 3


def test_an_interrupted_run_goes_on_and_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    rows = rows_of(60)
    for row in rows:
        row["answer"] += " " + BUDGET
    table = table_of(rows)
    whole = measure(table, verifier=WordVerifier(company=True)).report
    journal = tmp_path / "journal.jsonl"

    def stop(name: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(table, verifier=WordVerifier(company=True), journal=journal, progress=stop)
    kept = journal.read_bytes()
    assert 1 < kept.count(b"\n") < 60
    # killed while the last line was half written, which leaves a batch of which a row is missing
    journal.write_bytes(kept[:-40])
    again = WordVerifier(company=True)
    run = measure(table, verifier=again, journal=journal)
    assert run.report == whole
    third = measure(table, verifier=WordVerifier(company=True), journal=journal)
    assert third.report == whole
    assert third.resumed == 60
    assert third.claims_per_second is None


def test_a_killed_command_goes_on_where_it_stopped(desk: Path) -> None:
    rows = rows_of(200)
    for n, row in enumerate(rows):
        row["answer"] += f" {BUDGET} It was number {n}."
    path = write_rows(desk / "rows.jsonl", *rows)
    flags = ("eval", "grounding", path, "--verifier", "rules", "--report")
    assert byline(*flags, desk / "whole").exit_code == 0
    held = (
        "import threading\n"
        "from eval import journal\n"
        "add = journal.Journal.add\n"
        "def then_wait(self, judged):\n"
        "    add(self, judged)\n"
        "    if self._path.read_bytes().count(b'\\n') > 20:\n"
        "        threading.Event().wait()\n"
        "journal.Journal.add = then_wait\n"
    )
    running = start(desk, *flags, desk / "parts", setup=held)
    journal = desk / "parts" / "journal.jsonl"
    while running.poll() is None and not (
        journal.is_file() and journal.read_bytes().count(b"\n") > 20
    ):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert running.returncode == -signal.SIGKILL
    result = byline(*flags, desk / "parts")
    assert result.exit_code == 0, result.output
    assert "rows had been judged before" in result.stderr
    assert not journal.exists()
    assert files_of(desk / "parts") == files_of(desk / "whole")


def test_a_journal_of_another_run_is_refused(desk: Path) -> None:
    path = write_rows(desk / "rows.jsonl", *rows_of(4))
    other = write_rows(desk / "other.jsonl", *rows_of(5))
    flags = ("--verifier", "rules", "--resume", desk / "journal.jsonl")
    assert byline("eval", "grounding", path, *flags).exit_code == 0
    result = byline("eval", "grounding", other, *flags)
    assert result.exit_code == 2
    assert "was begun with another file of rows" in result.stderr
    result = byline("eval", "grounding", path, *flags, "--threshold", "0.9")
    assert result.exit_code == 2
    assert "was begun with another verifier" in result.stderr
    result = byline("eval", "grounding", path, "--verifier", "rules", "--resume", path)
    assert result.exit_code == 2
    assert "is no journal of a run" in result.stderr
    notes = desk / "notes.txt"
    for text in ("a line\nand one without an end", "one line alone"):
        notes.write_text(text)
        result = byline("eval", "grounding", path, "--verifier", "rules", "--resume", notes)
        assert result.exit_code == 2
        assert notes.read_text() == text
    assert len(read(path).rows) == 4  # and is as it was


def test_a_damaged_line_of_a_journal_is_judged_again(tmp_path: Path) -> None:
    table = table_of(rows_of(8))
    journal = tmp_path / "journal.jsonl"
    whole = measure(table, verifier=WordVerifier(), journal=journal).report
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"row": "x", "cl\n'
    lines[3] = lines[3].replace(b'"claims": [', b'"claims": [7, ')
    journal.write_bytes(b"".join(lines))
    assert measure(table, verifier=WordVerifier(), journal=journal).report == whole
    with pytest.raises(JournalError, match="another verifier"):
        measure(table, verifier=WordVerifier(name="other"), journal=journal)
