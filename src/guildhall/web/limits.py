"""Rate limits of clients: a token bucket for each."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from guildhall.errors import Misconfigured

_CLIENTS = 100_000
"""Buckets kept; the longest unused goes first, and by then it is full again."""


@lru_cache(maxsize=65_536)
def network_of(address: str) -> str:
    """The part of an address that one client cannot change at will: all of IPv4's, the /64 network of IPv6's."""
    if ":" not in address:
        return address
    try:
        six = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if six.ipv4_mapped is not None:
        return str(six.ipv4_mapped)
    return str(ip_network((int(six) >> 64 << 64, 64)))


class TokenBuckets:
    """A bucket a client: `burst` requests at once, refilled at `per_minute`.

    A bucket is its tokens and the time of its last use, so that an idle client costs nothing.
    """

    def __init__(self, per_minute: int, burst: int) -> None:
        self.per_minute = per_minute
        self.burst = burst
        self._rate = per_minute / 60.0
        self._buckets: OrderedDict[str, list[float]] = OrderedDict()
        self.policy = f'"default";q={burst};w={math.ceil(burst / self._rate) if per_minute else 0}'.encode()
        self._said: dict[int, bytes] = {}

    def take(self, client: str, now: float, count: int = 1) -> int:
        """Take tokens, `burst` at most: how many are left, or minus the seconds until there are so many."""
        bucket = self._buckets.get(client)
        if bucket is None:
            self._buckets[client] = [float(self.burst - count), now]
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
            return self.burst - count
        tokens, since = bucket
        bucket[1] = now
        if now > since:
            tokens += (now - since) * self._rate
            if tokens > self.burst:
                tokens = float(self.burst)
        self._buckets.move_to_end(client)
        if tokens < count:
            bucket[0] = tokens
            return -math.ceil((count - tokens) / self._rate)
        bucket[0] = tokens - count
        return int(tokens - count)

    def header(self, left: int) -> bytes:
        """The RateLimit field (draft-ietf-httpapi-ratelimit-headers): what is left, seconds until one more."""
        said = self._said.get(left)
        if said is None:
            wait = -left if left < 0 else math.ceil(1 / self._rate)
            said = f'"default";r={max(0, left)};t={wait}'.encode()
            if len(self._said) < 10_000:
                self._said[left] = said
        return said


class PeopleLimits(Protocol):
    """The limits of people who are signed in, over all processes."""

    def line(self, user: bytes, group: str, now: float) -> bytes | None:
        """Let a request through and return its header lines; None for one that takes the long way."""


class TrustedProxies:
    """The proxies whose X-Forwarded-For is believed: addresses and networks."""

    def __init__(self, trusted: Sequence[str]) -> None:
        try:
            self._networks = [ip_network(one, strict=False) for one in trusted]
        except ValueError as error:
            raise Misconfigured(f"GUILDHALL_WEB_TRUSTED_PROXIES: {error}.") from None
        self._known: dict[str, bool] = {}

    def client(self, peer: str, forwarded_for: bytes | None) -> str:
        """The client's address: the peer's, or behind trusted proxies the last one that none of them is."""
        if not self._networks or forwarded_for is None or not self.trusts(peer):
            return peer
        for hop in reversed(forwarded_for.decode("latin-1").split(",")):
            address = hop.strip()
            if not self.trusts(address):
                return address[:64]
        return peer

    def trusts(self, address: str) -> bool:
        """Return whether the address is a proxy's."""
        known = self._known.get(address)
        if known is None:
            try:
                found = ip_address(address)
            except ValueError:
                return False
            known = any(found in network for network in self._networks)
            if len(self._known) < _CLIENTS:
                self._known[address] = known
        return known
