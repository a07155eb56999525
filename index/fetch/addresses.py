"""Which addresses are on the public internet.

The check is made on the address a name resolved to, never on the name, so it
does not matter how the name was spelled (`2130706433`, `0x7f.1`, `[::1]`,
`localhost.`). Python's `is_global` alone is not enough: it calls multicast,
6to4 and site-local addresses global, and it knows nothing of the IPv4 address
that a transition address carries inside.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637, newer than some Pythons know


def is_public(address: str) -> bool:
    """Whether `address` (as `getaddrinfo` writes it) may be reached by default."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inside = _embedded(ip)
        return _is_public(inside) if inside is not None else _is_public(ip)
    return _is_public(ip)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that traffic to this IPv6 address would really go to."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return None


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, IPv6Address):
        return not ip.is_site_local and ip not in _DOCUMENTATION
    return True
