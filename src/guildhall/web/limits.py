"""How much one client may ask for: a token bucket for each."""

import math
from collections import OrderedDict

_CLIENTS = 100_000
"""Buckets kept; the longest unused goes first, and by then it is full again."""


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

    def take(self, client: str, now: float) -> int:
        """Take one token: how many are left, or minus the seconds until there is one."""
        bucket = self._buckets.get(client)
        if bucket is None:
            self._buckets[client] = [self.burst - 1.0, now]
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
            return self.burst - 1
        tokens = min(float(self.burst), bucket[0] + max(0.0, now - bucket[1]) * self._rate)
        bucket[1] = now
        self._buckets.move_to_end(client)
        if tokens < 1.0:
            bucket[0] = tokens
            return -math.ceil((1.0 - tokens) / self._rate)
        bucket[0] = tokens - 1.0
        return int(tokens - 1.0)

    def header(self, left: int) -> bytes:
        """The RateLimit field (draft-ietf-httpapi-ratelimit-headers): what is left, seconds until one more."""
        said = self._said.get(left)
        if said is None:
            wait = -left if left < 0 else math.ceil(1 / self._rate)
            said = f'"default";r={max(0, left)};t={wait}'.encode()
            if len(self._said) < 10_000:
                self._said[left] = said
        return said
