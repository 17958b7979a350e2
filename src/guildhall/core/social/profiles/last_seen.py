"""The times at which people were last seen, gathered in a web process and written a few times an hour."""

import asyncio
from collections import OrderedDict
from datetime import UTC, datetime

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.social.profiles.state_queries import note_seen
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured, Unavailable
from guildhall.ids import UserId
from guildhall.log import get_logger

log = get_logger(__name__)

_BATCH = 1000
"""People that are noted in one statement."""


class LastSeen:
    """Notes when people were last seen, each once in some minutes, many with one statement."""

    def __init__(self, db: Database, authenticator: Authenticator, settings: SocialSettings) -> None:
        self._db = db
        self._authenticator = authenticator
        self._settings = settings
        self._noted: OrderedDict[UserId, float] = OrderedDict()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write what gathers."""
        self._task = asyncio.create_task(self._run(), name="last_seen")

    async def close(self) -> None:
        """Stop, and write what has gathered."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> int:
        """Write what has gathered; return how many people that were.

        While the database is away it is lost: the next request of a person notes them again.
        """
        seen = self._authenticator.take_seen()
        if not seen:
            return 0
        newest = max(seen.values())
        before = newest - 60 * self._settings.last_seen_minutes
        while self._noted and next(iter(self._noted.values())) < before:
            self._noted.popitem(last=False)
        new = sorted(user for user in seen if user not in self._noted)
        for begin in range(0, len(new), _BATCH):
            batch = new[begin : begin + _BATCH]
            times = [datetime.fromtimestamp(seen[user], UTC) for user in batch]
            try:
                async with self._db.write(DOORKEEPER) as tx:
                    await note_seen.run(tx, batch, times, self._settings.last_seen_minutes)
            except (Unavailable, Misconfigured) as error:
                log.warning("last_seen_lost", people=len(new) - begin, why=str(error))
                return begin
            self._noted.update((user, newest) for user in batch)
        return len(new)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._settings.last_seen_flush_seconds)
            await self.flush()
