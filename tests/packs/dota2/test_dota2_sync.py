"""Players synced through the sandbox: what is stored is what was told, and nothing known is lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import pytest

from guildhall.core.fresh.keeper import Keeper, Round
from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.jobs.actions import send
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.errors import Unavailable
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.opendota.upstream import MATCH_COLUMNS
from guildhall.packs.dota2.players import actions as players_actions
from guildhall.packs.dota2.sandbox import CALLS, RECORDED_PLAYER
from guildhall.packs.dota2.sync import actions as sync_actions
from guildhall.packs.dota2.sync import jobs as sync_jobs
from guildhall.packs.dota2.sync.messages import SyncPlayer
from guildhall.packs.dota2.tracking import actions as tracking_actions
from guildhall.packs.dota2.tracking.errors import TooManyTracked
from guildhall.packs.dota2.tracking.kept import PLAYERS
from tests.conftest import RECORDINGS
from tests.core.fresh.make import keeper as make_keeper
from tests.packs.dota2 import make

TABLES = ("player_profiles", "player_winloss", "player_rank_history", "player_matches", "player_heroes")
DAY = timedelta(days=1)


async def fingerprint(asking: make.Asking) -> dict[str, list[dict[str, Any]]]:
    """Every row with the transaction that wrote it."""
    return {
        table: await asking.rows(f"select xmin::text, ctid::text, t.* from dota2.{table} t order by t.*::text")
        for table in TABLES[1:]
    }


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recorded answers are not on this machine")
async def test_every_stored_value_of_the_recorded_player_is_the_recordings(start_sandbox, start_asking):
    sandbox = await start_sandbox(recordings=RECORDINGS)
    asking = await start_asking(sandbox)
    folder = RECORDINGS / "odota_web_cachedAjax"

    def recorded(name: str) -> Any:
        return msgspec.json.decode((folder / f"players_{RECORDED_PLAYER}{name}_.json").read_bytes())

    report = await asking.sync(RECORDED_PLAYER)

    everything = msgspec.json.decode((folder / f"players_{RECORDED_PLAYER}_matches_significant=0.json").read_bytes())
    assert report.new_matches == len(everything) == 6211
    told = recorded("")
    (profile,) = await asking.all_of("player_profiles")
    for name, value in told["profile"].items():
        if name == "last_login":
            assert profile[name] == (datetime.fromisoformat(value) if value else None)
        elif name in profile:
            assert profile[name] == value, name
    assert profile["raw"] == told
    competitive = told["competitive_rank"]
    assert profile["competitive_rank"] == (None if competitive is None else int(competitive))
    assert profile["rank_tier"] == (told["rank_tier"] if told["rank_tier"] else None)
    (record,) = await asking.all_of("player_winloss")
    assert {"win": record["win"], "lose": record["lose"]} == recorded("_wl") == {"win": 3747, "lose": 2328}

    stored = {row["match_id"]: row for row in await asking.all_of("player_matches")}
    assert len(stored) == 6211
    for row in everything:
        ours = stored[row["match_id"]]
        assert ours["start_time"] == instant(row["start_time"])
        for name in row.keys() & {*MATCH_COLUMNS, "player_slot", "radiant_win"} - {"start_time"}:
            assert ours[name] == row[name], (row["match_id"], name)
    heroes = {row["hero_id"]: row for row in await asking.all_of("player_heroes")}
    played = [row for row in recorded("_heroes") if row["games"] or row["with_games"] or row["against_games"]]
    assert len(heroes) == len(played) > 100
    for row in played:
        assert isinstance(row["hero_id"], str)
        ours = heroes[int(row["hero_id"])]
        assert ours["last_played"] == (instant(row["last_played"]) if row["last_played"] else None)
        for name in ("games", "win", "with_games", "with_win", "against_games", "against_win"):
            assert ours[name] == row[name]
    ratings = {datetime.fromisoformat(row["time"]): row for row in recorded("_ratings")}
    reported = await asking.rows("select * from dota2.player_rank_history where source = 'reported'")
    assert {row["recorded_at"] for row in reported} == ratings.keys()
    for row in reported:
        told = ratings[row["recorded_at"]]
        for name in ("competitive_rank", "solo_competitive_rank"):
            assert row[name] == (None if told.get(name) is None else int(told[name]))
    wins = await asking.rows(
        """
        select count(*) filter (where (player_slot < 128) = radiant_win) as win,
               count(*) filter (where (player_slot < 128) <> radiant_win) as lose
        from dota2.player_matches
        where dota2.is_significant(game_mode, lobby_type, radiant_win, duration)
        """
    )
    assert wins == [{"win": 3747, "lose": 2328}]


async def test_a_second_sync_writes_no_row_again(asking, someone):
    await asking.sync(someone)
    before = await fingerprint(asking)
    (profile,) = await asking.rows("select updated_at, raw from dota2.player_profiles")

    report = await asking.sync(someone, ask=True)

    after = await fingerprint(asking)
    assert report.new_matches == 0
    for table in ("player_matches", "player_heroes", "player_rank_history"):
        assert after[table] == before[table], table
    assert await asking.rows("select updated_at, raw from dota2.player_profiles") == [profile]


async def test_a_few_new_matches_cost_one_small_call(asking, someone):
    await asking.sync(someone)
    make.forget_calls(asking.sandbox)
    async with aiohttp.ClientSession() as session:
        await make.add_matches(asking.sandbox, session, someone, 3)

    report = await asking.sync(someone)

    assert report.new_matches == 3
    assert make.calls(asking.sandbox) == {
        "/players/{account_id}": 1, "/players/{account_id}/wl": 1, "/players/{account_id}/recentMatches": 1,
    }  # fmt: skip


async def test_more_new_matches_than_one_small_call_shows_are_all_fetched(asking, someone):
    await asking.sync(someone)
    known = len(await asking.all_of("player_matches"))
    make.forget_calls(asking.sandbox)
    async with aiohttp.ClientSession() as session:
        await make.add_matches(asking.sandbox, session, someone, 45)

    report = await asking.sync(someone)

    assert report.new_matches == 45
    assert len(await asking.all_of("player_matches")) == known + 45
    assert make.calls(asking.sandbox)["/players/{account_id}/matches"] == 1


async def test_a_player_who_turns_private_loses_nothing_and_may_return(asking, someone):
    await asking.sync(someone)
    known = {table: await asking.all_of(table) for table in ("player_matches", "player_heroes")}
    (record,) = await asking.all_of("player_winloss")

    make.change(asking.sandbox, someone, private=True)
    report = await asking.sync(someone, ask=True)
    (state,) = await asking.all_of("player_sync")
    (kept,) = await asking.all_of("player_winloss")

    assert report.private is True
    assert state["private"] is True
    assert (kept["win"], kept["lose"], kept["updated_at"]) == (record["win"], record["lose"], record["updated_at"])
    assert {table: await asking.all_of(table) for table in known} == known

    make.change(asking.sandbox, someone, private=False)
    again = await asking.sync(someone, ask=True)
    (state,) = await asking.all_of("player_sync")
    assert (again.private, state["private"]) == (False, False)


async def test_a_private_stranger_has_no_record_rather_than_zeros(asking, someone):
    make.change(asking.sandbox, someone, private=True)

    await asking.sync(someone)

    assert await asking.all_of("player_winloss") == []
    assert await asking.all_of("player_matches") == []
    assert [row["private"] for row in await asking.all_of("player_sync")] == [True]


async def test_an_unknown_player_ends_as_a_dead_letter_and_is_no_longer_tracked(guildhall, sandbox, start_worker):
    answer = await guildhall.post(f"{make.PROXY}/players/7/refresh")
    worker = await start_worker(sandbox)
    await worker.idle()

    (job,) = await make.rows(worker.runtime.db, "select * from core.jobs where job_type = 'dota2.sync_player'")
    assert str(job["id"]) == answer.json["job_id"]
    assert (job["status"], job["attempts"]) == ("failed", 1)
    assert "does not know the player 7" in job["error"]
    assert await make.rows(worker.runtime.db, "select * from core.fresh_rows") == []


async def test_a_fault_in_the_middle_stores_nothing(asking, someone):
    for path in ("/players/.*/wl", "/players/.*/matches", "/players/.*/heroes", "/players/.*/ratings"):
        make.fault(asking.sandbox, "wrong_types", path=path)
        with pytest.raises(Unavailable):
            await asking.sync(someone)
        for table in (*TABLES, "player_sync", "hero_meta_deltas"):
            assert await asking.all_of(table) == [], (path, table)


async def test_two_syncs_of_one_player_at_once_end_as_one(asking, someone):
    other = make.ids(asking.sandbox)[1]

    reports = await asyncio.gather(*(asking.sync(one, ask=True) for one in (someone, other, someone, other, someone)))

    matches = await asking.rows("select count(*) as n from dota2.player_matches where account_id = $1", someone)
    assert sum(report.new_matches for report in reports if report.account_id == someone) == matches[0]["n"]
    heroes = await asking.rows("select account_id, hero_id from dota2.player_heroes group by 1, 2 having count(*) > 1")
    assert heroes == []


async def test_entrances_that_store_parts_and_a_whole_sync_do_not_lock_each_other_out(asking, someone):
    account = AccountId(someone)

    async def parts() -> None:
        for _ in range(5):
            await players_actions.sync_winloss(asking.db, asking.opendota, account, interactive=True)
            await players_actions.sync_profile(asking.db, asking.opendota, account, interactive=True)
            await players_actions.sync_heroes(asking.db, asking.opendota, account, interactive=True)

    async def whole() -> None:
        for _ in range(5):
            await asking.sync(someone, ask=True)

    await asyncio.gather(parts(), whole(), parts(), whole())

    assert len(await asking.all_of("player_profiles")) == 1


async def test_answers_of_impossible_size_are_lies_and_odd_names_are_not(jobs_db):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, personaname="tab\tand ñ")
        stored = await make.save_matches(
            tx, 5, make.match(1, gold_per_min=10**12, kills=10**6, hero_id=-3, cluster=-(2**40))
        )
    (match,) = await make.rows(jobs_db, "select * from dota2.player_matches")

    assert stored == 1
    assert [match[name] for name in ("gold_per_min", "kills", "hero_id", "cluster")] == [None, None, 0, None]


async def test_a_match_whose_start_is_told_differently_is_still_one_row(jobs_db):
    first = make.match(1)
    moved = make.match(1, start_time=first.start_time - 40 * 86400)
    async with jobs_db.write() as tx:
        assert await make.save_matches(tx, 5, first, make.match(2)) == 2
    async with jobs_db.write() as tx:
        assert await make.save_matches(tx, 5, moved, make.match(2)) == 0

    rows = await make.rows(jobs_db, "select match_id, start_time from dota2.player_matches order by 1")
    assert [(row["match_id"], int(row["start_time"].timestamp())) for row in rows] == [
        (1, moved.start_time), (2, make.match(2).start_time),
    ]  # fmt: skip


async def test_a_match_belongs_to_each_known_player_in_it(jobs_db):
    async with jobs_db.write() as tx:
        await make.save_matches(tx, 5, make.match(1))
        await make.save_matches(tx, 6, make.match(1, player_slot=129))

    rows = await make.rows(jobs_db, "select account_id, match_id from dota2.player_matches order by 1")
    assert [tuple(row.values()) for row in rows] == [(5, 1), (6, 1)]


async def test_the_rank_has_a_row_for_a_change_and_one_mark_a_day(jobs_db):
    start = make.NOON
    told = [
        (0, 54, None), (1, 54, None), (11, 54, None), (13, 54, None), (14, 54, None),  # the second day begins
        (20, 55, None), (21, 55, None), (30, 80, 412), (31, 80, 411), (32, None, None), (33, 80, 411),
    ]  # fmt: skip
    for hours, rank, place in told:
        async with jobs_db.write() as tx:
            at = start + timedelta(hours=hours)
            await make.save_player(tx, 5, at, rank_tier=rank, leaderboard_rank=place)

    history = await make.rows(
        jobs_db, "select kind, rank_tier, leaderboard_rank, recorded_at from dota2.player_rank_history order by 4"
    )
    assert [(row["kind"], row["rank_tier"], row["leaderboard_rank"]) for row in history] == [
        ("change", 54, None), ("mark", 54, None), ("change", 55, None), ("change", 80, 412), ("change", 80, 411),
        ("change", None, None), ("change", 80, 411),
    ]  # fmt: skip
    sent = await make.rows(
        jobs_db, "select payload from core.jobs where job_type = 'dota2.player_rank_changed' order by created_at, id"
    )
    moves = [
        row["payload"] if isinstance(row["payload"], dict) else msgspec.json.decode(row["payload"]) for row in sent
    ]
    assert [(m["before"], m["after"], m["leaderboard_before"], m["leaderboard_after"]) for m in moves] == [
        (54, 55, None, None), (55, 80, None, 412), (80, 80, 412, 411), (80, None, 411, None), (None, 80, None, 411),
    ]  # fmt: skip


async def test_an_older_answer_changes_nothing(jobs_db):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, make.NOON, rank_tier=55, personaname="new")
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, make.NOON - DAY, rank_tier=11, personaname="old", private=True)

    (profile,) = await make.rows(jobs_db, "select personaname, rank_tier, last_sync from dota2.player_profiles")
    assert tuple(profile.values()) == ("new", 55, make.NOON)
    assert len(await make.rows(jobs_db, "select 1 from dota2.player_rank_history")) == 1
    assert await make.rows(jobs_db, "select 1 from core.jobs") == []
    assert [row["private"] for row in await make.rows(jobs_db, "select private from dota2.player_sync")] == [False]


async def test_a_rank_that_no_medal_has_is_no_rank(jobs_db):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, rank_tier=99)
        await make.save_player(tx, 6, rank_tier=80, leaderboard_rank=0)

    rows = await make.rows(jobs_db, "select rank_tier, leaderboard_rank from dota2.player_profiles order by account_id")
    assert [tuple(row.values()) for row in rows] == [(None, None), (80, None)]


async def track(asking: make.Asking, hours_late: dict[int, float]) -> None:
    async with asking.db.write() as tx:
        await tracking_actions.track_players(tx, [AccountId(one) for one in hours_late], 50_000)
        for account_id, hours in hours_late.items():
            await tx.connection.execute(
                "update core.fresh_rows set due_at = $2 where key = $1",
                str(account_id), tx.now - timedelta(hours=hours),
            )  # fmt: skip


def keeper(asking: make.Asking, **settings: Any) -> Keeper:
    """The rounds of a worker."""
    return make_keeper(
        asking.db, PLAYERS, asking.settings, asking.opendota, clients=[asking.opendota.client], **settings
    )


async def test_tracked_players_are_synced_when_they_are_due_the_stalest_first(asking):
    one, two, three = make.ids(asking.sandbox)[:3]
    await track(asking, {one: 1, two: 5, three: -1})

    done = await keeper(asking, batch=1).round(PLAYERS.name)
    again = await keeper(asking).round(PLAYERS.name)

    assert (done, again) == (Round(refreshed=2), Round())
    synced = await asking.rows("select account_id from dota2.player_sync order by matches_synced_at")
    assert [row["account_id"] for row in synced] == [two, one]
    rows = await asking.rows("select due_at - refreshed_at as wait from core.fresh_rows where refreshed_at is not null")
    assert {round(row["wait"] / timedelta(hours=1)) for row in rows} <= {2, 6, 24, 168}
    async with asking.db.write() as tx:
        assert await tracking_actions.untrack_players(tx, [AccountId(two)]) == 1


async def test_a_round_syncs_no_more_players_than_the_setting_says(start_asking, sandbox):
    asking = await start_asking(sandbox, sync_batch=2)
    await track(asking, dict.fromkeys(make.ids(sandbox)[:3], 1))

    assert (await keeper(asking).round(PLAYERS.name)).refreshed == 2


async def test_rounds_make_no_more_calls_than_the_minute_leaves_to_background_work(start_asking, sandbox):
    await make.early_in_a_minute()
    asking = await start_asking(sandbox, minute_limit=30, day_limit=0, reserve=0.5)
    await track(asking, dict.fromkeys(make.ids(sandbox), 1))

    first = await keeper(asking).round(PLAYERS.name)
    second = await keeper(asking).round(PLAYERS.name)

    assert first.refreshed + second.refreshed == 3  # half of 30 calls; the first sync of a player makes five
    assert first.failed == second.failed == 0
    assert sum(make.calls(sandbox).values()) <= 15


async def test_a_known_player_whom_opendota_denies_stays_tracked_and_a_stranger_does_not(asking, someone):
    await track(asking, {someone: -1, 7: 1})
    await asking.sync(someone)
    make.fault(asking.sandbox, "error", status=404, path="/players/.*")

    assert (await keeper(asking).round(PLAYERS.name)).gone == 1
    await track(asking, {someone: 1})
    assert (await keeper(asking).round(PLAYERS.name)).failed == 1
    states = await asking.rows("select key, failures, gone_at is null as there from core.fresh_rows order by key")
    assert [tuple(row.values()) for row in states] == [(str(someone), 1, True), ("7", 0, False)]


async def test_opendota_down_is_nobodys_failure_and_no_dead_letter(start_worker, sandbox):
    worker = await start_worker(sandbox, dota2={"minute_limit": 0, "day_limit": 0})
    db = worker.runtime.db
    players = make.ids(sandbox)[:6]
    make.fault(sandbox, "error")
    async with db.write() as tx:
        await tracking_actions.track_players(tx, [AccountId(one) for one in players], 50_000)
        await send(tx, RefreshDue())
    await worker.idle()
    jobs = await make.rows(db, "select job_type, status, attempts from core.jobs where job_type ~ '^fresh' order by id")
    rows = await make.rows(db, "select failures, due_at = kept_since as in_place from core.fresh_rows")
    make.heal(sandbox)
    await make.rows(db, "update core.fresh_halts set until = now(), background_until = now() returning 1")
    worker.runtime.clients.plain[0].breaker.succeeded()
    async with db.write() as tx:
        await send(tx, RefreshDue())
    await worker.idle()

    assert [tuple(job.values()) for job in jobs] == [
        ("fresh.refresh_due", "completed", 1), ("fresh.refresh_kept", "completed", 1),
    ]  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [(0, True)] * 6
    (left,) = await make.rows(db, "select count(*) as n from core.fresh_rows where refreshed_at is null")
    assert left["n"] == 0


async def test_the_limits_are_opendotas_own(start_sandbox, start_asking):
    await make.early_in_a_minute()
    sandbox = await start_sandbox(minute_limit=7, day_limit=500)
    asking = await start_asking(sandbox)
    one, two = make.ids(sandbox)[:2]

    await asking.sync(one)  # five calls
    with pytest.raises(UpstreamLimited) as refused:
        await asking.sync(two)

    assert asking.opendota.client.limits.minute == 7
    assert asking.opendota.client.limits.day == 500
    assert 0 < (refused.value.retry_after or 0) <= 61
    assert "429" not in sandbox.app[CALLS].view().calls.get("/players/{account_id}", {})
    assert await make.count(asking.db, "player_profiles", two) == 0


async def test_background_work_leaves_the_reserve_to_people(start_sandbox, start_asking):
    await make.early_in_a_minute()
    sandbox = await start_sandbox(minute_limit=20, day_limit=None)
    asking = await start_asking(sandbox, reserve=0.5)
    one = AccountId(make.ids(sandbox)[0])

    async def background() -> None:
        for _ in range(4):
            await sync_actions.sync_player(asking.db, asking.opendota, one, interactive=False)

    with pytest.raises(UpstreamLimited):
        await background()
    used = sum(make.calls(sandbox).values())
    await players_actions.sync_profile(asking.db, asking.opendota, one, interactive=True)

    assert used == 10
    assert sum(make.calls(sandbox).values()) == 11


async def test_a_player_is_due_later_after_each_failure(asking, someone):
    waits = []
    await track(asking, {someone: 1})
    for _ in range(3):
        await tracking_actions.note_sync_failed(asking.db, AccountId(someone), "down")
        (row,) = await asking.rows("select due_at - now() as wait, failures, last_error from core.fresh_rows")
        waits.append(row["wait"])
    report = await sync_jobs.sync_player(SyncPlayer(AccountId(someone), requested=True), asking.db, asking.opendota)
    (state,) = await asking.rows("select * from core.fresh_rows")

    assert waits[0] < waits[1] < waits[2]
    assert (row["failures"], row["last_error"]) == (3, "down")
    assert (state["failures"], state["last_error"], state["due_at"]) == (0, None, report.next_sync_at)


async def test_forgetting_a_player_leaves_no_row_anywhere(asking, someone):
    other = make.ids(asking.sandbox)[1]
    await track(asking, {someone: 1, other: 1})
    await asking.sync(someone)
    await asking.sync(other)
    async with asking.db.write() as tx:
        await tx.connection.execute(
            """
            insert into dota2.trend_rules (id, kind, threshold, account_id)
            values (gen_random_uuid(), 'player_rank', 1, $1)
            """,
            someone,
        )
    tables = await asking.rows(
        """
        select c.table_name::text as name from information_schema.columns c
        join information_schema.tables t using (table_schema, table_name)
        where c.table_schema = 'dota2' and c.column_name = 'account_id' and t.table_type = 'BASE TABLE'
        """
    )
    names = [row["name"] for row in tables]
    assert {*TABLES, "player_sync", "trend_rules"} <= set(names)
    before = {name: await make.count(asking.db, name, other) for name in names}

    async with asking.db.write() as tx:
        deleted = await players_actions.forget_player(tx, AccountId(someone))

    assert deleted > 100
    assert {name: await make.count(asking.db, name, someone) for name in names} == dict.fromkeys(names, 0)
    assert {name: await make.count(asking.db, name, other) for name in names} == before
    assert [row["key"] for row in await asking.rows("select key from core.fresh_rows")] == [str(other)]


async def test_only_so_many_players_are_tracked(jobs_db):
    async with jobs_db.write() as tx:
        await tracking_actions.track_players(tx, [AccountId(1), AccountId(2)], 2)
    with pytest.raises(TooManyTracked):
        async with jobs_db.write() as tx:
            await tracking_actions.track_players(tx, [AccountId(3)], 2)

    assert len(await make.rows(jobs_db, "select 1 from core.fresh_rows")) == 2


async def test_a_whole_sync_of_nobody_is_not_found(asking):
    with pytest.raises(PlayerNotFound):
        await asking.sync(7)
