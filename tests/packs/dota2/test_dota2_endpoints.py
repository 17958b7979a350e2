"""The pack's endpoints over HTTP, in front of the sandbox."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from guildhall.clock import SetClock
from guildhall.packs.dota2.accounts.rules import STEAM64_OFFSET
from tests.packs.dota2 import make
from tests.packs.dota2.make import ANALYTICS, PROXY

BAD_IDS = [
    "abc", "0", "-1", "4294967295", "4294967296", "99999999999999999999", "1" * 21, "1.5", "1e3", "٣", "１２３",
    "%00", "1%00", "0x10", "76561197960265728", "76561202255233023", "null", "+1", "%201",
]  # fmt: skip


@pytest.fixture
def someone(sandbox):
    return make.ids(sandbox)[0]


async def test_a_profile_has_opendotas_shape_and_says_its_age(guildhall, sandbox, someone):
    answer = await guildhall.get(f"{PROXY}/players/{someone}")

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    profile = answer.json
    assert profile["profile"]["account_id"] == someone
    assert profile["profile"]["steamid"] == str(someone + STEAM64_OFFSET)
    assert profile["private"] is False
    assert profile["rank_tier"] in range(11, 81)
    assert answer.headers["age"] == "0"
    assert datetime.fromisoformat(profile["last_sync"]).utcoffset() == timedelta(0)


async def test_a_steam_id_is_the_same_player_to_the_last_digit(guildhall, sandbox, someone):
    steam64 = someone + STEAM64_OFFSET
    assert len(str(steam64)) == 17

    by_account = await guildhall.get(f"{PROXY}/players/{someone}")
    by_steam = await guildhall.get(f"{PROXY}/players/{steam64}")
    neighbour = await guildhall.get(f"{PROXY}/players/{steam64 + 1}")

    assert by_account.body == by_steam.body
    assert make.calls(sandbox)["/players/{account_id}"] == 2  # one for the player, one for the neighbour
    assert neighbour.status == 404


async def test_what_is_no_account_id_is_a_400_everywhere(guildhall, sandbox):
    proxied = ("", "/wl", "/heroes", "/matches", "/recentMatches")
    computed = ("rank-progression", "statistics", "streaks")
    got = {}
    for bad in BAD_IDS:
        paths = [f"{PROXY}/players/{bad}{rest}" for rest in proxied]
        paths += [f"{ANALYTICS}/players/{bad}/{rest}" for rest in computed]
        paths += [f"{ANALYTICS}/players/compare?ids=1,{bad.replace('+', '%2B')}x"]
        answers = [await guildhall.get(path) for path in paths]
        answers.append(await guildhall.post(f"{PROXY}/players/{bad}/refresh"))
        got[bad] = {(answer.status, answer.code) for answer in answers}

    assert got == {bad: {(400, "dota2.bad_account_id")} for bad in BAD_IDS}
    assert make.calls(sandbox) == {}


async def test_an_unknown_player_is_a_404_that_is_remembered(guildhall, sandbox):
    for rest in ("", "/wl", "/heroes", "/matches"):
        first = await guildhall.get(f"{PROXY}/players/7{rest}")
        again = await guildhall.get(f"{PROXY}/players/7{rest}")
        assert (first.status, first.code) == (404, "dota2.player_not_found")
        assert (again.status, again.code) == (404, "dota2.player_not_found")
        assert first.headers["cache-control"] == "no-store"

    asked = make.calls(sandbox)
    assert asked["/players/{account_id}"] == 1
    assert asked["/players/{account_id}/wl"] == 1
    assert asked["/players/{account_id}/heroes"] == 1
    assert asked["/players/{account_id}/matches"] == 1
    for rest in ("rank-progression", "statistics", "streaks"):
        assert (await guildhall.get(f"{ANALYTICS}/players/7/{rest}")).status == 404
    assert (await guildhall.get(f"{ANALYTICS}/players/compare?ids=7,8")).status == 404


async def test_a_404_is_forgotten_after_a_short_while(start_guildhall, sandbox):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(sandbox, clock, cache={"negative_seconds": 300})
    await guildhall.get(f"{PROXY}/players/7")

    clock.advance(timedelta(seconds=301))
    await guildhall.get(f"{PROXY}/players/7")

    assert make.calls(sandbox)["/players/{account_id}"] == 2


async def test_the_record_is_opendotas(guildhall, sandbox, someone):
    answer = await guildhall.get(f"{PROXY}/players/{someone}/wl")
    async with guildhall.session.get(f"{sandbox.api}/players/{someone}/wl") as told:
        truth = await told.json()

    assert {key: answer.json[key] for key in ("win", "lose")} == truth
    assert answer.json["private"] is False


async def test_matches_are_walked_without_gap_or_double(guildhall, sandbox, someone):
    items, pages = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/matches?limit=37")
    async with guildhall.session.get(f"{sandbox.api}/players/{someone}/matches?significant=0") as told:
        truth = await told.json()

    assert pages > 2
    assert [item["match_id"] for item in items] == [
        row["match_id"] for row in sorted(truth, key=lambda row: (-row["start_time"], -row["match_id"]))
    ]
    assert make.calls(sandbox)["/players/{account_id}/matches"] == 2  # the first page's, and the test's own


async def test_matches_are_filtered_by_hero_and_mode(guildhall, sandbox, someone):
    every, _ = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/matches?limit=100")
    hero, mode = every[0]["hero_id"], every[-1]["game_mode"]

    by_hero, _ = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/matches?limit=100&hero_id={hero}")
    by_mode, _ = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/matches?limit=100&game_mode={mode}")
    of_none, _ = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/matches?limit=100&game_mode=0")

    assert by_hero == [item for item in every if item["hero_id"] == hero]
    assert by_mode == [item for item in every if item["game_mode"] == mode]
    assert 0 < len(by_hero) < len(every)
    assert of_none == [item for item in every if item["game_mode"] == 0]


async def test_recent_matches_are_the_first_twenty(guildhall, someone):
    recent = await guildhall.get(f"{PROXY}/players/{someone}/recentMatches")
    first = await guildhall.get(f"{PROXY}/players/{someone}/matches?limit=20")

    assert recent.body == first.body
    assert len(recent.json["items"]) == 20


async def test_heroes_are_walked_most_played_first(guildhall, sandbox, someone):
    items, pages = await make.walk(guildhall.get, f"{PROXY}/players/{someone}/heroes?limit=9")

    assert pages > 2
    assert len({item["hero_id"] for item in items}) == len(items)
    assert [(item["games"], item["hero_id"]) for item in items] == sorted(
        ((item["games"], item["hero_id"]) for item in items), reverse=True
    )
    async with guildhall.session.get(f"{sandbox.api}/players/{someone}/heroes") as told:
        truth = {int(row["hero_id"]): row["games"] for row in await told.json() if row["games"]}
    assert {item["hero_id"]: item["games"] for item in items if item["games"]} == truth


def forged(name: str, value: object) -> str:
    return base64.urlsafe_b64encode(f"{name}.1:".encode() + msgspec.json.encode(value)).rstrip(b"=").decode()


async def test_a_cursor_that_was_not_made_here_is_a_400(guildhall, someone):
    got = {}
    for path, after in (
        ("matches", "garbage"),
        ("matches", "%00"),
        ("matches", "=" * 599),
        ("matches", forged("heroes", [1, 2])),
        ("matches", forged("matches", ["2026-01-01T00:00:00Z", 10**30])),
        ("matches", forged("matches", ["2026-01-01T00:00:00Z", 2**63])),
        ("matches", forged("matches", ["2026-01-01T00:00:00", 1])),
        ("heroes", forged("heroes", [2**31, 1])),
        ("heroes", forged("heroes", [1, -(2**31) - 1])),
    ):
        answer = await guildhall.get(f"{PROXY}/players/{someone}/{path}?after={after}")
        got[path, after] = (answer.status, answer.code)
    for path, after in (
        (f"players/{someone}/rank-progression", forged("ranks", "2026-01-01T00:00:00")),
        (f"players/{someone}/statistics", forged("groups", [2**31, 1])),
        ("leaderboards?by=rank", forged("by_rank", [80, 2**31, 1])),
        ("leaderboards?by=rank", forged("by_rank", [2**31, 1, 1])),
        ("leaderboards?by=rank", forged("by_rank", [80, 2**31 - 1, 2**62])),
        ("leaderboards?by=mmr", forged("by_score", [1.5, 2**63])),
        ("leaderboards?by=win_rate", forged("by_rank", [80, 1, 1])),
        ("leaderboards?by=hero&hero_id=1", "x"),
    ):
        answer = await guildhall.get(f"{ANALYTICS}/{path}{'&' if '?' in path else '?'}after={after}")
        got[path, after] = (answer.status, answer.code)

    assert got == dict.fromkeys(got, (400, "bad_cursor"))


async def test_a_parameter_out_of_its_range_is_a_400_that_names_it(guildhall, someone):
    for query in ("limit=0", "limit=101", "limit=x", "hero_id=0", "hero_id=32768", "game_mode=-1"):
        answer = await guildhall.get(f"{PROXY}/players/{someone}/matches?{query}")

        assert (answer.status, answer.code) == (400, "bad_request")
        assert answer.json["errors"][0]["at"] == query.partition("=")[0]


async def test_heroes_of_the_game_are_listed_once_asked(guildhall, sandbox):
    first = await guildhall.get(f"{PROXY}/heroes")
    second = await guildhall.get(f"{PROXY}/heroes")

    assert first.body == second.body
    heroes = first.json
    assert len(heroes) > 100
    assert [hero["hero_id"] for hero in heroes] == sorted(hero["hero_id"] for hero in heroes)
    assert {"localized_name", "primary_attr", "attack_type", "roles", "img", "icon"} <= heroes[0].keys()
    assert isinstance(heroes[0]["roles"], list)
    assert make.calls(sandbox) == {"/constants/{resource}": 1}


async def test_constants_are_passed_on_as_they_are(guildhall, sandbox):
    answer = await guildhall.get(f"{PROXY}/constants/patch")
    async with guildhall.session.get(f"{sandbox.api}/constants/patch") as told:
        assert answer.json == await told.json()
    assert "max-age=" in answer.headers["cache-control"]


async def test_constants_that_are_not_are_a_404_asked_for_at_most_once(guildhall, sandbox):
    for resource in ("nothing", "nothing", "Heroes", "a-b", "%00", "ü"):
        answer = await guildhall.get(f"{PROXY}/constants/{resource}")
        assert (answer.status, answer.code) == (404, "dota2.resource_not_found")

    assert (await guildhall.get(f"{PROXY}/constants/{'x' * 41}")).status == 400
    assert make.calls(sandbox) == {"/constants/{resource}": 1}


async def test_a_search_finds_names_and_ids(guildhall, sandbox, someone):
    name = (await guildhall.get(f"{PROXY}/players/{someone}")).json["profile"]["personaname"]

    by_name = await guildhall.get(f"{PROXY}/search", params={"q": name})
    by_id = await guildhall.get(f"{PROXY}/search?q={someone}")
    by_steam_id = await guildhall.get(f"{PROXY}/search?q={someone + STEAM64_OFFSET}")
    spaced = await guildhall.get(f"{PROXY}/search", params={"q": f"  {name.upper()}  "})

    assert someone in [row["account_id"] for row in by_name.json]
    assert [row["account_id"] for row in by_id.json] == [someone]
    assert by_id.body == by_steam_id.body
    assert spaced.json == by_name.json


async def test_a_search_that_cannot_be_is_a_400(guildhall, sandbox):
    for q in ("ab", "", "0", "%20%20a%20%20b%20"[:3], "abc%00d", "4294967295"):
        answer = await guildhall.get(f"{PROXY}/search?q={q}")
        assert (answer.status, answer.code) == (400, "dota2.bad_query")
    missing = await guildhall.get(f"{PROXY}/search")

    assert (missing.status, missing.code) == (400, "bad_request")
    assert "'q'" in missing.json["detail"]
    assert (await guildhall.get(f"{PROXY}/search?q={'x' * 101}")).status == 400
    assert make.calls(sandbox) == {}


async def test_the_documents_path_answers_too(guildhall, someone):
    await guildhall.get(f"{PROXY}/players/{someone}/matches")
    for rest in ("rank-progression", "statistics", "statistics?by=week", "streaks"):
        ours = await guildhall.get(f"{ANALYTICS}/players/{someone}/{rest}")
        documents = await guildhall.get(f"{ANALYTICS}/player/{someone}/{rest}")

        assert (ours.status, documents.status) == (200, 200)
        assert ours.body == documents.body


async def test_a_private_player_is_a_documented_shape(guildhall, sandbox, someone):
    make.change(sandbox, someone, private=True)

    profile = await guildhall.get(f"{PROXY}/players/{someone}")
    record = await guildhall.get(f"{PROXY}/players/{someone}/wl")
    matches = await guildhall.get(f"{PROXY}/players/{someone}/matches")
    heroes = await guildhall.get(f"{PROXY}/players/{someone}/heroes")

    assert [answer.status for answer in (profile, record, matches, heroes)] == [200] * 4
    assert profile.json["private"] is True
    assert record.json == {"win": None, "lose": None, "private": True, "last_sync": None}
    assert (matches.json["private"], matches.json["items"], matches.json["next"]) == (True, [], None)
    assert (heroes.json["private"], heroes.json["items"]) == (True, [])


async def test_a_hundred_clients_at_a_cold_player_make_one_call(guildhall, sandbox, someone):
    make.fault(sandbox, "slow", delay=0.2)

    answers = await asyncio.gather(*(guildhall.get(f"{PROXY}/players/{someone}") for _ in range(100)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert make.calls(sandbox) == {"/players/{account_id}": 1}


async def test_two_processes_at_a_cold_player_make_one_call(start_guildhall, sandbox, someone):
    make.fault(sandbox, "slow", delay=0.2)
    first, second = await start_guildhall(sandbox), await start_guildhall(sandbox)

    answers = await asyncio.gather(
        *(process.get(f"{PROXY}/players/{someone}") for process in (first, second) for _ in range(10))
    )

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert make.calls(sandbox) == {"/players/{account_id}": 1}


async def test_age_and_freshness_are_true_at_each_tier(start_guildhall, sandbox, someone):
    clock = SetClock(datetime.now(UTC))
    guildhall = await start_guildhall(sandbox, clock, cache={"jitter": 0})
    path = f"{PROXY}/players/{someone}"

    source = await guildhall.get(path)
    clock.advance(timedelta(minutes=5))
    memory = await guildhall.get(path)
    other = await start_guildhall(sandbox, clock, cache={"jitter": 0})
    clock.advance(timedelta(minutes=5))
    database = await other.get(path)
    clock.advance(timedelta(minutes=30))
    make.fault(sandbox, "dead")
    stale = await guildhall.get(path)
    async with asyncio.timeout(20):
        while "on-error" not in (on_error := await guildhall.get(path)).headers["cache-status"]:  # noqa: ASYNC110 (asked over HTTP)
            await asyncio.sleep(0.05)

    told = [(answer.headers["age"], answer.headers["cache-status"]) for answer in (source, memory, database, stale)]
    assert told == [
        ("0", "guildhall; fwd=miss; stored; ttl=900; detail=source"),
        ("300", "guildhall; hit; ttl=600; detail=memory"),
        ("600", "guildhall; hit; ttl=900; detail=database"),
        ("2400", "guildhall; hit; ttl=-1500; detail=memory-stale"),
    ]
    assert source.headers["cache-control"].startswith("public, max-age=900, stale-while-revalidate=")
    assert on_error.headers["age"] == "2400"
    assert on_error.headers["cache-status"].endswith("-stale-on-error")
    assert on_error.headers["warning"].startswith("111 ")
    assert {answer.body for answer in (source, memory, database, stale, on_error)} == {source.body}


async def test_a_refresh_is_queued_once_and_then_refused_for_a_while(guildhall, sandbox, someone):
    first = await guildhall.post(f"{PROXY}/players/{someone}/refresh")
    second = await guildhall.post(f"{PROXY}/players/{someone}/refresh")

    assert (first.status, first.json["queued"]) == (202, True)
    assert (second.status, second.code) == (429, "dota2.refresh_too_soon")
    assert 290 < int(second.headers["retry-after"]) <= 301
    stored = await make.rows(guildhall.runtime.db, "select id, job_type, status, priority from core.jobs")
    assert [(str(job["id"]), job["job_type"], job["priority"]) for job in stored] == [
        (first.json["job_id"], "dota2.sync_player", 10)
    ]


async def test_a_refresh_that_waits_already_is_not_queued_twice(start_guildhall, sandbox, someone):
    guildhall = await start_guildhall(sandbox, dota2={"refresh_cooldown": 0})

    first = await guildhall.post(f"{PROXY}/players/{someone}/refresh")
    second = await guildhall.post(f"{PROXY}/players/{someone}/refresh")

    assert (first.status, second.status) == (202, 202)
    assert second.json == {"account_id": someone, "queued": False, "job_id": None}
    assert len(await make.rows(guildhall.runtime.db, "select id from core.jobs")) == 1


async def test_more_players_than_may_be_tracked_are_a_conflict(start_guildhall, sandbox):
    one, two = make.ids(sandbox)[:2]
    guildhall = await start_guildhall(sandbox, dota2={"most_tracked": 1})

    first = await guildhall.post(f"{PROXY}/players/{one}/refresh")
    second = await guildhall.post(f"{PROXY}/players/{two}/refresh")

    assert (first.status, second.status, second.code) == (202, 409, "dota2.too_many_tracked")
    tracked = await make.rows(guildhall.runtime.db, "select key from core.fresh_rows")
    assert [row["key"] for row in tracked] == [str(one)]
    assert len(await make.rows(guildhall.runtime.db, "select id from core.jobs")) == 1
