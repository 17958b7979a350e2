"""ESI's rate limits: the halts before whose end it may not be asked, shared by all processes through a table."""

import time
from datetime import datetime, timedelta

from guildhall.clock import Clock
from guildhall.db.pool import Database
from guildhall.db.statements import command, rows
from guildhall.log import get_logger
from guildhall.packs.eve.upstream.errors import EsiHalted
from guildhall.packs.eve.upstream.routes import Route

log = get_logger(__name__)
EVERYTHING = "all"
"""The halt of all calls, after a 420."""
ERRORS = "errors"
"""The routes under the error limit, while few errors are left of it."""
SSO = "sso"
"""The halt of calls to the single sign-on, which does not take our client id."""
_LOOK = 1.0
"""Seconds between looks at the halts of other processes."""


@rows(tuple[str, datetime], "select scope, until from eve.halts where until > :now")
def halts_now(now: datetime) -> None: ...


@rows(
    str,
    """
    select unnest(routes_down) as route from eve.server_status
    where routes_expires_at is not null and routes_expires_at > :now::timestamptz - interval '10 minutes'
    """,
)
def routes_down(now: datetime) -> None: ...


@command(
    """
    insert into eve.halts as h (scope, until, why) values (:scope, :until, :why)
    on conflict (scope) do update set until = greatest(h.until, excluded.until), why = excluded.why
    """,
)
def set_halt(scope: str, until: datetime, why: str) -> None: ...


@command("delete from eve.halts where until < :before")
def forget_halts(before: datetime) -> None: ...


class Halts:
    """The halts that hold, as this process knows them: its own at once, others' within a second."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self._down: frozenset[str] = frozenset()
        self._looked = float("-inf")

    async def look(self) -> None:
        """Read the halts of other processes, if that was not done within the second."""
        if time.monotonic() - self._looked < _LOOK:
            return
        self._looked = time.monotonic()
        now = self._clock.now()
        async with self._db.read() as tx:
            others = await halts_now.many(tx, now)
            self._down = frozenset(await routes_down.many(tx, now))
        mine = {scope: until for scope, until in self._until.items() if until > now}
        self._until = {**dict(others), **{s: max(u, dict(others).get(s, u)) for s, u in mine.items()}}

    def left(self, scope: str) -> float:
        """Seconds that a scope is halted yet; 0 when it is not."""
        until = self._until.get(scope)
        return 0.0 if until is None else max(0.0, (until - self._clock.now()).total_seconds())

    def refuse(self, route: Route, bucket: str | None) -> None:
        """Raises EsiHalted when the route is not to be asked now, for everybody or for the pilot of the bucket."""
        if not self._until and not self._down:
            return
        scopes = [EVERYTHING, f"route:{route.name}", bucket if bucket is not None else ERRORS]
        wait = max(self.left(scope) for scope in scopes)
        if wait > 0:
            raise EsiHalted(detail=f"ESI must not be asked for {route.path} for now.", retry_after=int(wait) + 1)
        if route.name in self._down:
            raise EsiHalted(detail=f"ESI says that {route.path} is down.", retry_after=120)

    async def set(self, scope: str, seconds: float, why: str) -> int:
        """Halt a scope in all processes; whole seconds until it ends."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._until[scope] = max(until, self._until.get(scope, until))
        log.warning("esi_halted", scope=scope, seconds=round(seconds), why=why)
        async with self._db.write() as tx:
            await set_halt.run(tx, scope, until, why)
        return int(seconds) + 1
