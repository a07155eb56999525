"""A Milvus server that is not there, does not answer, goes away, comes back, or is too old."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.errors import ArchiveError, NoWordSearch, SearchUnavailable
from index.milvus import server as server_module
from index.milvus.server import TOKEN, Server
from tests.milvus_server import Lite
from tests.search_engines import store_at
from tests.terms_index import NEWS

ROW = np.eye(4, 8, dtype=np.float32)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lite]:
    """A server of the test's own, to be killed."""
    lite = Lite(tmp_path / "lite")
    yield lite
    lite.kill()


def unused() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("ftp://example.org:1", "ftp://example.org:1"),
        ("./archive.db", "."),
        ("localhost:19530", "localhost:19530"),
        ("ftp://me:hush@example.org:1/x?token=hush", "ftp://example.org:1"),
        ("http://", "http://"),
        ("", ""),
    ],
)
def test_an_address_of_another_kind_is_refused(uri: str, shown: str) -> None:
    with pytest.raises(ArchiveError, match="expected http://HOST:19530") as raised:
        Server(uri)
    assert repr(shown) in str(raised.value)
    assert "hush" not in str(raised.value)


def test_a_server_that_is_not_there_is_named_and_no_secret_with_it(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(TOKEN, "root:hush")
    address = unused()
    server = Server(f"http://me:hush@{address}")
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(SearchUnavailable, match=f"answers at http://{address}; check") as raised,
    ):
        server.call("list_collections")
    assert "hush" not in str(raised.value) + caplog.text
    assert capfd.readouterr() == ("", "")
    with pytest.raises(SearchUnavailable):
        server.timestamp()


def test_a_server_that_never_answers_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_module, "TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        server = Server(f"http://127.0.0.1:{deaf.getsockname()[1]}")
        with pytest.raises(SearchUnavailable, match="check that"):
            server.call("list_collections", timeout=0.5)


def test_a_server_that_is_killed_is_missed_and_found_again_with_all_it_held(own: Lite) -> None:
    own.start()
    with store_at(own.uri, 8) as store:
        store.put(NEWS, ROW)
        base = store.base(1)
        assert base.search_vectors(ROW[2], 1)[0].key == 3
        own.kill()
        for ask in (
            lambda: base.search_vectors(ROW[2], 1),
            lambda: base.search_terms("bridge", 1),
            lambda: store.put(NEWS, ROW),
            lambda: store.base(2),
        ):
            with pytest.raises(SearchUnavailable, match="no search server answers at"):
                ask()
        own.start()
        assert base.search_vectors(ROW[2], 1)[0].key == 3
        assert len(base.search_terms("bridge", 9)) == len(NEWS)
        store.put(NEWS, ROW)
        assert store.base(2).passages == len(NEWS)


def test_threads_that_search_meanwhile_are_told_so_and_then_find_again(own: Lite) -> None:
    own.start()
    missed = [threading.Event() for _ in range(2)]
    found = [threading.Event() for _ in range(2)]
    over = threading.Event()
    others: list[ArchiveError] = []

    def search(number: int) -> None:
        while not over.is_set():
            try:
                hits = base.search_vectors(ROW[2], 1)
                if missed[number].is_set() and hits[0].key == 3:
                    found[number].set()
            except SearchUnavailable:
                missed[number].set()
            except ArchiveError as error:
                others.append(error)
                return

    with store_at(own.uri, 8) as store:
        store.put(NEWS, ROW)
        base = store.base(1)
        threads = [threading.Thread(target=search, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        own.kill()
        told = all(event.wait(60) for event in missed)
        own.start()
        back = all(event.wait(60) for event in found)
        over.set()
        for thread in threads:
            thread.join()
        assert (told, back, others) == (True, True, [])


@pytest.mark.parametrize(
    ("version", "words", "inverted", "lite"),
    [
        ("v2.3.5-lite", False, False, False),
        ("v2.4.17", False, True, False),
        ("v2.5.0-beta", True, True, False),
        ("2.6.1", True, True, False),
        ("v3.0.0", True, True, False),
        ("milvus_lite-3.2.2", True, True, True),
        ("unknown", False, False, False),
    ],
)
def test_what_a_server_can_do_is_known_by_its_version(
    monkeypatch: pytest.MonkeyPatch, version: str, words: bool, inverted: bool, lite: bool
) -> None:
    server = Server("http://127.0.0.1:1")
    monkeypatch.setattr(server, "call", lambda _method: version)
    assert (server.has_words, server.has_inverted, server.is_lite) == (words, inverted, lite)


def test_a_server_without_words_takes_vectors_and_refuses_words(
    milvus_lite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Server, "version", "milvus 2.4.1")
    monkeypatch.setattr(Server, "is_lite", False)
    with store_at(milvus_lite, 8) as store:
        store.replace(["article1"], NEWS, ROW)
        store.remove_articles(["article2"])
        store.flush()
        base = store.base(1)
        assert [hit.key for hit in base.search_vectors(ROW[0], 1)] == [1]
        assert base.passages == len(NEWS) - 1
        with pytest.raises(NoWordSearch, match=r"milvus 2\.4\.1.*2\.5 or later"):
            base.search_terms("bridge", 1)


def test_a_token_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = []

    class Client:
        def __init__(self, uri: str, *, token: str, timeout: float, dedicated: bool) -> None:
            given.append((uri, token, dedicated))

    monkeypatch.setenv(TOKEN, "root:hush")
    pymilvus = server_module._pymilvus()
    monkeypatch.setattr(pymilvus, "MilvusClient", Client)
    with pytest.raises(ArchiveError):
        Server("https://search.example:443").call("no such method")
    assert given == [("https://search.example:443", "root:hush", True)]


def test_without_pymilvus_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(ArchiveError, match=r"pip install 'byline\[distributed\]'"):
        Server("http://127.0.0.1:1").call("list_collections")


def test_nothing_of_pymilvus_is_loaded_before_it_is_needed() -> None:
    code = "import sys, index.milvus.store; sys.exit('pymilvus' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
