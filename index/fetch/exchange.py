"""One request and its answer, over a pool of guarded connections."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Final

import httpcore
import httpx

from index.fetch.addressing import Address
from index.fetch.body import ACCEPT_ENCODING, read_body, too_large
from index.fetch.clock import Clock
from index.fetch.failures import FetchFailed, Interrupted
from index.fetch.headers import Headers
from index.fetch.network import GuardedBackend
from index.fetch.pace import retry_after
from index.fetch.policy import FetchPolicy
from index.types import SkipReason

CONTENT: Final = frozenset({200, 203})
_BUSY: Final = frozenset({429, 502, 503, 504})
_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Want:
    """What is asked for, and how much of it is accepted.

    `conditions` are the headers that make the request conditional. With
    `truncate` a longer body is cut at `limit`, not refused.
    """

    limit: int
    conditions: tuple[tuple[str, str], ...] = ()
    truncate: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A response; `body` was read only if the status promises content."""

    status: int
    headers: Headers
    body: bytes


class Exchange:
    """Sends single requests. Retries, redirects and manners are the caller's."""

    def __init__(
        self,
        policy: FetchPolicy,
        clock: Clock,
        backend: GuardedBackend,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._backend = backend
        self._ssl_context = ssl_context
        self._pool: httpcore.ConnectionPool | None = None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def ask(self, address: Address, want: Want) -> Answer:
        """Raise `Interrupted` when it may work later, `FetchFailed` when it will not."""
        try:
            return self._ask(address, want)
        except httpcore.ConnectTimeout as error:
            message = f"{address.host} did not answer in time"
            raise Interrupted(SkipReason.TIMEOUT, message) from error
        except (httpcore.TimeoutException, TimeoutError) as error:
            message = f"{address.host} stopped answering"
            raise FetchFailed(SkipReason.TIMEOUT, message) from error
        except httpcore.LocalProtocolError as error:
            raise FetchFailed(SkipReason.MALFORMED, f"{address.url}: {error}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            message = f"{address.host}: {str(error) or type(error).__name__}"
            # httpcore drops the cause but keeps the original as its argument
            if any(isinstance(arg, ssl.SSLCertVerificationError) for arg in error.args):
                raise FetchFailed(SkipReason.HTTP, message) from error
            raise Interrupted(SkipReason.HTTP, message) from error

    def _ask(self, address: Address, want: Want) -> Answer:
        timeout = self._policy.timeout_seconds
        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target,
        )
        headers = [
            ("Host", address.netloc),
            ("User-Agent", self._policy.user_agent),
            ("Accept", _ACCEPT),
            ("Accept-Encoding", ACCEPT_ENCODING),
            *want.conditions,
        ]
        encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
        timeouts = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
        with self._open().stream(
            "GET", url, headers=encoded, extensions={"timeout": timeouts}
        ) as response:
            received = Headers(response.headers)
            if response.status in _BUSY:
                wait = retry_after(received.get("retry-after"), self._clock.wall())
                message = f"{address.host} answered {response.status}"
                raise Interrupted(SkipReason.HTTP, message, status=response.status, wait=wait)
            if response.status not in CONTENT:
                return Answer(response.status, received, b"")
            if received.length() > want.limit and not want.truncate:
                raise too_large(want.limit)
            encoding = received.get("content-encoding") or ""
            body = read_body(response.iter_stream(), encoding, want.limit, truncate=want.truncate)
        return Answer(response.status, received, body)

    def _open(self) -> httpcore.ConnectionPool:
        """The pool, made on first use: loading certificates takes a while."""
        if self._pool is None:
            context = self._ssl_context or httpx.create_ssl_context()
            self._pool = httpcore.ConnectionPool(
                ssl_context=context,
                network_backend=self._backend,
                max_connections=10,
                keepalive_expiry=30.0,
            )
        return self._pool
