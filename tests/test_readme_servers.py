"""What the README tells people to type to leave one machine works as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.postgres_server import PASSWORD, PostgresServer
from tests.test_readme import ROOT, block


def test_an_archive_is_moved_onto_servers_by_the_commands_that_are_given(
    sample_archive: Path, postgres: PostgresServer, milvus_lite: str, tmp_path: Path
) -> None:
    postgres.execute("CREATE DATABASE news TEMPLATE template0")
    shutil.copytree(sample_archive, tmp_path / "archive")  # it is kept from being written to
    address = f"byline@127.0.0.1:{postgres.port}/news"
    _install, move, serve = block("servers").splitlines()
    move = move.replace("byline@db.example.org/news", address)
    move = move.replace("http://search.example.org:19530", milvus_lite)
    serve = serve.replace("byline@db.example.org/news", address)
    ask = re.sub(r"^byline serve", "byline ask 'Who resigned over the police radios?'", serve)
    environment = {key: value for key, value in os.environ.items() if "BYLINE" not in key}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    environment |= {"PYTHONPATH": str(ROOT), "PGPASSWORD": PASSWORD}
    done = subprocess.run(
        ["sh", "-ec", f"{move}\n{ask}\n"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert "52 articles" in done.stdout
    assert "Rolf Castellan" in done.stdout
    assert "--archive" in serve
