"""Where a call comes from: the neighbour's address, or what a trusted proxy says of it; and its hash."""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request

from api.http.context import resources
from service.settings import Network

SUBSCRIBER = 64  # bits of an IPv6 address that one subscriber has to himself, at least


def client_address() -> str:
    """The address of the present caller; of an IPv6 address the network that its subscriber has."""
    hops = ",".join(request.headers.getlist("X-Forwarded-For")).split(",")
    return last_untrusted(request.remote_addr or "", hops, resources().settings.trusted_proxies)


def address_hash() -> str:
    """What is kept of the present caller's address: without our key nobody can go through all addresses."""
    return address_hashes()[0]


def address_hashes() -> list[str]:
    """The same under the present key, and under each that it followed: what may have been kept."""
    address = f"address {client_address()}".encode()
    return [hmac.new(key.encode(), address, hashlib.sha256).hexdigest() for key in resources().settings.secret_keys]


def last_untrusted(neighbour: str, hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """The first address, going back from the neighbour, that is no trusted proxy's.

    What is no address was written by somebody whom nobody vouches for: there the way back ends.
    """
    found = neighbour
    for hop in [neighbour, *reversed(hops)]:
        try:
            address = ip_address(hop.strip())
        except ValueError:
            break
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        found = str(address)
        if not any(address in network for network in trusted):
            break
    return _subscriber(found)


def _subscriber(address: str) -> str:
    if ":" not in address:
        return address
    return str(ip_network((address.partition("%")[0], SUBSCRIBER), strict=False))
