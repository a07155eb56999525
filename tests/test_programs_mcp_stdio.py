"""`byline mcp`: the official MCP client over standard input and output."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from typer.testing import CliRunner

from tests.mcp_calls import INITIALIZE, said, structured, within
from ui.cli.app import app


@pytest.fixture(scope="module")
def byline(sample_archive: Path) -> list[str]:
    return [sys.executable, "-m", "ui.cli", "mcp", "--archive", str(sample_archive)]


def test_over_standard_input_the_real_archive_answers(byline: list[str]) -> None:
    async def session(client: Client) -> Any:
        tools = (await client.list_tools()).tools
        question = {"question": "How much rain fell at Hollin before the disaster?"}
        answer = await client.call_tool("ask_archive", question)
        found = await client.call_tool("search_archive", {"query": "Hollin Dam flood", "count": 3})
        cited = structured(answer)["citations"][0]
        place = {name: cited[name] for name in ("article_id", "version", "start", "end")}
        read = await client.call_tool("read_article", place)
        wrong = await client.call_tool("read_article", {"article_id": "nope"})
        return tools, answer, found, read, wrong

    # what a library prints or logs goes to standard error: the protocol stands it
    server = StdioServerParameters(command=byline[0], args=byline[1:])
    tools, answer, found, read, wrong = within(server, session)
    assert len(tools) == 3
    assert "148 millimetres" in said(answer)
    assert len(structured(found)["hits"]) == 3
    assert structured(read)["quote"] == structured(answer)["citations"][0]["quote"]
    assert wrong.is_error


def test_standard_output_holds_the_protocol_alone_and_the_command_ends_with_its_input(
    byline: list[str],
) -> None:
    done = subprocess.run(
        byline, input=json.dumps(INITIALIZE) + "\n", capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["result"]["serverInfo"]["name"] == "byline"
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_the_command_in_one_line(byline: list[str]) -> None:
    running = subprocess.Popen(
        byline,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(json.dumps(INITIALIZE) + "\n")
    running.stdin.flush()
    assert "serverInfo" in running.stdout.readline()
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 130  # though nobody has closed its standard input
    _, complaint = running.communicate()
    assert complaint == "Stopped.\n"


def test_an_archive_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["mcp", "--archive", str(tmp_path / "none")])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("byline: ")
