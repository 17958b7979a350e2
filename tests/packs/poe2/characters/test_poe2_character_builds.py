"""Builds attached to characters: their claims stand in snapshots while the class is the same; nothing is guessed."""

from datetime import timedelta

import pytest

from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.sandbox import BuildMaker
from tests.packs.poe2.builds.world import BUILDS

CHARACTERS = "/api/v1/poe2/characters"


@pytest.fixture
async def exile(house, ggg):
    """Somebody who has signed in, and watches a character."""
    exile = await ggg.sign_in(house)
    name = ggg.sheet().name
    exile.name = name
    exile.watched = (await exile.put(f"{CHARACTERS}/{name}/watch")).json["id"]
    await look(ggg, house, exile)
    return exile


async def look(ggg, house, exile):
    """Look at the character now."""
    await ggg.pass_time(house, timedelta(seconds=15))
    await house.refresh(WATCHED, exile.watched)


async def made_for(person, class_name, ascendancy, seed=1, **details):
    """A build of a class; its figures are those of the code."""
    for number in range(seed, seed + 400):
        code = BuildMaker(number).code()
        read = (await person.post("/api/v1/poe2/codes/read", json={"code": code})).json["build"]
        if (read["class_name"], read.get("ascendancy")) == (class_name, ascendancy):
            answer = await person.post(BUILDS, json={"content": {"code": code}, "visibility": "unlisted", **details})
            assert answer.status == 201, answer.body
            return answer.json["build"]
    raise AssertionError("no such build among so many")


async def figures(house):
    """The figures of all snapshots, oldest first."""
    rows = await house.rows(
        "select calculated_dps, calculated_ehp, build_id from poe2.character_snapshots order by snapshot_at, id"
    )
    return [
        (None if row["calculated_dps"] is None else float(row["calculated_dps"]), row["build_id"] is not None)
        for row in rows
    ]


async def test_the_claims_of_an_attached_build_are_those_of_the_next_snapshots(house, ggg, exile):
    character = ggg.sheet()
    build = await made_for(exile, character.class_name, character.ascendancy)

    attached = await exile.put(f"{CHARACTERS}/{exile.name}/build", json={"build": build["short_id"]})
    await look(ggg, house, exile)
    await look(ggg, house, exile)
    detached = await exile.delete(f"{CHARACTERS}/{exile.name}/build")
    await look(ggg, house, exile)
    again = await exile.delete(f"{CHARACTERS}/{exile.name}/build")

    assert attached.status == 200, attached.body
    assert attached.json == {"build": build["short_id"], "dps": build["dps"], "ehp": build["ehp"]}
    assert await figures(house) == [(None, False), (build["dps"], True), (None, False)]
    assert detached.status == 204
    assert (again.status, again.code) == (404, "poe2.build_not_attached")


async def test_league_builds_and_watched_characters_name_the_build(house, ggg, exile):
    character = ggg.sheet()
    build = await made_for(exile, character.class_name, character.ascendancy, title="Mine")
    await exile.put(f"{CHARACTERS}/{exile.name}/build", json={"build": build["short_id"]})

    (row,) = (await exile.get("/api/v1/poe2/league-builds")).json["items"]
    (card,) = (await exile.get("/api/v1/poe2/watched")).json["items"]

    assert (row["build"], row["build_title"]) == (build["short_id"], "Mine")
    assert card["build"] == build["short_id"]


async def test_a_build_of_another_class_or_person_is_refused(house, ggg, exile):
    character = ggg.sheet()
    other_class = next(one for one in ("Monk", "Warrior") if one != character.class_name)
    ascendancy = {"Monk": "Invoker", "Warrior": "Titan"}[other_class]
    wrong = await made_for(exile, other_class, ascendancy)
    stranger = await ggg.sign_in(house, "Exile_Two#1002")
    foreign = await made_for(stranger, character.class_name, character.ascendancy, visibility="public")

    path = f"{CHARACTERS}/{exile.name}/build"
    refused = await exile.put(path, json={"build": wrong["short_id"]})
    others = await exile.put(path, json={"build": foreign["short_id"]})
    nothing = await exile.put(path, json={"build": "1" * 17})

    assert (refused.status, refused.code) == (422, "poe2.other_character")
    assert ascendancy in refused.json["detail"]
    assert [(one.status, one.code) for one in (others, nothing)] == [(404, "poe2.build_of_other")] * 2
    assert await house.rows("select from poe2.character_builds") == []


async def test_a_character_that_has_become_something_else_has_unknown_figures(house, ggg, exile):
    character = ggg.sheet()
    build = await made_for(exile, character.class_name, character.ascendancy)
    await exile.put(f"{CHARACTERS}/{exile.name}/build", json={"build": build["short_id"]})
    await look(ggg, house, exile)
    character.class_name, character.ascendancy = ("Monk", "Invoker")

    await look(ggg, house, exile)

    assert (await figures(house))[1:] == [(build["dps"], True), (None, False)]


async def test_a_deleted_build_leaves_the_snapshots(house, ggg, exile):
    character = ggg.sheet()
    build = await made_for(exile, character.class_name, character.ascendancy)
    await exile.put(f"{CHARACTERS}/{exile.name}/build", json={"build": build["short_id"]})
    await look(ggg, house, exile)

    gone = await exile.delete(f"{BUILDS}/{build['id']}")
    await look(ggg, house, exile)

    assert gone.status == 204, gone.body
    assert await figures(house) == [(None, False), (build["dps"], False), (None, False)]
