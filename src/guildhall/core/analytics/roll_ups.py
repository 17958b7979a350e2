"""The loop that counts new events by day."""

import asyncio
import contextlib
import secrets
from datetime import timedelta

import asyncpg

from guildhall.core.analytics.queries.intake import behind, move_outbox, roll_up
from guildhall.core.analytics.schemas import Behind
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.db.listen import Listener
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

CHANNEL = "guildhall_analytics"
"""The channel on which PostgreSQL's NOTIFY tells of an event in the outbox."""
_AGAIN = 1.0
"""Seconds until another round when one failed."""
_MOVED_AT_ONCE = 1000
_FEW = 4000
"""Events that are counted in one transaction."""
_MANY = 20_000
"""Events that are counted in one transaction when many are left: large steps are quicker."""


class RollUps:
    """Counts events `roll_up_seconds` after they were stored. One of several processes does a step.

    A process begins when it has stored an event itself, and a web process also when it hears of one in the outbox. It
    looks every `roll_up_idle_seconds` for events of processes that are dead.
    """

    def __init__(self, db: Database, settings: AnalyticsSettings) -> None:
        self._db = db
        self._late = timedelta(hours=settings.late_hours)
        self._most = settings.values_most
        self._seconds = settings.roll_up_seconds
        self._idle_seconds = settings.roll_up_idle_seconds
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stays = False
        self.counted = 0
        self.behind = Behind(0.0)
        """How far the roll-ups were behind after the last round of this process."""

    def listen(self, listener: Listener) -> None:
        """Register with the process's listener before it starts."""
        listener.listen(CHANNEL, lambda _: self.wake(), on_gap=self.wake)

    def start(self) -> None:
        """Begin to look for events of all processes."""
        self._stays = True
        self.wake()

    def wake(self) -> None:
        """Count soon: there is a new event."""
        self._news.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="analytics-roll-ups")

    async def close(self) -> None:
        """Stop; a step that is under way is undone, and left to the next round of any process."""
        self._stays = False
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while self._stays or self._news.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._idle_seconds):
                    await self._news.wait()
            await asyncio.sleep(self._seconds)  # what comes meanwhile is of the same round
            self._news.clear()
            try:
                if not await self.round():
                    self._news.set()  # who is at it may have read the events before the latest ones came
            except (Unavailable, asyncpg.PostgresError) as error:
                self._news.set()
                log.warning("roll_ups_failed", why=str(error) or type(error).__name__, again_in=_AGAIN)
                await asyncio.sleep(_AGAIN)

    async def round(self) -> bool:
        """Count what is there; false if another process was at it, and some may be left."""
        async with self._db.single() as tx:
            self.behind = await behind.one(tx)
            while await move_outbox.one(tx, secrets.randbits(48), self._late, _MOVED_AT_ONCE) == _MOVED_AT_ONCE:
                pass
            few = _FEW
            while True:
                step = await roll_up.one(tx, few, self._most)
                self.counted += step.counted
                if step.busy or not step.more:
                    break
                few = _MANY
            self.behind = await behind.one(tx)
            return not step.busy
