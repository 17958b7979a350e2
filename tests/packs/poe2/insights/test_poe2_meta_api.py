"""The meta over HTTP: samples, thresholds, weeks, and nobody who is not to be seen in it."""

from datetime import timedelta
from uuid import UUID

import pytest

from guildhall.packs.poe2.insights.messages import CountMeta
from tests.packs.poe2.builds.world import BUILDS, edit, made_build
from tests.packs.poe2.insights.world import (
    CALCULATOR,
    LEAGUE,
    META,
    NOW,
    PERMANENT,
    STARTED,
    add_build,
    add_character,
    add_person,
    add_snapshot,
    own_account,
    share,
)

SNAPSHOTS = {"league": LEAGUE, "source": "snapshots"}
OF_BUILDS = {"league": LEAGUE, "source": "builds"}


async def players(rows, number, **snapshot):
    """People with a character each."""
    people = []
    for _ in range(number):
        user = await add_person(rows)
        await add_snapshot(rows, user, await add_character(rows, user), **snapshot)
        people.append(user)
    return people


async def values(client, **asked):
    """The values and people of all pages, in their order."""
    found, after = [], None
    while True:
        page = await client.get(f"{META}/popularity", params=asked if after is None else {**asked, "after": after})
        assert page.status == 200, page
        found += [(one["value"], one["people"]) for one in page.json["items"]]
        after = page.json["next"]
        if after is None:
            return found


async def test_figures_have_their_sample_and_interval(guildhall, rows):
    await players(rows, 10, ascendancy="Deadeye", main_skill="Spark", skills=["Spark", "Contagion"])
    await players(rows, 5, class_name="Witch", ascendancy=None)
    await guildhall.work(CountMeta())

    answer = await guildhall.get(f"{META}/popularity", params={**SNAPSHOTS, "by": "class"})

    body = answer.json
    assert (body["league"], body["source"], body["by"], body["week"], body["least"]) == (
        LEAGUE, "snapshots", "class", None, 5,
    )  # fmt: skip
    assert body["sample"] == 15
    first, second = body["items"]
    assert (first["value"], first["people"], second["value"], second["people"]) == ("Ranger", 10, "Witch", 5)
    assert first["share"] == pytest.approx(2 / 3)
    assert 0 < first["share_from"] < 2 / 3 < first["share_to"] < 1
    ascendancy = (await guildhall.get(f"{META}/popularity", params={**SNAPSHOTS, "by": "ascendancy"})).json
    assert (ascendancy["sample"], len(ascendancy["items"])) == (10, 1), "of five it is not known"
    assert await values(guildhall, **SNAPSHOTS, by="pair", ascendancy="Deadeye") == [("Deadeye: Spark", 10)]
    assert await values(guildhall, **SNAPSHOTS, by="pair", ascendancy="Lich") == []
    assert await values(guildhall, **SNAPSHOTS, by="skill", limit=1) == [
        ("Contagion", 10), ("Spark", 10), ("Lightning Arrow", 5),
    ]  # fmt: skip


async def test_few_people_are_not_shown_and_numbers_are_rounded(guildhall, rows):
    await players(rows, 4, class_name="Witch", ascendancy="Lich", uniques=["Secret"])
    await players(rows, 8, uniques=["Common"])
    authors = [await add_person(rows) for _ in range(6)]
    for author in authors:
        await add_build(rows, author)
    for _ in range(9):
        await add_build(rows, authors[0], class_name="Witch", ascendancy="Lich")
    await guildhall.work(CountMeta())

    assert await values(guildhall, **SNAPSHOTS, by="class") == [("Ranger", 10)], "eight, to the nearest five"
    assert await values(guildhall, **SNAPSHOTS, by="item") == [("Common", 10)]
    assert await values(guildhall, **OF_BUILDS, by="class") == [("Ranger", 6)], "one author of nine is one person"
    for by in ("class", "ascendancy", "item", "pair", "level", "skill", "base", "main_skill"):
        for of in (SNAPSHOTS, OF_BUILDS):
            answer = await guildhall.get(f"{META}/popularity", params={**of, "by": by})
            assert "Witch" not in answer.body.decode()
            assert "Secret" not in answer.body.decode()
    trend = (await guildhall.get(f"{META}/trends", params={**SNAPSHOTS, "by": "class", "value": "Witch"})).json
    assert {point["people"] for point in trend["items"]} == {None}
    rows_shown = await rows.fetch("select value, people from poe2.meta_figures where value <> ''")
    assert all(one["people"] >= 5 for one in rows_shown)
    assert "Lich" not in {one["value"] for one in rows_shown}


@pytest.mark.parametrize("way", ["opt out", "suspend", "account", "character", "unlinked"])
async def test_whoever_goes_is_in_no_figure_and_no_cache(guildhall, rows, way):
    ana = await guildhall.sign_in()
    await own_account(rows, ana.id)
    name = "Ephemeral"
    await add_snapshot(rows, ana.id, await add_character(rows, ana.id, name), class_name="Monk", ascendancy="Invoker")
    await players(rows, 4, class_name="Monk", ascendancy="Invoker")
    await players(rows, 10)
    await guildhall.work(CountMeta())
    assert ("Monk", 5) in await values(guildhall, **SNAPSHOTS, by="class")
    asked = [
        (f"{META}/popularity", {**SNAPSHOTS, "by": "ascendancy"}), (f"{META}/statistics", {"league": LEAGUE}),
        (f"{META}/trends", {**SNAPSHOTS, "by": "class", "value": "Monk"}), (f"{META}/leagues", {}),
    ]  # fmt: skip
    before = [(await guildhall.get(path, params=params)).json for path, params in asked]

    if way == "opt out":
        assert (await ana.patch("/api/v1/me/settings", json={"share_activity_stats": False})).status == 200
    elif way == "suspend":
        await rows.execute("update core.users set suspended_at = now() where id = $1", ana.id)
    elif way == "account":
        assert (await ana.delete("/api/v1/me")).status == 204
    elif way == "character":
        assert (await ana.delete(f"/api/v1/poe2/characters/{name}")).status == 204
    else:
        assert (await ana.delete("/api/v1/poe2/account")).status == 204
    await guildhall.work(CountMeta())

    assert await values(guildhall, **SNAPSHOTS, by="class") == [("Ranger", 10)]
    after = [(await guildhall.get(path, params=params)).json for path, params in asked]
    assert "Invoker" not in str(after)
    assert after[1] != before[1]
    assert {point["people"] for point in after[2]["items"]} == {None}
    assert await rows.fetch("select from poe2.meta_entries where user_id = $1", ana.id) == []


@pytest.mark.parametrize("way", ["draft", "unlisted", "delete", "withhold", "account"])
async def test_a_build_that_is_no_longer_public_counts_no_longer(guildhall, rows, way):
    ana = await guildhall.sign_in()
    build = await made_build(ana, 1, league=LEAGUE)
    for _ in range(4):
        await add_build(rows, await add_person(rows), class_name=build["class"], ascendancy=None)
    await guildhall.work(CountMeta())
    assert await values(guildhall, **OF_BUILDS, by="class") == [(build["class"], 5)]

    if way in ("draft", "unlisted"):
        await edit(ana, build, visibility=way)
    elif way == "delete":
        await ana.delete(f"{BUILDS}/{build['id']}")
    elif way == "withhold":
        bo, moderator = await guildhall.sign_in(), await guildhall.sign_in(role="moderator")
        report = await bo.post(f"{BUILDS}/{build['id']}/reports", json={"reason": "x"})
        path = f"/api/v1/poe2/build-reports/{report.json['id']}/answer"
        assert (await moderator.post(path, json={"status": "resolved", "withhold": True})).status == 200
    else:
        assert (await ana.delete("/api/v1/me")).status == 204
    await guildhall.work(CountMeta())

    assert await values(guildhall, **OF_BUILDS, by="class") == []
    statistics = (await guildhall.get(f"{META}/statistics", params={"league": LEAGUE})).json
    assert statistics["builds"] is None
    assert await rows.fetch("select from poe2.meta_entries where user_id = $1", UUID(str(ana.id))) == []


async def test_private_leagues_imports_and_people_who_do_not_share_do_not_count(guildhall, rows):
    await players(rows, 6)
    await players(rows, 6, class_name="Witch", private=True)
    for _ in range(6):
        user = await add_person(rows, shares=False)
        await add_snapshot(rows, user, await add_character(rows, user), class_name="Monk")
        await add_snapshot(rows, user, None, class_name="Druid", source="import")
    await guildhall.work(CountMeta())

    assert await values(guildhall, **SNAPSHOTS, by="class") == [("Ranger", 5)]
    assert await rows.fetchval("select count(distinct user_id) from poe2.meta_entries") == 6


async def test_weeks_count_from_the_league_s_start_where_it_is_known(guildhall, rows):
    for week, number in ((1, 5), (2, 10), (4, 15)):
        await players(rows, number, at=STARTED + timedelta(days=7 * week - 1), level=20 * week)
    await players(rows, 5, league=PERMANENT, at=NOW - timedelta(days=3))
    await guildhall.work(CountMeta())

    asked = {**SNAPSHOTS, "by": "class", "value": "Ranger"}
    first = (await guildhall.get(f"{META}/trends", params={**asked, "limit": 2})).json
    rest = (await guildhall.get(f"{META}/trends", params={**asked, "after": first["next"]})).json
    points = [*first["items"], *rest["items"]]
    assert [(one["week"]["number"], one["people"], one["sample"]) for one in points] == [
        (1, 5, 5),
        (2, 10, 10),
        (4, 15, 15),
    ]
    assert {one["week"]["counted_from"] for one in points} == {"league"}
    assert points[1]["week"]["begins_at"].startswith(f"{STARTED + timedelta(days=7):%Y-%m-%dT%H:%M:%S}")
    second = (await guildhall.get(f"{META}/popularity", params={**SNAPSHOTS, "by": "level", "week": 2})).json
    assert [(one["value"], one["people"]) for one in second["items"]] == [("36-40", 10)]

    iso = (await guildhall.get(f"{META}/trends", params={**asked, "league": PERMANENT})).json["items"]
    (year, number, _) = (NOW - timedelta(days=3)).isocalendar()
    assert [(one["week"]["number"], one["week"]["counted_from"]) for one in iso] == [(year * 100 + number, "iso")]
    leagues = (await guildhall.get(f"{META}/leagues")).json["items"]
    assert [(one["league"], one["starts_at"] is None) for one in leagues] == [(LEAGUE, False), (PERMANENT, True)]
    assert leagues[0]["snapshots"]["people"] == 30
    assert leagues[0]["builds"] is None


async def test_medians_are_of_one_calculator_each_and_deaths_are_unknown(guildhall, rows):
    for dps in (100_000, 123_456, 900_000, 50_000, 234_567):
        await players(rows, 1, dps=dps, ehp=40_000, calculated_by="PathOfBuilding2 0.12.1, tree 0_5")
    await players(rows, 4, dps=9e9, calculated_by="PathOfBuilding2 0.11.0, tree 0_5")
    await players(rows, 6, dps=1)
    for _ in range(5):
        await add_build(rows, await add_person(rows), dps=777_777)
    await guildhall.work(CountMeta())

    body = (await guildhall.get(f"{META}/statistics", params={"league": LEAGUE})).json
    assert body["deaths"] is None
    assert body["snapshots"]["claims"] == [
        {"calculated_by": "PathOfBuilding2 0.12.1, tree 0_5", "dps_people": 5, "dps": 120_000.0, "ehp_people": 5,
         "ehp": 40_000.0},
    ]  # fmt: skip
    assert (body["snapshots"]["people"], body["snapshots"]["characters"]) == (15, 15)
    assert body["builds"]["claims"] == [
        {"calculated_by": f"{CALCULATOR}, tree 0_5", "dps_people": 5, "dps": 780_000.0, "ehp_people": None, "ehp": None}
    ]
    assert [(one["value"], one["people"]) for one in body["snapshots"]["levels"]] == [("86-90", 15)]


async def test_an_answer_says_its_age_and_is_revalidated(guildhall, rows):
    await players(rows, 5)
    await guildhall.work(CountMeta())
    asked = {**SNAPSHOTS, "by": "class"}
    first = await guildhall.get(f"{META}/popularity", params=asked)
    second = await guildhall.get(f"{META}/popularity", params=asked, headers={"If-None-Match": first.headers["etag"]})
    await players(rows, 5)
    await guildhall.work(CountMeta())
    third = await guildhall.get(f"{META}/popularity", params=asked, headers={"If-None-Match": first.headers["etag"]})

    assert int(first.headers["age"]) >= 0
    assert second.status == 304
    assert (third.status, third.json["sample"]) == (200, 10)


async def test_bad_questions_are_refused(guildhall, rows):
    await players(rows, 5)
    await guildhall.work(CountMeta())
    good = {**SNAPSHOTS, "by": "class"}
    for change, status, code in (
        ({"league": "Nowhere"}, 404, "poe2.league_not_counted"), ({"week": 77}, 404, "poe2.week_not_counted"),
        ({"source": "both"}, 400, None), ({"by": "name"}, 400, None), ({"week": -1}, 400, None),
        ({"after": "x"}, 400, "bad_cursor"), ({"league": "a\0"}, 400, None), ({"limit": 1000}, 400, None),
    ):  # fmt: skip
        refused = await guildhall.get(f"{META}/popularity", params={**good, **change})
        assert refused.status == status, refused
        assert code in (None, refused.code)
    missing = await guildhall.get(f"{META}/statistics", params={"league": "Nowhere"})
    assert (missing.status, missing.code) == (404, "poe2.league_not_counted")
    assert (await guildhall.get(f"{META}/popularity", params={"league": LEAGUE})).status == 400


async def test_another_least_makes_the_figures_anew(guildhall, rows, start_guildhall):
    await players(rows, 3)
    await guildhall.work(CountMeta())
    assert await values(guildhall, **SNAPSHOTS, by="class") == []
    house = await start_guildhall(poe2={"meta_people_least": 2})
    await house.work(CountMeta())

    assert await values(house, **SNAPSHOTS, by="class") == [("Ranger", 4)]


async def test_sharing_begins_with_what_was_kept(guildhall, rows):
    user = await add_person(rows, shares=False)
    await add_snapshot(rows, user, await add_character(rows, user))
    await players(rows, 4)
    await guildhall.work(CountMeta())
    assert await values(guildhall, **SNAPSHOTS, by="class") == []
    await share(rows, user, True)
    await guildhall.work(CountMeta())

    assert await values(guildhall, **SNAPSHOTS, by="class") == [("Ranger", 5)]
