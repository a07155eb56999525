"""The connections that the sites of many archives take."""

from __future__ import annotations

import pytest

from index.location import Remote
from ui.sites import remote


class _Engine:
    disposed = False

    def dispose(self) -> None:
        self.disposed = True


def test_of_many_archives_those_asked_last_keep_their_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[_Engine] = []

    def engine(location: Remote, *, read_only: bool) -> _Engine:
        made.append(_Engine())
        return made[-1]

    monkeypatch.setattr(remote, "_engines", {})
    monkeypatch.setattr(remote.postgres, "engine", engine)
    places = [Remote(f"postgresql://byline@127.0.0.1:5432/news{number}") for number in range(9)]
    for place in places[:8]:
        remote._engine(place, read_only=True)
    again: object = remote._engine(places[0], read_only=True)
    assert again is made[0]
    remote._engine(places[8], read_only=True)
    assert [each.disposed for each in made] == [False, True, *[False] * 7]
