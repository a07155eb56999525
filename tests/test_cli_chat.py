"""`byline chat`: it says when it is ready, and stops when it is told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from pathlib import Path

import httpx
import pytest

from tests import cli
from tests.cli import byline, slow_model, start
from ui.cli.chat import address

one_model = cli.one_model
desk = cli.desk


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def until_ready(process: subprocess.Popen[str]) -> str:
    """What it says up to its address; it is killed if it never does."""
    assert process.stderr is not None
    said = ""
    while "ready at" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    return said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_prints_its_address_once_it_answers_there_and_stops_when_told_to(
    tmp_path: Path, how: signal.Signals
) -> None:
    pages = cli.write_pages(tmp_path / "pages")
    with start(tmp_path, "index", pages, setup=slow_model(0)) as indexing:
        indexing.communicate(timeout=60)
    port = free_port()
    with start(tmp_path, "chat", "--port", str(port), setup=slow_model(0)) as process:
        alarm = threading.Timer(90, process.kill)
        alarm.start()
        try:
            said = until_ready(process)
            assert f"http://127.0.0.1:{port}/" in said
            assert httpx.get(f"http://127.0.0.1:{port}/healthz").json()["status"] == "ok"
            process.send_signal(how)
            _, err = process.communicate(timeout=60)
        finally:
            alarm.cancel()
            process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err


def test_a_missing_archive_names_the_command_that_makes_one(desk: Path) -> None:
    result = byline("chat", "--archive", "nosuch")
    assert result.exit_code == 1
    assert "byline index SOURCE --archive nosuch" in result.stderr


def test_a_port_that_is_none_is_a_usage_error(desk: Path) -> None:
    assert byline("chat", "--port", "70000").exit_code == 2


def test_the_address_is_one_that_a_browser_can_open() -> None:
    assert address("127.0.0.1", 7860) == "http://127.0.0.1:7860/"
    assert address("0.0.0.0", 80) == "http://localhost:80/"
    assert address("::1", 80) == "http://[::1]:80/"
