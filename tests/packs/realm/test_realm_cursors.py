"""Ids that come from outside as places in a list: what was never given out there marks nothing and breaks nothing."""

from uuid import UUID, uuid4

import pytest

from guildhall.ids import uuid7
from tests.packs.realm.asking import value
from tests.packs.realm.make import make_channel, make_player, make_server
from tests.packs.realm.place import make_place
from tests.packs.realm.world import make_world

AHEAD = (UUID(int=2**128 - 1), UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"), uuid4(), uuid7(), UUID(int=0))
JUNK = ("", "x", "🙂", "a" * 600, "W10", "' or 1=1", str(uuid4()))


@pytest.fixture
async def place(guildhall):
    return await make_place(guildhall)


async def write(place, who, to, text="hello"):
    answer = await place.request("POST", f"/direct/{to.id}/messages", who, json={"content": text})
    assert answer.status == 201, answer.body
    return answer.json["message"]["id"]


async def test_only_a_message_of_the_place_marks_it_as_read(place):
    third = await make_player(place.guildhall, place.server)
    other = await make_channel(place.url, place.server)
    (mark,) = await place.say("marked")
    await place.request("PUT", f"/channels/{place.channel}/read", json={"message_id": str(mark)})
    await place.say("unread")
    (elsewhere,) = await place.say("elsewhere", channel=other)
    direct = await write(place, place.speaker, place.reader)
    with_third = await write(place, third, place.reader)
    between_others = await write(place, third, place.speaker)

    for wrong in (*map(str, AHEAD), str(elsewhere), with_third, between_others):
        answer = await place.request("POST", f"/direct/{place.speaker.id}/read", json={"up_to": wrong})
        assert (answer.status, answer.code) == (404, "realm.direct_message_not_found"), wrong
    for wrong in (*map(str, AHEAD), str(elsewhere), direct):
        answer = await place.request("PUT", f"/channels/{place.channel}/read", json={"message_id": wrong})
        assert (answer.status, answer.code) == (404, "realm.message_not_found"), wrong
    for wrong in (*map(str, AHEAD), direct):
        answer = await place.guildhall.post(
            "/api/v1/notifications/read", headers=place.reader.headers, json={"up_to": wrong}
        )
        assert (answer.status, answer.code) == (404, "notify.notification_not_found"), wrong

    assert (await place.get("/direct/unread")).json["messages"] == 2
    (unread,) = (await place.get(f"/servers/{place.server}/unread")).json
    assert (unread["last_read"], unread["unread"]) == (str(mark), 1)
    told = await value(place.url, "select count(*) from core.live_events where kind = 'dm_read'")
    assert told == 0
    read = await place.request("POST", f"/direct/{place.speaker.id}/read", json={"up_to": direct})
    assert (read.status, read.json["messages"]) == (200, 1)


async def test_every_place_in_every_list_may_be_any_id(guildhall):
    """A page is read behind or before a place in the order, whatever stands there; a cursor is the list's own."""
    world = await make_world(guildhall.runtime.url)
    person = await make_player(guildhall, await make_server(guildhall.runtime.url))
    async with guildhall.runtime.db.write() as tx:
        await tx.connection.execute("delete from realm.users where id = $1", person.id)
    await world.enter(person.id)
    paths = (await guildhall.get("/openapi.json")).json["paths"]
    asked = {"id": 0, "cursor": 0}
    for path, methods in paths.items():
        if not path.startswith(("/api/v1/realm/", "/api/v1/notifications", "/api/v1/me")) or "get" not in methods:
            continue
        for parameter in methods["get"].get("parameters", ()):
            if parameter["in"] != "query" or parameter["name"] not in ("after", "before"):
                continue
            filled = path
            for name, ids in world.known.items():
                filled = filled.replace("{" + name + "}", ids[0])
            of_ids = "uuid" in str(parameter["schema"])
            for text in map(str, AHEAD) if of_ids else JUNK:
                answer = await guildhall.get(
                    filled, headers=person.headers, params={parameter["name"]: text, "q": "words", "words": "words"}
                )
                asked["id" if of_ids else "cursor"] += 1
                if of_ids:
                    assert answer.status in (200, 403, 404), (path, text, answer.body)
                else:
                    assert answer.status in (400, 403, 404), (path, text, answer.body)
                    assert answer.status != 400 or answer.code in ("bad_cursor", "bad_request"), (path, answer.body)
    assert asked["id"] >= 5 * len(AHEAD)
    assert asked["cursor"] >= 15 * len(JUNK)
