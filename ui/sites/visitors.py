"""Who asks, without keeping who that is: a keyed hash of the address.

The key is random, lives in memory alone and is thrown away at midnight (UTC),
so that a hash in a log of yesterday leads to nobody, not even by trying every
address there is.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from hashlib import blake2b
from ipaddress import IPv4Address, ip_address

_DAY = 86_400  # seconds
_SIZE = 12  # bytes of a hash: two of a million visitors share one once in 10^16 days
_SUBNET = 64  # bits: what one household or phone is given of IPv6, to change addresses within


class Visitors:
    """Names for visitors, until midnight. For many threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """`clock` is in seconds since 1970."""
        self._clock = clock
        self._salt = (-1, b"")

    def by_address(self, address: str) -> str:
        """24 hexadecimal digits for an address; the same for a whole /64 of IPv6."""
        return self._hash(b"address", _network(address))

    def by_subject(self, site: str, subject: str) -> str:
        """The same for whom a private site's token names."""
        return self._hash(b"subject", f"{site}\n{subject}".encode("utf-8", "surrogatepass"))

    def _hash(self, kind: bytes, text: bytes) -> str:
        day = int(self._clock() // _DAY)
        salt = self._salt
        if salt[0] != day:
            salt = self._salt = (day, secrets.token_bytes(32))
        return blake2b(text, key=salt[1], person=kind, digest_size=_SIZE).hexdigest()


def _network(address: str) -> bytes:
    try:
        found = ip_address(address)
    except ValueError:
        return address.encode("utf-8", "surrogatepass")  # a socket file's or a test's
    if isinstance(found, IPv4Address):
        return found.packed
    mapped = found.ipv4_mapped
    return mapped.packed if mapped else found.packed[: _SUBNET // 8]
