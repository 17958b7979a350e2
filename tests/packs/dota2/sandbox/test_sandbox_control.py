"""The control plane: players, matches, time, counters."""

import asyncio

import pytest

from guildhall.packs.dota2.sandbox import CALLS, CLOCK, FAULTS, Fault, FaultMode, player_ids


@pytest.fixture
def account_id(options):
    return player_ids(options)[2]


async def test_a_player_goes_private_and_comes_back(sandbox, account_id):
    before = await sandbox.json(f"/players/{account_id}/wl")
    status, body = await sandbox.control(f"/players/{account_id}", {"private": True})
    assert (status, body["private"]) == (200, True)
    assert await sandbox.json(f"/players/{account_id}/wl") == {"win": 0, "lose": 0}
    assert await sandbox.json(f"/players/{account_id}/recentMatches") == []
    await sandbox.control(f"/players/{account_id}", {"private": False})
    assert await sandbox.json(f"/players/{account_id}/wl") == before


async def test_rank_and_name_change(sandbox, account_id):
    ratings = await sandbox.json(f"/players/{account_id}/ratings")
    await sandbox.control(f"/players/{account_id}", {"rank_tier": 80, "leaderboard_rank": 7})
    profile = await sandbox.json(f"/players/{account_id}")
    assert (profile["rank_tier"], profile["leaderboard_rank"]) == (80, 7)
    after = await sandbox.json(f"/players/{account_id}/ratings")
    assert [row["rank_tier"] for row in after] == [*(row["rank_tier"] for row in ratings), 80]
    await sandbox.control(f"/players/{account_id}", {"rank_tier": None, "personaname": "Quetzal Nine"})
    profile = await sandbox.json(f"/players/{account_id}")
    assert (profile["rank_tier"], profile["leaderboard_rank"]) == (None, None)
    assert [row["account_id"] for row in await sandbox.json("/search?q=quetzal")] == [account_id]


async def test_added_matches_are_everywhere(sandbox, account_id):
    before = await sandbox.json(f"/players/{account_id}/wl")
    wanted = [
        {"hero_id": 14, "radiant_win": True, "player_slot": 2, "kills": 31, "duration": 2000},
        {"hero_id": 1, "radiant_win": True, "player_slot": 130, "game_mode": 23, "lobby_type": 0},
    ]
    status, body = await sandbox.control(f"/players/{account_id}/matches", wanted)
    assert status == 200
    first, second = body["match_ids"]
    recent = await sandbox.json(f"/players/{account_id}/recentMatches")
    assert [row["match_id"] for row in recent[:2]] == [second, first]
    assert recent[1]["kills"] == 31
    # Turbo does not count.
    assert await sandbox.json(f"/players/{account_id}/wl") == before | {"win": before["win"] + 1}
    heroes = await sandbox.json(f"/players/{account_id}/heroes")
    assert sum(row["games"] for row in heroes) == before["win"] + before["lose"] + 1
    match = await sandbox.json(f"/matches/{first}")
    me = next(player for player in match["players"] if player["player_slot"] == 2)
    assert (me["account_id"], me["hero_id"], me["kills"]) == (account_id, 14, 31)
    assert len({player["hero_id"] for player in match["players"]}) == 10


async def test_a_number_of_matches_is_made_up(sandbox, account_id):
    before = await sandbox.json(f"/players/{account_id}/wl")
    _, body = await sandbox.control(f"/players/{account_id}/matches", {"count": 25})
    assert len(set(body["match_ids"])) == 25
    after = await sandbox.json(f"/players/{account_id}/wl")
    assert sum(after.values()) == sum(before.values()) + 25
    rows = await sandbox.json(f"/players/{account_id}/matches?limit=25")
    assert [row["match_id"] for row in rows] == sorted(body["match_ids"], reverse=True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/players/1", {"private": True}, 404),
        ("/players/{id}", {"rank_tier": 99}, 400),
        ("/players/{id}", {"rank": 11}, 400),
        ("/players/{id}/matches", [{"hero_id": 24}], 400),
        ("/players/{id}/matches", [{"player_slot": 5}], 400),
        ("/players/{id}/matches", [{"start_time": 4_000_000_000}], 400),
        ("/players/{id}/matches", {"count": -1}, 400),
        ("/players/{id}/matches", {"count": 5000}, 400),
        ("/limits", {"minute": -1}, 400),
        ("/limits", {"hour": 1}, 400),
        ("/clock", {"advance_seconds": -5}, 400),
        ("/clock", {}, 400),
        ("/recordings", {"withheld": ["nonsense"]}, 400),
    ],
)
async def test_senseless_requests_are_refused(sandbox, account_id, path, body, status):
    answered, answer = await sandbox.control(path.format(id=account_id), body)
    assert answered == status
    assert answer["error"]


async def test_a_refused_batch_adds_nothing(sandbox, account_id):
    before = await sandbox.json(f"/players/{account_id}/matches?significant=0")
    batch = [{"duration": 1800}, {"start_time": 4_000_000_000}]
    assert (await sandbox.control(f"/players/{account_id}/matches", batch))[0] == 400
    assert await sandbox.json(f"/players/{account_id}/matches?significant=0") == before


async def test_calls_are_counted(sandbox, account_id):
    await sandbox.json(f"/players/{account_id}")
    await sandbox.status("/players/1")
    await sandbox.status("/players/x/wl")
    await sandbox.status("/nothing/here")
    _, calls = await sandbox.control("/calls", method="GET")
    assert calls["total"] == 4
    assert calls["calls"] == {
        "/players/{account_id}": {"200": 1, "404": 1},
        "/players/{account_id}/wl": {"400": 1},
        "/{path}": {"404": 1},
    }
    assert sum(calls["minutes"].values()) == 4
    await sandbox.control("/calls", method="DELETE")
    assert sandbox.app[CALLS].view().total == 0


async def test_concurrency_is_measured(sandbox):
    sandbox.app[FAULTS].set(Fault(mode=FaultMode.SLOW, delay=0.1))
    await asyncio.gather(*(sandbox.json("/heroes") for _ in range(6)))
    assert sandbox.app[CALLS].view().max_concurrency == 6


async def test_the_clock_moves_on(sandbox, options):
    _, before = await sandbox.control("/clock", method="GET")
    assert before["epoch"] == "2026-06-01T12:00:00.000Z"
    _, after = await sandbox.control("/clock", {"advance_seconds": 1000})
    assert 1000 <= after["unix"] - before["unix"] < 1020
    sandbox.app[CLOCK].advance(5)
    with pytest.raises(ValueError, match="backwards"):
        sandbox.app[CLOCK].advance(-1)


async def test_the_players_are_listed(sandbox, options):
    _, players = await sandbox.control("/players", method="GET")
    assert [player["account_id"] for player in players] == player_ids(options)
