"""Rows and faults for the tests of the dota2 pack."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from guildhall.core.upstream.routes import Given
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.matches import actions as matches_actions
from guildhall.packs.dota2.opendota.schemas import GivenMatch, GivenPlayer, GivenProfile
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import actions as players_actions
from guildhall.packs.dota2.sandbox import CALLS, FAULTS, WORLD, Fault, FaultMode, player_ids
from guildhall.packs.dota2.sandbox.world import PlayerChange
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.sync import actions as sync_actions

PROXY = "/api/v1/opendota_proxy"
ANALYTICS = "/api/v1/analytics"
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)


def match(match_id: int, **given: Any) -> GivenMatch:
    """A decided ranked match with hero 1 on the Radiant side, half an hour long, a minute an id after noon."""
    start = int((NOON + timedelta(minutes=match_id)).timestamp())
    defaults = {"player_slot": 0, "start_time": start, "duration": 1800, "radiant_win": True, "hero_id": 1}
    return GivenMatch(match_id=match_id, **{**defaults, "game_mode": 22, "lobby_type": 7, "average_rank": 54, **given})


def player(account_id: int, **given: Any) -> GivenPlayer:
    """What OpenDota says of a player; `private` and `personaname` are of the profile."""
    name = given.pop("personaname", f"player {account_id}")
    profile = GivenProfile(account_id, personaname=name, fh_unavailable=given.pop("private", False))
    return GivenPlayer(profile, **given)


async def save_player(tx: Transaction, account_id: int, at: datetime | None = None, **given: Any) -> None:
    """Store a player."""
    await players_actions.save_player(tx, Given(player(account_id, **given), at or tx.now, b"{}"))


async def save_matches(tx: Transaction, account_id: int, *matches: GivenMatch) -> int:
    """Store matches of a player; how many were new."""
    return await matches_actions.save_matches(tx, AccountId(account_id), matches, tx.now)


async def rows(db: Database, sql: str, *args: Any) -> list[dict[str, Any]]:
    """What a statement finds."""
    async with db.read() as tx:
        return [dict(record) for record in await tx.connection.fetch(sql, *args)]


async def count(db: Database, table: str, account_id: int) -> int:
    """A player's rows in a table of the pack."""
    (row,) = await rows(db, f"select count(*) as n from dota2.{table} where account_id = $1", account_id)
    return int(row["n"])


def ids(sandbox: Any) -> list[int]:
    """The sandbox's players who share their matches and have a medal."""
    found = []
    world = sandbox.app[WORLD]
    for index, account_id in enumerate(player_ids(sandbox.options)):
        persona = world.calendar.persona(index)
        if not persona.private and persona.active and persona.rank_tier is not None:
            found.append(account_id)
    return found


def calls(sandbox: Any) -> dict[str, int]:
    """How often each path was asked for, /metadata aside."""
    view = sandbox.app[CALLS].view()
    return {path: sum(by.values()) for path, by in view.calls.items() if path != "/metadata"}


def forget_calls(sandbox: Any) -> None:
    """Count from zero."""
    sandbox.app[CALLS].reset()


def fault(sandbox: Any, mode: str, **options: Any) -> None:
    """Have the sandbox fail from now on."""
    sandbox.app[FAULTS].set(Fault(mode=FaultMode(mode), **options))


def heal(sandbox: Any) -> None:
    """Everything works again."""
    sandbox.app[FAULTS].clear()


def change(sandbox: Any, account_id: int, **changes: Any) -> None:
    """Change a player of the sandbox."""
    index = player_ids(sandbox.options).index(account_id)
    sandbox.app[WORLD].change(index, PlayerChange(**changes))


async def add_matches(sandbox: Any, session: Any, account_id: int, count: int) -> None:
    """Have a player of the sandbox play."""
    path = f"{sandbox.address}/_sandbox/players/{account_id}/matches"
    async with session.post(path, json={"count": count}) as answer:
        assert answer.status == 200, await answer.text()


async def walk(get: Callable[[str], Awaitable[Any]], path: str) -> tuple[list[Any], int]:
    """All items of a list, page by page, and how many pages there were."""
    items: list[Any] = []
    pages = 0
    after = ""
    while True:
        answer = await get(f"{path}{'&' if '?' in path else '?'}{after}")
        assert answer.status == 200, answer.body
        pages += 1
        items += answer.json["items"]
        if answer.json["next"] is None:
            return items, pages
        after = f"after={answer.json['next']}"


async def administer(cluster: Any, statement: str, hang_up: str | None) -> None:
    """Run a statement as the cluster's owner, and end the connections to a database."""
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        await connection.execute(statement)
        if hang_up is not None:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", hang_up
            )
    finally:
        await connection.close()


async def early_in_a_minute(seconds: float = 8.0) -> None:
    """Return when the UTC minute has so many seconds left: windows of calls begin anew with it."""
    left = 60.0 - time.time() % 60.0
    if left < seconds:
        await asyncio.sleep(left + 0.05)


class Asking:
    """What a sync needs: a database, a client of the sandbox, a clock."""

    def __init__(self, db: Database, opendota: OpenDota, settings: Dota2Settings, sandbox: Any) -> None:
        self.db, self.opendota, self.settings, self.sandbox = db, opendota, settings, sandbox

    async def sync(self, account_id: int, **options: Any) -> sync_actions.SyncReport:
        return await sync_actions.sync_player(
            self.db, self.opendota, AccountId(account_id), interactive=True, **options
        )

    async def rows(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        return await rows(self.db, sql, *args)

    async def all_of(self, table: str) -> list[dict[str, Any]]:
        return await self.rows(f"select * from dota2.{table}")
