"""What does an hourly refresh of the hero meta cost, beside grouping all matches of the week each time?"""

from datetime import UTC, datetime, timedelta

import asyncpg

from bench import guildhall_side
from bench.compare import Result, at_most, median_of, told
from bench.context import BenchError, Context
from bench.peers import groupby_meta
from bench.peers.tables import create_tables, fill_matches

MATCHES = 1_000_000
# Less than the window of seven days, so that no match leaves it while this runs, wherever it is cut.
DAYS = 6


async def run(context: Context) -> list[Result]:
    """Each round adds an hour of matches to both sides, then measures our refresh and the peer's query."""
    await create_tables(context.database_url)
    connection = await asyncpg.connect(context.database_url)
    try:
        await guildhall_side.prepare(context)
        async with guildhall_side.Meta(context) as ours:
            return await _measure(context, connection, ours)
    finally:
        await connection.close()


async def _measure(context: Context, connection: asyncpg.Connection, guildhall: guildhall_side.Meta) -> list[Result]:
    now = datetime.now(UTC)
    rows = context.scaled(MATCHES)
    hour = timedelta(hours=1)
    rounds = context.rounds
    # The matches of an hour arrive in each round; the last of them has just ended.
    await fill_matches(connection, rows, now - timedelta(days=DAYS), now - rounds * hour)
    await connection.execute("vacuum analyze peer.player_matches", timeout=600)
    await guildhall_side.copy_matches(context, after_match_id=0)
    first = await guildhall.refresh()

    ours: list[float] = []
    plain: list[float] = []
    for index in range(rounds):
        since = now - (rounds - index) * hour
        highest = await connection.fetchval("select max(match_id) from peer.player_matches")
        await fill_matches(connection, rows // (DAYS * 24), since, since + hour)
        await guildhall_side.copy_matches(context, after_match_id=highest)
        ours.append(await guildhall.refresh())
        plain.append(await groupby_meta.seconds_of(connection))
    _require_same(await guildhall.trends(), await groupby_meta.meta_trends(connection))

    await connection.execute(groupby_meta.COVERING_INDEX, timeout=600)
    await connection.execute("vacuum analyze peer.player_matches", timeout=600)
    covered = [await groupby_meta.seconds_of(connection) for _ in range(rounds)]
    refresh, grouped, indexed = (median_of(times, float) for times in (ours, plain, covered))
    return [
        at_most(f"hourly refresh of the meta over {rows:,} matches", refresh * 1000, grouped * 1000, 1 / 20, "ms"),
        told("the same, the peer with a covering index", refresh * 1000, "ms", indexed * 1000),
        told("the first refresh, of all matches", first * 1000, "ms", grouped * 1000),
    ]


def _require_same(ours: list[groupby_meta.HeroTrend], peer: list[groupby_meta.HeroTrend]) -> None:
    """Raise BenchError unless both sides count the same games and the same part of them won."""
    played = {trend.hero_id: trend for trend in ours if trend.games}
    for trend in peer:
        mine = played.pop(trend.hero_id, None)
        if mine is None or mine.games != trend.games or abs(mine.win_rate - trend.win_rate) > 1e-4:
            raise BenchError(f"the meta trends differ for hero {trend.hero_id}: {mine} and {trend}")
    if played:
        raise BenchError(f"only ours has the heroes {sorted(played)}")
