"""Raids over HTTP: prepared, listed, fought, won; who may."""

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from guildhall.testing.people import sign_in
from tests.packs.realm.make import make_player, make_server

API = "/api/v1/realm"
NOBODY = "0192f8a4-7c00-7000-8000-000000000001"


async def prepare(guildhall, server, leader, **body):
    answer = await guildhall.post(
        f"{API}/servers/{server}/raids", headers=leader.headers,
        json={"name": "Friday night", "boss_name": "Ragnaros", **body},
    )  # fmt: skip
    assert answer.status == 201, answer.body
    return answer.json


async def show(guildhall, person, raid):
    answer = await guildhall.get(f"{API}/raids/{raid['id']}", headers=person.headers)
    assert answer.status == 200, answer.body
    return answer.json


def on(raid, rest):
    return f"{API}/raids/{raid['id']}/{rest}"


async def begin(guildhall, person, raid):
    return await guildhall.post(on(raid, "pulls"), headers=person.headers)


async def put(guildhall, path, **options):
    return await guildhall.request("PUT", path, **options)


async def put_health(guildhall, person, raid, health, phase=None):
    body = {"health_percentage": health, "phase": phase}
    return await put(guildhall, on(raid, "health"), headers=person.headers, json=body)


async def end(guildhall, person, raid, outcome, **body):
    return await guildhall.post(on(raid, "end"), headers=person.headers, json={"outcome": outcome, **body})


async def events(url, topic):
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select kind from core.live_events where topic = $1 order by id", topic)
    finally:
        await connection.close()
    return [row["kind"] for row in rows]


@pytest.fixture
async def server(clone):
    return await make_server(clone)


@pytest.fixture
async def leader(guildhall, server):
    return await make_player(guildhall, server, username="Leader")


async def test_a_raid_is_prepared_with_a_channel_and_told_to_its_server(guildhall, clone, server, leader):
    when = datetime(2027, 1, 1, 20, tzinfo=UTC)
    raid = await prepare(
        guildhall, server, leader, difficulty="mythic", description="Bring flasks", scheduled_at=when.isoformat(),
        tank_slots=1,
    )  # fmt: skip

    assert (raid["status"], raid["health_percentage"], raid["leader_name"]) == ("preparing", 100, "Leader")
    assert (raid["tank_slots"], raid["healer_slots"], raid["dps_slots"]) == (1, 4, 14)
    assert raid["loot_seed"] is None
    shown = await show(guildhall, leader, raid)
    assert shown == {"raid": raid, "pulls": [], "participants": [], "signups": [], "loot": []}
    assert raid["channel_id"] is not None
    assert await events(clone, f"realm.server:{server}") == ["raid_changed"]


async def test_raids_are_listed_by_page_status_boss_and_difficulty(guildhall, server, leader):
    raids = [
        await prepare(guildhall, server, leader, boss_name=boss, difficulty=difficulty)
        for boss, difficulty in (
            ("Onyxia", "normal"), ("Ragnaros", "hard"), ("ragnaros", "normal"), ("Onyxia", "mythic"),
            ("C'Thun", "hard"),
        )
    ]  # fmt: skip
    await begin(guildhall, leader, raids[1])
    await begin(guildhall, leader, raids[0])
    await end(guildhall, leader, raids[0], "wipe")

    async def listed(query=""):
        found, path = [], f"{API}/servers/{server}/raids?limit=2{query}"
        after = ""
        while True:
            answer = await guildhall.get(path + after, headers=leader.headers)
            assert answer.status == 200, answer.body
            assert len(answer.json["items"]) <= 2
            found += [raids.index(next(one for one in raids if one["id"] == row["id"])) for row in answer.json["items"]]
            if answer.json["next"] is None:
                return found
            after = f"&after={answer.json['next']}"

    assert await listed() == [4, 3, 2, 1, 0]
    assert await listed("&active=true") == [4, 3, 2, 1]
    assert await listed("&status=wipe") == [0]
    assert await listed("&status=in_progress&active=true") == [1]
    assert await listed("&difficulty=hard") == [4, 1]
    assert await listed("&boss=RAGNAROS") == [2, 1]
    assert await listed("&boss=onyxia&difficulty=mythic") == [3]
    assert await listed("&boss=onyxia&active=true") == [3]
    assert await listed("&boss=nobody") == []
    for bad in ("status=won", "difficulty=easy", "boss=", "after=x", "limit=0", "active=perhaps", "boss=%00"):
        assert (await guildhall.get(f"{API}/servers/{server}/raids?{bad}", headers=leader.headers)).status == 400, bad


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "", "boss_name": "x"},
        {"name": " ", "boss_name": "x"},
        {"name": "x", "boss_name": "a\u0000b"},
        {"name": "x" * 101, "boss_name": "x"},
        {"name": "x", "boss_name": "x", "difficulty": "easy"},
        {"name": "x", "boss_name": "x", "tank_slots": 41},
        {"name": "x", "boss_name": "x", "tank_slots": -1},
        {"name": "x", "boss_name": "x", "description": "a\u0000"},
        {"name": "x", "boss_name": "x", "scheduled_at": "2027-01-01T20:00:00"},
        {"name": "x", "boss_name": "x", "scheduled_at": "tomorrow"},
        [],
        None,
    ],
)
async def test_a_raid_that_is_none_is_refused(guildhall, server, leader, body):
    answer = await guildhall.post(f"{API}/servers/{server}/raids", headers=leader.headers, json=body)

    assert answer.status == 400


@pytest.mark.parametrize(
    ("when", "refused"),
    [
        ("0001-01-01T00:00:00+14:00", (400, "bad_request")),
        ("9999-12-31T23:59:59-14:00", (400, "bad_request")),
        ("2001-01-01T00:00:00Z", (422, "realm.bad_time")),
    ],
)
async def test_a_time_that_cannot_be_meant_is_refused(guildhall, server, leader, when, refused):
    raid = await prepare(guildhall, server, leader)
    path, body = f"{API}/servers/{server}/raids", {"name": "x", "boss_name": "y", "scheduled_at": when}

    answers = [
        await guildhall.post(path, headers=leader.headers, json=body),
        await guildhall.request("PATCH", f"{API}/raids/{raid['id']}", headers=leader.headers, json=body),
        await put(
            guildhall, on(raid, "stats"), headers=leader.headers,
            json={"participants": [{"user_id": str(leader.id)}], "at": when},
        ),
    ]  # fmt: skip

    assert [(answer.status, answer.code) for answer in answers] == [refused] * 3


async def test_a_leader_who_goes_leaves_the_raid_to_the_next_and_the_loot_to_nobody(guildhall, clone, server, leader):
    won, alone = await prepare(guildhall, server, leader), await prepare(guildhall, server, leader)
    heir = await make_player(guildhall, server)
    for one in (leader, heir):
        await put(guildhall, on(won, "signups/me"), headers=one.headers, json={"role": "dps", "class": "x"})
    ids = [str(leader.id), str(heir.id)]
    await guildhall.post(on(won, "attendance"), headers=leader.headers, json={"present": ids})
    await begin(guildhall, leader, won)
    await end(guildhall, leader, won, "victory")

    told = (await guildhall.get("/api/v1/me/export", headers=leader.headers)).json["tables"]
    gone = await guildhall.request("DELETE", "/api/v1/me", headers=leader.headers, json={})

    assert len(told["realm.raids"]) == 2
    for table in ("realm.raid_signups", "realm.raid_participants", "realm.raid_loot"):
        (row,) = told[table]
        assert row["raid_id"] == won["id"]
    assert gone.status == 204, gone.body
    shown = await show(guildhall, heir, won)
    assert (shown["raid"]["leader_id"], shown["raid"]["participant_count"]) == (str(heir.id), 1)
    assert [one["user_id"] for one in shown["participants"]] == [str(heir.id)]
    assert sorted(one["user_id"] or "" for one in shown["loot"]) == ["", str(heir.id)]
    assert (await guildhall.get(f"{API}/raids/{alone['id']}", headers=heir.headers)).status == 404


async def test_a_raid_is_fought_in_pulls_until_it_is_won(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader, difficulty="hard")

    assert (await put_health(guildhall, leader, raid, 90)).code == "realm.raid_not_running"
    assert (await end(guildhall, leader, raid, "wipe")).code == "realm.raid_not_running"
    first = (await begin(guildhall, leader, raid)).json
    assert (first["status"], first["start_time"] is not None) == ("in_progress", True)
    assert (await begin(guildhall, leader, raid)).code == "realm.raid_running"
    assert (await put_health(guildhall, leader, raid, 60, "adds")).json["phase"] == "adds"
    assert (await put_health(guildhall, leader, raid, 61)).code == "realm.health_rises"
    assert (await put_health(guildhall, leader, raid, 60)).status == 200
    wiped = (await end(guildhall, leader, raid, "wipe", health_percentage=35)).json
    assert (wiped["status"], wiped["victory"], wiped["health_percentage"]) == ("wipe", False, 35)
    assert wiped["duration_seconds"] is not None
    assert (await guildhall.post(on(raid, "loot"), headers=leader.headers)).code == "realm.not_victorious"
    again = (await begin(guildhall, leader, raid)).json
    assert (again["health_percentage"], again["victory"], again["end_time"]) == (100, None, None)
    assert again["start_time"] == first["start_time"]
    won = (await end(guildhall, leader, raid, "victory")).json
    assert (won["status"], won["victory"], won["health_percentage"], won["loot_generated"]) == (
        "victory",
        True,
        0,
        True,
    )
    assert won["kill_seconds"] is not None
    assert isinstance(won["loot_seed"], int)
    assert (await begin(guildhall, leader, raid)).code == "realm.raid_over"

    shown = await show(guildhall, leader, raid)
    assert [(pull["number"], pull["status"], pull["best_health"]) for pull in shown["pulls"]] == [
        (1, "wipe", 35), (2, "victory", 0),
    ]  # fmt: skip
    assert len(shown["loot"]) == 3
    assert {one["user_id"] for one in shown["loot"]} == {None}  # nobody took part
    board = await events(clone, f"realm.raid:{raid['id']}")
    assert [kind for kind in board if kind != "raid_tick"] == [
        "pull_started", "raid_changed", "pull_ended", "raid_changed", "pull_started", "raid_changed", "loot",
        "pull_ended", "raid_changed",
    ]  # fmt: skip
    assert board.count("raid_tick") == 6


async def test_the_loot_is_drawn_once_however_many_ask_at_once(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    await put(guildhall, on(raid, "signups/me"), headers=leader.headers, json={"role": "tank", "class": "bear"})
    await guildhall.post(on(raid, "attendance"), headers=leader.headers, json={"present": [str(leader.id)]})
    await begin(guildhall, leader, raid)

    answers = await asyncio.gather(
        *(end(guildhall, leader, raid, "victory") for _ in range(32)),
        *(guildhall.post(on(raid, "loot"), headers=leader.headers) for _ in range(32)),
    )

    assert sorted(answer.status for answer in answers[:32]) == [200] + [409] * 31
    assert {answer.status for answer in answers[32:]} <= {200, 409}
    later = await asyncio.gather(*(guildhall.post(on(raid, "loot"), headers=leader.headers) for _ in range(64)))
    shown = await show(guildhall, leader, raid)
    assert {answer.body for answer in later} == {later[0].body}
    assert later[0].json == shown["loot"]
    assert [one["number"] for one in shown["loot"]] == [1, 2]
    assert {one["user_id"] for one in shown["loot"]} == {str(leader.id)}
    connection = await asyncpg.connect(clone)
    assert await connection.fetchval("select count(*) from realm.raid_loot") == 2
    await connection.close()


async def test_pulls_that_many_begin_at_once_are_one(guildhall, server, leader):
    raid = await prepare(guildhall, server, leader)

    answers = await asyncio.gather(*(begin(guildhall, leader, raid) for _ in range(64)))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 63
    assert len((await show(guildhall, leader, raid))["pulls"]) == 1


async def test_a_raid_changes_and_its_bench_moves_up(guildhall, server, leader):
    raid = await prepare(guildhall, server, leader, dps_slots=1)
    others = [await make_player(guildhall, server) for _ in range(2)]
    for one in (leader, *others):
        await put(guildhall, on(raid, "signups/me"), headers=one.headers, json={"role": "dps", "class": "mage"})

    async def change(**body):
        return await guildhall.request("PATCH", f"{API}/raids/{raid['id']}", headers=leader.headers, json=body)

    assert (await change(dps_slots=0)).code == "realm.slots_taken"
    changed = await change(name="Saturday", dps_slots=2, description="Late", boss_name="Onyxia", difficulty="hard")
    assert changed.status == 200
    assert (changed.json["name"], changed.json["dps_slots"], changed.json["boss_name"]) == ("Saturday", 2, "Onyxia")
    states = [one["state"] for one in (await show(guildhall, leader, raid))["signups"]]
    assert states == ["confirmed", "confirmed", "bench"]
    await begin(guildhall, leader, raid)
    assert (await change(boss_name="Nefarian")).code == "realm.raid_begun"
    assert (await change(name="Sunday", boss_name="Onyxia")).status == 200
    await end(guildhall, leader, raid, "victory")
    assert (await change(name="Monday")).code == "realm.raid_over"


async def test_a_raid_is_called_off_before_it_begins_and_not_after(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    begun = await prepare(guildhall, server, leader)
    await begin(guildhall, leader, begun)

    async def call_off(one):
        return await guildhall.request("DELETE", f"{API}/raids/{one['id']}", headers=leader.headers)

    assert (await call_off(begun)).code == "realm.raid_begun"
    assert (await call_off(raid)).status == 204
    assert (await call_off(raid)).code == "realm.raid_not_found"
    connection = await asyncpg.connect(clone)
    assert await connection.fetchval("select count(*) from realm.channels") == 1
    await connection.close()


async def test_a_raid_is_passed_on_to_somebody_who_comes(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    heir = await make_player(guildhall, server)

    async def pass_on(giver, to):
        return await guildhall.request(
            "PUT", on(raid, "leader"), headers=giver.headers, json={"user_id": str(to)}
        )  # fmt: skip

    assert (await pass_on(leader, heir.id)).code == "realm.not_signed_up"
    assert (await pass_on(leader, NOBODY)).code == "realm.not_signed_up"
    await put(guildhall, on(raid, "signups/me"), headers=heir.headers, json={"role": "dps", "class": "mage"})
    assert (await pass_on(heir, heir.id)).code == "realm.forbidden"
    assert (await pass_on(leader, heir.id)).json["leader_id"] == str(heir.id)
    assert (await begin(guildhall, leader, raid)).code == "realm.forbidden"
    assert (await begin(guildhall, heir, raid)).status == 201
    connection = await asyncpg.connect(clone)
    revoked = await connection.fetch("select topic from core.live_events where access and subject = $1", leader.id)
    await connection.close()
    assert [row["topic"] for row in revoked] == [f"realm.channel:{raid['channel_id']}"]


async def test_somebody_leads_no_more_raids_than_they_may(start_guildhall, clone, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"raids_led_most": 2})
    server = await make_server(clone)
    leader = await make_player(guildhall, server)
    body = {"name": "x", "boss_name": "y"}

    answers = await asyncio.gather(
        *(guildhall.post(f"{API}/servers/{server}/raids", headers=leader.headers, json=body) for _ in range(16))
    )

    assert sorted(answer.status for answer in answers) == [201] * 2 + [409] * 14
    assert {answer.code for answer in answers if answer.status == 409} == {"realm.too_many_raids"}


STEPS = {
    "change": ("PATCH", "", {"name": "New"}),
    "leader": ("PUT", "/leader", {"user_id": NOBODY}),
    "pull": ("POST", "/pulls", None),
    "health": ("PUT", "/health", {"health_percentage": 50}),
    "end": ("POST", "/end", {"outcome": "wipe"}),
    "loot": ("POST", "/loot", None),
    "stats": ("PUT", "/stats", {"participants": [{"user_id": NOBODY}]}),
    "attendance": ("POST", "/attendance", {}),
    "signup": ("PATCH", f"/signups/{NOBODY}", {"state": "declined"}),
    "call off": ("DELETE", "", None),
}
OFFICERS = set(STEPS) - {"leader", "call off"}


async def test_who_may_do_what_with_a_raid(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    elsewhere = await make_server(clone)
    people = {
        "leader": leader,
        "officer": await make_player(guildhall, server),
        "member": await make_player(guildhall, server),
        "moderator": await make_player(guildhall, server, badge="moderator"),
        "admin": await make_player(guildhall, server, badge="admin"),
        "vip": await make_player(guildhall, server, badge="vip"),
        "stranger": await make_player(guildhall, elsewhere, badge="admin"),
        "newcomer": await sign_in(guildhall),
    }
    for name in ("officer", "member"):
        body = {"role": "dps", "class": "mage"}
        assert (await put(guildhall, on(raid, "signups/me"), headers=people[name].headers, json=body)).status == 200
    made = await guildhall.request(
        "PATCH", on(raid, f"signups/{people['officer'].id}"), headers=leader.headers, json={"officer": True}
    )
    assert made.json["officer"] is True
    promoted = await guildhall.request(
        "PATCH", on(raid, f"signups/{people['member'].id}"), headers=people["officer"].headers, json={"officer": True}
    )
    assert promoted.code == "realm.forbidden"

    async def code(person, step):
        method, rest, body = STEPS[step]
        options = {} if body is None else {"json": body}
        headers = person.headers if person is not None else {}
        answer = await guildhall.request(method, f"{API}/raids/{raid['id']}{rest}", headers=headers, **options)
        return answer.status, answer.json["code"] if answer.status >= 400 else ""

    for step in (one for one in STEPS if one != "call off"):
        for name, person in people.items():
            status, why = await code(person, step)
            if name == "stranger":
                expected = why == "realm.raid_not_found"
            elif name == "newcomer":
                expected = why == "realm.no_profile"
            elif name in ("leader", "moderator", "admin") or (name == "officer" and step in OFFICERS):
                expected = why not in ("realm.forbidden", "realm.raid_not_found")
            else:
                expected = (status, why) == (403, "realm.forbidden")
            assert expected, (step, name, status, why)
        assert (await code(None, step))[0] == 401, step
    second = await prepare(guildhall, server, leader)
    for name, status in (("officer", 403), ("member", 403), ("vip", 403), ("stranger", 404), ("moderator", 204)):
        path = f"{API}/raids/{second['id']}"
        assert (await guildhall.request("DELETE", path, headers=people[name].headers)).status == status, name


async def test_what_a_moderator_does_with_somebodys_raid_is_kept(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    moderator = await make_player(guildhall, server, badge="moderator")

    await begin(guildhall, leader, raid)
    await end(guildhall, moderator, raid, "wipe")
    assert (await end(guildhall, moderator, raid, "wipe")).status == 409  # what is not done is not kept
    await guildhall.request(
        "PATCH", f"{API}/raids/{raid['id']}", headers=moderator.headers, json={"name": "Saturday"}
    )  # fmt: skip

    connection = await asyncpg.connect(clone)
    kept = await connection.fetch(
        "select act, actor_id, subject_id, details->>'raid_id' as raid from core.audit_log order by id"
    )
    await connection.close()
    assert [tuple(row) for row in kept] == [
        (act, moderator.id, leader.id, raid["id"]) for act in ("raid_ended", "raid_changed")
    ]


async def test_raids_are_read_by_the_people_of_their_server_alone(guildhall, clone, server, leader):
    raid = await prepare(guildhall, server, leader)
    stranger = await make_player(guildhall, await make_server(clone))
    newcomer = await sign_in(guildhall)

    for path in (f"{API}/raids/{raid['id']}", f"{API}/servers/{server}/raids"):
        assert (await guildhall.get(path)).status == 401
        assert (await guildhall.get(path, headers=newcomer.headers)).code == "realm.no_profile"
        assert (await guildhall.get(path, headers=stranger.headers)).status == 404
    for kind in ("raid-kills?boss=x", "raid-standings?boss=x"):
        assert (await guildhall.get(f"{API}/servers/{server}/{kind}", headers=stranger.headers)).status == 404
    assert (await guildhall.get(f"{API}/raids/{NOBODY}", headers=leader.headers)).code == "realm.raid_not_found"


async def test_the_participants_numbers_are_taken_in_one_and_never_fall(guildhall, server, leader):
    raid = await prepare(guildhall, server, leader)
    other = await make_player(guildhall, server)
    for one, role in ((leader, "tank"), (other, "healer")):
        await put(guildhall, on(raid, "signups/me"), headers=one.headers, json={"role": role, "class": "x"})
    ids = [str(leader.id), str(other.id)]
    present = await guildhall.post(on(raid, "attendance"), headers=leader.headers, json={"present": ids})
    assert present.json["participant_count"] == 2

    async def tell(rows, **more):
        body = {"participants": rows, **more}
        return await put(guildhall, on(raid, "stats"), headers=leader.headers, json=body)

    at = datetime.now(UTC)
    rows = [
        {"user_id": ids[0], "damage_dealt": 1000, "damage_taken": 500, "deaths": 1, "uptime_percentage": 80},
        {"user_id": ids[1], "healing": 900},
    ]
    assert (await tell(rows, at=at.isoformat())).json == {"taken": 2, "again": 0}
    assert (await tell(rows, at=at.isoformat())).json == {"taken": 0, "again": 2}
    older = [{"user_id": ids[0], "damage_dealt": 900, "uptime_percentage": 99}]
    assert (await tell(older, at=(at - timedelta(seconds=9)).isoformat())).json == {"taken": 0, "again": 1}
    mixed = [{"user_id": ids[0], "damage_dealt": 5000}, {"user_id": NOBODY, "healing": 5}]
    assert (await tell(mixed)).code == "realm.not_participant"
    shown = {one["user_id"]: one for one in (await show(guildhall, leader, raid))["participants"]}
    first = shown[ids[0]]
    assert (first["damage_dealt"], first["damage_taken"], first["deaths"], first["uptime_percentage"]) == (
        1000,
        500,
        1,
        80,
    )
    assert shown[ids[1]]["healing"] == 900
    for bad in ({"damage_dealt": -1}, {"uptime_percentage": 101}, {"deaths": 1.5}, {"healing": 10**16}):
        assert (await tell([{"user_id": ids[0], **bad}])).status == 400, bad
    assert (await tell([])).status == 400


async def test_statistics_of_people_and_bosses(guildhall, clone, server, leader):
    other = await make_player(guildhall, server, username="Other")
    for outcome, damage in (("wipe", 100), ("victory", 300), ("victory", 200)):
        raid = await prepare(guildhall, server, leader)
        for one in (leader, other):
            await put(guildhall, on(raid, "signups/me"), headers=one.headers, json={"role": "dps", "class": "x"})
        ids = [str(leader.id), str(other.id)]
        await guildhall.post(on(raid, "attendance"), headers=leader.headers, json={"present": ids})
        await begin(guildhall, leader, raid)
        await end(guildhall, leader, raid, "wipe", health_percentage=40)
        await begin(guildhall, leader, raid)
        await end(guildhall, leader, raid, outcome, health_percentage=70)
        rows = [{"user_id": ids[0], "damage_dealt": damage}, {"user_id": ids[1], "healing": damage * 2}]
        await put(guildhall, on(raid, "stats"), headers=leader.headers, json={"participants": rows})
    connection = await asyncpg.connect(clone)
    await connection.execute("update realm.raids set kill_seconds = 77 where id = $1::text::uuid", raid["id"])
    await connection.execute("update realm.raids set kill_seconds = 99 where kill_seconds <> 77")
    await connection.close()

    records = (await guildhall.get(f"{API}/users/{leader.id}/raid-records?boss=RAGNAROS", headers=other.headers)).json

    (record,) = records
    assert (record["raids"], record["attempts"], record["kills"]) == (3, 6, 2)
    assert (record["best_seconds"], record["best_health"], record["average_damage"]) == (77, 0, 200.0)
    assert (record["best_damage"], record["average_healing"]) == (300, 0.0)
    assert (await guildhall.get(f"{API}/users/{leader.id}/raid-records?boss=x", headers=other.headers)).json == []
    assert (await guildhall.get(f"{API}/users/{NOBODY}/raid-records", headers=other.headers)).status == 404
    kills = f"{API}/servers/{server}/raid-kills?boss=ragnaros&limit=1"
    first = (await guildhall.get(kills, headers=other.headers)).json
    second = (await guildhall.get(f"{kills}&after={first['next']}", headers=other.headers)).json
    assert [row["kill_seconds"] for page in (first, second) for row in page["items"]] == [77, 99]
    assert second["next"] is None
    assert first["items"][0]["attempts"] == 2
    standings = f"{API}/servers/{server}/raid-standings?boss=ragnaros&by="
    damage = (await guildhall.get(f"{standings}damage", headers=other.headers)).json
    healing = (await guildhall.get(f"{standings}healing", headers=other.headers)).json
    assert [(row["username"], row["best_damage"]) for row in damage] == [("Leader", 300), ("Other", 0)]
    assert [(row["username"], row["best_healing"]) for row in healing] == [("Other", 600), ("Leader", 0)]
    assert damage[0]["kills"] == 2
    assert (await guildhall.get(f"{standings}fame", headers=other.headers)).status == 400
