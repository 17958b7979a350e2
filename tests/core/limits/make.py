"""Processes that limit people, on one database and one clock."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.core.limits.declaration import Limit, Limits
from guildhall.core.limits.errors import LimitUsedUp
from guildhall.core.limits.ledger import Counted, DatabaseLedger, Ledger, LedgerAway, Total
from guildhall.core.limits.person_limits import PersonLimits
from guildhall.core.limits.settings import LimitsSettings
from guildhall.db.pool import Database
from guildhall.ids import UserId

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


def chosen(**settings: Any) -> LimitsSettings:
    """Settings that owe nothing to a file; the ledger is told only where somebody waits."""
    return LimitsSettings(**{"_env_file": None, "flush_seconds": 60, **settings})


class Clock:
    """The processes' clock, which never goes back, and the ledger's, which may."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.ahead = 0.0

    def timer(self) -> float:
        """The processes' time."""
        return self.seconds

    def moment(self) -> datetime:
        """The ledger's time."""
        return NOON + timedelta(seconds=self.seconds + self.ahead)


class Outage:
    """A ledger that does not answer while it is told not to."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.begun = False

    async def add(self, rows: Sequence[Counted]) -> list[Total | None]:
        """See Ledger."""
        if self.begun:
            raise LedgerAway("a test wants it")
        return await self._ledger.add(rows)

    async def close(self) -> None:
        """See Ledger."""


class Processes:
    """Web processes of one installation, with one group of endpoints."""

    def __init__(self, made: list[PersonLimits], outage: Outage, clock: Clock) -> None:
        self.made = made
        self.outage = outage
        self.clock = clock

    async def ask(self, process: int, user: UserId, group: str = "things") -> bool:
        """Make a request at a process; whether it is let through."""
        try:
            await self.made[process].require(user, group)
        except LimitUsedUp:
            return False
        return True


@contextlib.asynccontextmanager
async def processes(
    db: Database,
    count: int,
    *,
    free: int,
    premium: int = 1000,
    seconds: int = 60,
    ledger: Ledger | None = None,
    **settings: Any,
) -> AsyncIterator[Processes]:
    """Processes that share a ledger: the database's by a clock of the test, unless another one is given."""
    clock = Clock()
    outage = Outage(ledger or DatabaseLedger(db, 5.0, clock.moment))
    limits = Limits({"things": Limit("things", "Things", free, premium, seconds)})
    made = [PersonLimits(db, chosen(**settings), limits, outage) for _ in range(count)]
    for one in made:
        one._timer = clock.timer
        one.start()
    try:
        yield Processes(made, outage, clock)
    finally:
        outage.begun = False
        for one in made:
            await one.close()
