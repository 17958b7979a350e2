"""The API's routes: shapes, filters, errors, ETags."""

import pytest

from guildhall.packs.dota2.sandbox import player_ids

DEFAULT_ROW = {
    "match_id", "player_slot", "radiant_win", "hero_id", "start_time", "duration", "game_mode", "lobby_type",
    "version", "kills", "deaths", "assists", "average_rank", "leaver_status", "party_size", "hero_variant",
}  # fmt: skip
RECENT_ROW = DEFAULT_ROW | {
    "xp_per_min", "gold_per_min", "hero_damage", "tower_damage", "hero_healing", "last_hits", "lane",
    "lane_role", "is_roaming", "cluster",
}  # fmt: skip


@pytest.fixture
def account_id(options):
    return player_ids(options)[1]


async def test_profile_shape(sandbox, account_id):
    body = await sandbox.json(f"/players/{account_id}")
    assert set(body) == {
        "profile", "rank_tier", "leaderboard_rank", "computed_mmr", "computed_mmr_turbo", "aliases",
    }  # fmt: skip
    assert set(body["profile"]) == {
        "account_id", "personaname", "name", "plus", "cheese", "steamid", "avatar", "avatarmedium",
        "avatarfull", "profileurl", "last_login", "loccountrycode",
        "status", "fh_unavailable", "is_contributor",
        "is_subscriber",
    }  # fmt: skip


async def test_match_rows(sandbox, account_id):
    recent = await sandbox.json(f"/players/{account_id}/recentMatches")
    assert len(recent) == 20
    assert all(set(row) == RECENT_ROW for row in recent)
    everything = await sandbox.json(f"/players/{account_id}/matches?significant=0&limit=0")
    assert all(set(row) == DEFAULT_ROW for row in everything)
    assert [row["match_id"] for row in recent] == [row["match_id"] for row in everything[:20]]
    significant = await sandbox.json(f"/players/{account_id}/matches")
    assert 0 < len(significant) < len(everything)


async def test_project_replaces_the_default_columns(sandbox, account_id):
    base = f"/players/{account_id}/matches?limit=2"
    rows = await sandbox.json(f"{base}&project=kills&project=gold_per_min")
    assert set(rows[0]) == {"match_id", "player_slot", "radiant_win", "kills", "gold_per_min"}
    rows = await sandbox.json(f"{base}&project=nonsense&project=significant")
    assert set(rows[0]) == {"match_id", "player_slot", "radiant_win"}


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("win=1", lambda row: row["radiant_win"] == (row["player_slot"] < 128)),
        ("win=0", lambda row: row["radiant_win"] != (row["player_slot"] < 128)),
        ("game_mode=22", lambda row: row["game_mode"] == 22),
        ("game_mode=23&significant=0", lambda row: row["game_mode"] == 23),
        ("lobby_type=7", lambda row: row["lobby_type"] == 7),
        ("is_radiant=1", lambda row: row["player_slot"] < 128),
        ("is_radiant=0", lambda row: row["player_slot"] >= 128),
    ],
)
async def test_filters_keep_exactly_what_holds(sandbox, account_id, query, holds):
    significant = "&significant=0" if "significant=0" in query else ""
    everything = await sandbox.json(f"/players/{account_id}/matches?limit=0{significant}")
    filtered = await sandbox.json(f"/players/{account_id}/matches?{query}")
    assert filtered == [row for row in everything if holds(row)]
    assert filtered
    record = await sandbox.json(f"/players/{account_id}/wl?{query}")
    assert record["win"] + record["lose"] == len(filtered)


async def test_paging_dates_heroes_and_order(sandbox, account_id, options):
    path = f"/players/{account_id}/matches"
    everything = await sandbox.json(path)
    assert await sandbox.json(f"{path}?limit=10&offset=5") == everything[5:15]
    month = await sandbox.json(f"{path}?date=30")
    since = options.epoch.timestamp() - 30 * 86_400
    assert month == [row for row in everything if row["start_time"] > since + 5]
    hero_id = everything[0]["hero_id"]
    assert await sandbox.json(f"{path}?hero_id={hero_id}") == [row for row in everything if row["hero_id"] == hero_id]
    kills = [row["kills"] for row in await sandbox.json(f"{path}?sort=kills&limit=50")]
    assert kills == sorted(kills, reverse=True)
    assert kills[0] == max(row["kills"] for row in everything)
    assert await sandbox.json(f"{path}?hero_id=nobody") == []


async def test_heroes_with_and_against(sandbox, account_id):
    heroes = await sandbox.json(f"/players/{account_id}/heroes")
    hero = max(heroes, key=lambda row: row["with_games"])
    path = f"/players/{account_id}/matches"
    assert len(await sandbox.json(f"{path}?with_hero_id={hero['hero_id']}")) == hero["with_games"]
    assert len(await sandbox.json(f"{path}?against_hero_id={hero['hero_id']}")) == hero["against_games"]
    assert [row["games"] for row in heroes] == sorted((row["games"] for row in heroes), reverse=True)


async def test_rankings(sandbox, account_id):
    rows = await sandbox.json(f"/players/{account_id}/rankings")
    shares = [row["percent_rank"] for row in rows]
    assert rows
    assert set(rows[0]) == {"hero_id", "score", "percent_rank"}
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share < 1 for share in shares)


async def test_search_finds_names_and_ids(sandbox, account_id):
    name = (await sandbox.json(f"/players/{account_id}"))["profile"]["personaname"]
    found = await sandbox.json("/search", params={"q": name})
    assert found[0]["account_id"] == account_id
    assert found[0]["sml"] == 1
    by_id = await sandbox.json(f"/search?q={account_id}")
    by_steam64 = await sandbox.json(f"/search?q={account_id + 76561197960265728}")
    assert by_id == by_steam64
    assert by_id[0]["account_id"] == account_id
    assert "sml" not in by_id[0]
    assert await sandbox.json("/search?q=xy") == []


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/players/nobody", 400, "invalid account id"),
        ("/players/1.5/wl", 400, "invalid account id"),
        ("/players/1", 404, "Not Found"),
        ("/players/76561198061960890", 404, "Not Found"),
        ("/players/1/matches", 404, "Not Found"),
        ("/matches/abc", 400, "invalid job or match id"),
        ("/matches/1", 404, "Not Found"),
        ("/constants/nothing", 404, "Not Found"),
        ("/constants/..%2Fsecrets", 404, "Not Found"),
        ("/search", 400, "q is not a string"),
        ("/benchmarks", 400, "hero_id is not a string"),
        ("/benchmarks?hero_id=1&bracket=9", 400, "bracket must be an integer between 1 and 8"),
        ("/no/such/route", 404, "Not Found"),
    ],
)
async def test_errors(sandbox, path, status, text):
    async with sandbox.client.get(f"/opendota/api{path}") as response:
        assert response.status == status
        assert await response.json() == {"error": text}


async def test_refresh_answers_at_once(sandbox, account_id):
    path = f"/opendota/api/players/{account_id}/refresh"
    async with sandbox.client.post(path) as response:
        assert (response.status, await response.json()) == (200, {})
    async with sandbox.client.post(path, headers={"Origin": "https://elsewhere.example"}) as response:
        assert (response.status, await response.json()) == (403, {"error": "Invalid Origin header"})
    async with sandbox.client.post("/opendota/api/players/x/refresh") as response:
        assert response.status == 400


async def test_weak_etags_are_honoured(sandbox, account_id):
    path = f"/opendota/api/players/{account_id}/wl"
    async with sandbox.client.get(path) as response:
        etag = response.headers["ETag"]
    assert etag.startswith('W/"')
    async with sandbox.client.get(path, headers={"If-None-Match": etag}) as response:
        assert response.status == 304
        assert await response.read() == b""
    await sandbox.control(f"/players/{account_id}/matches", {"count": 1})
    async with sandbox.client.get(path, headers={"If-None-Match": etag}) as response:
        assert response.status == 200


async def test_heroes_and_constants_without_recordings(sandbox):
    heroes = await sandbox.json("/heroes")
    ids = {hero["id"] for hero in heroes}
    assert len(ids) == 127
    assert max(ids) == 155
    assert not ids & {24, *range(115, 119), 122, 124, 125, 127, *range(130, 131), *range(132, 135)}
    assert {hero["primary_attr"] for hero in heroes} == {"str", "agi", "int", "all"}
    constants = await sandbox.json("/constants/heroes")
    assert {int(key) for key in constants} == ids
    assert (await sandbox.json("/constants/game_mode"))["23"]["name"] == "game_mode_turbo"
    assert (await sandbox.json("/constants/lobby_type"))["7"]["balanced"] is True
    assert (await sandbox.json("/constants/region"))["3"] == "EUROPE"
    assert (await sandbox.json("/constants/cluster"))["131"] == 3
    patches = await sandbox.json("/constants/patch")
    assert patches[-1] == {"name": "7.41", "date": "2026-03-24T00:50:59.580Z", "id": 60}


async def test_hero_stats_are_sums_of_their_days(sandbox):
    stats = await sandbox.json("/heroStats")
    assert len(stats) == 127
    for hero in stats:
        for kind in ("pub_pick", "pub_win"):
            assert len(hero[f"{kind}_trend"]) == 7
            assert sum(hero[f"{kind}_trend"]) == hero[kind]
        assert sum(hero["turbo_picks_trend"]) == hero["turbo_picks"]
        assert sum(hero[f"{medal}_pick"] for medal in range(1, 9)) < hero["pub_pick"]
        assert hero["8_pick"] == hero["8_win"] == 0
        assert 0.4 < hero["pub_win"] / hero["pub_pick"] < 0.6
    await sandbox.control("/clock", {"advance_seconds": 3600})
    later = await sandbox.json("/heroStats")
    # Only the current day grows.
    assert later[0]["pub_pick_trend"][:6] == stats[0]["pub_pick_trend"][:6]
    assert later[0]["pub_pick_trend"][6] > stats[0]["pub_pick_trend"][6]


async def test_benchmarks_distributions_health_metadata(sandbox):
    result = (await sandbox.json("/benchmarks?hero_id=1&bracket=8"))["result"]
    assert len(result) == 10
    assert [row["percentile"] for row in result["gold_per_min"]][-2:] == [0.95, 0.99]
    deaths = [row["value"] for row in result["deaths_per_min"]]
    assert deaths == sorted(deaths, reverse=True)
    unknown = (await sandbox.json("/benchmarks?hero_id=9999"))["result"]
    assert unknown["xp_per_min"][0]["value"] is None
    ranks = (await sandbox.json("/distributions"))["ranks"]
    assert len(ranks["rows"]) == 36
    assert ranks["rows"][-1]["cumulative_sum"] == ranks["sum"]["count"] == 2_258_916
    health = await sandbox.json("/health")
    assert all(metric["metric"] < metric["limit"] for metric in health.values())
    metadata = await sandbox.json("/metadata")
    assert {"freeCallLimit", "freeRateLimit", "premRateLimit"} <= metadata.keys()
