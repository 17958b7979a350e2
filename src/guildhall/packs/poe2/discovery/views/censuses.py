"""The census of the search, which each process reads once in a minute."""

from guildhall.clock import Clock
from guildhall.db.pool import Transaction
from guildhall.packs.poe2.discovery.queries import upkeep
from guildhall.packs.poe2.discovery.rules.blocks import Census

_KEPT = 60.0
"""Seconds. An old census makes a search look in more or fewer blocks than it had to, and finds the same."""


class Censuses:
    """The last census, as the jobs counted it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._blocks: dict[str, dict[int, int]] = {}

    async def of(self, tx: Transaction, newest: int) -> Census:
        """Return the census, with the number of the latest build."""
        now = self._clock.timestamp()
        if not 0 <= now - self._read_at < _KEPT:
            blocks: dict[str, dict[int, int]] = {}
            for row in await upkeep.blocks.many(tx):
                blocks.setdefault(row.sort, {})[row.block] = row.builds
            self._blocks, self._read_at = blocks, now
        builds = max((sum(one.values()) for one in self._blocks.values()), default=0) or newest + 1
        return Census(builds, newest, self._blocks)
