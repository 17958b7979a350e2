"""Collections of builds: public or private, ordered, with notes."""

import asyncio

from tests.packs.poe2.builds.world import edit, made_build

COLLECTIONS = "/api/v1/poe2/collections"


async def made(person, name: str = "Starters", **details):
    """Make a collection."""
    answer = await person.post(COLLECTIONS, json={"name": name, **details})
    assert answer.status == 201, answer
    return answer.json


async def put(person, collection, build, **notes):
    """Put a build into a collection."""
    return await person.put(f"{COLLECTIONS}/{collection['id']}/builds/{build['short_id']}", json=notes)


async def test_a_collection_is_filled_ordered_and_read(guildhall):
    ana, bo = await guildhall.sign_in(name="Ana"), await guildhall.sign_in(name="Bo")
    builds = [await made_build(ana, seed) for seed in (1, 2, 3)]
    collection = await made(bo, is_public=True, description="Tried")
    for build in builds:
        assert (await put(bo, collection, build)).status == 204
    await put(bo, collection, builds[1], notes="Cheap")
    order = [builds[2]["id"], builds[0]["id"], builds[1]["id"]]
    ordered = await bo.put(f"{COLLECTIONS}/{collection['id']}/order", json={"builds": order})

    items = await guildhall.items(f"{COLLECTIONS}/{collection['id']}/builds?limit=1")
    (listed,) = await guildhall.items(COLLECTIONS)

    assert ordered.status == 204
    assert [(one["build_id"], one["notes"]) for one in items] == [
        (builds[2]["id"], None), (builds[0]["id"], None), (builds[1]["id"], "Cheap"),
    ]  # fmt: skip
    assert (listed["owner"], listed["builds"], listed["description"]) == ("Bo", 3, "Tried")
    taken = await bo.delete(f"{COLLECTIONS}/{collection['id']}/builds/{builds[0]['id']}")
    again = await bo.delete(f"{COLLECTIONS}/{collection['id']}/builds/{builds[0]['id']}")
    assert (taken.status, again.code) == (204, "poe2.not_collected")
    assert (await bo.get(f"{COLLECTIONS}/{collection['id']}")).json["builds"] == 2


async def test_an_order_names_every_build_once(guildhall):
    ana = await guildhall.sign_in()
    build, other = await made_build(ana, 1), await made_build(ana, 2)
    collection = await made(ana)
    await put(ana, collection, build)

    for builds in ([], [build["id"], build["id"]], [build["id"], other["id"]]):
        refused = await ana.put(f"{COLLECTIONS}/{collection['id']}/order", json={"builds": builds})
        assert (refused.status, refused.code) == (422, "poe2.order_incomplete")


async def test_a_private_collection_is_its_owners_alone(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1)
    collection = await made(ana)
    path = f"{COLLECTIONS}/{collection['id']}"

    refused = [
        await bo.get(path),
        await guildhall.get(f"{path}/builds"),
        await bo.delete(path),
        await put(bo, collection, build),
    ]

    assert [one.code for one in refused] == ["poe2.collection_not_found"] * 4
    assert await guildhall.items(COLLECTIONS) == []
    assert [one["id"] for one in await ana.items("/api/v1/poe2/me/collections")] == [collection["id"]]
    await ana.patch(path, json={"is_public": True, "name": "Shared", "description": None})
    shared = await bo.get(path)
    assert (shared.json["name"], shared.json["is_public"]) == ("Shared", True)
    assert [(await bo.patch(path, json={"name": "x"})).code, (await bo.delete(path)).code] == [
        "poe2.not_your_collection"
    ] * 2
    assert (await ana.delete(path)).status == 204


async def test_a_build_that_is_shared_no_longer_shows_nothing_in_collections(guildhall):
    ana, bo = await guildhall.sign_in(), await guildhall.sign_in()
    build = await made_build(ana, 1, title="Secret")
    collection = await made(bo, is_public=True)
    await put(bo, collection, build)
    draft = (await edit(ana, build, visibility="draft")).json["build"]

    (item,) = await guildhall.items(f"{COLLECTIONS}/{collection['id']}/builds")
    counted = (await guildhall.get(f"{COLLECTIONS}/{collection['id']}")).json["builds"]
    refused = await put(bo, await made(bo), draft)
    await ana.delete(f"/api/v1/poe2/builds/{build['id']}")

    assert (item["short_id"], item["title"], item["author"], counted) == (None, None, None, 0)
    assert refused.code == "poe2.build_not_found"
    assert await guildhall.items(f"{COLLECTIONS}/{collection['id']}/builds") == []


async def test_limits_hold_for_many_at_once(start_guildhall):
    guildhall = await start_guildhall(poe2={"collections_most": 2, "collection_builds_most": 2})
    ana = await guildhall.sign_in()
    builds = [await made_build(ana, seed) for seed in (1, 2, 3, 4)]

    answers = await asyncio.gather(*(ana.post(COLLECTIONS, json={"name": f"{n}"}) for n in range(5)))
    collection = next(one for one in answers if one.status == 201).json
    filled = await asyncio.gather(*(put(ana, collection, build) for build in builds))

    assert sorted(one.status for one in answers) == [201, 201, 409, 409, 409]
    assert next(one for one in answers if one.status == 409).code == "poe2.too_many_collections"
    assert sorted(one.status for one in filled) == [204, 204, 409, 409]
    assert next(one for one in filled if one.status == 409).code == "poe2.collection_full"


async def test_collections_go_with_their_account(guildhall):
    ana = await guildhall.sign_in()
    collection = await made(ana, is_public=True)
    await put(ana, collection, await made_build(ana, 1))
    await guildhall.execute("delete from core.users where id = $1", ana.id)

    assert await guildhall.rows("select * from poe2.build_collection_items") == []
    assert await guildhall.items(COLLECTIONS) == []
