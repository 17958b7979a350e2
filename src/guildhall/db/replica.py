"""A streaming replica that reads may go to, and who must not be sent there just now."""

import asyncio
from uuid import UUID

from guildhall.db.connection import GONE, AllBusy, Connection, Pool, acquire
from guildhall.db.policies import Viewer
from guildhall.errors import DatabaseUnavailable
from guildhall.log import get_logger

log = get_logger(__name__)

WRITTEN = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
"""The primary's position after everything that has been committed."""
_REPLAYED = "select pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint"
_AWAY_SECONDS = 5.0


class Replica:
    """The replica's pool, and how far behind the primary it is known to be.

    Positions are bytes of the write-ahead log. A viewer's writes are remembered until the replica has
    replayed them; when `most_remembered` viewers wait for it, it has to catch up for all viewers at once, so
    that memory stays bounded however long it stands still. Writes of other processes are not known here.
    """

    def __init__(self, pool: Pool, patience: float, most_remembered: int = 10_000) -> None:
        self._pool = pool
        self._patience = patience
        self._most_remembered = most_remembered
        self._written: dict[UUID, int] = {}
        self._written_by_any = 0
        self._replayed = 0
        self._away_until = 0.0

    @property
    def pool(self) -> Pool:
        """The pool that the connections of `connection_for` go back to."""
        return self._pool

    @property
    def remembered(self) -> int:
        """The number of viewers whose writes the replica may not have replayed."""
        return len(self._written)

    def note_write(self, viewer: Viewer, position: int) -> None:
        """Remember that a viewer has written, up to a position."""
        if position <= self._replayed:
            return
        if len(self._written) >= self._most_remembered and viewer.id not in self._written:
            self._written_by_any = max(self._written_by_any, *self._written.values())
            self._written.clear()
        self._written[viewer.id] = max(position, self._written.get(viewer.id, 0))

    async def connection_for(self, viewer: Viewer | None) -> Connection | None:
        """A connection that shows the viewer's own writes; None when the primary has to be asked.

        Raises AllBusy: the primary is not asked to carry the replica's overload.
        """
        if asyncio.get_running_loop().time() < self._away_until:
            return None
        try:
            connection = await acquire(self._pool, self._patience)
        except AllBusy:
            raise
        except DatabaseUnavailable as error:
            self._set_aside(error)
            return None
        try:
            if viewer is None or await self._has_replayed(connection, self._wanted(viewer)):
                return connection
        except GONE as error:
            self._set_aside(error)
        except BaseException:
            await self._pool.release(connection)
            raise
        await self._pool.release(connection)
        return None

    def _wanted(self, viewer: Viewer) -> int:
        return max(self._written.get(viewer.id, 0), self._written_by_any)

    async def _has_replayed(self, connection: Connection, position: int) -> bool:
        if position <= self._replayed:
            return True
        replayed = await connection.fetchval(_REPLAYED)
        if replayed is None:
            return True  # not a replica but a primary of its own: there is nothing to wait for
        self._replayed = max(self._replayed, replayed)
        self._written = {viewer: at for viewer, at in self._written.items() if at > self._replayed}
        return position <= self._replayed

    def _set_aside(self, error: BaseException) -> None:
        """Ask the primary for a while: a dead replica must not cost every read its patience."""
        self._away_until = asyncio.get_running_loop().time() + _AWAY_SECONDS
        why = str(error.__cause__ or error) or type(error).__name__
        log.warning("replica_away", why=why, reads="primary", again_in=_AWAY_SECONDS)
