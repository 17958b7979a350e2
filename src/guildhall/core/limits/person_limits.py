"""Limits of people: each process lets requests through by what it knows, and tells the others what it counted."""

import asyncio
import contextlib
from collections.abc import Iterable
from time import perf_counter
from uuid import UUID

import asyncpg

from guildhall.core.identity.principals.schemas import DOORKEEPER
from guildhall.core.identity.subscriptions.rules import Tier, tier_now
from guildhall.core.limits import queries
from guildhall.core.limits.allowance import NO_LIMIT, Allowance
from guildhall.core.limits.declaration import Limits
from guildhall.core.limits.errors import LimitUsedUp
from guildhall.core.limits.ledger import Counted, Ledger, LedgerAway
from guildhall.core.limits.settings import LimitsSettings
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.web.reply import Fields

log = get_logger(__name__)

_TIER_SECONDS = 60.0
"""Seconds for which a tier is believed."""
_BATCH = 1000
"""Rows that are told with one statement."""
_SWEEP = 30.0
"""Seconds between two times that allowances are forgotten whose windows are over."""


class PersonLimits:
    """The limits of people in a web process.

    With N processes a person makes no more requests in a window than the limit and N times the requests that a process
    may let through untold. While the ledger does not answer, each process limits by its own count: at most N times the
    limit.
    """

    def __init__(self, db: Database, settings: LimitsSettings, limits: Limits, ledger: Ledger) -> None:
        self._db = db
        self._settings = settings
        self._limits = limits.by_name
        self._ledger = ledger
        self._allowances: dict[tuple[bytes, str], Allowance] = {}
        self._tiers: dict[bytes, tuple[Tier, float]] = {}
        """Tiers by the bytes of ids, and until when they are believed."""
        self._dirty: dict[Allowance, None] = {}
        self._lines: dict[tuple[str, int], bytes] = {}
        """The beginnings of header lines, by group and limit."""
        self._waiting: list[asyncio.Future[None]] = []
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._swept = 0.0
        self._timer = perf_counter
        self.on = any(one.free or one.premium for one in self._limits.values())
        """True where anybody has a limit."""
        self.away = False
        """True while the ledger does not answer."""
        self.refused = 0
        self.told = 0
        self.failures = 0

    def start(self) -> None:
        """Start telling the ledger."""
        if self.on:
            self._task = asyncio.create_task(self._run(), name="person-limits")

    async def close(self) -> None:
        """Tell the ledger what it does not have yet."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await self.flush()

    async def require(self, user: UserId, group: str) -> Fields:
        """Let a request through and return its header fields. Raises LimitUsedUp."""
        key = user.bytes
        while True:
            found = self._allowance(key, group, self._timer())
            taken = found.take(alone=self.away)
            if taken is None:
                await self.settle()
                continue
            if not taken:
                self.refused += 1
                raise LimitUsedUp(limit=found.limit, group=group, retry_after=found.wait(self._timer()))
            return self._note(found)

    def line(self, user: bytes, group: str, now: float) -> bytes | None:
        """Let a request of the fast path through and return its header lines; None for one that takes the long way.

        `user` is the id in bytes, `now` of `time.perf_counter`.
        """
        found = self._allowance(user, group, now)
        if not found.take(alone=self.away):
            return None
        if found.limit == NO_LIMIT:
            found.unsynced = 0
            return b""
        self._dirty[found] = None
        lines = self._lines.get((group, found.limit))
        if lines is None:
            (_, policy), _ = _fields(found, now)
            lines = self._lines[group, found.limit] = b'ratelimit-policy: %s\r\nratelimit: "%s";r=' % (
                policy, group.encode()
            )  # fmt: skip
        return b"%s%d;t=%d\r\n" % (lines, found.left(), found.wait(now))

    def fields(self, user: UserId, group: str) -> Fields:
        """Return the header fields of a request that was refused."""
        found = self._allowances.get((user.bytes, group))
        return [] if found is None else _fields(found, self._timer())

    def _allowance(self, user: bytes, group: str, now: float) -> Allowance:
        found = self._allowances.get((user, group))
        if found is None:
            seconds = self._limits[group].seconds
            found = Allowance(user, group, self._limit_of(user, group), self._settings.unsynced_percent, seconds, now)
            self._allowances[user, group] = found
        elif now >= found.ends:
            found.roll(now, alone=self.away)
        return found

    def _note(self, taken: Allowance) -> Fields:
        """Remember to tell the ledger of a request, and return its header fields."""
        if taken.limit == NO_LIMIT:
            taken.unsynced = 0
            return []
        self._dirty[taken] = None
        return _fields(taken, self._timer())

    def _limit_of(self, user: bytes, group: str) -> int:
        """Return a person's limit: that of who does not pay until it is known otherwise."""
        tier, _ = self._tiers.get(user, ("free", 0.0))
        limit = self._limits[group]
        return (limit.premium if tier == "premium" else limit.free) or NO_LIMIT

    async def settle(self) -> None:
        """Return when the ledger has what was counted up to now, or is found to be away."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._wanted.set()
        await waiter

    async def known(self, user: UserId) -> tuple[Tier, list[Allowance]]:
        """Return a person's tier, and the allowances of all groups as the ledger has them now."""
        key, now = user.bytes, self._timer()
        found = [self._allowance(key, name, now) for name in self._limits]
        self._dirty |= dict.fromkeys(one for one in found if one.limit != NO_LIMIT)
        self._tiers.pop(key, None)
        if self.on:
            await self.settle()
        tier, _ = self._tiers.get(key, ("free", 0.0))
        return tier, found

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.flush_seconds):
                    await self._wanted.wait()
            self._wanted.clear()
            await self.flush()

    async def flush(self) -> None:
        """Tell the ledger what it does not have, learn what it has, and let those go on who wait for that."""
        waiting, self._waiting = self._waiting, []
        rows = list(self._dirty)
        self._dirty.clear()
        try:
            if rows:
                await self._know_tiers({one.user for one in rows})
            for first in range(0, len(rows), _BATCH):
                await self._tell(rows[first : first + _BATCH])
            self.away = False
        except LedgerAway as error:
            self._dirty |= dict.fromkeys(one for one in rows if one.unsynced)
            self.failures += 1
            if not self.away:
                log.warning("limits_counted_alone", why=str(error))
            self.away = True
        finally:
            for waiter in waiting:
                if not waiter.done():
                    waiter.set_result(None)
        self._sweep(self._timer())

    async def _tell(self, rows: list[Allowance]) -> None:
        counted = [Counted(UserId(UUID(bytes=one.user)), one.group, one.unsynced, one.seconds) for one in rows]
        totals = await self._ledger.add(counted)
        now = self._timer()
        for one, told, total in zip(rows, counted, totals, strict=True):
            if total is not None:
                one.learn(told.requests, total.made, total.seconds_left, now)
            if one.unsynced:
                self._dirty[one] = None
        self.told += len(rows)

    async def _know_tiers(self, users: Iterable[bytes]) -> None:
        """Read the tiers that are not known. Raises LedgerAway."""
        now = self._timer()
        unknown = [user for user in users if user not in self._tiers or self._tiers[user][1] <= now]
        if not unknown:
            return
        try:
            async with asyncio.timeout(self._settings.count_seconds), self._db.read(DOORKEEPER) as tx:
                found = await queries.subscriptions.many(tx, [UserId(UUID(bytes=user)) for user in unknown])
                tiers = {row.user_id.bytes: tier_now(row.tier, row.status, row.ends_at, tx.now) for row in found}
        except (GuildhallError, asyncpg.PostgresError, TimeoutError) as error:
            raise LedgerAway(str(error) or type(error).__name__) from error
        for user in unknown:
            self._tiers[user] = tiers.get(user, "free"), now + _TIER_SECONDS
            for name in self._limits:
                if (one := self._allowances.get((user, name))) is not None:
                    one.set_limit(self._limit_of(user, name), self._settings.unsynced_percent)

    def _sweep(self, now: float) -> None:
        """Forget the allowances whose windows are over, and tiers of people who are not here."""
        if now < self._swept + _SWEEP:
            return
        self._swept = now
        for key in [key for key, one in self._allowances.items() if now >= one.ends and not one.unsynced]:
            del self._allowances[key]
        for user in [user for user, (_, until) in self._tiers.items() if now >= until]:
            del self._tiers[user]


def _fields(one: Allowance, now: float) -> Fields:
    """The RateLimit fields (draft-ietf-httpapi-ratelimit-headers), beside those of the client's address."""
    return [
        (b"ratelimit-policy", b'"%s";q=%d;w=%d' % (one.group.encode(), one.limit, one.seconds)),
        (b"ratelimit", b'"%s";r=%d;t=%d' % (one.group.encode(), one.left(), one.wait(now))),
    ]
