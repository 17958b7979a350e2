"""The graphs of passive trees that a process has in memory."""

import asyncio
from collections import OrderedDict
from datetime import datetime

from guildhall.clock import Clock
from guildhall.db.pool import Database
from guildhall.packs.poe2.trees import queries
from guildhall.packs.poe2.trees.rules.graph import Graph

_LIVES = 60.0
"""Seconds after which it is looked what is imported."""
_MOST = 16
"""Graphs in memory; beyond, the one that was asked for longest ago goes."""


class Graphs:
    """Loads graphs when they are asked for. One for each process.

    Which versions there are is known from one statement a minute, so that codes of made-up versions cost no question
    to the database and no graph its place.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._imported: dict[str, datetime] = {}
        self._looked_until = 0.0
        self._graphs: OrderedDict[str, tuple[datetime, Graph]] = OrderedDict()
        self._loading = asyncio.Lock()

    async def of(self, version: str) -> Graph | None:
        """Return the graph of a version, or None when it is not imported. Raises DatabaseUnavailable."""
        if self._clock.timestamp() >= self._looked_until or self._is_missing(version):
            async with self._loading:  # one at a time: a graph takes 50 ms to make
                await self._look()
                if self._is_missing(version):
                    await self._load(version)
        if version not in self._imported:
            return None
        self._graphs.move_to_end(version)
        return self._graphs[version][1]

    def _is_missing(self, version: str) -> bool:
        """Return whether a version is imported, and in memory not as it was imported last."""
        imported_at = self._imported.get(version)
        return imported_at is not None and self._graphs.get(version, (None,))[0] != imported_at

    async def _look(self) -> None:
        if self._clock.timestamp() < self._looked_until:
            return
        async with self._db.read() as tx:
            self._imported = dict(await queries.imported_trees.many(tx))
        self._looked_until = self._clock.timestamp() + _LIVES

    async def _load(self, version: str) -> None:
        async with self._db.read(snapshot=True) as tx:
            tree = await queries.tree.one_or_none(tx, version)
            if tree is None:  # removed since it was looked
                del self._imported[version]
                return
            nodes, edges = await queries.nodes_of.many(tx, version), await queries.edges_of.many(tx, version)
        graph = await asyncio.to_thread(Graph, version, nodes, edges, tree.starts)
        self._imported[version] = tree.imported_at
        self._graphs[version] = tree.imported_at, graph
        while len(self._graphs) > _MOST:
            self._graphs.popitem(last=False)
