"""The demo's players, and the command that counts anew."""

from guildhall.packs.poe2.insights.messages import CountMeta
from guildhall.packs.poe2.insights.seed import seed_meta
from guildhall.packs.poe2.sandbox.ggg.world import LEAGUE
from tests.packs.poe2.insights.world import META, add_build, add_person


async def test_the_demo_shows_figures_and_adds_its_players_once(guildhall, jobs_db):
    added = []
    for _ in range(2):
        async with jobs_db.write() as tx:
            added.append(await seed_meta(tx))
    await guildhall.work(CountMeta())

    assert added == [60, 0]
    asked = {"league": LEAGUE, "source": "snapshots"}
    classes = (await guildhall.get(f"{META}/popularity", params={**asked, "by": "class"})).json
    assert classes["sample"] == 60
    assert classes["items"][0]["value"] == "Ranger"
    assert len(classes["items"]) >= 3
    statistics = (await guildhall.get(f"{META}/statistics", params={"league": LEAGUE})).json
    assert statistics["snapshots"]["claims"][0]["dps"] > 0
    trend = (await guildhall.get(f"{META}/trends", params={**asked, "by": "class", "value": "Ranger"})).json
    assert len(trend["items"]) >= 4
    rows = await guildhall.rows("select distinct tableoid::regclass::text as place from poe2.character_snapshots")
    assert not any(row["place"].endswith("default") for row in rows)


async def test_the_command_counts_everything_anew(guildhall, rows):
    for _ in range(5):
        await add_build(rows, await add_person(rows))
    await guildhall.work(CountMeta())
    await rows.execute("update poe2.meta_counts set people = people + 2 where facet = 'class:Ranger'")

    ran = await guildhall.command("poe2", "meta", "recount", "--json")

    assert ran.json["people"] == (await guildhall.rows("select count(*)::int as people from core.users"))[0]["people"]
    assert ran.json["corrected"] == 2, "in the league as it is, and in the week"
