"""Waiting for what a database server does, and for one who waits there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from index.location import Remote
from tests.postgres_server import PostgresServer


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def until_it_waits(thread: threading.Thread, postgres: PostgresServer, place: Remote) -> None:
    """Until the thread waits for another's lock in the database, or has come to its end."""
    waiting = (
        "SELECT 1 FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    name = place.database.rpartition("/")[2]
    wait_until(lambda: not thread.is_alive() or bool(postgres.execute(waiting, within=name)))
