"""Characters over HTTP: listed live, watched, remembered, told of, forgotten."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.queries.snapshots import has_cleared
from guildhall.packs.poe2.ggg.messages import KeepLinks
from tests.packs.poe2.make import ANN

CHARACTERS = "/api/v1/poe2/characters"
BEN = "Exile_Two#1002"
HOUR = timedelta(hours=1)
SHEETS = "character-request-limit-poe2"


@pytest.fixture
async def exile(house, ggg):
    """Somebody who has signed in."""
    return await ggg.sign_in(house)


async def watch(ggg, house, exile, name):
    """Watch a character, and have it looked at."""
    answer = await exile.put(f"{CHARACTERS}/{quote(name)}/watch")
    assert answer.status == 200, answer.body
    await look(ggg, house, answer.json["id"])
    return answer.json["id"]


async def look(ggg, house, id, **more):
    """Look at a character, when the limits of its account have room again."""
    await ggg.pass_time(house, timedelta(seconds=15))
    return await house.refresh(WATCHED, id, **more)


async def snapshots(house):
    """All snapshots, oldest first."""
    return await house.rows("select * from poe2.character_snapshots order by snapshot_at, id")


async def told(house):
    """The titles of what people were told, oldest first."""
    rows = await house.rows("select title from core.notification_log order by created_at, id")
    return [row["title"] for row in rows]


async def again(house, exile):
    """The person in a new session: the passing of time has ended the first one, which is not what is tested."""
    return await house.sign_in(exile.id)


async def test_the_list_is_the_game_s_with_what_is_watched(house, ggg, exile):
    names = sorted(one.name for one in ggg.account().characters)
    await watch(ggg, house, exile, names[1])

    first = await exile.get(CHARACTERS, params={"limit": 2})
    rest = await exile.get(CHARACTERS, params={"limit": 4, "after": first.json["next"]})

    shown = [*first.json["items"], *rest.json["items"]]
    assert [one["name"] for one in shown] == names
    assert [one["watched"] for one in shown] == [name == names[1] for name in names]
    assert {one["class"] for one in shown} <= {"Warrior", "Ranger", "Huntress", "Witch", "Sorceress"}
    assert [one["league"] for one in shown if one["private_league"]] == ["Guild Race (PL48213)"]
    assert ggg.asked("GET /character/poe2") == 1, "every page is of one answer"
    assert int(first.headers["age"]) >= 0
    assert await house.rows("select from poe2.character_snapshots where character_name <> $1", names[1]) == []


async def test_a_character_is_shown_live_and_stored_nowhere(house, ggg, exile):
    name = ggg.sheet().name

    first = await exile.get(f"{CHARACTERS}/{name}")
    second = await exile.get(f"{CHARACTERS}/{name}", headers={"If-None-Match": first.headers["etag"]})
    unknown = await exile.get(f"{CHARACTERS}/Nobody")

    body = first.json
    assert (body["name"], body["level"]) == (name, ggg.sheet().level(ggg.app_now()))
    assert {one["slot"] for one in body["equipment"]} >= {"Weapon", "Helm", "Flask 1"}
    assert body["passives"]["nodes"] == sorted(body["passives"]["nodes"])
    assert all("<<" not in one.get("name", "") for one in body["equipment"])
    assert second.status == 304
    assert (unknown.status, unknown.code) == (404, "poe2.character_not_found")
    assert ggg.asked("/character/poe2/{name}") == 1, "nobody of that name is asked for"
    assert await house.rows("select from poe2.characters") == []


async def test_the_list_is_served_with_its_age_while_the_game_is_down(house, ggg, exile):
    fresh = await exile.get(CHARACTERS)
    ggg.fault("error", "/api", status=503)
    await ggg.pass_time(house, timedelta(days=2))

    stale = await (await again(house, exile)).get(CHARACTERS)

    assert stale.status == 200, stale.body
    assert stale.json == fresh.json
    assert int(stale.headers["age"]) >= 2 * 86_400 - 5


async def test_a_watched_character_has_a_snapshot_with_every_column(house, ggg, exile):
    character = ggg.sheet()
    await watch(ggg, house, exile, character.name)

    (row,) = await snapshots(house)

    assert (row["user_id"], row["character_name"], row["level"]) == (
        exile.id, character.name, character.level(ggg.app_now()),
    )  # fmt: skip
    assert (row["class"], row["ascendancy"]) == (character.class_name, character.ascendancy)
    assert (row["league"], row["private_league"], row["source"]) == (character.league, False, "game")
    assert row["experience"] > 0
    assert [len(row[name]) for name in ("equipment_hash", "skills_hash", "passive_tree_hash")] == [64, 64, 64]
    assert (row["calculated_dps"], row["calculated_ehp"], row["build_id"]) == (None, None, None)
    assert row["stats"]["points"] > 50
    assert row["stats"]["skills"] == sorted(row["stats"]["skills"])


async def test_nothing_new_is_no_snapshot_and_looks_become_rare(house, ggg, exile):
    name = ggg.sheet().name
    await ggg.control(f"/characters/{name}", {"play_hours": 0})
    ggg.sheet().hours_a_day = 0.0
    id = await watch(ggg, house, exile, name)

    dues = []
    for _ in range(3):
        await ggg.pass_time(house, HOUR)
        outcome = await look(ggg, house, id)
        dues.append(round((outcome.due_at - ggg.clock.now()).total_seconds() / 3600))

    assert len(await snapshots(house)) == 1
    assert dues == [2, 4, 8]
    (row,) = await house.rows("select unchanged, looked_at, snapshot_at from poe2.characters")
    assert row["unchanged"] == 3
    assert row["looked_at"] > row["snapshot_at"]


async def test_what_is_played_is_remembered_as_progress_page_by_page(house, ggg, exile):
    name = ggg.sheet(4).name
    id = await watch(ggg, house, exile, name)
    for _ in range(4):
        await ggg.pass_time(house, HOUR)
        await ggg.control(f"/characters/{name}", {"play_hours": 3})
        await look(ggg, house, id)

    person = await again(house, exile)
    first = await person.get(f"{CHARACTERS}/{name}/progress", params={"limit": 3})
    rest = await person.get(f"{CHARACTERS}/{name}/progress", params={"limit": 3, "after": first.json["next"]})

    rows = [*first.json["items"], *rest.json["items"]]
    assert rest.json["next"] is None
    assert len(rows) == 5
    times = [one["snapshot_at"] for one in rows]
    assert times == sorted(times, reverse=True)
    assert [one["experience"] for one in rows] == sorted((one["experience"] for one in rows), reverse=True)
    assert rows[0]["level"] > rows[-1]["level"]


async def test_experience_alone_is_a_snapshot_now_and_then(house, ggg, exile):
    character = ggg.sheet()
    character.hours_a_day = 0.0
    await ggg.control(f"/characters/{character.name}", {"play_hours": 112})
    id = await watch(ggg, house, exile, character.name)
    kept = []
    for hours in (2, 2, 3):
        await ggg.pass_time(house, timedelta(hours=hours))
        await ggg.control(f"/characters/{character.name}", {"play_hours": 0.001})
        await look(ggg, house, id)
        kept.append(len(await snapshots(house)))

    assert kept == [1, 1, 2]
    first, last = await snapshots(house)
    assert (first["level"], first["equipment_hash"]) == (last["level"], last["equipment_hash"])
    assert first["experience"] < last["experience"]


async def test_a_change_of_equipment_is_told_by_slot_with_both_items(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    await ggg.control(f"/characters/{name}", {"swap": True})
    await ggg.control("/switches", {"shape": "objects"})
    await look(ggg, house, id)

    page = await exile.get(f"{CHARACTERS}/{name}/equipment")

    (change,) = page.json["items"]
    assert change["slot"] == "Weapon"
    assert change["before"]["base"]
    assert change["before"] != change["after"]
    one, other = await snapshots(house)
    assert one["equipment_hash"] != other["equipment_hash"]
    assert one["passive_tree_hash"] == other["passive_tree_hash"]


async def test_a_renamed_character_goes_on_and_its_former_name_leads_there(house, ggg, exile):
    former = ggg.sheet().name
    id = await watch(ggg, house, exile, former)
    await ggg.control(f"/characters/{former}", {"name": "Ünderworld"})

    await look(ggg, house, id)

    (row,) = await house.rows("select name, former_names, state from poe2.characters")
    assert row == {"name": "Ünderworld", "former_names": [former], "state": "there"}
    assert await told(house) == [f"{former} is called Ünderworld now"]
    page = await exile.get(f"{CHARACTERS}/{former}/progress")
    by_new = await exile.get(f"{CHARACTERS}/{quote('Ünderworld')}/progress")
    assert [one["character_name"] for one in page.json["items"]] == ["Ünderworld", former]
    assert by_new.json == page.json
    await look(ggg, house, id)
    assert len(await told(house)) == 1


async def test_a_name_that_passed_to_another_character_is_not_mixed_up(house, ggg, exile):
    one, other = ggg.sheet(0), ggg.sheet(1)
    id = await watch(ggg, house, exile, one.name)
    name = one.name
    await ggg.control(f"/characters/{one.id}", {"name": "Elsewhere"})
    await ggg.control(f"/characters/{other.id}", {"name": name})

    await look(ggg, house, id)

    (row,) = await house.rows("select name, game_id from poe2.characters")
    assert row == {"name": "Elsewhere", "game_id": one.id}
    assert {row["class"] for row in await snapshots(house)} == {one.class_name}


async def test_a_deleted_character_is_asked_for_twice_and_then_told(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    await ggg.control(f"/characters/{name}", {"deleted": True})

    first = await look(ggg, house, id)
    missing = (await exile.get("/api/v1/poe2/watched")).json["items"][0]["state"]
    too_early = await told(house)
    await ggg.pass_time(house, 2 * HOUR)
    await look(ggg, house, id)

    person = await again(house, exile)
    assert (missing, too_early) == ("missing", [])
    assert timedelta(minutes=55) < first.due_at - ggg.clock.now() + 2 * HOUR < timedelta(minutes=65)
    assert await told(house) == [f"{name} was deleted"]
    card = (await person.get("/api/v1/poe2/watched")).json["items"][0]
    assert (card["state"], card["due_at"]) == ("deleted", None)
    assert len((await person.get(f"{CHARACTERS}/{name}/progress")).json["items"]) == 1
    assert await house.rows("select from core.fresh_rows") == []


async def test_a_character_that_was_only_missing_goes_on(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    await ggg.control(f"/characters/{name}", {"deleted": True})
    await look(ggg, house, id)
    await ggg.control(f"/characters/{name}", {"deleted": False})
    await ggg.pass_time(house, 2 * HOUR)

    await look(ggg, house, id)

    (row,) = await house.rows("select state, missing_since from poe2.characters")
    assert row == {"state": "there", "missing_since": None}
    assert await told(house) == []


async def test_a_cut_list_makes_no_character_deleted(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    ggg.fault("error", f"/api/character/poe2/{name}", status=404)
    ggg.fault("odd_row", "/api/character/poe2$", row=0, field="level", value="many")

    outcome = await look(ggg, house, id, failing=True)

    assert outcome.ending != "refreshed"
    assert "cannot be read" in (outcome.error or "")
    (row,) = await house.rows("select state from poe2.characters")
    assert row["state"] == "there"


async def test_a_character_in_another_realm_is_told_and_watched_no_longer(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    await ggg.control(f"/characters/{name}", {"realm": "xbox"})

    await look(ggg, house, id)

    (row,) = await house.rows("select state, missing_since from poe2.characters")
    assert row == {"state": "moved", "missing_since": None}
    assert await told(house) == [f"{name} has moved to another realm"]
    assert await house.rows("select from core.fresh_rows") == []


async def test_a_private_league_is_marked_wherever_it_is_shown(house, ggg, exile):
    character = next(one for one in ggg.account().characters if "PL" in one.league)
    id = await watch(ggg, house, exile, character.name)
    await ggg.control(f"/characters/{character.name}", {"league": "Standard"})
    await look(ggg, house, id)

    rows = (await exile.get(f"{CHARACTERS}/{character.name}/progress")).json["items"]
    leagues = (await exile.get("/api/v1/poe2/league-builds")).json["items"]
    only = (await exile.get("/api/v1/poe2/league-builds", params={"league": "Standard"})).json["items"]

    assert [(one["league"], one["private_league"]) for one in rows] == [
        ("Standard", False), ("Guild Race (PL48213)", True),
    ]  # fmt: skip
    assert [(one["league"], one["private_league"]) for one in leagues] == [
        ("Standard", False), ("Guild Race (PL48213)", True),
    ]  # fmt: skip
    assert [one["league"] for one in only] == ["Standard"]
    assert leagues[0]["character_name"] == character.name


async def test_the_tier_limits_how_many_are_watched(start_guildhall, ggg):
    house = await start_guildhall(clock=ggg.clock, poe2={**ggg.settings, "watched_free": 1})
    exile = await ggg.sign_in(house)
    one, other = ggg.sheet(0).name, ggg.sheet(1).name

    answers = [await exile.put(f"{CHARACTERS}/{name}/watch") for name in (one, one, other)]
    await exile.delete(f"{CHARACTERS}/{one}/watch")
    after = await exile.put(f"{CHARACTERS}/{other}/watch")

    assert [answer.status for answer in answers] == [200, 200, 409]
    assert answers[2].code == "identity.limit_reached"
    assert after.status == 200


async def test_what_is_not_kept_is_not_found(house, ggg, exile):
    name = ggg.sheet().name
    paths = [("get", f"/{name}/progress"), ("get", f"/{name}/equipment"), ("delete", f"/{name}/watch"),
             ("delete", f"/{name}"), ("post", f"/{name}/refresh"), ("delete", f"/{name}/build")]  # fmt: skip

    answers = [await getattr(exile, method)(CHARACTERS + path) for method, path in paths]
    nobody = await exile.put(f"{CHARACTERS}/Nobody/watch")

    assert [(one.status, one.code) for one in answers] == [(404, "poe2.character_not_watched")] * len(paths)
    assert (nobody.status, nobody.code) == (404, "poe2.character_not_found")


async def test_unwatching_keeps_the_history_and_deleting_does_not(house, ggg, exile):
    name = ggg.sheet().name
    await watch(ggg, house, exile, name)

    await exile.delete(f"{CHARACTERS}/{name}/watch")
    kept = await exile.get(f"{CHARACTERS}/{name}/progress")
    refused = await exile.post(f"{CHARACTERS}/{name}/refresh")
    await exile.delete(f"{CHARACTERS}/{name}")

    assert len(kept.json["items"]) == 1
    assert (refused.status, refused.code) == (404, "poe2.character_not_watched")
    for table in ("characters", "character_snapshots", "character_leagues", "equipment_changes"):
        assert await house.rows(f"select from poe2.{table}") == []
    assert await house.rows("select from core.fresh_rows") == []


async def test_somebody_who_asks_is_looked_at_soon_by_a_round(house, ggg, exile):
    name = ggg.sheet().name
    await exile.put(f"{CHARACTERS}/{name}/watch")
    await house.work()
    assert len(await snapshots(house)) == 1
    await ggg.control(f"/characters/{name}", {"swap": True})
    await ggg.pass_time(house, HOUR * 3)

    asked = await (await again(house, exile)).post(f"{CHARACTERS}/{name}/refresh")
    await house.work()

    assert asked.status == 202
    assert len(await snapshots(house)) == 2


async def know_limits(house):
    """Tell the product the limits of sheets, as an answer would."""
    rules = '{"Client": [[45, 10, 60]], "Account": [[5, 10, 60], [30, 300, 300]]}'
    await house.execute("insert into poe2.ggg_policies values ($1, $2, now())", SHEETS, rules)
    await house.execute("insert into poe2.ggg_routes values ('/character/poe2/{name}', $1)", SHEETS)


async def test_an_account_at_its_limit_waits_and_the_others_go_on(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)
    for exile, name in ((ann, ANN), (ben, BEN)):
        assert (await exile.put(f"{CHARACTERS}/{ggg.sheet(0, name).name}/watch")).status == 200
        await ggg.pass_time(house, timedelta(seconds=20))
    await know_limits(house)
    await house.execute("insert into poe2.ggg_halts values ($1, $2, now() + interval '5 minutes')", SHEETS, ann.id)

    done = await house.refresh_due(WATCHED)

    assert (done.refreshed, done.pause) == (2, 0.0)
    assert [row["user_id"] for row in await snapshots(house)] == [ben.id]
    (late,) = await house.rows("select due_at, failures from core.fresh_rows where user_id = $1", ann.id)
    assert late["failures"] == 0
    assert timedelta(minutes=4) < late["due_at"] - ggg.clock.now() < timedelta(minutes=6)


async def test_the_game_being_down_costs_no_character_its_place(house, ggg):
    for name in (ANN, BEN, "Exile_Three#1003", "Exile_Four#1004"):
        exile = await ggg.sign_in(house, name)
        assert (await exile.put(f"{CHARACTERS}/{ggg.sheet(0, name).name}/watch")).status == 200
        await ggg.pass_time(house, timedelta(seconds=20))
    await know_limits(house)
    ggg.fault("error", "/api/character", status=503)

    done = await house.refresh_due(WATCHED)

    assert (done.refreshed, done.failed, done.put_back) == (0, 0, 4)
    assert done.pause > 0
    assert await snapshots(house) == []
    (row,) = await house.rows("select count(*) as n from core.fresh_rows where failures = 0")
    assert row["n"] == 4


async def test_a_lost_link_leaves_characters_alone_until_the_next_sign_in(house, ggg, exile):
    id = await watch(ggg, house, exile, ggg.sheet().name)
    await ggg.control("/accounts/Exile_One", {"revoke": True})
    await look(ggg, house, id)
    await house.work()
    resting = await house.rows("select from core.fresh_rows")

    await ggg.sign_in(house)
    await house.work()

    assert resting == []
    assert [row["key"] for row in await house.rows("select key from core.fresh_rows")] == [id]
    assert (await told(house)) == ["Sign in with Path of Exile again"]


async def test_revoking_deletes_everything_of_the_person_and_of_nobody_else(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)
    await watch(ggg, house, ann, ggg.sheet(0, ANN).name)
    await watch(ggg, house, ben, ggg.sheet(0, BEN).name)

    gone = await ann.delete("/api/v1/poe2/account")

    assert gone.status == 204
    for table in ("accounts", "characters", "character_snapshots", "character_leagues"):
        assert [row["user_id"] for row in await house.rows(f"select user_id from poe2.{table}")] == [ben.id]
    await house.execute("delete from core.users where id = $1", ben.id)
    await house.work(AccountDeleted(ben.id))
    assert await snapshots(house) == []


async def test_what_was_revoked_at_the_game_is_deleted_with_its_characters_after_a_week(house, ggg, exile):
    id = await watch(ggg, house, exile, ggg.sheet().name)
    await ggg.control("/accounts/Exile_One", {"revoke": True})
    await look(ggg, house, id)
    await ggg.pass_time(house, timedelta(days=8))

    await house.work(KeepLinks())

    assert await snapshots(house) == []
    assert await house.rows("select from poe2.accounts") == []


async def test_the_export_has_everything_but_secrets(house, ggg, exile):
    name = ggg.sheet().name
    id = await watch(ggg, house, exile, name)
    await ggg.control(f"/characters/{name}", {"swap": True})
    await look(ggg, house, id)

    export = (await exile.get("/api/v1/me/export")).json

    tables = export.get("tables", export)
    rows = {table: len(tables[f"poe2.{table}"]) for table in (
        "accounts", "characters", "character_snapshots", "character_leagues", "equipment_changes",
    )}  # fmt: skip
    assert rows == {
        "accounts": 1, "characters": 1, "character_snapshots": 2, "character_leagues": 1, "equipment_changes": 1,
    }  # fmt: skip
    assert "token" not in str(tables["poe2.accounts"])


async def test_nobody_reads_the_characters_of_another(house, ggg):
    ann, ben = await ggg.sign_in(house, ANN), await ggg.sign_in(house, BEN)
    name = ggg.sheet(0, ANN).name
    await watch(ggg, house, ann, name)

    answers = [await ben.get(f"{CHARACTERS}/{name}{path}") for path in ("", "/progress", "/equipment")]
    listed = await ben.get("/api/v1/poe2/watched")
    leagues = await ben.get("/api/v1/poe2/league-builds")

    assert [one.status for one in answers] == [404] * 3
    assert listed.json["items"] == leagues.json["items"] == []
    async with house.runtime.db.read() as tx:
        assert await tx.connection.fetch("select from poe2.character_snapshots") == []


async def test_what_somebody_has_reached_is_known_by_class_level_and_league(house, ggg, exile):
    character = ggg.sheet()
    await watch(ggg, house, exile, character.name)
    level = character.level(ggg.app_now())

    async def cleared(class_name=character.class_name, ascendancy=None, least=1, league=None):
        async with house.runtime.db.read((await again(house, exile)).viewer) as tx:
            return await has_cleared.one(tx, exile.id, class_name, ascendancy, least, league)

    assert await cleared()
    assert await cleared(ascendancy=character.ascendancy, least=level, league=character.league)
    assert not await cleared(least=level + 1)
    assert not await cleared(class_name="Nobody")
    assert not await cleared(ascendancy="Nobody")
    assert not await cleared(league="Hardcore")
    await house.execute("delete from poe2.character_snapshots")
    assert await cleared(), "snapshots are dropped by the month, what was reached stays"
    await house.execute(
        "insert into poe2.character_snapshots (id, user_id, character_name, class, level, source, snapshot_at)"
        " values (gen_random_uuid(), $1, 'x', 'Monk', 100, 'import', now())",
        exile.id,
    )
    assert not await cleared(class_name="Monk"), "what a browser remembers proves nothing"
