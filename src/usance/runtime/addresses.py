"""Which addresses of the network are public: nothing is sent to any other on a party's word.

What a party names could lead to the operator's own machines, their metadata services among them.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

# Reachable from inside clouds alone, though their numbers are public ones: Azure's agent.
_METADATA: Final = frozenset({IPv4Address("168.63.129.16")})
# RFC 6052: an IPv4 address in the last 32 bits. The second is for local use (RFC 8215).
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
# Former site-local addresses (RFC 3879) are somebody's own still.
_INSIDE: Final = frozenset({"internal", "local", "localhost"})
_SITE_LOCAL: Final = IPv6Network("fec0::/10")


def is_public(address: str) -> bool:
    """Whether an address is one of the public network, whichever way it is written.

    Not public: loopback, link-local (with the metadata services of clouds), private (RFC 1918),
    shared (CGNAT), unique local, multicast, reserved and unspecified ones, and IPv6 addresses
    that carry one of those.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed in _SITE_LOCAL:
            return False
        inner = _carried(parsed)
        if inner is not None:
            return _is_public(inner)
    return _is_public(parsed)


def is_loopback(address: str) -> bool:
    """Whether an address, or a name by itself (RFC 6761), is of this very machine."""
    name = address.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return parsed.is_loopback


def is_inside(name: str) -> bool:
    """Whether the name of a host says by itself that it leads to nothing public.

    Of special use are localhost (RFC 6761), local (RFC 6762), home.arpa (RFC 8375) and internal;
    a name of one part is somebody's own machine; one that ends in a number is an address in
    disguise (WHATWG URL, 3.5), such as 0x7f.1.
    """
    parts = name.rstrip(".").lower().split(".")
    last = parts[-1]
    return (
        len(parts) == 1 or last in _INSIDE or parts[-2:] == ["home", "arpa"] or last[:1].isdigit()
    )


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _NAT64) or address.packed[:12] == bytes(12):
        return IPv4Address(address.packed[12:])
    return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and address not in _METADATA
    )
