"""httpx and SQLAlchemy's async ORM: the sync loop of a companion app, done right.

Run as `python -m bench.peers.httpx_sync`; DATABASE_URL and OPENDOTA_URL come from the environment, and a line
of JSON with players, seconds and CPU seconds goes to standard output.
"""

import argparse
import asyncio
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import uvloop
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bench.peers.tables import (
    Base,
    PlayerHero,
    PlayerMatch,
    PlayerProfile,
    PlayerRank,
    PlayerWinLoss,
    engine_for,
)

# What a call is named here -> its path under /players/{account_id}.
CALLS = {
    "profile": "",
    "wl": "/wl",
    "matches": "/matches?limit=20",
    "recentMatches": "/recentMatches",
    "heroes": "/heroes",
    "ratings": "/ratings",
}
MATCH_COLUMNS = (
    "match_id",
    "player_slot",
    "radiant_win",
    "hero_id",
    "kills",
    "deaths",
    "assists",
    "duration",
    "game_mode",
    "lobby_type",
)


async def store_profile(session: AsyncSession, account_id: int, answer: Any) -> None:
    """Insert or update the player."""
    last_login = answer["profile"].pop("last_login")
    row = PlayerProfile(
        **answer["profile"],
        last_login=datetime.fromisoformat(last_login) if last_login else None,
        rank_tier=answer["rank_tier"],
        leaderboard_rank=answer["leaderboard_rank"],
        computed_mmr=answer["computed_mmr"],
        computed_mmr_turbo=answer["computed_mmr_turbo"],
        aliases=answer["aliases"],
        last_sync=datetime.now(UTC),
    )
    await session.merge(row)


async def store_win_loss(session: AsyncSession, account_id: int, answer: Any) -> None:
    """Insert or update the player's won and lost matches."""
    await session.merge(PlayerWinLoss(account_id=account_id, win=answer["win"], lose=answer["lose"]))


async def store_matches(session: AsyncSession, account_id: int, answer: Any) -> None:
    """Insert or update the player's matches in one statement."""
    rows = [
        {column: match[column] for column in MATCH_COLUMNS}
        | {"account_id": account_id, "start_time": datetime.fromtimestamp(match["start_time"], UTC)}
        for match in answer
    ]
    await _upsert(session, PlayerMatch, rows)


async def store_heroes(session: AsyncSession, account_id: int, answer: Any) -> None:
    """Insert or update how the player fares with each hero in one statement."""
    rows = [
        {
            "account_id": account_id,
            "hero_id": int(hero["hero_id"]),
            "last_played": datetime.fromtimestamp(hero["last_played"], UTC) if hero["last_played"] else None,
            "games": hero["games"],
            "win": hero["win"],
        }
        for hero in answer
    ]
    await _upsert(session, PlayerHero, rows)


async def store_ratings(session: AsyncSession, account_id: int, answer: Any) -> None:
    """Insert or update the player's changes of rank in one statement."""
    rows = [
        {
            "account_id": account_id,
            "recorded_at": datetime.fromisoformat(change["time"]),
            "rank_tier": change["rank_tier"],
        }
        for change in answer
    ]
    await _upsert(session, PlayerRank, rows)


async def _upsert(session: AsyncSession, model: type[Base], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    keys = [column.name for column in model.__mapper__.primary_key]
    statement = insert(model)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    # The rows go as parameters of executemany, so that SQLAlchemy compiles the statement once and caches it.
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


Store = Callable[[AsyncSession, int, Any], Awaitable[None]]
STORES: dict[str, Store] = {
    "profile": store_profile,
    "wl": store_win_loss,
    "matches": store_matches,
    "recentMatches": store_matches,
    "heroes": store_heroes,
    "ratings": store_ratings,
}


async def sync_players(
    account_ids: Sequence[int], calls: Sequence[str], concurrency: int, database_url: str, opendota_url: str
) -> None:
    """Fetch and store so many players at a time, each in one transaction after its calls."""
    engine = engine_for(database_url, concurrency)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    waiting = iter(account_ids)

    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=concurrency)) as client:

        async def fetch(account_id: int, call: str) -> Any:
            answer = await client.get(f"{opendota_url}/players/{account_id}{CALLS[call]}")
            answer.raise_for_status()
            return answer.json()

        async def work() -> None:
            for account_id in waiting:
                answers = [(call, await fetch(account_id, call)) for call in calls]
                async with sessions.begin() as session:
                    for call, answer in answers:
                        await STORES[call](session, account_id, answer)

        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work())
    await engine.dispose()


def main() -> int:
    """Sync a range of players and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers.httpx_sync", description=__doc__)
    parser.add_argument("--ids", type=Path, required=True, help="a file with an account id a line")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--calls", nargs="+", choices=list(CALLS), default=["profile", "wl", "matches"])
    options = parser.parse_args()
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_SELF)
    account_ids = [int(line) for line in options.ids.read_text().split()]
    work = sync_players(
        account_ids,
        options.calls,
        options.concurrency,
        os.environ["DATABASE_URL"],
        os.environ["OPENDOTA_URL"],
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)
    after = resource.getrusage(resource.RUSAGE_SELF)
    report = {
        "players": len(account_ids),
        "seconds": time.perf_counter() - started,
        "cpu_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }
    print(msgspec.json.encode(report).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
