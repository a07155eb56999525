"""A server that does not answer is waited for once, and not by each thread in its turn."""

from __future__ import annotations

import threading
import time

import pytest

from index import postgres, watch
from index.errors import ArchiveError
from index.location import Remote
from index.watch import Version, Watch


def test_those_who_wait_for_a_server_that_is_away_are_told_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []
    trying, waiting = threading.Event(), threading.Event()

    def away(self: Watch) -> Version:
        tried.append(threading.current_thread().name)
        trying.set()
        assert waiting.wait(60)
        raise ArchiveError("it is away")

    class Clock:
        @staticmethod
        def monotonic() -> float:
            now = time.monotonic()
            if threading.current_thread().name == "second":
                waiting.set()
            return now

    monkeypatch.setattr(Watch, "_asked", away)
    monkeypatch.setattr(watch, "time", Clock)
    looked = Watch(postgres.engine(Remote("postgresql://byline@127.0.0.1:1/x"), read_only=True))
    told: list[str] = []

    def look() -> None:
        with pytest.raises(ArchiveError, match="it is away") as failed:
            looked.version()
        told.append(str(failed.value))

    first = threading.Thread(target=look, name="first")
    first.start()
    assert trying.wait(60)
    second = threading.Thread(target=look, name="second")
    second.start()
    for thread in (first, second):
        thread.join(60)
    assert told == ["it is away"] * 2
    assert tried == ["first"]
    with pytest.raises(ArchiveError):  # whoever comes later asks again
        looked.version()
    assert len(tried) == 2
