"""`byline --help` and what every command says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from tests import cli
from tests.cli import ROOT, byline
from ui import settings
from ui.cli.app import app

one_model = cli.one_model
desk = cli.desk


def commands(group: Any = None, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Every command with the words that call it."""
    found = []
    for name, command in (group or get_command(app)).commands.items():
        here = (*path, name)
        found += commands(command, here) if hasattr(command, "commands") else [(here, command)]
    return found


COMMANDS = commands()


def test_the_commands_are_those_that_are_promised() -> None:
    assert {" ".join(path) for path, _ in COMMANDS} == {
        "index",
        "ask",
        "chat",
        "serve",
        "mcp",
        "status",
        "remove",
        "move",
        "rebuild",
        "reembed",
        "site add",
        "site list",
        "site show",
        "site edit",
        "site rotate",
        "site secret",
        "site revoke",
        "site snippet",
        "eval extraction",
        "eval retrieval",
        "eval conversations",
        "eval selection",
        "eval refusal",
        "eval cases",
        "eval questions",
        "eval latency",
        "eval load",
        "eval bench",
        "eval grounding",
        "eval answers",
        "eval compare",
        "eval generate",
        "eval writing",
        "eval report",
    }


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(p) for p, _ in COMMANDS])
def test_every_option_of_a_command_has_its_help(path: tuple[str, ...], command: Any) -> None:
    assert command.help
    for parameter in command.params:
        assert parameter.help, f"{path} {parameter.name}"
    shown = CliRunner().invoke(app, [*path, "--help"], env={"TERMINAL_WIDTH": "200"})
    assert shown.exit_code == 0
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in shown.stdout


def test_every_setting_is_a_flag_of_some_command() -> None:
    flags = {option for _, each in COMMANDS for p in each.params for option in p.opts}
    assert {settings.flag_of(name) for name in settings.Settings.__slots__} <= flags


def test_completion_can_be_installed() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"TERMINAL_WIDTH": "200"}).stdout
    assert "--install-completion" in shown
    assert "--show-completion" in shown


def test_the_version_is_printed() -> None:
    result = byline("--version")
    assert result.exit_code == 0
    assert re.fullmatch(r"byline (\d+\.\d+\.\d+|\(not installed\))\n", result.stdout)


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["index"], ["status", "--nosuch"], ["chat", "--port", "banana"]]
)
def test_a_wrong_command_line_is_a_usage_error(desk: Path, arguments: list[str]) -> None:
    result = byline(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_help_answers_without_loading_what_it_does_not_need() -> None:
    code = (
        "import sys\n"
        "from ui.cli.app import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'gradio', 'faiss', 'transformers', 'tantivy', 'trafilatura', 'numpy',"
        " 'sqlalchemy', 'fastapi'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"BYLINE_ARCHVIE": "x"}, "unknown environment variable BYLINE_ARCHVIE"),
        ({"BYLINE_PORT": "many"}, "BYLINE_PORT: expected a whole number"),
        ({"BYLINE_CONFIG": "nosuch.toml"}, "there is no settings file nosuch.toml"),
    ],
)
def test_a_wrong_setting_is_an_error_in_one_line(
    desk: Path, environment: dict[str, str], message: str
) -> None:
    result = CliRunner().invoke(app, ["status"], env=environment)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"byline: {message}")
    assert result.stderr.count("\n") == 1


def test_a_settings_file_is_named_before_the_command(desk: Path) -> None:
    (desk / "other.toml").write_text('archive = "press"\n')
    result = byline("--config", "other.toml", "status")
    assert result.exit_code == 1
    assert "byline index SOURCE --archive press" in result.stderr


def test_what_is_done_is_logged_only_when_asked_for(desk: Path) -> None:
    assert byline("status").stderr.count("\n") == 1
    detailed = byline("-vv", "status").stderr
    assert "DEBUG ui.cli.app: it was raised here" in detailed
    assert "ArchiveMissing" in detailed
