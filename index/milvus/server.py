"""The connection to a Milvus server, through pymilvus.

Whatever goes wrong there becomes one of Byline's errors that names the address,
never its password or token. The server may go away and come back: a call that finds
the connection lost makes a new one and tries once more, which does no harm, as every
call made here can be repeated. The token comes from the environment alone.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from index.errors import ArchiveError, NoWordSearch, SearchMismatch, SearchUnavailable

TOKEN = "BYLINE_MILVUS_TOKEN"  # noqa: S105  the name of the variable, not what it holds
TIMEOUT = 10.0  # seconds; of a call that only reads
PATIENCE = 120.0  # seconds; of one that writes, builds or loads

_SCHEMES = ("http", "https")
_CONNECT_FAILED = 2  # pymilvus's own, of a server that cannot be reached
_NOT_FOUND = 100
_NOT_LOADED = 101
_DENIED = ("UNAUTHENTICATED", "PERMISSION_DENIED")
_LOST = ("UNAVAILABLE", "CANCELLED")
_STARTING = re.compile(r"not ready|not healthy|unhealthy|initializing|node (offline|not match)")


class Server:
    """One Milvus server, for any number of threads. It is reached at the first call.

    `uri` is `http://HOST:PORT` or, encrypted, `https://HOST:PORT`. Raises ArchiveError for
    another kind of address, and where pymilvus is not installed.
    """

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ArchiveError(
                f"no search server can be at {_bare(uri)!r}; expected http://HOST:19530"
            )
        self._uri = uri
        self.address = _bare(uri)
        self._lock = threading.Lock()
        self._client: Any = None
        self._failed: tuple[float, Exception | None] = (0.0, None)  # the last try to connect
        self._version: str | None = None

    @property
    def version(self) -> str:
        """As the server says it: "v2.3.5-lite", "milvus_lite-3.2.2"."""
        if self._version is None:
            self._version = str(self.call("get_server_version"))
        return self._version

    @property
    def is_lite(self) -> bool:
        """Whether it is Milvus Lite, one Python process that counts words by reading them."""
        return self.version.startswith("milvus_lite")

    @property
    def has_words(self) -> bool:
        """Whether it has full-text search: Milvus 2.5 or later, Milvus Lite 3 or later."""
        return self.is_lite or self._release >= (2, 5)

    def require_words(self) -> None:
        """Raise NoWordSearch where it has no full-text search, which an archive needs."""
        if not self.has_words:
            raise NoWordSearch(
                f"the search server at {self.address} ({self.version}) has no full-text search; "
                "it takes Milvus 2.5 or later"
            )

    @property
    def has_inverted(self) -> bool:
        """Whether it has inverted indexes of numbers: Milvus 2.4 or later, Milvus Lite."""
        return self.is_lite or self._release >= (2, 4)

    def call(self, method: str, *arguments: Any, timeout: float = TIMEOUT, **named: Any) -> Any:
        """What MilvusClient's `method` returns.

        Raises SearchUnavailable where the server does not answer within `timeout` seconds,
        SearchMismatch where it has no such collection, and ArchiveError where it refuses.
        """
        return self._try(
            lambda client: getattr(client, method)(*arguments, timeout=timeout, **named),
            str(arguments[0]) if arguments else "",
        )

    def timestamp(self) -> int:
        """The server's present time, for searches that are to see all written before it.

        0 where the server has none to give.
        """
        # no method of the client's own gives it
        return int(
            self._try(lambda client: client._get_connection().alloc_timestamp(timeout=TIMEOUT))
        )

    def close(self) -> None:
        """Give the connection back; the next call makes another."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    @property
    def _release(self) -> tuple[int, int]:
        found = re.search(r"(\d+)\.(\d+)", self.version)
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def _connected(self) -> Any:
        asked = time.monotonic()
        with self._lock:
            if self._client is None:
                failed_at, failure = self._failed
                if failure is not None and failed_at > asked:
                    raise self._told(failure) from failure  # while this thread waited its turn
                try:
                    self._client = _pymilvus().MilvusClient(
                        self._uri,
                        token=os.environ.get(TOKEN, ""),
                        timeout=TIMEOUT,
                        dedicated=True,  # not shared with whoever else talks to that server
                    )
                except Exception as error:
                    self._failed = (time.monotonic(), error)
                    raise
            return self._client

    def _try(self, ask: Callable[[Any], Any], collection: str = "") -> Any:
        """What `ask` gives, of another connection where the one there is turns out lost."""
        renewed = loaded = False
        while True:
            client = None
            try:
                client = self._connected()
                return ask(client)
            except Exception as error:
                # another thread may have found it lost, and closed it, while this one used it
                lost = client is not None and (_lost(error) or client is not self._client)
                if lost and not renewed:
                    renewed = True
                    self._drop(client)
                elif getattr(error, "code", None) == _NOT_LOADED and not loaded:
                    loaded = True
                    self._load(collection)  # a server that was restarted may have to be told
                else:
                    raise self._told(error) from error

    def _drop(self, lost: Any) -> None:
        with self._lock:
            if self._client is lost:
                self._client = None
        lost.close()

    def _load(self, collection: str) -> None:
        try:
            self._connected().load_collection(collection, timeout=PATIENCE)
        except Exception as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> ArchiveError:
        if isinstance(error, ArchiveError):
            return error
        name, text = _status(error), _text(error)
        if name in _DENIED:
            return ArchiveError(
                f"the search server at {self.address} lets nobody in without a token, or not "
                f"with this one; set {TOKEN} to USER:PASSWORD or to its token"
            )
        if name == "DEADLINE_EXCEEDED":
            return SearchUnavailable(
                f"the search server at {self.address} did not answer in time; check that it "
                "runs, and whether it has the memory and cores that it needs"
            )
        if _lost(error):
            return SearchUnavailable(
                f"no search server answers at {self.address}; check that Milvus runs there and "
                "that this machine may reach it"
            )
        if _STARTING.search(text):
            return SearchUnavailable(
                f"the search server at {self.address} is not ready yet; try again in a minute"
            )
        if getattr(error, "code", None) == _NOT_FOUND:
            return SearchMismatch(
                f"the search server at {self.address} does not hold this archive (any more): "
                f"{text}; run: byline rebuild --archive ADDRESS"
            )
        return ArchiveError(f"the search server at {self.address} failed: {text}")


def _lost(error: Exception) -> bool:
    """Whether there is no connection (any more): another may do."""
    return getattr(error, "code", None) == _CONNECT_FAILED or _status(error) in _LOST


def _status(error: Exception) -> str:
    """The name of the gRPC status, of an error that has one."""
    code = getattr(error, "code", None)
    code = code() if callable(code) else code
    return str(getattr(code, "name", ""))


def _text(error: Exception) -> str:
    """What the server said, in one line that a terminal can show."""
    text = str(getattr(error, "message", "") or error)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]


def _bare(uri: str) -> str:
    """The address without the user and the password that may stand in it."""
    scheme, separator, rest = uri.partition("://")
    host = (rest if separator else uri).rpartition("@")[2].partition("/")[0].partition("?")[0]
    return f"{scheme}://{host}" if separator else host


def _pymilvus() -> Any:
    try:
        import pymilvus
    except ModuleNotFoundError as error:
        raise ArchiveError(
            "an archive on servers needs pymilvus; run: pip install 'byline[distributed]'"
        ) from error
    # It writes to the console whatever it raises as well.
    for name in ("pymilvus", "pymilvus.milvus_client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return pymilvus
