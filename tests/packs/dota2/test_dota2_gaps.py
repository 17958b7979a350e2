"""No match is lost between two syncs, and what is computed from matches is as new as they are."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import msgspec
import pytest

from guildhall.clock import SetClock
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.matches import actions as matches_actions
from guildhall.packs.dota2.players import actions as players_actions
from guildhall.packs.dota2.ranks.rules import known_tier
from tests.packs.dota2 import make
from tests.packs.dota2.make import ANALYTICS, PROXY
from tests.packs.dota2.significance import BALANCED_GAME_MODES, BALANCED_LOBBY_TYPES, is_significant

TIERS = {*(10 * medal + star for medal in range(1, 8) for star in range(1, 6)), 80}


@pytest.mark.parametrize("shown", [0, 1, 3, 19, 20])
@pytest.mark.parametrize("played", [1, 4, 21, 45])
async def test_whatever_the_recent_matches_show_all_since_the_last_known_are_stored(asking, someone, shown, played):
    await asking.sync(someone)
    known = len(await asking.all_of("player_matches"))
    async with aiohttp.ClientSession() as session:
        await make.add_matches(asking.sandbox, session, someone, played)
    make.forget_calls(asking.sandbox)
    make.fault(asking.sandbox, "fewer_rows", row=shown, path=".*/recentMatches")

    report = await asking.sync(someone)

    assert report.new_matches == played
    assert len(await asking.all_of("player_matches")) == known + played
    whole = make.calls(asking.sandbox).get("/players/{account_id}/matches", 0)
    assert whole == (0 if shown > played else 1)


async def test_a_private_player_costs_no_second_call_for_nothing(asking, someone):
    await asking.sync(someone)
    make.change(asking.sandbox, someone, private=True)
    await asking.sync(someone)
    make.forget_calls(asking.sandbox)

    await asking.sync(someone)

    assert "/players/{account_id}/matches" not in make.calls(asking.sandbox)


@pytest.fixture
async def http_session():
    async with aiohttp.ClientSession() as session:
        yield session


FIGURES = (
    "players/{id}/statistics?by=hero", "players/{id}/statistics?by=week", "players/{id}/statistics?by=game_mode",
    "players/{id}/streaks", "players/compare?ids={id},{other}", "players/{id}/rank-progression",
    "leaderboards?by=rank",
)  # fmt: skip


async def test_after_a_refresh_everything_computed_is_new(guildhall, sandbox, start_worker, http_session):
    someone, other = make.ids(sandbox)[:2]
    worker = await start_worker(sandbox)
    paths = [f"{ANALYTICS}/{path.format(id=someone, other=other)}" for path in FIGURES]
    for account_id in (someone, other):
        await guildhall.post(f"{PROXY}/players/{account_id}/refresh")
    await worker.idle()
    before = [(await guildhall.get(path)).json for path in paths]
    async with guildhall.runtime.db.write() as tx:
        await tx.connection.execute("update dota2.player_sync set refreshed_at = null")
    await make.add_matches(sandbox, http_session, someone, 7)
    make.change(sandbox, someone, rank_tier=80, leaderboard_rank=1)

    await guildhall.post(f"{PROXY}/players/{someone}/refresh")
    await worker.idle()

    after = [await guildhall.get(path) for path in paths]
    for path, old, new in zip(paths, before, after, strict=True):
        assert new.json != old, path
        assert int(new.headers["age"]) < 60, path
    streaks = after[FIGURES.index("players/{id}/streaks")].json
    assert streaks["matches"] == before[FIGURES.index("players/{id}/streaks")]["matches"] + 7


async def test_matches_that_a_page_brings_are_in_the_figures_too(start_guildhall, sandbox, http_session):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(sandbox, clock)
    someone = make.ids(sandbox)[0]
    await guildhall.get(f"{PROXY}/players/{someone}/matches")
    before = (await guildhall.get(f"{ANALYTICS}/players/{someone}/streaks")).json
    await make.add_matches(sandbox, http_session, someone, 3)
    clock.advance(timedelta(minutes=11))

    opendota = guildhall.runtime.clients.by_pack["dota2"]["opendota"]
    await matches_actions.sync_matches(
        guildhall.runtime.db, opendota, AccountId(someone), within=timedelta(0), interactive=True
    )

    async with asyncio.timeout(5):  # the word of it is on its way to this process
        path, new = f"{ANALYTICS}/players/{someone}/streaks", before["matches"] + 3
        while (await guildhall.get(path)).json["matches"] != new:  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.02)


async def test_a_professional_whose_data_is_hidden_is_not_private(guildhall, sandbox, start_worker):
    someone = make.ids(sandbox)[0]
    make.change(sandbox, someone, private=True, pro_name="Miracle-")
    worker = await start_worker(sandbox)

    await guildhall.post(f"{PROXY}/players/{someone}/refresh")
    await worker.idle()

    base = f"{PROXY}/players/{someone}"
    answers = [(await guildhall.get(f"{base}{path}")).json for path in ("", "/wl", "/heroes", "/matches")]
    assert [answer["private"] for answer in answers] == [False] * 4
    assert answers[0]["profile"]["fh_unavailable"] is True
    assert answers[3]["items"]
    (state,) = await make.rows(worker.runtime.db, "select private from dota2.player_sync")
    assert state["private"] is False


async def test_one_answer_of_zeros_makes_nobody_private_and_forgets_nothing(asking, someone):
    await asking.sync(someone)
    (record,) = await asking.all_of("player_winloss")
    make.fault(asking.sandbox, "odd_row", value={"win": 0, "lose": 0}, path=".*/wl")

    report = await asking.sync(someone)
    await players_actions.sync_winloss(asking.db, asking.opendota, AccountId(someone), interactive=True)

    (state,) = await asking.all_of("player_sync")
    (kept,) = await asking.all_of("player_winloss")
    assert (report.private, state["private"]) == (False, False)
    assert (kept["win"], kept["lose"]) == (record["win"], record["lose"])


@pytest.mark.parametrize("tier", [None, 54, 75, 79, 80, 85, 90])
async def test_a_place_without_immortal_is_told_by_no_answer(guildhall, jobs_db, tier):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, rank_tier=54)
        await make.save_player(tx, 6, rank_tier=55)
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, rank_tier=tier, leaderboard_rank=7)

    answers = [
        (await guildhall.get(f"{PROXY}/players/5")).json,
        (await guildhall.get(f"{ANALYTICS}/players/5/rank-progression")).json["items"][-1],
        (await guildhall.get(f"{ANALYTICS}/players/compare?ids=5,6")).json["players"][0],
    ]
    board = (await guildhall.get(f"{ANALYTICS}/leaderboards?by=rank")).json["items"]
    answers += [row for row in board if row["account_id"] == 5]

    assert {answer["leaderboard_rank"] for answer in answers} == {7 if tier in (80, 85) else None}


@pytest.mark.parametrize("code", [None, *range(-1, 101)])
def test_every_code_of_a_rank_is_a_medal_none_or_no_fact(code):
    if code in TIERS:
        assert known_tier(code) == code
    elif code in range(81, 86):
        assert known_tier(code) == 80
    elif code in (None, 0):
        assert known_tier(code) is None
    else:
        with pytest.raises(ValueError, match="is not a rank tier"):
            known_tier(code)


async def test_a_code_that_no_medal_has_loses_no_rank(jobs_db):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, rank_tier=54)
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5, rank_tier=56)

    (profile,) = await make.rows(jobs_db, "select rank_tier from dota2.player_profiles")
    assert profile["rank_tier"] == 54
    assert await make.rows(jobs_db, "select 1 from core.jobs where job_type = 'dota2.player_rank_changed'") == []


@pytest.mark.parametrize("mode", [None, -1, 0, 22, 23, 24, 99, 40_000])
@pytest.mark.parametrize("lobby", [None, 7, 99])
async def test_a_mode_or_lobby_that_is_unknown_counts_for_nothing(guildhall, jobs_db, mode, lobby):
    async with jobs_db.write() as tx:
        await make.save_player(tx, 5)
        await make.save_matches(tx, 5, make.match(1, game_mode=mode, lobby_type=lobby))

    (row,) = await make.rows(
        jobs_db,
        "select game_mode, lobby_type, dota2.is_significant(game_mode, lobby_type, true, 1800) as counts "
        "from dota2.player_matches",
    )
    by_mode = (await guildhall.get(f"{ANALYTICS}/players/5/statistics?by=game_mode")).json["items"]

    assert row["counts"] is is_significant(row["game_mode"], row["lobby_type"], True, 1800)
    assert row["counts"] is (mode in BALANCED_GAME_MODES and lobby in BALANCED_LOBBY_TYPES)
    assert row["game_mode"] == (None if mode in (None, 40_000) else mode)
    assert msgspec.json.encode([item["group"] for item in by_mode])
    if row["game_mode"] is None:
        assert [item["group"] for item in by_mode] == ["unknown"]
