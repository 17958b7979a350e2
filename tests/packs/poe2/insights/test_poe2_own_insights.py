"""The dashboard, progress by day and play patterns: a person's own, and nobody else's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from guildhall.core.achievements.messages import KeepCatalogue
from guildhall.packs.poe2.insights.messages import CountMeta
from tests.packs.poe2.builds.world import made_build
from tests.packs.poe2.insights.world import (
    LEAGUE,
    NOW,
    add_build,
    add_character,
    add_person,
    add_snapshot,
    own_account,
)

DASHBOARD = "/api/v1/poe2/dashboard"
PATTERNS = "/api/v1/poe2/play-patterns"
A, B = "PathOfBuilding2 0.12.1, tree 0_5", "PathOfBuilding2 0.11.0, tree 0_5"


@pytest.fixture
async def ana(guildhall, rows):
    """Somebody with an account at the game."""
    ana = await guildhall.sign_in(name="Ana")
    await own_account(rows, ana.id)
    return ana


async def seen(rows, character):
    """Note a character's last snapshot, as a look does."""
    await rows.execute(
        "update poe2.characters set snapshot_at = (select max(snapshot_at) from poe2.character_snapshots"
        " where character = $1) where id = $1",
        character,
    )


async def traded(rows, item, name, *closes: int, volume=100):
    """An item whose price closed so on the last days."""
    await rows.execute(
        "insert into poe2.market_items (id, kind, category, name, first_seen_at, seen_at)"
        " values ($1, 'currency', 'currency', $2, now(), now())",
        item, name,
    )  # fmt: skip
    for ago, close in enumerate(reversed(closes)):
        await rows.execute(
            "insert into poe2.market_daily (item_id, league, day, open, high, low, close, average, volume, samples)"
            " values ($1, $2, $3, $4, $4, $4, $4, $4, $5, 1)",
            item, LEAGUE, NOW.date() - timedelta(days=ago), Decimal(close), volume,
        )  # fmt: skip


async def test_the_dashboard_is_one_call_with_everything(guildhall, rows, ana):
    await guildhall.work(KeepCatalogue())
    character = await add_character(rows, ana.id, "Grimveil")
    for days, level, dps in ((20, 40, 1_000.0), (8, 70, 2_000.0), (1, 88, 5_000.0)):
        await add_snapshot(
            rows, ana.id, character, at=NOW - timedelta(days=days), level=level, dps=dps, calculated_by=A,
            experience=level * 10, ehp=dps * 2,
        )  # fmt: skip
    await seen(rows, character)
    build = await made_build(ana, 1, title="Mine", league=LEAGUE)
    draft = await made_build(ana, 2, title="Not yet", visibility="draft")
    for success, cost in ((True, 10), (False, 30)):
        await rows.execute(
            "insert into poe2.crafting_sessions (id, user_id, item_base, item_class, target_mods, price_base, league,"
            " priced_cost, success, created_at, completed_at) values (gen_random_uuid(), $1, 'Heavy Belt', 'Belt',"
            " '[]', 'exalted', $2, $3, $4, now(), now())",
            ana.id, LEAGUE, Decimal(cost), success,
        )  # fmt: skip
    await traded(rows, "1", "Divine Orb", 100, 90, 150)
    await traded(rows, "2", "Chaos Orb", 10, 10, 9)
    await traded(rows, "3", "Rare Thing", 1, 50, volume=2)
    for _ in range(5):
        user = await add_person(rows)
        await add_snapshot(rows, user, await add_character(rows, user), ascendancy="Pathfinder")
    await guildhall.work(CountMeta())

    answer = await ana.get(DASHBOARD)

    body = answer.json
    (mine,) = body["characters"]
    assert (mine["name"], mine["class"], mine["level"], mine["dps"]) == ("Grimveil", "Ranger", 88, 5_000.0)
    assert mine["change"]["since"].startswith(f"{NOW - timedelta(days=8):%Y-%m-%dT%H:%M}")
    assert {**mine["change"], "since": None} == {
        "since": None, "levels": 18, "experience": 180, "dps": 3_000.0, "ehp": 6_000.0,
    }  # fmt: skip
    assert [(one["title"], one["visibility"]) for one in body["builds"]] == [("Not yet", "draft"), ("Mine", "public")]
    assert {one["id"] for one in body["builds"]} == {build["id"], draft["id"]}
    assert [(one["item_base"], one["success"]) for one in body["crafting"]].count(("Heavy Belt", True)) == 1
    (costs,) = body["crafting_costs"]
    assert (costs["sessions"], costs["known"], costs["succeeded"], Decimal(costs["cost"])) == (2, 2, 1, Decimal(40))
    assert body["league"] == body["market"]["league"] == body["meta"]["league"] == LEAGUE
    latest = body["achievements"].pop("latest")
    assert [one["achievement"]["name"] for one in latest] == ["poe2.first_build"]
    assert body["achievements"] == {"achieved": 1, "points": 10}
    moved = [(one["name"], one["change"]) for one in body["market"]["items"]]
    assert moved == [("Divine Orb", pytest.approx(0.5)), ("Chaos Orb", pytest.approx(-0.1))]
    ascendancies = body["meta"]["snapshots"][0]
    assert (ascendancies["by"], ascendancies["sample"]) == ("ascendancy", 5)
    assert [one["value"] for one in ascendancies["items"]] == ["Pathfinder"]
    assert answer.headers["cache-control"].startswith("private")
    again = await ana.get(DASHBOARD, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status == 304
    assert await rows.fetch("select from core.cached_data") == [], "nothing of a person is stored by the cache"


async def test_the_dashboard_of_one_is_never_that_of_another(guildhall, rows, ana):
    await seen(rows, (character := await add_character(rows, ana.id, "Secret")))
    await add_snapshot(rows, ana.id, character)
    await made_build(ana, 1, title="Hidden", visibility="draft")
    await ana.get(DASHBOARD)
    bo = await guildhall.sign_in()

    empty = (await bo.get(DASHBOARD)).json

    assert (empty["characters"], empty["builds"], empty["crafting"], empty["crafting_costs"]) == ([], [], [], [])
    assert empty["achievements"] == {"achieved": 0, "points": 0, "latest": []}
    assert (await guildhall.get(DASHBOARD)).status == 401
    assert (await bo.get("/api/v1/poe2/characters/Secret/days")).code == "poe2.character_not_watched"


async def test_claims_of_another_calculator_are_no_change(guildhall, rows, ana):
    character = await add_character(rows, ana.id)
    await add_snapshot(rows, ana.id, character, at=NOW - timedelta(days=9), dps=10.0, calculated_by=B)
    await add_snapshot(rows, ana.id, character, at=NOW - timedelta(days=8), league="Standard", level=99)
    await add_snapshot(rows, ana.id, character, at=NOW, dps=900.0, calculated_by=A, level=91)
    await seen(rows, character)

    (mine,) = (await ana.get(DASHBOARD)).json["characters"]

    assert (mine["change"]["levels"], mine["change"]["dps"]) == (1, None), "of the same league, nine days before"


async def test_a_character_without_a_former_snapshot_has_no_change(guildhall, rows, ana):
    one, none = await add_character(rows, ana.id, "One"), await add_character(rows, ana.id, "None yet")
    await add_snapshot(rows, ana.id, one, private=True, league="Guild Race (PL1)")
    await rows.execute("update poe2.characters set private_league = true where id = $1", one)
    await seen(rows, one)

    body = (await ana.get(DASHBOARD)).json

    assert [(each["name"], each["change"]) for each in body["characters"]] == [("One", None), ("None yet", None)]
    assert body["characters"][1]["snapshot_at"] is None
    assert body["league"] is None, "a private league has no market"
    assert none is not None


async def test_progress_has_the_last_snapshot_of_each_day(guildhall, rows, ana):
    character = await add_character(rows, ana.id, "Grimveil")
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    for days, hours, level, league in (
        (3, 0, 10, LEAGUE), (3, 5, 12, LEAGUE), (2, 0, 20, "Standard"), (0, -12, 30, LEAGUE), (0, 0, 31, LEAGUE),
    ):  # fmt: skip
        at = noon - timedelta(days=days) + timedelta(hours=hours)
        await add_snapshot(rows, ana.id, character, at=at, level=level, league=league, dps=level * 1.0, calculated_by=A)
    path = "/api/v1/poe2/characters/Grimveil/days"

    first = (await ana.get(path, params={"limit": 1})).json
    rest = (await ana.get(path, params={"after": first["next"]})).json

    shown = [(one["day"], one["level"], one["dps"]) for one in (*first["items"], *rest["items"])]
    dates = [f"{noon - timedelta(days=ago):%Y-%m-%d}" for ago in (0, 2, 3)]
    assert shown == list(zip(dates, (31, 20, 12), (31.0, 20.0, 12.0), strict=True))
    assert rest["next"] is None
    of_league = (await ana.get(path, params={"league": LEAGUE})).json["items"]
    assert [one["level"] for one in of_league] == [31, 12]
    assert (await ana.get(path, params={"after": "x"})).code == "bad_cursor"


async def test_play_patterns_are_of_gains_in_the_own_time_zone(guildhall, rows, ana):
    character = await add_character(rows, ana.id)
    monday = NOW.replace(hour=22, minute=30) - timedelta(days=NOW.weekday() + 7)
    for hours, experience in ((0, 10), (1, 10), (2, 30), (26, 40)):
        await add_snapshot(rows, ana.id, character, at=monday + timedelta(hours=hours), experience=experience)
    other = await add_person(rows)
    await add_snapshot(rows, other, await add_character(rows, other), experience=9)

    utc = (await ana.get(PATTERNS, params={"days": 40})).json
    east = (await ana.get(PATTERNS, params={"days": 40, "time_zone": "Etc/GMT-3"})).json

    assert [(one["weekday"], one["hour"], one["times"]) for one in utc["hours"]] == [(2, 0, 1), (3, 0, 1)]
    assert [(one["weekday"], one["hour"], one["times"]) for one in east["hours"]] == [(2, 3, 1), (3, 3, 1)]
    assert [one["times"] for one in utc["days"]] == [1, 1]
    assert utc["activity"]["events"] == 0
    assert (await ana.get(PATTERNS, params={"days": 1})).json["hours"] == []
    assert (await ana.get(PATTERNS, params={"time_zone": "Nowhere/Land"})).code == "analytics.bad_time_zone"
    assert (await ana.get(PATTERNS, params={"days": 0})).status == 400


async def test_headlines_are_gone_with_their_figures(guildhall, rows, ana):
    people = [await add_person(rows) for _ in range(5)]
    for user in people:
        await add_snapshot(rows, user, await add_character(rows, user), ascendancy="Deadeye")
        await add_build(rows, user)
    await guildhall.work(CountMeta())
    before = (await ana.get(DASHBOARD)).json["meta"]
    assert [one["value"] for one in before["builds"][0]["items"]] == ["Deadeye"]
    await rows.execute("delete from core.users where id = $1", people[0])
    await guildhall.work(CountMeta())

    after = (await ana.get(DASHBOARD)).json["meta"]

    assert [one["items"] for one in (*after["snapshots"], *after["builds"])] == [[], [], [], []]
