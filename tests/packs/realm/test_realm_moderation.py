"""Order: sanctions, deletions, reports, filtered words, and the log of who did what."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guildhall.db.policies import Viewer
from guildhall.errors import GuildhallError
from guildhall.ids import uuid7
from guildhall.packs.realm.access.actions.permissions import profile_for, writing
from guildhall.packs.realm.moderation.actions.filtering import WordFilters
from guildhall.packs.realm.moderation.actions.reports import report_flagged
from guildhall.testing.people import sign_in
from tests.packs.realm.asking import do, happened, taken_away, value
from tests.packs.realm.make import insert, make_channel, make_player, make_server, say

REALM = "/api/v1/realm"


async def sanction(guildhall, actor, server_id, person, kind="mute", **more):
    """Mute or ban somebody."""
    body = {"user_id": str(person.id), "kind": kind, **{name: _wire(item) for name, item in more.items()}}
    return await guildhall.post(f"{REALM}/servers/{server_id}/sanctions", headers=actor.headers, json=body)


def _wire(item):
    return item.isoformat() if isinstance(item, datetime) else item if item is None else str(item)


async def lift(guildhall, actor, made):
    """Lift a sanction."""
    return await guildhall.post(f"{REALM}/sanctions/{made.json['id']}/lift", headers=actor.headers)


async def writes(guildhall, person, channel_id) -> str:
    """'yes', or why somebody may not write in a channel."""
    async with guildhall.runtime.db.write(Viewer(person.id)) as tx:
        try:
            await writing(tx, channel_id)
        except GuildhallError as error:
            return error.code
    return "yes"


async def delete(guildhall, actor, server_id, **body):
    """Delete many messages."""
    wire = {name: [str(one) for one in item] if isinstance(item, list) else _wire(item) for name, item in body.items()}
    return await guildhall.post(
        f"{REALM}/servers/{server_id}/deletions", headers=actor.headers, json={"reason": "spam", **wire}
    )


async def keepers(guildhall, server_id):
    """A person of each rank, by name."""
    return {
        "person": await make_player(guildhall, server_id),
        "vip": await make_player(guildhall, server_id, badge="vip"),
        "moderator": await make_player(guildhall, server_id, badge="moderator"),
        "peer": await make_player(guildhall, server_id, badge="moderator"),
        "admin": await make_player(guildhall, server_id, badge="admin"),
        "rival": await make_player(guildhall, server_id, badge="admin"),
        "platform": await sign_in(guildhall, role="admin"),
        "stranger": await make_player(guildhall, await make_server(guildhall.runtime.url), badge="admin"),
    }


# -- sanctions --------------------------------------------------------------------------------------------------------


async def test_a_mute_holds_everywhere_until_it_ends(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    channels = [await make_channel(url, server_id) for _ in range(3)]
    until = datetime.now(UTC) + timedelta(hours=1)

    made = await sanction(guildhall, moderator, server_id, person, until=until, reason="Shouting")

    assert made.status == 201
    assert (made.json["kind"], made.json["reason"], made.json["issued_by"]) == ("mute", "Shouting", str(moderator.id))
    assert made.json["channel_id"] is None
    assert [await writes(guildhall, person, one) for one in channels] == ["realm.muted"] * 3
    assert await taken_away(url) == [("*", person.id)]
    told = {"id": made.json["id"], "kind": "mute", "server_id": str(server_id), "channel_id": None,
            "until": made.json["until"], "reason": "Shouting"}  # fmt: skip
    assert await happened(url, f"realm.user:{person.id}") == [("sanctioned", told)]
    own = (await guildhall.get(f"{REALM}/me/sanctions", headers=person.headers)).json["items"]
    assert [one["id"] for one in own] == [made.json["id"]]
    assert "issued_by" not in own[0]
    await do(url, "update realm.sanctions set created_at = now() - interval '2 h', until = now() - interval '1 s'")
    assert [await writes(guildhall, person, one) for one in channels] == ["yes"] * 3
    assert (await lift(guildhall, moderator, made)).code == "realm.sanction_over"
    assert (await guildhall.get(f"{REALM}/me/sanctions", headers=person.headers)).json["items"] == []


async def test_a_ban_ends_the_session_and_closes_every_door_for_good_until_lifted(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id)
    session = await guildhall.post(f"{REALM}/servers/{server_id}/sessions", headers=person.headers)

    made = await sanction(guildhall, moderator, server_id, person, "ban")

    assert made.json["until"] is None
    assert await value(url, "select realm.live_sessions($1)", server_id) == 0
    activity = f"{REALM}/sessions/{session.json['id']}/activity"
    assert (await guildhall.post(activity, headers=person.headers)).code == "realm.session_over"
    assert await writes(guildhall, person, channel) == "realm.banned"
    for method, path in (
        ("POST", f"servers/{server_id}/sessions"), ("GET", f"servers/{server_id}/channels"),
        ("GET", f"servers/{server_id}/users"), ("PUT", f"channels/{channel}/membership"),
    ):  # fmt: skip
        assert (await guildhall.request(method, f"{REALM}/{path}", headers=person.headers)).code == "realm.banned"
    async with guildhall.runtime.db.write(Viewer(person.id)) as tx:
        with pytest.raises(GuildhallError, match="banned"):
            await profile_for(tx)

    lifted = await lift(guildhall, moderator, made)

    assert lifted.json["lifted_by"] == str(moderator.id)
    assert await writes(guildhall, person, channel) == "yes"
    assert (await lift(guildhall, moderator, made)).code == "realm.sanction_over"
    assert [kind for kind, _ in await happened(url, f"realm.user:{person.id}")] == ["sanctioned", "sanction_lifted"]
    log = await guildhall.get(f"{REALM}/servers/{server_id}/audit", headers=moderator.headers)
    assert [(one["act"], one["subject_id"]) for one in log.json["items"]] == [
        ("unbanned", str(person.id)), ("banned", str(person.id)),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "code"), [("mute", "realm.muted"), ("ban", "realm.banned")])
async def test_a_sanction_in_a_channel_holds_there_alone(guildhall, kind, code):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    keeper, person = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    there, elsewhere = await make_channel(url, server_id), await make_channel(url, server_id)
    await insert(url, "realm.channel_members", {"channel_id": there, "user_id": keeper.id, "role": "moderator"})

    made = await sanction(guildhall, keeper, server_id, person, kind, channel_id=there)

    assert made.status == 201
    assert await writes(guildhall, person, there) == code
    assert await writes(guildhall, person, elsewhere) == "yes"
    assert await taken_away(url) == [(f"realm.channel:{there}", person.id)]
    assert (await sanction(guildhall, keeper, server_id, person, kind)).code == "realm.forbidden"
    assert (await sanction(guildhall, keeper, server_id, person, kind, channel_id=elsewhere)).code == "realm.forbidden"
    assert (await sanction(guildhall, keeper, server_id, person, kind, channel_id=uuid7())).status == 404
    path = f"{REALM}/servers/{server_id}/sanctions"
    listed = await guildhall.get(f"{path}?channel_id={there}&running=true", headers=keeper.headers)
    assert [one["id"] for one in listed.json["items"]] == [made.json["id"]]
    assert (await guildhall.get(path, headers=keeper.headers)).code == "realm.forbidden"
    assert (await lift(guildhall, keeper, made)).status == 200
    assert await writes(guildhall, person, there) == "yes"


async def test_the_longest_of_several_counts_and_each_is_lifted_by_itself(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id)
    short = await sanction(guildhall, moderator, server_id, person, until=datetime.now(UTC) + timedelta(minutes=1))
    good = await sanction(guildhall, moderator, server_id, person)

    await lift(guildhall, moderator, short)
    assert await writes(guildhall, person, channel) == "realm.muted"
    await lift(guildhall, moderator, good)
    assert await writes(guildhall, person, channel) == "yes"


MAY = {
    "person": set(), "vip": set(), "stranger": set(),
    "moderator": {"person", "vip"},
    "admin": {"person", "vip", "moderator", "peer"},
    "platform": {"person", "vip", "moderator", "peer", "admin", "rival"},
}  # fmt: skip


@pytest.mark.parametrize("actor", MAY)
async def test_nobody_acts_upward_or_among_equals(guildhall, actor):
    server_id = await make_server(guildhall.runtime.url)
    people = await keepers(guildhall, server_id)
    subjects = ("person", "vip", "moderator", "peer", "admin", "rival")

    answers = {name: await sanction(guildhall, people[actor], server_id, people[name]) for name in subjects}

    assert {name for name, answer in answers.items() if answer.status == 201} == MAY[actor]
    refusals = {answer.code for answer in answers.values() if answer.status != 201}
    assert refusals <= {"realm.forbidden", "realm.server_not_found"}
    if actor not in ("platform", "stranger"):
        assert (await sanction(guildhall, people[actor], server_id, people[actor])).code == "realm.forbidden"


async def test_a_channels_keeper_does_not_act_against_another_or_the_server(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    people = await keepers(guildhall, server_id)
    keeper, other = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    channel = await make_channel(url, server_id)
    for one in (keeper, other):
        await insert(url, "realm.channel_members", {"channel_id": channel, "user_id": one.id, "role": "moderator"})

    for subject in (other, people["moderator"], people["admin"]):
        assert (await sanction(guildhall, keeper, server_id, subject, channel_id=channel)).code == "realm.forbidden"
    assert (await sanction(guildhall, people["moderator"], server_id, other, channel_id=channel)).status == 201


async def test_what_somebody_above_laid_is_not_lifted_from_below(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    people = await keepers(guildhall, server_id)
    made = await sanction(guildhall, people["admin"], server_id, people["person"])
    own = await sanction(guildhall, people["platform"], server_id, people["admin"])

    assert (await lift(guildhall, people["moderator"], made)).code == "realm.forbidden"
    assert (await lift(guildhall, people["person"], made)).code == "realm.forbidden"
    assert (await lift(guildhall, people["stranger"], made)).code == "realm.server_not_found"
    assert (await lift(guildhall, people["admin"], own)).code == "realm.forbidden"
    assert (await lift(guildhall, people["rival"], made)).status == 200
    missing = await guildhall.post(f"{REALM}/sanctions/{uuid7()}/lift", headers=people["admin"].headers)
    assert missing.code == "realm.sanction_not_found"


@pytest.mark.parametrize(("body", "status", "code"), [
    ({"kind": "kick"}, 400, "bad_request"), ({"until": "2020-01-01T00:00:00"}, 400, "bad_request"),
    ({"until": "2020-01-01T00:00:00Z"}, 422, "realm.sanction_in_the_past"), ({"reason": "x" * 301}, 400, "bad_request"),
    ({"reason": "\x00"}, 400, "bad_request"), ({"user_id": "x"}, 400, "bad_request"),
    ({"until": "soon"}, 400, "bad_request"),
])  # fmt: skip
async def test_a_sanction_that_cannot_be_is_refused(guildhall, body, status, code):
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    wanted = {"user_id": str(person.id), "kind": "mute", **body}

    answer = await guildhall.post(f"{REALM}/servers/{server_id}/sanctions", headers=moderator.headers, json=wanted)

    assert (answer.status, answer.code) == (status, code)
    assert await value(guildhall.runtime.url, "select count(*) from realm.sanctions") == 0


async def test_people_of_other_servers_are_out_of_reach(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    people = await keepers(guildhall, server_id)

    for actor in ("moderator", "platform"):
        refused = await sanction(guildhall, people[actor], server_id, people["stranger"])
        assert refused.code == "realm.user_not_found"


async def test_sanctions_are_listed_in_pages_by_whom_where_and_whether_they_run(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    first, second = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    made = [await sanction(guildhall, moderator, server_id, one, kind) for one in (first, second)
            for kind in ("mute", "ban")]  # fmt: skip
    ids = [one.json["id"] for one in made]
    await lift(guildhall, moderator, made[0])

    async def listed(query):
        seen, after = [], ""
        while after is not None:
            answer = await guildhall.get(
                f"{REALM}/servers/{server_id}/sanctions?limit=1&{query}{after}", headers=moderator.headers
            )
            seen += [one["id"] for one in answer.json["items"]]
            after = answer.json["next"] and f"&after={answer.json['next']}"
        return seen

    assert await listed("") == ids[::-1]
    assert await listed("running=true") == ids[:0:-1]
    assert await listed(f"user_id={first.id}") == [ids[1], ids[0]]
    assert await listed("kind=ban") == [ids[3], ids[1]]


async def test_a_ban_and_a_login_at_once_leave_nobody_playing(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    people = [await make_player(guildhall, server_id) for _ in range(10)]

    await asyncio.gather(*(
        one
        for person in people
        for one in (
            guildhall.post(f"{REALM}/servers/{server_id}/sessions", headers=person.headers),
            sanction(guildhall, moderator, server_id, person, "ban"),
        )
    ))  # fmt: skip

    assert await value(url, "select count(*) from realm.sanctions") == 10
    assert await value(url, "select realm.live_sessions($1)", server_id) == 0


@pytest.mark.parametrize(("kind", "code"), [("mute", "realm.muted"), ("ban", "realm.banned")])
async def test_who_has_just_written_writes_no_more_once_sanctioned(guildhall, kind, code):
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    channel = await make_channel(guildhall.runtime.url, server_id)

    async def write():
        return await guildhall.post(
            f"{REALM}/channels/{channel}/messages", headers=person.headers, json={"content": "hello"}
        )

    assert (await write()).status == 201
    made = await sanction(guildhall, moderator, server_id, person, kind)
    refused = await write()
    await lift(guildhall, moderator, made)

    assert (refused.status, refused.code) == (403, code)
    assert (await write()).status == 201


# -- deletions --------------------------------------------------------------------------------------------------------


async def test_named_messages_are_deleted_softly_and_readers_see_them_go(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    here, there = await make_channel(url, server_id), await make_channel(url, server_id)
    ids = await say(url, server_id, here, person.id, "one", "two", "three")
    (other,) = await say(url, server_id, there, person.id, "four")
    (foreign,) = await say(url, await make_server(url), None, person.id, "five", type="system")
    async with asyncio.timeout(10):  # what is searched follows within a second
        while await value(url, "select count(*) from realm.message_words") < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await insert(url, "realm.pins", {"channel_id": here, "message_id": ids[0]})

    answer = await delete(guildhall, moderator, server_id, ids=[ids[0], ids[1], ids[0], other, foreign, uuid7()])

    assert answer.json == {
        "deleted": [str(one) for one in sorted([ids[0], ids[1], other], reverse=True)],
        "more": False,
    }
    rows = await value(
        url, "select array_agg((id, deletion_reason)::text order by id) from realm.messages where is_deleted"
    )
    assert rows == [f"({one},spam)" for one in sorted([ids[0], ids[1], other])]
    assert await value(url, "select array_agg(id order by id) from realm.message_words") == [ids[2], foreign]
    assert await value(url, "select count(*) from realm.pins") == 0
    gone = await happened(url, f"realm.channel:{here}")
    assert gone == [("messages_deleted", {"channel_id": str(here), "ids": [str(ids[0]), str(ids[1])]})]
    assert await happened(url, f"realm.channel:{there}") == [
        ("messages_deleted", {"channel_id": str(there), "ids": [str(other)]})
    ]
    assert len((await happened(url, f"realm.server:{server_id}"))[0][1]["ids"]) == 3
    log = await value(url, "select details from core.audit_log where act = 'messages_deleted'")
    assert log == {"count": 3}
    again = await delete(guildhall, moderator, server_id, ids=ids[:2])
    assert again.json == {"deleted": [], "more": False}
    assert await value(url, "select count(*) from core.audit_log") == 1


async def test_an_authors_messages_since_a_time_are_deleted_a_number_a_call(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"bulk_delete_most": 4})
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    spammer, person = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    here, there = await make_channel(url, server_id), await make_channel(url, server_id)
    (before,) = await say(url, server_id, here, spammer.id, "before")
    await asyncio.sleep(0.01)
    since = await value(url, "select clock_timestamp()")
    await asyncio.sleep(0.01)
    spam = await say(url, server_id, here, spammer.id, *(f"spam {number}" for number in range(6)))
    elsewhere = await say(url, server_id, there, spammer.id, "spam there")
    (innocent,) = await say(url, server_id, here, person.id, "hello")

    first = await delete(guildhall, moderator, server_id, author_id=spammer.id, since=since, channel_id=here)
    second = await delete(guildhall, moderator, server_id, author_id=spammer.id, since=since, channel_id=here)
    third = await delete(guildhall, moderator, server_id, author_id=spammer.id, since=since)

    assert first.json == {"deleted": [str(one) for one in spam[:1:-1]], "more": True}
    assert second.json == {"deleted": [str(one) for one in spam[1::-1]], "more": False}
    assert third.json == {"deleted": [str(elsewhere[0])], "more": False}
    left = await value(url, "select array_agg(id order by id) from realm.messages where not is_deleted")
    assert left == [before, innocent]
    too_many = await delete(guildhall, moderator, server_id, ids=[uuid7() for _ in range(5)])
    assert (too_many.status, too_many.code) == (422, "realm.too_many_chosen")


async def test_who_keeps_a_channel_deletes_there_alone(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    keeper, person = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    here, there = await make_channel(url, server_id), await make_channel(url, server_id)
    await insert(url, "realm.channel_members", {"channel_id": here, "user_id": keeper.id, "role": "moderator"})
    (mine,), (other,) = [await say(url, server_id, one, person.id, "x") for one in (here, there)]

    assert (await delete(guildhall, person, server_id, ids=[mine])).code == "realm.forbidden"
    assert (await delete(guildhall, person, server_id, ids=[mine], channel_id=here)).code == "realm.forbidden"
    assert (await delete(guildhall, keeper, server_id, ids=[mine])).code == "realm.forbidden"
    answer = await delete(guildhall, keeper, server_id, ids=[mine, other], channel_id=here)
    assert answer.json["deleted"] == [str(mine)]
    assert await value(url, "select id from realm.messages where not is_deleted") == other


UNCLEAR: list[dict[str, Any]] = [
    {}, {"author_id": uuid7()}, {"since": datetime.now(UTC)}, {"ids": [uuid7()], "author_id": uuid7()},
    {"ids": [uuid7()], "author_id": uuid7(), "since": datetime.now(UTC)},
]  # fmt: skip
MALFORMED: list[dict[str, Any]] = [{"ids": []}, {"ids": ["x"]}, {"ids": [uuid7()], "reason": "x" * 301}]


@pytest.mark.parametrize(
    ("code", "body"),
    [*(("realm.nothing_chosen", one) for one in UNCLEAR), *(("bad_request", one) for one in MALFORMED)],
)
async def test_a_deletion_says_which_in_one_way(guildhall, code, body):
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")

    answer = await delete(guildhall, moderator, server_id, **body)

    assert (answer.status, answer.code) == (400, code)


async def test_two_who_delete_the_same_at_once_delete_it_once(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderators = [await make_player(guildhall, server_id, badge="moderator") for _ in range(6)]
    channel = await make_channel(url, server_id)
    ids = await say(url, server_id, channel, moderators[0].id, *(str(number) for number in range(20)))

    answers = await asyncio.gather(
        *(
            delete(guildhall, moderator, server_id, ids=ids if number % 2 else ids[::-1])
            for number, moderator in enumerate(moderators)
        )
    )

    assert {answer.status for answer in answers} == {200}
    assert sum(len(answer.json["deleted"]) for answer in answers) == 20
    assert await value(url, "select count(*) from core.audit_log") == 1


# -- reports ----------------------------------------------------------------------------------------------------------


async def report(guildhall, person, **body):
    """Report something."""
    wire = {"reason": "Insults", **{name: _wire(item) for name, item in body.items()}}
    return await guildhall.post(f"{REALM}/reports", headers=person.headers, json=wire)


async def test_a_message_is_reported_once_told_to_moderators_and_handled_once(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    people = await keepers(guildhall, server_id)
    person, author, moderator = people["person"], people["vip"], people["moderator"]
    channel = await make_channel(url, server_id)
    (message,) = await say(url, server_id, channel, author.id, "you fool")

    made = await report(guildhall, person, message_id=message)

    assert made.status == 201
    assert (await report(guildhall, person, message_id=message)).code == "realm.already_reported"
    heard = [("report_made", {"id": made.json["id"], "server_id": str(server_id)})]
    for name in ("moderator", "peer", "admin", "rival"):
        assert await happened(url, f"realm.user:{people[name].id}") == heard
    path = f"{REALM}/servers/{server_id}/reports"
    assert (await guildhall.get(path, headers=person.headers)).code == "realm.forbidden"
    (item,) = (await guildhall.get(path, headers=moderator.headers)).json["items"]
    assert (item["content"], item["subject_id"], item["reporter_id"], item["status"]) == (
        "you fool", str(author.id), str(person.id), "open",
    )  # fmt: skip

    answer = {"status": "resolved", "resolution": "Muted"}
    where = f"{REALM}/reports/{made.json['id']}/answer"
    assert (await guildhall.post(where, headers=person.headers, json=answer)).code == "realm.forbidden"
    answers = await asyncio.gather(
        *(guildhall.post(where, headers=people[name].headers, json=answer) for name in ("moderator", "peer", "admin"))
    )
    assert sorted(one.status for one in answers) == [200, 409, 409]
    assert {one.code for one in answers if one.status == 409} == {"realm.report_handled"}
    assert (await guildhall.get(path, headers=moderator.headers)).json["items"] == []
    (done,) = (await guildhall.get(f"{path}?status=resolved", headers=moderator.headers)).json["items"]
    assert (done["resolution"], done["handled_at"] is not None) == ("Muted", True)
    assert await happened(url, f"realm.user:{person.id}") == [
        ("report_handled", {"id": made.json["id"], "status": "resolved"})
    ]
    (mine,) = (await guildhall.get(f"{REALM}/me/reports", headers=person.headers)).json["items"]
    assert (mine["id"], mine["status"]) == (made.json["id"], "resolved")
    assert "handled_by" not in mine


async def test_only_what_the_reporter_may_see_is_reported(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    person, author = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    stranger = await make_player(guildhall, await make_server(url))
    private = await make_channel(url, server_id, visibility="private")
    public = await make_channel(url, server_id)
    (hidden,), (own,), (gone,) = [
        await say(url, server_id, channel, by.id, "x")
        for channel, by in ((private, author), (public, person), (public, author))
    ]
    await do(url, "update realm.messages set is_deleted = true where id = $1", gone)

    for message in (hidden, gone, uuid7()):
        assert (await report(guildhall, person, message_id=message)).code == "realm.message_not_found"
    assert (await report(guildhall, person, message_id=own)).code == "realm.forbidden"
    assert (await report(guildhall, person, user_id=person.id)).code == "realm.forbidden"
    for user in (stranger.id, uuid7()):
        assert (await report(guildhall, person, user_id=user)).code == "realm.user_not_found"
    for body in ({}, {"message_id": own, "user_id": author.id}):
        assert (await report(guildhall, person, **body)).code == "realm.nothing_reported"
    for reason in ("", "  ", "x" * 501, "\x00"):
        assert (await report(guildhall, person, user_id=author.id, reason=reason)).status == 400
    assert (await report(guildhall, person, user_id=author.id)).status == 201
    assert (await report(guildhall, await sign_in(guildhall), user_id=author.id)).code == "realm.no_profile"


async def test_nobody_floods_the_queue(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"open_reports_most": 3})
    server_id = await make_server(guildhall.runtime.url)
    person, author = await make_player(guildhall, server_id), await make_player(guildhall, server_id)

    answers = await asyncio.gather(*(report(guildhall, person, user_id=author.id) for _ in range(8)))

    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert {answer.code for answer in answers if answer.status == 409} == {"realm.too_many_reports"}


async def test_the_filter_reports_by_itself_and_nobody_judges_their_own_case(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    channel = await make_channel(url, server_id)
    (message,) = await say(url, server_id, channel, moderator.id, "gold for sale")

    async with guildhall.runtime.db.write(Viewer(moderator.id)) as tx:
        await report_flagged(tx, server_id, channel, message, moderator.id, ["gold", "sale"])

    (item,) = (await guildhall.get(f"{REALM}/servers/{server_id}/reports", headers=moderator.headers)).json["items"]
    assert (item["reporter_id"], item["reason"], item["content"]) == (None, "Filtered: gold, sale", "gold for sale")
    where = f"{REALM}/reports/{item['id']}/answer"
    own = await guildhall.post(where, headers=moderator.headers, json={"status": "dismissed"})
    assert own.code == "realm.forbidden"
    other = await make_player(guildhall, server_id, badge="moderator")
    assert (await guildhall.post(where, headers=other.headers, json={"status": "dismissed"})).status == 200
    missing = await guildhall.post(
        f"{REALM}/reports/{uuid7()}/answer", headers=other.headers, json={"status": "dismissed"}
    )
    assert missing.code == "realm.report_not_found"
    assert (await guildhall.post(where, headers=other.headers, json={"status": "open"})).status == 400


# -- filtered words ---------------------------------------------------------------------------------------------------


async def test_words_are_kept_folded_once_and_every_change_is_heard(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    path = f"{REALM}/servers/{server_id}/word-filters"

    async def add(word, action="mask", by=moderator):
        return await guildhall.post(path, headers=by.headers, json={"word": word, "action": action})

    made = await add("Straße\u200b  Ort")

    assert (made.status, made.json["word"], made.json["action"]) == (201, "strasse ort", "mask")
    assert (await add("STRASSE ORT", "block")).code == "realm.word_known"
    assert (await add("x", by=person)).code == "realm.forbidden"
    assert (await guildhall.get(path, headers=person.headers)).code == "realm.forbidden"
    nothing = await add("\u200b\u2060")
    assert (nothing.status, nothing.code) == (422, "realm.word_refused")
    for word in ("", "  ", "x" * 101, "a\x00"):
        assert (await add(word)).status == 400
    assert (await add("x", "shout")).status == 400
    await add("apple")
    first = await guildhall.get(f"{path}?limit=1", headers=moderator.headers)
    second = await guildhall.get(f"{path}?limit=1&after={first.json['next']}", headers=moderator.headers)
    assert [page.json["items"][0]["word"] for page in (first, second)] == ["apple", "strasse ort"]
    one = f"{path}/{made.json['id']}"
    changed = await guildhall.request("PATCH", one, headers=moderator.headers, json={"action": "flag"})
    assert (changed.json["word"], changed.json["action"]) == ("strasse ort", "flag")
    assert (await guildhall.request("DELETE", one, headers=person.headers)).code == "realm.forbidden"
    assert (await guildhall.request("DELETE", one, headers=moderator.headers)).status == 204
    for method, options in (("DELETE", {}), ("PATCH", {"json": {"action": "mask"}})):
        gone = await guildhall.request(method, one, headers=moderator.headers, **options)
        assert gone.code == "realm.word_not_found"
    assert await taken_away(url) == [(f"realm.server:{server_id}", None)] * 4
    acts = await value(url, "select array_agg(act order by id) from core.audit_log")
    assert acts == ["word_added", "word_added", "word_changed", "word_removed"]


async def test_a_filter_has_so_many_words_and_no_more(start_guildhall, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"word_filters_most": 5})
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")

    answers = await asyncio.gather(*(
        guildhall.post(
            f"{REALM}/servers/{server_id}/word-filters", headers=moderator.headers, json={"word": f"word{number}"}
        )
        for number in range(9)
    ))  # fmt: skip

    assert sorted(answer.status for answer in answers) == [201] * 5 + [409] * 4
    assert {answer.code for answer in answers if answer.status == 409} == {"realm.too_many_words"}


async def test_a_process_knows_a_changed_filter_from_the_commit_on(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    filters: WordFilters = guildhall.runtime.provided[WordFilters]
    path = f"{REALM}/servers/{server_id}/word-filters"

    async def checked():
        at = await value(guildhall.runtime.url, "select access_tick from core.live_head")
        return (await filters.of(server_id, at)).check("buy gold").action

    assert await checked() is None
    made = await guildhall.post(path, headers=moderator.headers, json={"word": "gold", "action": "flag"})
    assert await checked() == "flag"
    one = f"{path}/{made.json['id']}"
    await guildhall.request("PATCH", one, headers=moderator.headers, json={"action": "block"})
    assert await checked() == "block"
    await guildhall.request("DELETE", one, headers=moderator.headers)
    assert await checked() is None


# -- the log ----------------------------------------------------------------------------------------------------------


async def test_the_log_is_for_moderators_in_pages_and_nobody_rewrites_it(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator, other = [await make_player(guildhall, server_id, badge="moderator") for _ in range(2)]
    person = await make_player(guildhall, server_id)
    made = [await sanction(guildhall, one, server_id, person) for one in (moderator, other, moderator)]
    await lift(guildhall, moderator, made[0])
    path = f"{REALM}/servers/{server_id}/audit"

    async def listed(query):
        seen, after = [], ""
        while after is not None:
            answer = await guildhall.get(f"{path}?limit=1&{query}{after}", headers=moderator.headers)
            seen += answer.json["items"]
            after = answer.json["next"] and f"&after={answer.json['next']}"
        return [(one["act"], one["actor_id"]) for one in seen]

    mine, theirs = str(moderator.id), str(other.id)
    assert await listed("") == [("unmuted", mine), ("muted", mine), ("muted", theirs), ("muted", mine)]
    assert await listed("act=unmuted") == [("unmuted", mine)]
    assert await listed(f"actor_id={other.id}") == [("muted", theirs)]
    assert len(await listed(f"user_id={person.id}")) == 4
    assert (await guildhall.get(path, headers=person.headers)).code == "realm.forbidden"
    assert (await guildhall.get(path, headers=(await sign_in(guildhall, role="admin")).headers)).status == 200
    for statement in ("update core.audit_log set act = 'x'", "delete from core.audit_log"):
        with pytest.raises(Exception, match="permission denied"):
            async with guildhall.runtime.db.write() as tx:
                await tx.connection.execute(statement)


async def test_acts_outlive_the_people_in_them(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    moderator = await make_player(guildhall, server_id, badge="moderator")
    person = await make_player(guildhall, server_id)
    await sanction(guildhall, moderator, server_id, person)

    await do(url, "delete from core.users where id = any($1)", [moderator.id, person.id])

    row = await value(url, "select (act, actor_id, subject_id)::text from core.audit_log")
    assert row == "(muted,,)"
    assert await value(url, "select count(*) from realm.sanctions") == 0
