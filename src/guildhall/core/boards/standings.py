"""Ranks, and what is around them: answered by the copy in Redis where it can be believed, else by PostgreSQL."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from guildhall.core.boards.ids import CopyId
from guildhall.core.boards.mirror import Found, Mirror
from guildhall.core.boards.queries import standings as queries
from guildhall.core.boards.rules.places import parts_of, place, plain
from guildhall.core.boards.schemas import Placed, Standing, Window
from guildhall.db.pool import Database, Transaction


class Part(Struct, frozen=True):
    """A part of a list: the number of all its members, and some standings."""

    size: int
    standings: list[Standing]


class Standings:
    """Answers questions about lists. Both sources have the same order and the same digits."""

    def __init__(self, db: Database, mirror: Mirror) -> None:
        self._db = db
        self._mirror = mirror
        self.copy: CopyId | None = None
        """The copy that follows PostgreSQL, as far as this process knows; the follower sets it."""
        self.answered: Counter[str] = Counter()
        """Answers by source: `redis`, `postgresql`, and `fallback` for those of PostgreSQL that Redis should give."""

    async def page(self, window: Window, after: bytes, limit: int) -> Part:
        """Return the standings behind a place; behind no bytes is the beginning."""
        if self.copy is not None:
            found = await self._mirror.page(self.copy, window.id, after, limit)
            if found is not None:
                return self._of_copy(window, found)
        self._count_database()
        async with self._db.read() as tx:
            rows = await queries.page.many(tx, window.id, after, limit)
            return await _part(tx, window, rows)

    async def around(self, window: Window, member: str, before: int, behind: int) -> Part:
        """Return a member's standing between its neighbours, best first; no standings for one that is not there."""
        if self.copy is not None:
            found = await self._mirror.around(self.copy, window.id, member, before, behind)
            if found is not None:
                return self._of_copy(window, found)
        self._count_database()
        async with self._db.read() as tx:
            if before or behind:
                rows = await queries.around.many(tx, window.id, member, before, behind)
            else:
                rows = await queries.standing.many(tx, window.id, member)
            return await _part(tx, window, rows)

    def _of_copy(self, window: Window, found: Found) -> Part:
        self.answered["redis"] += 1
        standings: list[Standing] = []
        for rank, (written, reached_at) in enumerate(found.places, found.before + 1):
            parts = parts_of(written, descending=window.descending)
            standings.append(Standing(rank, parts.member, parts.score, parts.tie, reached_at))
        return Part(found.size, standings)

    def _count_database(self) -> None:
        self.answered["fallback" if self._mirror.present else "postgresql"] += 1


def place_of(window: Window, standing: Standing) -> bytes:
    """Return the place of a standing, behind which a page begins."""
    return place(standing.score, standing.tie, standing.member, descending=window.descending)


async def _part(tx: Transaction, window: Window, rows: Sequence[Placed]) -> Part:
    if not rows:
        return Part(await queries.size.one(tx, window.id), [])
    standings = [Standing(row.rank, row.member, plain(row.score), row.tie, row.reached_at) for row in rows]
    return Part(rows[0].size, standings)
