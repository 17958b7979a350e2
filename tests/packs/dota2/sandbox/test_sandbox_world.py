"""The synthetic world: deterministic, consistent with itself, alive."""

import dataclasses
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from guildhall.packs.dota2.sandbox import RECORDED_PLAYER, SandboxOptions, player_ids

ENDPOINTS = (
    "",
    "/wl",
    "/recentMatches",
    "/matches",
    "/heroes",
    "/totals",
    "/counts",
    "/ratings",
    "/rankings",
)
FAIR_MODES = {0, 1, 2, 3, 4, 5, 12, 16, 17, 22}
FAIR_LOBBIES = {0, 1, 2, 5, 6, 7, 9, 10, 11, 13}


def won(row):
    return row["radiant_win"] == (row["player_slot"] < 128)


async def bodies(sandbox, ids):
    answers = []
    for account_id in ids:
        for endpoint in ENDPOINTS:
            path = f"/opendota/api/players/{account_id}{endpoint}"
            async with sandbox.client.get(path) as response:
                answers.append(await response.read())
    return answers


async def test_the_same_seed_and_epoch_give_the_same_bytes(start, options):
    ids = player_ids(options)[:7]
    one, two = await start(options), await start(options)
    other = await start(dataclasses.replace(options, seed=21))

    # Asked in another order: nothing may depend on what was asked before.
    backwards = await bodies(two, ids[::-1])
    first = await bodies(one, ids)

    assert sorted(first) == sorted(backwards)
    assert await other.status(f"/players/{ids[0]}") == 404


async def test_answers_do_not_depend_on_how_often_they_were_asked_for_on_the_way(start, options):
    ids = player_ids(options)[:6]
    asked, unasked = await start(options), await start(options)
    for _ in range(8):
        await bodies(asked, ids)
        await asked.control("/clock", {"advance_seconds": 3000})
    await unasked.control("/clock", {"advance_seconds": 8 * 3000})

    assert await bodies(asked, ids) == await bodies(unasked, ids)


def test_player_ids_are_stable_distinct_steam32_ids():
    few, many = player_ids(SandboxOptions(players=50)), player_ids(SandboxOptions(players=3000))
    assert many[:50] == few
    assert len(set(many)) == 3000
    assert all(0 < account_id < 2**31 for account_id in many)
    assert RECORDED_PLAYER not in many
    assert player_ids(SandboxOptions(seed=1)) != few


async def test_win_and_loss_count_the_significant_matches(sandbox, options):
    for account_id in player_ids(options)[:10]:
        record = await sandbox.json(f"/players/{account_id}/wl")
        rows = await sandbox.json(f"/players/{account_id}/matches")
        assert record == {"win": sum(map(won, rows)), "lose": sum(not won(row) for row in rows)}
        assert all(
            row["game_mode"] in FAIR_MODES
            and row["lobby_type"] in FAIR_LOBBIES
            and row["duration"] > 360
            and row["radiant_win"] is not None
            and row["hero_id"] > 0
            for row in rows
        )


async def test_heroes_counts_and_totals_agree_with_win_and_loss(sandbox, options):
    for account_id in player_ids(options)[:6]:
        record = await sandbox.json(f"/players/{account_id}/wl")
        games = record["win"] + record["lose"]
        heroes = await sandbox.json(f"/players/{account_id}/heroes")
        assert len(heroes) == 127
        assert sum(hero["games"] for hero in heroes) == games
        assert sum(hero["win"] for hero in heroes) == record["win"]
        assert sum(hero["with_games"] for hero in heroes) == 4 * games
        assert sum(hero["with_win"] for hero in heroes) == 4 * record["win"]
        assert sum(hero["against_games"] for hero in heroes) == 5 * games
        counts = await sandbox.json(f"/players/{account_id}/counts")
        for field, table in counts.items():
            assert sum(cell["games"] for cell in table.values()) == games, field
            assert sum(cell["win"] for cell in table.values()) == record["win"], field
        totals = await sandbox.json(f"/players/{account_id}/totals")
        rows = await sandbox.json(f"/players/{account_id}/matches")
        assert len(totals) == 29
        assert totals[0] == {"field": "kills", "n": games, "sum": sum(row["kills"] for row in rows)}


async def test_histories_look_real(sandbox, options):
    sizes, ranks, rows_seen = [], 0, 0
    modes: Counter[int] = Counter()
    oldest = options.epoch.timestamp() - 731 * 86_400
    for account_id in player_ids(options)[:20]:
        rows = await sandbox.json(f"/players/{account_id}/matches?significant=0&limit=0")
        if not rows:
            continue
        sizes.append(len(rows))
        starts = [row["start_time"] for row in rows]
        ids = [row["match_id"] for row in rows]
        assert starts == sorted(starts, reverse=True)
        assert ids == sorted(set(ids), reverse=True)
        assert min(starts) > oldest
        assert 7_500_000_000 < min(ids) < max(ids) < 9_500_000_000
        for later, earlier in pairwise(rows):
            assert earlier["start_time"] + earlier["duration"] < later["start_time"]
        modes.update(row["game_mode"] for row in rows)
        ranks += sum(row["average_rank"] is not None for row in rows)
        rows_seen += len(rows)
    assert 100 <= min(sizes) <= max(sizes) <= 1500
    assert modes[22] > modes[23] > 0
    assert {4, 18, 21} <= set(modes)
    assert 0.28 < ranks / rows_seen < 0.39


async def test_profiles_cover_the_kinds_of_players(start):
    options = SandboxOptions(players=120, epoch=datetime(2026, 6, 1, tzinfo=UTC), minute_limit=None, day_limit=None)
    sandbox = await start(options)
    profiles = [await sandbox.json(f"/players/{account_id}") for account_id in player_ids(options)]

    assert sum(body["profile"]["fh_unavailable"] for body in profiles) == 6
    assert 0 < sum(body["rank_tier"] is None for body in profiles) <= 15
    immortals = [body for body in profiles if body["rank_tier"] == 80]
    assert 2 <= len(immortals) <= 10
    assert any(body["leaderboard_rank"] for body in immortals)
    assert not any(body["leaderboard_rank"] for body in profiles if body["rank_tier"] != 80)
    assert any(body["profile"]["personaname"] is None for body in profiles)
    assert any(body["profile"]["last_login"] is None for body in profiles)
    for body in profiles:
        assert int(body["profile"]["steamid"]) - 76561197960265728 == body["profile"]["account_id"]
        tier = body["rank_tier"]
        assert tier is None or tier == 80 or (11 <= tier <= 75 and 1 <= tier % 10 <= 5)


async def test_a_private_player_is_empty_but_there(sandbox, options):
    account_id = player_ids(options)[13]
    profile = await sandbox.json(f"/players/{account_id}")
    assert profile["profile"]["fh_unavailable"] is True
    assert profile["rank_tier"] is not None
    assert await sandbox.json(f"/players/{account_id}/wl") == {"win": 0, "lose": 0}
    for endpoint in ("matches", "matches?significant=0", "recentMatches", "ratings", "rankings", "peers"):
        assert await sandbox.json(f"/players/{account_id}/{endpoint}") == []


async def test_ratings_hold_changes_only_and_end_at_the_rank_of_now(sandbox, options):
    checked = 0
    for account_id in player_ids(options)[:12]:
        profile = await sandbox.json(f"/players/{account_id}")
        ratings = await sandbox.json(f"/players/{account_id}/ratings")
        if profile["rank_tier"] is None or profile["profile"]["fh_unavailable"]:
            assert ratings == []
            continue
        tiers = [row["rank_tier"] for row in ratings]
        times = [row["time"] for row in ratings]
        assert tiers[-1] == profile["rank_tier"]
        assert all(before != after for before, after in pairwise(tiers))
        assert times == sorted(times)
        assert times[0] >= "2025-12-06"
        assert times[0].endswith("Z")
        checked += 1
    assert checked > 5


async def test_the_world_lives_on_after_the_epoch(sandbox, options):
    active, idle = player_ids(options)[0], player_ids(options)[9]
    before = await sandbox.json(f"/players/{active}/matches?significant=0")
    idle_before = await sandbox.json(f"/players/{idle}/matches?significant=0")
    await sandbox.control("/clock", {"advance_seconds": 86_400})
    after = await sandbox.json(f"/players/{active}/matches?significant=0")
    recent = await sandbox.json(f"/players/{active}/recentMatches")
    idle_after = await sandbox.json(f"/players/{idle}/matches?significant=0")

    assert 34 <= len(after) - len(before) <= 37
    assert after[len(after) - len(before) :] == before
    assert [row["match_id"] for row in recent] == [row["match_id"] for row in after[:20]]
    assert len(idle_after) - len(idle_before) < 12
    record = await sandbox.json(f"/players/{active}/wl")
    assert record["win"] == sum(map(won, await sandbox.json(f"/players/{active}/matches")))


async def test_ranks_move_with_ranked_matches(sandbox, options):
    moved = 0
    for account_id in player_ids(options)[:10]:
        before = await sandbox.json(f"/players/{account_id}/ratings")
        await sandbox.control("/clock", {"advance_seconds": 6 * 3600})
        after = await sandbox.json(f"/players/{account_id}/ratings")
        profile = await sandbox.json(f"/players/{account_id}")
        assert after[: len(before)] == before
        moved += len(after) > len(before)
        if after:
            assert after[-1]["rank_tier"] == profile["rank_tier"]
    assert moved


async def test_players_share_matches(sandbox, options):
    one, two = player_ids(options)[5], player_ids(options)[6]
    mine = {row["match_id"]: row for row in await sandbox.json(f"/players/{one}/matches?significant=0")}
    theirs = {row["match_id"]: row for row in await sandbox.json(f"/players/{two}/matches?significant=0")}
    shared = mine.keys() & theirs.keys()
    assert len(shared) > 5
    for match_id in shared:
        a, b = mine[match_id], theirs[match_id]
        assert a["player_slot"] != b["player_slot"]
        assert a["hero_id"] != b["hero_id"] or a["hero_id"] == 0
        for field in ("start_time", "duration", "radiant_win", "game_mode", "average_rank"):
            assert a[field] == b[field]
    included = await sandbox.json(f"/players/{one}/matches?significant=0&included_account_id={two}")
    assert {row["match_id"] for row in included} == shared
    peers = await sandbox.json(f"/players/{one}/peers?significant=0")
    assert {peer["account_id"]: peer["games"] for peer in peers}[two] == len(shared)


async def test_a_match_agrees_with_the_rows_of_its_players(sandbox, options):
    one = player_ids(options)[5]
    rows = await sandbox.json(f"/players/{one}/matches?significant=0&limit=15")
    anonymous = 0
    for row in rows:
        match = await sandbox.json(f"/matches/{row['match_id']}")
        players = {player["player_slot"]: player for player in match["players"]}
        assert sorted(players) == [0, 1, 2, 3, 4, 128, 129, 130, 131, 132]
        me = players[row["player_slot"]]
        assert me["account_id"] == one
        for field in ("hero_id", "kills", "deaths", "assists", "party_size", "hero_variant"):
            assert me[field] == row[field]
        for field in ("duration", "radiant_win", "game_mode", "lobby_type", "start_time"):
            assert match[field] == row[field]
        heroes = [player["hero_id"] for player in match["players"] if player["hero_id"]]
        assert len(heroes) == len(set(heroes)) >= 9
        anonymous += sum("account_id" not in player for player in match["players"])
    assert 0.45 < anonymous / (10 * len(rows)) < 0.8


@pytest.mark.parametrize("path", ["/publicMatches", "/proMatches"])
async def test_public_matches_page_backwards_and_can_be_opened(sandbox, path):
    first = await sandbox.json(path)
    second = await sandbox.json(f"{path}?less_than_match_id={first[-1]['match_id']}")
    ids = [row["match_id"] for row in first + second]
    assert len(first) == len(second) == 100
    assert ids == sorted(set(ids), reverse=True)
    match = await sandbox.json(f"/matches/{ids[150]}")
    assert match["radiant_win"] == (first + second)[150]["radiant_win"]
    assert await sandbox.status(f"/matches/{ids[150] + 3}") == 404


async def test_public_matches_by_rank(sandbox):
    rows = await sandbox.json("/publicMatches?min_rank=60&max_rank=75")
    assert rows
    assert all(60 <= row["avg_rank_tier"] <= 75 for row in rows)


async def test_a_thousand_players_are_lazy(start):
    options = SandboxOptions(players=4000, epoch=datetime(2026, 6, 1, tzinfo=UTC), minute_limit=None, day_limit=None)
    sandbox = await start(options)
    account_id = player_ids(options)[3999]
    rows = await sandbox.json(f"/players/{account_id}/matches?significant=0")
    assert len(rows) >= 100
    assert await sandbox.json(f"/matches/{rows[-1]['match_id']}")


def test_options_are_checked():
    with pytest.raises(ValueError, match="players"):
        SandboxOptions(players=-1)
    with pytest.raises(ValueError, match="aware"):
        SandboxOptions(epoch=datetime(2026, 1, 1))
