"""A PostgreSQL server of the tests' own: on loopback, in a folder that goes with it.

It needs `initdb` and `pg_ctl` (Debian's package postgresql). PostgreSQL refuses to run
as root: then it runs as the user `postgres`, or as nobody.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from index.location import Remote
from index.writer import ArchiveWriter
from tests.small_archive import IDENTITY

USER, PASSWORD = "byline", "a:b@c/d%e"  # what an address has to escape
ESCAPED = "a%3Ab%40c%2Fd%25e"
_TEMPLATE = "an_archive"  # empty, with its tables
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # a commit outlives the server, if not the machine
    "full_page_writes": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
}


class PostgresServer:
    """Started at once; `database` gives each test one of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = 0
        password = folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            user = pwd.getpwnam(_unprivileged())
            for path in (folder, password):
                os.chown(path, user.pw_uid, user.pw_gid)
        # Text in another order than by code point, unless a column says otherwise.
        locale = ["--locale=C.UTF-8", "--encoding=UTF8", *_by_language()]
        accounts = [f"--username={USER}", f"--pwfile={password}", "--auth=scram-sha-256"]
        self._run("initdb", "--pgdata", str(self.data), "--no-sync", *locale, *accounts)
        self.start()

    def start(self) -> None:
        """On the port that it had, or else on one that nobody listens on."""
        for last in (False, False, True):
            port = self.port or _free()
            options = " ".join(
                f"-c {name}={value}"
                for name, value in {
                    **_SETTINGS,
                    "port": port,
                    "unix_socket_directories": self.data,
                }.items()
            )
            try:
                self._control("start", "--wait", "--log", str(self.data / "log"), "-o", options)
            except subprocess.CalledProcessError:
                if last:
                    raise
            else:
                self.port = port
                return

    def stop(self) -> None:
        """As if it crashed."""
        self._control("stop", "--mode=immediate")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stopped within, and started again."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def address(self, database: str, user: str = USER, password: str = ESCAPED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def database(self, *, made: bool = True) -> Remote:
        """A new database: an archive without articles, or nothing at all."""
        name = f"test_{secrets.token_hex(6)}"
        template = self._template() if made else "template0"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return Remote(self.address(name))

    def untold(self, place: Remote) -> int:
        """How many of an archive's articles its search server is still to be told of."""
        counted = self.execute("SELECT count(*) FROM pending", within=name_of(place))
        return int(counted[0][0])

    def execute(self, statement: str, *, within: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address(within), autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    @cache  # noqa: B019 (there is one server in a process, for as long as it runs)
    def _template(self) -> str:
        self.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        with ArchiveWriter(Remote(self.address(_TEMPLATE)), IDENTITY):
            pass
        return _TEMPLATE

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "--pgdata", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        user = _unprivileged() if os.getuid() == 0 else None
        subprocess.run(
            [_program(program), *arguments],
            check=True,
            timeout=60,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
            stderr=subprocess.DEVNULL,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the tests of a process."""
    if _program("initdb") is None:
        pytest.skip("no PostgreSQL here: make postgres installs it")
    # not below pytest's own folder, which other users may not look into
    folder = Path(tempfile.mkdtemp(prefix="byline-postgres-"))
    try:
        server = PostgresServer(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def place(postgres: PostgresServer) -> Remote:
    """An archive without articles."""
    return postgres.database()


def name_of(place: Remote) -> str:
    """The database's."""
    return place.database.rpartition("/")[2]


@cache
def _program(name: str) -> str | None:
    """Where Debian keeps it, it is not on the PATH."""
    found = shutil.which(name)
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(kept[-1]) if kept else None)


@cache
def _by_language() -> tuple[str, ...]:
    """English order, where this build has it."""
    program = _program("initdb")
    said = subprocess.run([str(program), "--help"], capture_output=True, text=True, check=True)
    known = "--icu-locale" in said.stdout
    return ("--locale-provider=icu", "--icu-locale=en") if known else ()


@cache
def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
