"""`byline eval load`, where there is nothing to load."""

from __future__ import annotations

import socket

from typer.testing import CliRunner

from ui.cli.app import app


def test_where_no_server_answers_it_is_said_in_one_line_and_nobody_is_sent() -> None:
    with socket.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        done = CliRunner().invoke(app, ["eval", "load", url])
    assert done.exit_code == 1
    assert done.stderr == f"byline: {url}: no server answers there\n"
