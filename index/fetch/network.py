"""Connecting to the very address that was checked, and only for so long.

Checking a name and then connecting to the name asks the resolver twice, and
whoever owns the name may answer differently the second time (DNS rebinding).
Here a name is resolved once, every answer is checked, and the connection goes
to the checked address; certificates are still verified against the name.

The deadline is enforced under the HTTP parser, not above it, because a server
can drip its headers as slowly as its body.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from index.fetch.addresses import is_public
from index.fetch.clock import Clock
from index.fetch.failures import AddressRefused, FetchFailed
from index.types import SkipReason

Resolver = Callable[[str, int], list[str]]
"""From a host name and port to its addresses, best first."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Deadline:
    """The moment by which the page in hand must have arrived."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        self._end = self._clock.monotonic() + seconds

    def remaining(self) -> float:
        return self._end - self._clock.monotonic()

    def limit(self, timeout: float | None) -> float:
        """The shorter of `timeout` and the time left; raise if none is."""
        remaining = self.remaining()
        if remaining <= 0:
            raise FetchFailed(SkipReason.TIMEOUT, "took too long in all")
        return remaining if timeout is None else min(timeout, remaining)


class TimedStream(httpcore.NetworkStream):
    """A stream on which no single read or write outlives the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.limit(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        limit = self._deadline.limit(timeout)
        return TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, limit), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, to checked addresses."""

    def __init__(
        self,
        resolver: Resolver,
        deadline: Deadline,
        *,
        allow_private: bool,
        inner: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        self._inner = inner or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self.checked(host, port)
        failure: Exception | None = None
        for address in addresses:
            limit = self._deadline.limit(timeout)
            try:
                stream = self._inner.connect_tcp(
                    address, port, limit, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def checked(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, all of them allowed.

        One private address among public ones is enough to refuse: a name that
        mixes them is either an attack or an internal service.
        """
        try:
            addresses = self._resolver(host, port)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise httpcore.ConnectError(f"{host}: {error.strerror}") from error
            raise FetchFailed(SkipReason.HTTP, f"no such host: {host}") from error
        except (OSError, UnicodeError) as error:
            raise FetchFailed(SkipReason.HTTP, f"no such host: {host}") from error
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise AddressRefused(f"{host} is at {address}, which is not public")
        return addresses
