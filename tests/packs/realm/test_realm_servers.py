"""Servers and the sessions on them: who gets in, how many, and who is counted."""

import asyncio
from datetime import timedelta

import pytest

from guildhall.core.jobs.actions import send
from guildhall.ids import uuid7
from guildhall.packs.realm.follow.actions.population import refresh_population
from guildhall.packs.realm.servers.actions.sessions import _QUIET
from guildhall.packs.realm.servers.messages import EndSilentSessions, ForgetRealmSessions
from guildhall.packs.realm.settings import RealmSettings
from guildhall.testing.people import sign_in
from tests.packs.realm.asking import do, happened, value
from tests.packs.realm.make import insert, make_player, make_server

REALM = "/api/v1/realm"


async def log_in(guildhall, person, server_id, **headers):
    """Begin to play."""
    return await guildhall.post(f"{REALM}/servers/{server_id}/sessions", headers={**person.headers, **headers})


async def change(guildhall, admin, server_id, **body):
    """Change a server."""
    return await guildhall.request("PATCH", f"{REALM}/servers/{server_id}", headers=admin.headers, json=body)


async def test_administrators_open_and_change_servers_and_everybody_lists_them(guildhall):
    admin, member = await sign_in(guildhall, role="admin"), await sign_in(guildhall)
    wanted = {"name": "Aegwynn", "region": "eu", "capacity": 50, "language": "de", "level_range_min": 10}

    made = await guildhall.post(f"{REALM}/servers", headers=admin.headers, json=wanted)
    again = await guildhall.post(f"{REALM}/servers", headers=admin.headers, json=wanted)
    refused = await guildhall.post(f"{REALM}/servers", headers=member.headers, json={**wanted, "name": "Mine"})

    assert made.status == 201
    assert {name: made.json[name] for name in wanted} == wanted
    assert (made.json["current_population"], made.json["status"], made.json["pvp_enabled"]) == (0, "online", True)
    assert (again.status, again.code) == (409, "realm.server_name_taken")
    assert refused.status == 403

    server_id = made.json["id"]
    await make_server(guildhall.runtime.url, name="Blackhand", region="us", status="offline")
    changed = await change(guildhall, admin, server_id, region="us", capacity=60, pvp_enabled=False)
    assert (changed.json["region"], changed.json["capacity"], changed.json["pvp_enabled"]) == ("us", 60, False)
    assert changed.json["name"] == "Aegwynn"
    listed = await guildhall.get(f"{REALM}/servers?region=us&status=online", headers=member.headers)
    assert [one["name"] for one in listed.json["items"]] == ["Aegwynn"]
    first = await guildhall.get(f"{REALM}/servers?limit=1", headers=member.headers)
    second = await guildhall.get(f"{REALM}/servers?limit=1&after={first.json['next']}", headers=member.headers)
    assert [page.json["items"][0]["name"] for page in (first, second)] == ["Aegwynn", "Blackhand"]
    assert second.json["next"] is None
    shown = await guildhall.get(f"{REALM}/servers/{server_id}", headers=member.headers)
    assert shown.json == changed.json
    acts = await value(guildhall.runtime.url, "select array_agg(act order by id) from core.audit_log")
    assert acts == ["server_opened", "server_changed"]


@pytest.mark.parametrize("body", [
    {"name": "", "region": "eu"}, {"name": "  ", "region": "eu"}, {"name": "a\x00b", "region": "eu"},
    {"name": "n", "region": " "}, {"name": "n" * 81, "region": "eu"}, {"name": "n", "region": "eu", "capacity": 0},
    {"name": "n", "region": "eu", "capacity": 2**40}, {"name": "n", "region": "eu", "level_range_min": 0},
    {"name": "n", "region": "eu", "level_range_max": 121}, {"name": "n", "region": "eu", "status": "sleeping"},
    {"name": "n", "region": "eu", "language": "!"}, {"region": "eu"}, [],
])  # fmt: skip
async def test_a_server_that_cannot_be_is_refused(guildhall, body):
    admin = await sign_in(guildhall, role="admin")

    assert (await guildhall.post(f"{REALM}/servers", headers=admin.headers, json=body)).status == 400


async def test_a_turned_level_range_is_a_conflict_and_unknown_servers_are_not_found(guildhall):
    admin = await sign_in(guildhall, role="admin")
    server_id = await make_server(guildhall.runtime.url)

    turned = await guildhall.post(
        f"{REALM}/servers", headers=admin.headers,
        json={"name": "x", "region": "eu", "level_range_min": 60, "level_range_max": 50},
    )  # fmt: skip
    assert (turned.status, turned.code) == (409, "realm.level_range_turned")
    assert (await change(guildhall, admin, server_id, level_range_min=60, level_range_max=50)).code == turned.code
    assert (await change(guildhall, admin, uuid7(), capacity=2)).code == "realm.server_not_found"
    assert (await guildhall.get(f"{REALM}/servers/{uuid7()}", headers=admin.headers)).code == "realm.server_not_found"


async def test_a_session_begins_lives_and_ends(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    person, stranger = await make_player(guildhall, server_id), await make_player(guildhall, server_id)

    begun = await log_in(guildhall, person, server_id, **{"User-Agent": "x" * 400})

    assert begun.status == 201
    assert (begun.json["server_id"], begun.json["logout_at"]) == (str(server_id), None)
    assert len(begun.json["user_agent"]) == 300
    path = f"{REALM}/sessions/{begun.json['id']}"
    stored = await value(guildhall.runtime.url, "select ip_hash from realm.sessions")
    assert len(stored) == 32
    assert b"127.0.0.1" not in stored
    assert await value(guildhall.runtime.url, "select last_login is not null from realm.users where id = $1", person.id)
    assert (await guildhall.post(f"{path}/activity", headers=person.headers)).json == begun.json
    await do(guildhall.runtime.url, "update realm.sessions set last_activity = now() - interval '5 minutes'")
    alive = await guildhall.post(f"{path}/activity", headers=person.headers)
    assert alive.json["last_activity"] >= begun.json["last_activity"]
    assert (await guildhall.post(f"{path}/activity", headers=stranger.headers)).code == "realm.session_not_found"
    assert (await guildhall.request("DELETE", path, headers=stranger.headers)).code == "realm.session_not_found"

    ended = await guildhall.request("DELETE", path, headers=person.headers)
    again = await guildhall.request("DELETE", path, headers=person.headers)

    assert ended.json["logout_at"] is not None
    assert again.json == ended.json
    assert (await guildhall.post(f"{path}/activity", headers=person.headers)).code == "realm.session_over"
    listed = await guildhall.get(f"{REALM}/sessions", headers=person.headers)
    assert listed.json == {"items": [ended.json], "next": None}
    assert (await guildhall.get(f"{REALM}/sessions?live=true", headers=person.headers)).json["items"] == []
    assert (await guildhall.get(f"{REALM}/sessions", headers=stranger.headers)).json["items"] == []


async def test_a_second_login_ends_the_first_and_own_sessions_come_in_pages(guildhall):
    server_id = await make_server(guildhall.runtime.url, capacity=1)
    person = await make_player(guildhall, server_id)

    made = [(await log_in(guildhall, person, server_id)).json["id"] for _ in range(5)]

    assert await value(guildhall.runtime.url, "select count(*) from realm.sessions where logout_at is null") == 1
    seen, after = [], ""
    while after is not None:
        page = (await guildhall.get(f"{REALM}/sessions?limit=2{after}", headers=person.headers)).json
        seen += [one["id"] for one in page["items"]]
        after = page["next"] and f"&after={page['next']}"
    assert seen == made[::-1]


async def test_who_may_not_play_is_told_why(guildhall):
    url = guildhall.runtime.url
    server_id, other = await make_server(url, capacity=1), await make_server(url)
    person = await make_player(guildhall, server_id, level=30)
    nobody = await sign_in(guildhall)

    assert (await log_in(guildhall, nobody, server_id)).code == "realm.no_profile"
    assert (await log_in(guildhall, person, other)).code == "realm.server_not_found"
    assert (await log_in(guildhall, person, uuid7())).code == "realm.server_not_found"
    await do(url, "update realm.servers set level_range_min = 31 where id = $1", server_id)
    assert (await log_in(guildhall, person, server_id)).code == "realm.level_out_of_range"
    await do(url, "update realm.servers set level_range_min = 1, level_range_max = 29 where id = $1", server_id)
    assert (await log_in(guildhall, person, server_id)).status == 403
    await do(url, "update realm.servers set level_range_max = 120 where id = $1", server_id)
    for status, code in (("maintenance", "realm.server_maintenance"), ("offline", "realm.server_offline")):
        await do(
            url, "update realm.servers set status = $2, status_reason = 'Patch 2' where id = $1", server_id, status
        )
        refused = await log_in(guildhall, person, server_id)
        assert (refused.status, refused.code) == (409, code)
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json["detail"] == "Patch 2"
    await do(url, "update realm.servers set status = 'online' where id = $1", server_id)
    rival = await make_player(guildhall, server_id)
    assert (await log_in(guildhall, rival, server_id)).status == 201
    full = await log_in(guildhall, person, server_id)
    assert (full.status, full.code, full.headers["retry-after"]) == (409, "realm.server_full", "15")
    await insert(url, "realm.sanctions", {
        "id": uuid7(), "user_id": person.id, "server_id": server_id, "kind": "ban",
    })  # fmt: skip
    assert (await log_in(guildhall, person, server_id)).code == "realm.banned"
    assert await value(url, "select count(*) from realm.sessions") == 1


async def test_64_logins_at_once_fill_16_places_and_no_more(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url, capacity=16)
    people = [await make_player(guildhall, server_id) for _ in range(64)]
    counting = asyncio.create_task(_watch(guildhall, server_id))

    answers = await asyncio.gather(*(log_in(guildhall, person, server_id) for person in people))

    highest = await _stop(counting)
    assert sorted(answer.status for answer in answers) == [201] * 16 + [409] * 48
    assert {answer.code for answer in answers if answer.status == 409} == {"realm.server_full"}
    assert await value(url, "select realm.live_sessions($1)", server_id) == 16
    assert highest <= 16
    async with guildhall.runtime.db.write() as tx:
        await refresh_population(tx)
        assert await refresh_population(tx) == 0
    assert await value(url, "select current_population from realm.servers where id = $1", server_id) == 16

    # who leaves makes room for exactly one
    inside = [(person, answer) for person, answer in zip(people, answers, strict=True) if answer.status == 201]
    outside = [person for person, answer in zip(people, answers, strict=True) if answer.status == 409]
    gone, session = inside[0]
    await guildhall.request("DELETE", f"{REALM}/sessions/{session.json['id']}", headers=gone.headers)
    answers = await asyncio.gather(*(log_in(guildhall, person, server_id) for person in outside[:20]))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 19


async def _watch(guildhall, server_id):
    """The highest population seen, recounting all the while, until cancelled."""
    highest = 0
    try:
        while True:
            async with guildhall.runtime.db.write() as tx:
                await refresh_population(tx, [server_id])
            population = await value(
                guildhall.runtime.url, "select current_population from realm.servers where id = $1", server_id
            )
            highest = max(highest, population)
            await asyncio.sleep(0.01)
    except asyncio.CancelledError:
        return highest


async def _stop(task):
    task.cancel()
    return await task


async def test_a_recount_writes_only_the_servers_that_differ(guildhall):
    url = guildhall.runtime.url
    first, second = await make_server(url), await make_server(url)
    for person in [await make_player(guildhall, first) for _ in range(3)]:
        assert (await log_in(guildhall, person, first)).status == 201
    before = await value(url, "select xmin::text from realm.servers where id = $1", second)

    async with guildhall.runtime.db.write() as tx:
        assert await refresh_population(tx, [second]) == 0
        assert await refresh_population(tx) == 1

    assert await value(url, "select current_population from realm.servers where id = $1", first) == 3
    assert await value(url, "select xmin::text from realm.servers where id = $1", second) == before


async def test_a_capacity_below_the_population_is_refused_also_while_people_come(guildhall):
    url = guildhall.runtime.url
    admin = await sign_in(guildhall, role="admin")
    server_id = await make_server(url, capacity=30)
    people = [await make_player(guildhall, server_id) for _ in range(30)]

    answers = await asyncio.gather(
        *(log_in(guildhall, person, server_id) for person in people[:15]),
        change(guildhall, admin, server_id, capacity=10),
        *(log_in(guildhall, person, server_id) for person in people[15:]),
    )

    changed = answers[15]
    inside = await value(url, "select realm.live_sessions($1)", server_id)
    capacity = await value(url, "select capacity from realm.servers where id = $1", server_id)
    assert inside <= capacity
    assert (changed.status, inside) in ((200, 10), (409, 30))
    if changed.status == 409:
        assert changed.code == "realm.capacity_below_population"
    too_small = await change(guildhall, admin, server_id, capacity=1)
    assert (too_small.status, too_small.code) == (409, "realm.capacity_below_population")
    exact = await change(guildhall, admin, server_id, capacity=inside)
    assert (exact.json["capacity"], exact.json["current_population"]) == (inside, inside)


async def test_a_server_that_leaves_online_ends_its_sessions_unless_told_otherwise(guildhall):
    url = guildhall.runtime.url
    admin = await sign_in(guildhall, role="admin")
    server_id, other = await make_server(url), await make_server(url)
    person, elsewhere = await make_player(guildhall, server_id), await make_player(guildhall, other)
    session = (await log_in(guildhall, person, server_id)).json
    assert (await log_in(guildhall, elsewhere, other)).status == 201

    kept = await change(guildhall, admin, server_id, status="maintenance", end_sessions=False)
    assert kept.json["current_population"] == 1
    await change(guildhall, admin, server_id, status="online")
    ended = await change(guildhall, admin, server_id, status="offline", status_reason="Moving house")

    assert (ended.json["status"], ended.json["current_population"]) == ("offline", 0)
    activity = await guildhall.post(f"{REALM}/sessions/{session['id']}/activity", headers=person.headers)
    assert activity.code == "realm.session_over"
    assert await value(url, "select realm.live_sessions($1)", other) == 1
    told = await happened(url, f"realm.server:{server_id}")
    assert [kind for kind, _ in told] == ["server_changed"] * 3
    assert told[-1][1] == {"status": "offline", "status_reason": "Moving house", "sessions_ended": 1}


async def test_administrators_log_out_the_silent_or_everybody(guildhall):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    boss = await make_player(guildhall, server_id, badge="admin")
    moderator = await make_player(guildhall, server_id, badge="moderator")
    silent, lively = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    for person in (silent, lively):
        await log_in(guildhall, person, server_id)
    await do(
        url, "update realm.sessions set last_activity = now() - interval '20 minutes' where user_id = $1", silent.id
    )
    path = f"{REALM}/servers/{server_id}/sessions"

    assert (await guildhall.request("DELETE", path, headers=moderator.headers)).code == "realm.forbidden"
    assert (await guildhall.request("DELETE", path, headers=boss.headers)).json == {"ended": 1}
    assert await value(url, "select user_id from realm.sessions where logout_at is null") == lively.id
    assert (await guildhall.request("DELETE", f"{path}?idle_minutes=0", headers=boss.headers)).json == {"ended": 1}
    assert await value(url, "select realm.live_sessions($1)", server_id) == 0


async def test_jobs_log_out_the_silent_and_forget_old_sessions(guildhall, start_worker):
    url = guildhall.runtime.url
    server_id = await make_server(url)
    silent, lively = await make_player(guildhall, server_id), await make_player(guildhall, server_id)
    old = (await log_in(guildhall, lively, server_id)).json["id"]
    await do(
        url, "update realm.sessions set login_at = now() - interval '100 days', logout_at = now() - interval '99 days'"
    )
    for person in (silent, lively):
        await log_in(guildhall, person, server_id)
    await do(
        url, "update realm.sessions set last_activity = now() - interval '16 minutes' where user_id = $1", silent.id
    )
    await do(url, "update realm.servers set current_population = 2")

    worker = await start_worker(realm={"session_idle_minutes": 15, "keep_session_days": 90})
    async with worker.runtime.db.write() as tx:
        await send(tx, EndSilentSessions())
        await send(tx, ForgetRealmSessions())
    await worker.idle()

    assert await value(url, "select array_agg(user_id) from realm.sessions where logout_at is null") == [lively.id]
    assert await value(url, "select current_population from realm.servers") == 1
    assert await value(url, "select count(*) from realm.sessions where id = $1", old) == 0
    assert await value(url, "select count(*) from realm.sessions") == 2


async def test_api_tokens_need_the_scope(guildhall):
    server_id = await make_server(guildhall.runtime.url)
    person = await make_player(guildhall, server_id)
    made = await guildhall.post(
        "/api/v1/me/api-tokens", headers=person.headers, json={"name": "reader", "scopes": ["realm:read"]}
    )
    reader = {"Authorization": f"Bearer {made.json['token']}"}

    assert (await guildhall.get(f"{REALM}/me", headers=reader)).status == 200
    assert (await guildhall.post(f"{REALM}/servers/{server_id}/sessions", headers=reader)).status == 403


def test_a_session_is_silent_longer_than_it_may_be_unwritten():
    least = RealmSettings.model_fields["session_idle_minutes"].metadata[0].ge
    assert timedelta(minutes=least) > 2 * _QUIET
