"""The heroes' daily figures: counting what changed equals counting everything, in SQL and in Python."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import Clock
from guildhall.db.connection import connect
from guildhall.db.policies import JOBS
from guildhall.db.pool import Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.heroes import actions as heroes_actions
from guildhall.packs.dota2.heroes import queries as heroes_queries
from guildhall.packs.dota2.matches.rules import patch_at, won
from guildhall.packs.dota2.opendota.schemas import GivenMatch, GivenPatch
from guildhall.packs.dota2.ranks.messages import PlayerRankChanged
from guildhall.packs.dota2.trend_rules import actions as trend_rules_actions
from guildhall.packs.dota2.trend_rules import queries as trend_rules_queries
from guildhall.packs.dota2.trends import actions as trends_actions
from tests.packs.dota2 import make
from tests.packs.dota2.significance import is_significant

DAILY = "select utc_day, bracket, patch, significant, hero_id, games, wins from dota2.hero_meta_brackets"
START = datetime(2026, 3, 1, tzinfo=UTC)


def expected(matches: list[dict[str, Any]], patches: list[tuple[datetime, int]]) -> dict[Any, tuple[int, int]]:
    """The daily figures, counted in Python."""
    counted: dict[Any, tuple[int, int]] = {}
    for row in matches:
        victory = won(row["player_slot"], row["radiant_win"])
        if victory is None or row["hero_id"] == 0:
            continue
        rank = row["average_rank"]
        bracket = rank // 10 if rank is not None and 10 <= rank <= 89 else 0
        patch = patch_at(row["start_time"], patches)
        key = (
            row["start_time"].astimezone(UTC).date(), bracket, -1 if patch is None else patch,
            is_significant(row["game_mode"], row["lobby_type"], row["radiant_win"], row["duration"]), row["hero_id"],
        )  # fmt: skip
        games, wins = counted.get(key, (0, 0))
        counted[key] = (games + 1, wins + victory)
    return counted


async def daily(tx: Transaction) -> dict[Any, tuple[int, int]]:
    rows = [tuple(row) for row in await tx.connection.fetch(DAILY)]
    return {row[:5]: row[5:] for row in rows}


one_match = st.builds(
    make.match,
    st.integers(1, 8),
    player_slot=st.sampled_from([0, 4, 128, 132]),
    start_time=st.integers(0, 6 * 24).map(lambda hours: int((START + timedelta(hours=hours)).timestamp())),
    duration=st.sampled_from([0, 360, 361, 2000]),
    radiant_win=st.sampled_from([True, False, None]),
    hero_id=st.sampled_from([0, 1, 2]),
    game_mode=st.sampled_from([1, 22, 23]),
    lobby_type=st.sampled_from([0, 4, 7]),
    average_rank=st.sampled_from([None, 5, 11, 54, 80, 90]),
)
step = st.one_of(
    st.tuples(st.just("save"), st.sampled_from([1, 2]), st.lists(one_match, max_size=4)),
    st.tuples(st.just("update"), st.integers(1, 8), st.booleans()),
    st.tuples(st.just("delete"), st.integers(1, 8)),
    st.tuples(st.just("forget"), st.sampled_from([1, 2])),
    st.tuples(st.just("refresh")),
    st.tuples(st.just("patch"), st.integers(0, 3), st.integers(0, 6 * 24)),
)


async def run_steps(url: str, steps: list[Any]) -> None:
    connection = await connect(url, JOBS)
    try:
        await connection.execute("begin")
        tx = Transaction(connection, Clock().now())
        await connection.execute("delete from dota2.patches")
        recount_from: date | None = None
        for name, *rest in steps:
            if name == "save":
                await make.save_matches(tx, rest[0], *rest[1])
            elif name == "update":
                await connection.execute(
                    "update dota2.player_matches set radiant_win = $2, hero_id = 2 where match_id = $1", *rest
                )
            elif name == "delete":
                await connection.execute("delete from dota2.player_matches where match_id = $1", *rest)
            elif name == "forget":
                await connection.execute("delete from dota2.player_matches where account_id = $1", *rest)
            elif name == "refresh":
                await trends_actions.apply_meta(tx)
            else:
                starts = START + timedelta(hours=rest[1], seconds=rest[0])
                known = {row.patch_id for row in await heroes_queries.patches.many(tx)}
                if rest[0] in known:
                    continue
                day = await heroes_actions.save_patches(tx, [GivenPatch(rest[0], f"7.{rest[0]}", starts)])
                assert day is not None
                recount_from = min(day, recount_from or day)
        if recount_from is not None:  # a job of its own: others came between
            await trends_actions.recount_meta(tx, recount_from)
        await trends_actions.apply_meta(tx)
        incremental = await daily(tx)
        rows = [dict(row) for row in await connection.fetch("select * from dota2.player_matches")]
        patches = [(row.starts_at, row.patch_id) for row in await heroes_queries.patches.many(tx)]
        assert incremental == expected(rows, patches), recount_from
        await trends_actions.recount_meta(tx, date(2011, 1, 1))
        assert await daily(tx) == incremental
        assert await connection.fetchval("select count(*) from dota2.hero_meta_deltas") == 0
    finally:
        await connection.execute("rollback")
        await connection.close()


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=14))
def test_whatever_happens_counting_the_changes_equals_counting_everything(worker_url, steps):
    asyncio.run(run_steps(worker_url, steps))


async def test_the_rule_of_what_counts_is_the_same_in_sql_and_in_python(tx):
    cases = [
        (mode, lobby, win, duration)
        for mode in range(-1, 30) for lobby in range(-1, 18) for win in (True, False, None)
        for duration in (0, 360, 361)
    ]  # fmt: skip
    told = await tx.connection.fetch(
        """
        select dota2.is_significant(m, l, w, d) as counts
        from unnest($1::smallint[], $2::smallint[], $3::boolean[], $4::int[]) with ordinality u (m, l, w, d, n)
        order by n
        """,
        *map(list, zip(*cases, strict=True)),
    )

    assert [row["counts"] for row in told] == [is_significant(*case) for case in cases]
    assert await tx.connection.fetchval("select dota2.is_significant(null, null, true, 1000)") is False


async def fill(tx: Transaction, days_ago: int, hero_id: int, games: int, wins: int, **given: Any) -> None:
    """Games of a hero on a day; the account keeps match ids apart."""
    day = datetime.combine(tx.now.date() - timedelta(days=days_ago), datetime.min.time(), UTC)
    base = await tx.connection.fetchval("select coalesce(max(match_id), 0) from dota2.player_matches")
    matches: list[GivenMatch] = [
        make.match(
            base + n + 1,
            start_time=int(day.timestamp()) + 60 + n % 1000,
            hero_id=hero_id,
            radiant_win=n < wins,
            **given,
        )
        for n in range(games)
    ]
    await make.save_matches(tx, 5, *matches)


async def trends(guildhall: Any, query: str = "") -> Any:
    answer = await guildhall.get(f"{make.ANALYTICS}/heroes/meta-trends?{query}")
    assert answer.status == 200, answer.body
    return answer.json


async def test_trends_compare_a_window_with_the_one_before(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        await fill(tx, 0, 1, 100, 70)
        await fill(tx, 3, 1, 300, 210)
        await fill(tx, 6, 2, 200, 100)
        await fill(tx, 7, 1, 400, 200)
        await fill(tx, 13, 2, 200, 100)
        await fill(tx, 14, 1, 999, 999)
        await fill(tx, 2, 3, 10, 10)
        await fill(tx, 2, 0, 50, 50)  # no hero was picked
        await fill(tx, 2, 4, 50, 50, game_mode=23)  # turbo counts for nothing
        today = tx.now.date()
        await trends_actions.apply_meta(tx)

    body = await trends(guildhall)

    assert (body["from_day"], body["to_day"]) == (str(today - timedelta(days=6)), str(today))
    assert (body["partial_day"], body["before_from_day"]) == (str(today), str(today - timedelta(days=13)))
    assert body["player_games"] == 610
    heroes = {hero["hero_id"]: hero for hero in body["heroes"]}
    assert heroes.keys() == {1, 2, 3}
    first = heroes[1]
    assert (first["games"], first["wins"], first["games_before"]) == (400, 280, 400)
    assert first["pick_rate"] == pytest.approx(400 / 610)
    assert (first["win_rate"], first["win_rate_before"]) == (0.7, 0.5)
    assert 0 < first["change"] < 0.2
    assert first["significant"] is True
    assert heroes[2]["significant"] is False
    assert (heroes[3]["games_before"], heroes[3]["win_rate_before"], heroes[3]["change"]) == (0, None, None)
    assert 0.6 < heroes[3]["shrunk_win_rate"] < heroes[3]["win_rate"] == heroes[3]["wilson_high"] == 1.0
    lows = [hero["wilson_low"] for hero in body["heroes"]]
    assert lows == sorted(lows, reverse=True)

    assert {hero["hero_id"] for hero in (await trends(guildhall, "min_games=11"))["heroes"]} == {1, 2}
    assert (await trends(guildhall, "window=1"))["player_games"] == 100
    assert (await trends(guildhall, "window=90"))["before_from_day"] == str(today - timedelta(days=179))


async def test_trends_of_nothing_are_an_empty_list(guildhall):
    body = await trends(guildhall)

    assert (body["heroes"], body["player_games"]) == ([], 0)


async def test_trends_are_filtered_by_bracket(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        await fill(tx, 1, 1, 30, 10, average_rank=54)
        await fill(tx, 1, 1, 20, 10, average_rank=80)
        await fill(tx, 1, 1, 10, 10, average_rank=None)
        await trends_actions.apply_meta(tx)

    games = {b: (await trends(guildhall, f"bracket={b}"))["player_games"] for b in range(9)}

    assert games == {0: 10, 1: 0, 2: 0, 3: 0, 4: 0, 5: 30, 6: 0, 7: 0, 8: 20}
    assert (await trends(guildhall))["player_games"] == 60
    for bad in ("bracket=9", "bracket=-1", "window=0", "window=91", "patch=-1", "min_games=-1"):
        assert (await guildhall.get(f"{make.ANALYTICS}/heroes/meta-trends?{bad}")).status == 400


async def test_trends_of_a_patch_stand_beside_the_patch_before(guildhall, jobs_db):
    async with jobs_db.write() as tx:
        middle = datetime.combine(tx.now.date() - timedelta(days=5), datetime.min.time(), UTC) + timedelta(seconds=500)
        await tx.connection.execute("delete from dota2.patches")
        await heroes_actions.save_patches(
            tx,
            [GivenPatch(1, "7.1", middle - timedelta(days=5)), GivenPatch(2, "7.2", middle)],
        )
        await fill(tx, 5, 1, 900, 450)  # 440 seconds of them, a game a second, before the patch came
        await fill(tx, 8, 1, 60, 30)
        await fill(tx, 1, 1, 40, 20)
        await trends_actions.apply_meta(tx)

    new = await trends(guildhall, "patch=2")
    old = await trends(guildhall, "patch=1")
    unknown = await guildhall.get(f"{make.ANALYTICS}/heroes/meta-trends?patch=3")

    assert new["player_games"] == 900 - 440 + 40
    assert new["heroes"][0]["games_before"] == 440 + 60
    assert old["player_games"] == 500
    assert (old["before_from_day"], old["partial_day"]) == (None, None)
    assert new["partial_day"] is not None
    assert (unknown.status, unknown.code) == (400, "dota2.bad_query")


async def fired(tx: Transaction) -> list[dict[str, Any]]:
    rows = await tx.connection.fetch(
        "select payload from core.jobs where job_type = 'dota2.trend_rule_fired' order by queue_id"
    )
    return [row["payload"] if isinstance(row["payload"], dict) else msgspec.json.decode(row["payload"]) for row in rows]


async def test_a_heros_rule_fires_once_and_again_after_it_has_calmed(tx):
    rule = await trend_rules_actions.add_hero_rule(tx, 1, None, 2, 0.05)
    deaf = await trend_rules_actions.add_hero_rule(tx, 2, None, 2, 0.05)
    await fill(tx, 3, 1, 2000, 1000)
    await fill(tx, 3, 2, 2000, 1000)
    await fill(tx, 1, 2, 2000, 1000)
    await fill(tx, 0, 1, 2000, 2000)  # today is not over and does not count
    await trends_actions.apply_meta(tx)
    assert await trend_rules_actions.judge_hero_rules(tx, 30) == 0

    await fill(tx, 1, 1, 2000, 1400)
    await trends_actions.apply_meta(tx)
    assert await trend_rules_actions.judge_hero_rules(tx, 30) == 1
    assert await trend_rules_actions.judge_hero_rules(tx, 30) == 0
    (event,) = await fired(tx)
    assert (event["rule_id"], event["kind"], event["subject"]) == (str(rule), "hero_win_rate", 1)
    assert 0.05 < event["change"] < 0.2

    await fill(tx, 3, 1, 2000, 1800)  # the window before turns out alike: calm, armed again
    await trends_actions.apply_meta(tx)
    assert await trend_rules_actions.judge_hero_rules(tx, 30) == 0
    rules = {row.id: row for row in await trend_rules_queries.trend_rules.many(tx, None, 10)}
    assert (rules[rule].armed, rules[deaf].armed, rules[deaf].fired_at) == (True, True, None)

    await fill(tx, 1, 1, 4000, 0)
    await trends_actions.apply_meta(tx)
    assert await trend_rules_actions.judge_hero_rules(tx, 30) == 1
    assert (await fired(tx))[1]["change"] < -0.05
    assert await trend_rules_actions.remove_rule(tx, rule) is True
    assert await trend_rules_actions.remove_rule(tx, rule) is False


async def test_a_ranks_rule_fires_for_each_move_that_is_large_enough(tx):
    await trend_rules_actions.add_rank_rule(tx, 5, 2)
    await trend_rules_actions.add_rank_rule(tx, 6, 0)

    def moved(before: int | None, after: int | None, places: tuple[int | None, int | None] = (None, None)) -> Any:
        return PlayerRankChanged(AccountId(5), before, after, *places)

    counts = [
        await trend_rules_actions.judge_rank_rules(tx, one)
        for one in (moved(54, 55), moved(54, 61), moved(61, 54), moved(None, 54), moved(80, None),
                    moved(80, 80, (400, 399)))
    ]  # fmt: skip

    assert counts == [0, 1, 1, 1, 1, 0]
    assert [event["change"] for event in await fired(tx)][:2] == [2.0, -2.0]
    assert {event["subject"] for event in await fired(tx)} == {5}


async def test_a_changed_rank_reaches_its_rule_through_the_queue(guildhall, sandbox, start_worker):
    someone = make.ids(sandbox)[0]
    worker = await start_worker(sandbox)
    async with worker.runtime.db.write() as tx:
        rule = await trend_rules_actions.add_rank_rule(tx, someone, 1)
    await guildhall.get(f"{make.PROXY}/players/{someone}")
    make.change(sandbox, someone, rank_tier=11)
    await guildhall.post(f"{make.PROXY}/players/{someone}/refresh")
    await worker.idle()

    stored = await make.rows(worker.runtime.db, "select id, fired_at from dota2.trend_rules")
    jobs = await make.rows(worker.runtime.db, "select job_type, status from core.jobs order by queue_id")
    assert [row["id"] for row in stored] == [rule]
    assert stored[0]["fired_at"] is not None
    assert ("dota2.player_rank_changed", "completed") in [tuple(row.values()) for row in jobs]
    assert ("dota2.trend_rule_fired", "completed") in [tuple(row.values()) for row in jobs]
