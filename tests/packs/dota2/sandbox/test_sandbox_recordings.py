"""Real recorded answers, served as they are."""

import json

import pytest

from guildhall.packs.dota2.sandbox import RECORDED_PLAYER

PLAYER = f"/players/{RECORDED_PLAYER}"
ANSWERS = "odota_web_cachedAjax"


@pytest.mark.parametrize(
    "endpoint",
    ["", "/wl", "/recentMatches", "/heroes", "/counts", "/ratings", "/rankings", "/totals", "/peers"],
)
async def test_the_recorded_player_is_served_verbatim(recorded, recordings, endpoint):
    name = endpoint.replace("/", "_")
    expected = (recordings / ANSWERS / f"players_{RECORDED_PLAYER}{name}_.json").read_bytes()
    async with recorded.client.get(f"/opendota/api{PLAYER}{endpoint}") as response:
        assert await response.read() == expected


async def test_all_recorded_matches(recorded, recordings):
    path = recordings / ANSWERS / f"players_{RECORDED_PLAYER}_matches_significant=0.json"
    sent = json.loads(path.read_bytes())
    assert await recorded.json(f"{PLAYER}/matches?significant=0") == sent
    assert await recorded.json(f"{PLAYER}/matches?significant=0&limit=5&offset=2") == sent[2:7]
    assert await recorded.json(f"{PLAYER}/matches?date=30&significant=0") == []
    rows = await recorded.json(f"{PLAYER}/matches?limit=1&project=kills&project=hero_id")
    assert set(rows[0]) == {"match_id", "player_slot", "radiant_win", "kills", "hero_id"}


async def test_the_significance_rule_gives_the_recorded_record(recorded):
    rows = await recorded.json(f"{PLAYER}/matches")
    wins = sum(row["radiant_win"] == (row["player_slot"] < 128) for row in rows)
    record = await recorded.json(f"{PLAYER}/wl")
    assert record == {"win": wins, "lose": len(rows) - wins}
    won = await recorded.json(f"{PLAYER}/wl?win=1")
    assert won == {"win": wins, "lose": 0}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/distributions", "distributions_"),
        ("/heroStats", "heroStats_"),
        ("/proMatches", "proMatches_"),
        ("/publicMatches", "publicMatches_mmr_descending=1"),
        ("/matches/4080856812", "matches_4080856812_"),
        ("/matches/2472899185", "matches_2472899185_"),
    ],
)
async def test_shared_recordings_are_served_verbatim(recorded, recordings, path, name):
    async with recorded.client.get(f"/opendota/api{path}") as response:
        assert await response.read() == (recordings / ANSWERS / f"{name}.json").read_bytes()


@pytest.mark.parametrize("resource", ["heroes", "patch", "items", "cluster"])
async def test_constants_are_served_verbatim(recorded, recordings, resource):
    async with recorded.client.get(f"/opendota/api/constants/{resource}") as response:
        path = recordings / "dotaconstants" / "build" / f"{resource}.json"
        assert await response.read() == path.read_bytes()


async def test_the_built_in_tables_agree_with_dotaconstants(recorded, sandbox):
    for resource in ("game_mode", "lobby_type", "region", "cluster"):
        assert await sandbox.json(f"/constants/{resource}") == await recorded.json(f"/constants/{resource}")
    patches = await recorded.json("/constants/patch")
    own = await sandbox.json("/constants/patch")
    assert own == patches[-len(own) :]
    real = await recorded.json("/constants/heroes")
    for hero_id, hero in (await sandbox.json("/constants/heroes")).items():
        assert hero == {name: real[hero_id][name] for name in hero}


async def test_recordings_can_be_withheld(recorded):
    assert len(await recorded.json("/heroStats")) == 116
    await recorded.control("/recordings", {"withheld": ["heroStats"]})
    stats = await recorded.json("/heroStats")
    assert len(stats) == 127
    assert len(stats[0]["pub_pick_trend"]) == 7
    assert stats[0]["base_str"]


async def test_search_finds_the_recorded_player(recorded):
    name = (await recorded.json(PLAYER))["profile"]["personaname"]
    by_name = await recorded.json("/search", params={"q": name})
    by_id = await recorded.json(f"/search?q={RECORDED_PLAYER}")
    assert by_name[0]["account_id"] == by_id[0]["account_id"] == RECORDED_PLAYER


async def test_without_recordings_the_recorded_player_is_unknown(sandbox):
    assert await sandbox.status(PLAYER) == 404
