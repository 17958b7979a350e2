"""Guildhall's side of every question: its own commands and tables, nothing made for the benchmark."""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import asyncpg
import msgspec

from bench.context import Context
from bench.peers import groupby_meta
from bench.process import Finished, Server, free_port, run_command
from guildhall.boot.packs import BUILT_IN, branches
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.dota2.sandbox import SandboxOptions, player_ids
from guildhall.packs.dota2.trends import actions as trends_actions
from guildhall.packs.dota2.trends.views import window_trends

SYNC_CALLS: tuple[str, ...] = ("profile", "wl", "recentMatches")
"""What a sync asks OpenDota when the player's history is known."""
NOWHERE = "http://127.0.0.1:1/api"

_COMMAND = (sys.executable, "-m", "guildhall.cli")
_NO_LIMITS = {"GUILDHALL_DOTA2_MINUTE_LIMIT": "0", "GUILDHALL_DOTA2_DAY_LIMIT": "0"}

COPY_PROFILES = """
insert into dota2.player_profiles (
    account_id, personaname, name, plus, cheese, steamid, avatar, avatarmedium, avatarfull, profileurl, last_login,
    loccountrycode, status, fh_unavailable, is_contributor, is_subscriber, rank_tier, leaderboard_rank,
    computed_mmr, computed_mmr_turbo, aliases, raw, last_sync
)
select account_id, personaname, name, plus, cheese::int, steamid, avatar, avatarmedium, avatarfull, profileurl,
       last_login, loccountrycode, status, fh_unavailable, is_contributor, is_subscriber, rank_tier::smallint,
       leaderboard_rank::int, computed_mmr, computed_mmr_turbo, aliases, '{}'::jsonb, now()
from peer.player_profiles
on conflict (account_id) do update set last_sync = excluded.last_sync
"""

COPY_MATCHES = """
insert into dota2.player_matches (
    match_id, account_id, player_slot, radiant_win, hero_id, start_time, duration, game_mode, lobby_type, average_rank,
    kills, deaths, assists
)
select match_id, account_id, player_slot, radiant_win, hero_id, start_time, duration::int, game_mode, lobby_type,
       average_rank, kills, deaths, assists
from peer.player_matches
where match_id > $1 and ($2::bigint is null or account_id = $2)
"""


def profile_target(account_id: int) -> str:
    """The request target of a player's profile."""
    return f"/api/v1/opendota_proxy/players/{account_id}"


async def prepare(context: Context) -> None:
    """Bring the context's database to the head of all migrations."""
    await migrate.upgrade(context.database_url, branches(BUILT_IN))


async def copy_profiles(context: Context) -> None:
    """Take over the peer's players, as fetched this moment."""
    await prepare(context)
    connection = await asyncpg.connect(context.database_url)
    try:
        await connection.execute(COPY_PROFILES, timeout=600)
        await connection.execute("vacuum analyze dota2.player_profiles", timeout=600)
    finally:
        await connection.close()


def _environment(context: Context, **more: str) -> Mapping[str, str]:
    return {
        "GUILDHALL_DATABASE_URL": context.database_url,
        "GUILDHALL_HOME": str(context.directory / "home"),
        "GUILDHALL_DOTA2_OPENDOTA_URL": NOWHERE,
        # The limits are on, as in production, and set so high that they never bite.
        "GUILDHALL_WEB_RATE_PER_MINUTE": "100000000",
        "GUILDHALL_WEB_CONNECTIONS_PER_ADDRESS": "0",
        "GUILDHALL_WEB_RATE_BURST": "100000000",
        **{f"GUILDHALL_LIMITS_{group}_FREE": "100000000" for group in ("READ", "WRITE", "SEARCH", "UPLOAD")},
        **_NO_LIMITS,
        **more,
    }


def serve(context: Context, *, memory_mb: int | None = None, **environment: str) -> Server:
    """A web process on the context's database; `memory_mb` 0 is no memory tier. Keywords are further settings."""
    port = free_port()
    more = environment if memory_mb is None else {**environment, "GUILDHALL_CACHE_MEMORY_MB": str(memory_mb)}
    command = [*_COMMAND, "serve", "--role", "web", "--port", str(port)]
    return Server(command, port, environment=_environment(context, **more), ready="/healthz")


def serve_embedded(home: Path) -> Server:
    """Web and worker on the embedded cluster of a home folder, which is made at the first start."""
    port = free_port()
    environment = {"GUILDHALL_HOME": str(home), "GUILDHALL_DOTA2_OPENDOTA_URL": NOWHERE}
    if not (home / "postgresql" / "data").exists():
        home.mkdir(parents=True, exist_ok=True)
        run_command([*_COMMAND, "db", "upgrade"], environment=environment)
    return Server([*_COMMAND, "serve", "--port", str(port)], port, environment=environment, ready="/healthz")


async def copy_matches(context: Context, *, after_match_id: int) -> None:
    """Take over the peer's newer matches; the triggers note what they add to the meta, as in every write.

    All of them at once when there are none yet, else player by player, as syncs bring them.
    """
    await prepare(context)
    connection = await asyncpg.connect(context.database_url)
    try:
        if after_match_id == 0:
            await connection.execute(COPY_MATCHES, 0, None, timeout=900)
            return
        players = "select distinct account_id from peer.player_matches where match_id > $1"
        async with connection.transaction():
            news = [(after_match_id, row[0]) for row in await connection.fetch(players, after_match_id)]
            await connection.executemany(COPY_MATCHES, news, timeout=900)
        # An hour passes between two refreshes; autovacuum needs a minute of it.
        await connection.execute("vacuum analyze dota2.hero_meta_deltas", timeout=60)
    finally:
        await connection.close()


class Meta:
    """The product's refresh and trends on one connection that stays, as a worker's does."""

    def __init__(self, context: Context) -> None:
        self._settings = PoolSettings(context.database_url, JOBS, largest=1)

    async def __aenter__(self) -> Self:
        self._db = await Database.open(self._settings, Clock())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._db.close()

    async def refresh(self) -> float:
        """Seconds of one hourly refresh."""
        began = time.perf_counter()
        async with self._db.write(timeout=600) as tx:
            await trends_actions.apply_meta(tx)
        return time.perf_counter() - began

    async def trends(self) -> list[groupby_meta.HeroTrend]:
        """The heroes of the last days, as the product's own query counts them."""
        async with self._db.read() as tx:
            from_day = await tx.connection.fetchval("select min(utc_day) from dota2.hero_meta_daily")
            trends = await window_trends(tx, from_day, tx.now.date(), None, None, None, 30)
        return [groupby_meta.HeroTrend(t.hero_id, t.games, t.wins / t.games if t.games else 0.0) for t in trends]


def sandbox_players(players: int) -> list[int]:
    """The players of a sandbox that show their matches."""
    return player_ids(SandboxOptions(players=players))


def sandbox(context: Context, account_ids: Sequence[int]) -> Server:
    """The product's sandbox with so many players and no limits."""
    port = free_port()
    environment = {
        "GUILDHALL_DOTA2_SANDBOX_PLAYERS": str(len(account_ids)),
        "GUILDHALL_DOTA2_SANDBOX_MINUTE_LIMIT": "100000000",
        "GUILDHALL_DOTA2_SANDBOX_DAY_LIMIT": "100000000",
    }
    return Server([*_COMMAND, "sandbox", "--port", str(port)], port, environment=environment, ready="/")


def opendota_url(sandbox_server: Server) -> str:
    """The sandbox's base address for both sides."""
    return f"{sandbox_server.url}/opendota/api"


def sync(context: Context, account_ids: Sequence[int], address: str) -> Finished:
    """Sync the players with the product's own command."""
    command = [*_COMMAND, "dota2", "sync", "--json", "--no-track", *map(str, account_ids)]
    environment = _environment(context, GUILDHALL_DOTA2_OPENDOTA_URL=address)
    return run_command(command, environment=environment)


async def missing_matches(context: Context) -> int:
    """How many of the peer's players and matches ours does not have."""
    connection = await asyncpg.connect(context.database_url)
    try:
        missing: int = await connection.fetchval(
            """
            select (select count(*) from peer.player_matches p where not exists (
                        select 1 from dota2.player_matches m
                        where (m.account_id, m.match_id) = (p.account_id, p.match_id)))
                 + (select count(*) from peer.player_profiles p where not exists (
                        select 1 from dota2.player_profiles o where o.account_id = p.account_id))
            """,
            timeout=120,
        )
        return missing
    finally:
        await connection.close()


def failures(finished: Finished) -> int:
    """How many players the sync could not fetch."""
    return sum(one["error"] is not None for one in msgspec.json.decode(finished.stdout))
