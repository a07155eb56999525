"""What the deployment page tells people to run, set, sign and watch is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from fastapi.testclient import TestClient

from tests.fake_newsdesk import FakeNewsdesk
from ui.api.capacity import Capacity
from ui.cli.app import app
from ui.server import create_app
from ui.serving.ending import LIMIT
from ui.serving.pool import Pool
from ui.serving.service import Service
from ui.settings import load
from ui.sites import tokens

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "DEPLOY.md").read_text(encoding="utf-8")
KEY, SECRET = "byl_key", "a secret of at least thirty-two bytes, as they are made"


def block(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"DEPLOY.md has no {name!r}"
    return found.group(1)


def test_every_command_and_flag_that_it_names_is_there() -> None:
    named = re.findall(r"^(?:byline|ExecStart=\S+/byline) ([a-z].*?)$", PAGE, re.MULTILINE)
    named += re.findall(r"`byline ([a-z][^`]*)`", PAGE)
    assert len(named) > 8
    for line in named:
        command = typer.main.get_command(app)
        words = line.split()
        while words and hasattr(command, "commands"):
            command = command.commands[words.pop(0)]
        flags = {option for p in command.params for option in p.opts}
        assert {word for word in words if word.startswith("--")} <= flags, line


def test_the_environment_that_it_sets_is_understood() -> None:
    variables = dict(line.split("=", 1) for line in block("env").splitlines())
    found = load(environment=variables)
    assert found.public_url == "https://news.example.org/chat"
    assert found.api == "sites"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "byline.service"
    unit.write_text(block("unit").replace("/opt/byline/.venv/bin/byline", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit],
        capture_output=True,
        text=True,
    )
    about_ours = [line for line in done.stderr.splitlines() if "byline.service" in line]
    assert about_ours == []
    assert done.returncode == 0, done.stderr


def test_the_unit_waits_longer_than_the_server_takes_to_stop() -> None:
    seconds = re.search(r"TimeoutStopSec=(\d+)", block("unit"))
    assert seconds
    assert int(seconds[1]) > LIMIT
    assert f"{LIMIT:g} seconds" in PAGE


@pytest.mark.parametrize(
    ("language", "program", "call"),
    [
        ("python", sys.executable, "print(token('reader-17'))"),
        ("node", shutil.which("node"), "process.stdout.write(token('reader-17'))"),
    ],
)
def test_the_tokens_that_it_signs_are_accepted(
    language: str, program: str | None, call: str
) -> None:
    if program is None:
        pytest.skip(f"no {language} here")
    source = f"{block(f'token: {language}')}\n{call}\n"
    done = subprocess.run(
        [program, "-c" if language == "python" else "-e", source],
        env={**os.environ, "SITE_KEY": KEY, "SITE_SECRET": SECRET},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    token = done.stdout.strip()
    assert tokens.subject(token, secret=SECRET, key=KEY) == "reader-17"
    with pytest.raises(tokens.TokenError):
        tokens.subject(token, secret=SECRET, key="byl_other")


def test_every_figure_that_it_names_is_told() -> None:
    named = {name for name in re.findall(r"byline_[a-z_]+", PAGE) if name != "byline_token"}
    pool = Pool(FakeNewsdesk, 1)
    pool.stats = FakeNewsdesk().stats  # type: ignore[method-assign]  # it is not started
    pool.examples = FakeNewsdesk().examples  # type: ignore[method-assign]
    pool.facets = FakeNewsdesk().facets  # type: ignore[method-assign]
    app = create_app(pool, service=Service(Capacity(1, 1)))
    with TestClient(app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
        told = client.get("/metrics").text
    for name in named:
        assert f"# TYPE {name.removesuffix('_total')}" in told or f"# TYPE {name}" in told, name


def test_the_container_is_made_of_what_is_here_and_runs_as_nobody() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    assert all((ROOT / name).exists() for names in copied for name in names)
    user = lines.index("USER byline")
    assert user < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert 'CMD ["serve"]' in lines
    variables = re.findall(r"(BYLINE_[A-Z]+)=(\S+)", "\n".join(lines))
    assert load(environment=dict(variables)).host == "0.0.0.0"
