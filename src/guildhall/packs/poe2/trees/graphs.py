"""The graphs of passive trees that a process has in memory."""

import asyncio

from guildhall.clock import Clock
from guildhall.db.pool import Database
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.rules.graph import Graph

_LIVES = 300.0
"""Seconds after which it is looked whether a version was imported again."""
_MOST = 16
"""Versions in memory; beyond, the one that was looked at longest ago goes."""


class Graphs:
    """Loads graphs when they are asked for. One for each process."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._known: dict[str, tuple[float, Graph | None]] = {}
        self._loading = asyncio.Lock()

    async def of(self, version: str) -> Graph | None:
        """Return the graph of a version, or None when it is not imported. Raises DatabaseUnavailable."""
        found = self._known.get(version)
        if found is not None and self._clock.timestamp() < found[0]:
            return found[1]
        async with self._loading:  # one at a time: a graph takes 50 ms to make
            found = self._known.get(version)
            if found is not None and self._clock.timestamp() < found[0]:
                return found[1]
            graph = await self._load(version)
            self._known.pop(version, None)
            while len(self._known) >= _MOST:
                self._known.pop(next(iter(self._known)))
            self._known[version] = self._clock.timestamp() + _LIVES, graph
            return graph

    async def _load(self, version: str) -> Graph | None:
        async with self._db.read(snapshot=True) as tx:
            tree = await queries.tree.one_or_none(tx, version)
            if tree is None:
                return None
            nodes, edges = await queries.nodes_of.many(tx, version), await queries.edges_of.many(tx, version)
        return await asyncio.to_thread(Graph, version, nodes, edges, tree.starts)
