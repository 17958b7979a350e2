"""The meta trends as one GROUP BY over the matches of the last seven days, each time it is asked for."""

import time
from pathlib import Path

import asyncpg
from msgspec import Struct

QUERY = (Path(__file__).parent / "groupby_meta.sql").read_text()
# Beyond the index on start_time: lets PostgreSQL answer from the index alone.
COVERING_INDEX = """
create index if not exists player_matches_meta on peer.player_matches (start_time)
    include (hero_id, radiant_win, player_slot)
"""


class HeroTrend(Struct, frozen=True):
    """How often a hero was played, and the part of those games that it won."""

    hero_id: int
    games: int
    win_rate: float


async def meta_trends(connection: asyncpg.Connection) -> list[HeroTrend]:
    """The heroes of the last seven days, the most played first."""
    return [HeroTrend(*row) for row in await connection.fetch(QUERY, timeout=120)]


async def seconds_of(connection: asyncpg.Connection) -> float:
    """How long the query takes once."""
    started = time.perf_counter()
    await meta_trends(connection)
    return time.perf_counter() - started
