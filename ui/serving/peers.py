"""Which peers are believed, or near: by the networks that their addresses lie in."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

Network = IPv4Network | IPv6Network


def within(peer: str, networks: Iterable[Network]) -> bool:
    """Whether an address is in one of them; what is no address (a socket file's) is in none.

    An IPv4 address counts as itself where a system writes it as IPv6 (::ffff:10.0.0.1).
    """
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)
