"""`byline serve`: it says what is where, serves sites and programs, and stops when told to."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

from tests import cli
from tests.browsing import until
from tests.cli import byline, slow_model, start
from tests.test_cli_chat import free_port
from ui.cli.options import AccessLogOption, LogQuestionsOption
from ui.cli.shared_options import with_llm
from ui.serving.ending import Ending
from ui.settings import Settings, settings_table

one_model = cli.one_model
desk = cli.desk


def test_it_tells_what_is_where_answers_there_and_stops_when_told_to(tmp_path: Path) -> None:
    pages = cli.write_pages(tmp_path / "pages")
    with start(tmp_path, "index", pages, setup=slow_model(0)) as indexing:
        indexing.communicate(timeout=60)
    port = free_port()
    said = ""
    with start(
        tmp_path,
        "serve",
        *("--port", str(port), "--public-url", "https://news.example/chat", "--api", "sites"),
        setup=slow_model(0),
    ) as process:
        alarm = threading.Timer(90, process.kill)
        alarm.start()
        try:
            assert process.stderr is not None
            while "Ready for" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            assert "Chat    https://news.example/chat/\n" in said
            assert "API     https://news.example/chat/v1/docs\n" in said
            assert "Widget  https://news.example/chat/byline.js\n" in said
            assert "MCP     https://news.example/chat/mcp\n" in said
            assert "Ready for 0 sites and to nobody else; 1 worker to answer" in said
            base = f"http://127.0.0.1:{port}/chat"
            until(lambda: httpx.get(f"{base}/readyz", timeout=30).status_code == 200)
            question = {"question": "What ran aground?"}
            asked = httpx.post(f"{base}/v1/ask", json=question, timeout=30)
            assert asked.json()["type"] == "urn:byline:problem:unauthorised"
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
        finally:
            alarm.cancel()
            process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert "path=/chat/v1/ask status=401" in said + err
    assert "aground" not in said + err


def test_a_missing_archive_names_the_command_that_makes_one(desk: Path) -> None:
    for workers in ("1", "2"):
        result = byline("serve", "--archive", "nosuch", "--workers", workers)
        assert result.exit_code == 1
        assert "byline index SOURCE --archive nosuch" in result.stderr


def test_told_to_stop_while_it_starts_it_does_not_start(
    desk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stopping: list[bool] = []

    def listen(*_: object, **named: object) -> ExitStack:
        os.kill(os.getpid(), signal.SIGTERM)
        return ExitStack()

    def run(app: object, listening: object, ending: Ending, **_: object) -> None:
        stopping.append(ending.stopping)

    monkeypatch.setattr("ui.server.listen", listen)
    monkeypatch.setattr("ui.serving.run.run", run)
    was = signal.getsignal(signal.SIGTERM)
    try:
        assert byline("index", cli.write_pages(tmp_path / "pages")).exit_code == 0
        assert byline("serve").exit_code == 0
    finally:
        signal.signal(signal.SIGTERM, was)
    assert stopping == [True]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--public-url", "news.example"), "expected an http or https address"),
        (("--trusted-proxies", "everybody"), "expected addresses or networks"),
        (("--api", "closed"), "expected open or sites"),
    ],
)
def test_a_setting_that_is_wrong_is_told_of(
    desk: Path, flags: tuple[str, str], message: str
) -> None:
    result = byline("serve", *flags)
    assert result.exit_code == 1
    assert message in result.stderr


def test_what_is_logged_is_for_the_operator_to_say() -> None:
    assert Settings().access_log is True
    assert Settings().log_questions is False
    assert "`--log-questions`" in settings_table()


@pytest.mark.parametrize(
    ("flags", "environment", "wanted"),
    [
        ((), {}, (True, False)),
        (("--no-access-log",), {}, (False, False)),
        (("--log-questions",), {}, (True, True)),
        ((), {"BYLINE_ACCESS_LOG": "false"}, (False, False)),
        (("--log-questions",), {"BYLINE_LOG_QUESTIONS": "false"}, (True, True)),
    ],
)
def test_a_switch_turns_what_it_names_and_leaves_the_rest(
    flags: tuple[str, ...], environment: dict[str, str], wanted: tuple[bool, bool]
) -> None:
    asked: list[tuple[bool, bool]] = []

    @with_llm(access_log=AccessLogOption, log_questions=LogQuestionsOption)
    def tell(chosen: Settings) -> None:
        asked.append((chosen.access_log, chosen.log_questions))

    only = typer.Typer()
    only.command()(tell)
    result = CliRunner().invoke(only, list(flags), env=environment)
    assert (result.exit_code, asked) == (0, [wanted]), result.output
