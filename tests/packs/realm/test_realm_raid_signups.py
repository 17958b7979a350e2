"""Who comes to a raid, over HTTP: places, the bench in its order, attendance."""

import asyncio
import random
from typing import Any

import asyncpg
import pytest

from tests.packs.realm.make import make_player, make_server

API = "/api/v1/realm"


class Raid:
    """A raid over HTTP, and the people who are asked for it."""

    def __init__(self, guildhall, server, leader, answer) -> None:
        self.guildhall = guildhall
        self.server = server
        self.leader = leader
        self.id = answer["id"]
        self.channel = answer["channel_id"]

    async def call(self, method, rest, person, **body):
        return await self.guildhall.request(
            method, f"{API}/raids/{self.id}{rest}", headers=person.headers, **({"json": body} if body else {})
        )

    async def sign(self, person, role="dps", state="coming", **more):
        return await self.call("PUT", "/signups/me", person, role=role, state=state, **{"class": "mage", **more})

    async def change(self, person, by=None, **body):
        return await self.call("PATCH", f"/signups/{person.id}", by or self.leader, **body)

    async def attend(self, present=(), absent=(), by=None):
        body = {"present": [str(one.id) for one in present], "absent": [str(one.id) for one in absent]}
        return await self.call("POST", "/attendance", by or self.leader, **body)

    async def show(self):
        return (await self.call("GET", "", self.leader)).json

    async def states(self, *people: Any):
        states = {one["user_id"]: one["state"] for one in (await self.show())["signups"]}
        return [states.get(str(one.id)) for one in people]


@pytest.fixture
async def server(clone):
    return await make_server(clone)


@pytest.fixture
async def prepare(guildhall, server):
    async def make(**body):
        leader = await make_player(guildhall, server)
        answer = await guildhall.post(
            f"{API}/servers/{server}/raids", headers=leader.headers,
            json={"name": "Friday", "boss_name": "Onyxia", "tank_slots": 1, "healer_slots": 1, "dps_slots": 2, **body},
        )  # fmt: skip
        assert answer.status == 201, answer.body
        return Raid(guildhall, server, leader, answer.json)

    return make


async def players(guildhall, server, count):
    return [await make_player(guildhall, server) for _ in range(count)]


async def test_who_comes_later_waits_and_the_first_in_line_moves_up(guildhall, clone, server, prepare):
    raid = await prepare()
    a, b, c, d = await players(guildhall, server, 4)

    states = [(await raid.sign(one)).json["state"] for one in (a, b, c, d)]

    assert states == ["confirmed", "confirmed", "bench", "bench"]
    assert (await raid.sign(a, note="again")).json["state"] == "confirmed"
    assert (await raid.sign(c)).json["state"] == "bench"
    assert (await raid.sign(a, state="declined")).json["state"] == "declined"
    assert await raid.states(a, b, c, d) == ["declined", "confirmed", "confirmed", "bench"]
    assert (await raid.sign(a)).json["state"] == "bench"  # to the end of the line
    assert (await raid.sign(b, role="tank")).json["state"] == "confirmed"
    assert await raid.states(a, b, c, d) == ["bench", "confirmed", "confirmed", "confirmed"]
    assert (await raid.sign(c, state="tentative")).json["state"] == "tentative"
    assert await raid.states(a, b, c, d) == ["confirmed", "confirmed", "tentative", "confirmed"]
    connection = await asyncpg.connect(clone)
    told = await connection.fetch(
        "select body from core.live_events where topic = $1 and kind = 'signup_changed' order by id",
        f"realm.raid:{raid.id}",
    )  # fmt: skip
    revoked = await connection.fetch("select topic, subject from core.live_events where access")
    await connection.close()
    assert len(told) == 13  # each call of somebody's, and three who moved up
    assert [tuple(row) for row in revoked] == [(f"realm.channel:{raid.channel}", a.id)]


async def test_a_change_of_role_goes_to_the_end_of_the_other_line(guildhall, server, prepare):
    raid = await prepare(dps_slots=1)
    a, b, c, d = await players(guildhall, server, 4)
    for one, role in ((a, "dps"), (b, "dps"), (c, "tank"), (d, "tank")):
        await raid.sign(one, role)

    await raid.sign(b, "tank")

    await raid.sign(c, state="declined")
    assert await raid.states(a, b, c, d) == ["confirmed", "bench", "declined", "confirmed"]


async def test_sixty_four_who_come_at_once_take_no_more_than_the_places(guildhall, clone, server, prepare):
    raid = await prepare(tank_slots=2, healer_slots=3, dps_slots=5)
    people = await players(guildhall, server, 64)
    roles = ["tank"] * 16 + ["healer"] * 16 + ["dps"] * 32

    answers = await asyncio.gather(*(raid.sign(one, role) for one, role in zip(people, roles, strict=True)))

    assert {answer.status for answer in answers} == {200}
    shown = (await raid.show())["signups"]
    assert len(shown) == 64
    for role, slots in (("tank", 2), ("healer", 3), ("dps", 5)):
        states = [one["state"] for one in shown if one["role"] == role]
        assert states.count("confirmed") == slots
        assert states.count("bench") == roles.count(role) - slots


async def test_places_hold_while_many_come_and_go_at_once(guildhall, clone, server, prepare):
    raid = await prepare(tank_slots=1, healer_slots=2, dps_slots=3)
    people = await players(guildhall, server, 24)
    dice = random.Random(7)

    async def wander(one):
        for _ in range(6):
            role = dice.choice(["tank", "healer", "dps"])
            state = dice.choice(["coming", "coming", "coming", "tentative", "declined"])
            answer = await raid.sign(one, role, state)
            assert answer.status == 200, answer.body

    async def watch():
        connection = await asyncpg.connect(clone)
        for _ in range(40):
            for row in await connection.fetch(
                "select role, count(*) from realm.raid_signups where state = 'confirmed' group by role"
            ):
                assert row["count"] <= {"tank": 1, "healer": 2, "dps": 3}[row["role"]]
            await asyncio.sleep(0.02)
        await connection.close()

    await asyncio.gather(watch(), *(wander(one) for one in people))

    shown = (await raid.show())["signups"]
    for role, slots in (("tank", 1), ("healer", 2), ("dps", 3)):
        states = [one["state"] for one in shown if one["role"] == role]
        assert states.count("confirmed") == min(slots, states.count("confirmed") + states.count("bench"))


async def test_the_leader_arranges_who_comes(guildhall, server, prepare):
    raid = await prepare(dps_slots=1)
    a, b, c = await players(guildhall, server, 3)
    for one in (a, b, c):
        await raid.sign(one)

    assert (await raid.change(c, state="confirmed")).json["state"] == "bench"  # first in line, no place yet
    assert (await raid.change(a, state="bench")).json["state"] == "bench"
    assert await raid.states(a, b, c) == ["bench", "bench", "confirmed"]
    assert (await raid.change(c, role="tank")).json["state"] == "confirmed"
    assert await raid.states(a, b, c) == ["bench", "confirmed", "confirmed"]
    assert (await raid.change(b, state="no_show")).json["state"] == "no_show"
    assert await raid.states(a, b, c) == ["confirmed", "no_show", "confirmed"]
    assert (await raid.change(a, officer=True)).json["officer"] is True
    assert (await raid.change(a, state="declined")).json["officer"] is False
    stranger = await make_player(guildhall, server)
    assert (await raid.change(stranger, state="bench")).code == "realm.signup_not_found"


async def test_closed_sign_ups_let_people_go_and_nobody_come(guildhall, server, prepare):
    raid = await prepare()
    a, b = await players(guildhall, server, 2)
    await raid.sign(a)

    assert (await raid.call("PATCH", "", raid.leader, signups_open=False)).json["signups_open"] is False
    assert (await raid.sign(b)).code == "realm.signups_closed"
    assert (await raid.sign(b, state="tentative")).code == "realm.signups_closed"
    assert (await raid.sign(a, note="still")).status == 200
    assert (await raid.sign(a, state="declined")).status == 200
    assert (await raid.sign(a)).code == "realm.signups_closed"
    await raid.call("PATCH", "", raid.leader, signups_open=True)
    assert (await raid.sign(b)).status == 200


async def test_attendance_makes_participants_and_gives_the_places_of_the_absent(guildhall, server, prepare):
    raid = await prepare(dps_slots=2)
    a, b, c, d = await players(guildhall, server, 4)
    for one in (a, b, c, d):
        await raid.sign(one)

    assert (await raid.attend([c])).code == "realm.not_confirmed"
    assert (await raid.attend([a], [a])).code == "realm.not_confirmed"
    assert (await raid.attend([raid.leader])).code == "realm.not_confirmed"
    assert (await raid.attend([a], [b])).json["participant_count"] == 1
    assert await raid.states(a, b, c, d) == ["confirmed", "no_show", "confirmed", "bench"]
    assert (await raid.attend([a, c])).json["participant_count"] == 2
    participants = (await raid.show())["participants"]
    assert {(one["user_id"], one["role"], one["class"]) for one in participants} == {
        (str(a.id), "dps", "mage"), (str(c.id), "dps", "mage"),
    }  # fmt: skip
    assert (await raid.attend(absent=[c])).json["participant_count"] == 1  # a mistake is taken back
    assert await raid.states(c, d) == ["no_show", "confirmed"]
    stats = {"participants": [{"user_id": str(a.id), "damage_dealt": 5}]}
    assert (await raid.call("PUT", "/stats", raid.leader, **stats)).status == 200
    assert (await raid.attend(absent=[a])).code == "realm.took_part"
    assert (await raid.show())["raid"]["participant_count"] == 1


async def test_nothing_changes_after_the_victory(guildhall, server, prepare):
    raid = await prepare()
    (a,) = await players(guildhall, server, 1)
    await raid.sign(a)
    await raid.call("POST", "/pulls", raid.leader)
    await raid.call("POST", "/end", raid.leader, outcome="victory")

    answers = [await raid.sign(a), await raid.change(a, state="bench"), await raid.attend([a])]

    assert {answer.code for answer in answers} == {"realm.raid_over"}


async def test_a_place_that_somebody_leaves_with_their_account_goes_to_the_next_who_asks(
    guildhall, clone, server, prepare
):
    raid = await prepare(dps_slots=1)
    a, b, c = await players(guildhall, server, 3)
    for one in (a, b):
        await raid.sign(one)
    connection = await asyncpg.connect(clone)
    await connection.execute("delete from core.users where id = $1", a.id)
    await connection.close()

    assert (await raid.sign(c)).json["state"] == "bench"  # b was there before

    assert await raid.states(b, c) == ["confirmed", "bench"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": "dps"},
        {"role": "bard", "class": "x"},
        {"role": "dps", "class": ""},
        {"role": "dps", "class": "a\u0000"},
        {"role": "dps", "class": "x", "state": "confirmed"},
        {"role": "dps", "class": "x", "note": "a\u0000"},
        {"role": "dps", "class": "x", "note": "n" * 201},
    ],
)
async def test_a_sign_up_that_is_none_is_refused(guildhall, server, prepare, body):
    raid = await prepare()

    answer = await guildhall.request("PUT", f"{API}/raids/{raid.id}/signups/me", headers=raid.leader.headers, json=body)

    assert answer.status == 400
