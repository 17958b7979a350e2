"""The API of game servers over HTTP: rows by the thousand, each good or bad by itself."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.identity.api_tokens.actions import make_api_token
from guildhall.db.policies import Viewer
from guildhall.ids import uuid7
from guildhall.packs.realm.game.rules import count_lines, read_rows, stored_json
from guildhall.testing.people import sign_in
from tests.packs.realm.make import make_channel, make_player, make_server

API = "/api/v1/realm"
START = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


async def token_of(guildhall, person, *scopes: str):
    """The headers of a machine of somebody's."""
    async with guildhall.runtime.db.write(Viewer(person.id)) as tx:
        token, _ = await make_api_token(tx, person.id, "game", frozenset(scopes), None, 50, None)
    return {"Authorization": f"Bearer {token}"}


def lines(*rows: object):
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


class Game:
    """A game server's side."""

    def __init__(self, guildhall, server, headers, admin) -> None:
        self.guildhall = guildhall
        self.server = server
        self.headers = headers
        self.admin = admin

    async def send(self, what, body, headers=None, server=None):
        return await self.guildhall.post(
            f"{API}/game/servers/{server or self.server}/{what}", data=body,
            headers={"content-type": "application/x-ndjson", **(self.headers if headers is None else headers)},
        )  # fmt: skip

    async def tell(self, what, *rows: object):
        """Taken, again, and the codes of the refused by line."""
        answer = await self.send(what, lines(*rows))
        assert answer.status == 200, answer.body
        report = answer.json
        assert report["refused"] == len(report["errors"])
        return report["taken"], report["again"], {one["line"]: one["code"] for one in report["errors"]}


@pytest.fixture
async def server(clone):
    return await make_server(clone)


@pytest.fixture
async def game(guildhall, server):
    admin = await make_player(guildhall, server, username="The Game", badge="admin")
    return Game(guildhall, server, await token_of(guildhall, admin, "realm:game"), admin)


async def fetch(url, sql, *arguments: object):
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *arguments)]
    finally:
        await connection.close()


def raid_row(external_id="r-1", **more):
    return {"external_id": external_id, "name": "Friday", "boss_name": "Ragnaros", "leader_name": "the game", **more}


def at(seconds):
    return START + timedelta(seconds=seconds)


EVENT = {"key": "k", "kind": "boss.spawned", "content": "Onyxia wakes."}


async def test_events_become_system_messages_once(guildhall, clone, game, server):
    channel = await make_channel(clone, server)
    rows = [
        {**EVENT, "key": "a", "data": {"zone": 7, "names": ["ä", "☃", "\u200f"]}, "at": at(0)},
        {**EVENT, "key": "b", "channel_id": channel},
        {**EVENT, "key": "a", "content": "The same key again."},
    ]

    assert await game.tell("events", *rows) == (2, 1, {})
    assert await game.tell("events", *rows) == (0, 3, {})

    found = await fetch(
        clone, "select type, user_id, channel_id, content, metadata::text from realm.messages order by id"
    )
    assert [row[:4] for row in found] == [
        ("system", game.admin.id, None, "Onyxia wakes."), ("system", game.admin.id, channel, "Onyxia wakes."),
    ]  # fmt: skip
    about = msgspec.json.decode(found[0][4])
    assert about == {
        "kind": "boss.spawned",
        "at": "2026-11-20T20:00:00Z",
        "data": {"zone": 7, "names": ["ä", "☃", "\u200f"]},
    }


async def test_messages_go_to_channels_that_are_there_and_open(guildhall, clone, game, server):
    open_, closed = await make_channel(clone, server), await make_channel(clone, server, closed_at=START)
    elsewhere = await make_channel(clone, await make_server(clone))
    rows = [{"key": str(n), "channel_id": c, "content": "x"} for n, c in enumerate((open_, closed, elsewhere, uuid7()))]

    taken = await game.tell("messages", *rows)

    assert taken == (1, 0, {2: "realm.read_only", 3: "realm.channel_not_found", 4: "realm.channel_not_found"})


BAD_LINES = [
    (b"{", "realm.row_malformed"),
    (b"nonsense", "realm.row_malformed"),
    (b'{"key": "\xff", "kind": "a", "content": "x"}', "realm.row_malformed"),
    (b'{"key": "\\ud800 and more", "kind": "a", "content": "x"}', "realm.row_malformed"),
    (b"[" * 5000 + b"]" * 5000, "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "data": ' + b"[" * 5000 + b"]" * 5000 + b"}", "realm.row_malformed"),
    (b"[]", "realm.row_invalid"),
    (b"null", "realm.row_invalid"),
    (b"7", "realm.row_invalid"),
    (b"{}", "realm.row_invalid"),
    (b'{"key": "k", "kind": "a"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": 5}', "realm.row_invalid"),
    (b'{"key": "", "kind": "a", "content": "x"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "A b", "content": "x"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": " "}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "a\\u0000b"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "data": {"a": ["\\u0000"]}}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "data": {"\\u0000": 1}}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "data": 1e999}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "data": NaN}', "realm.row_malformed"),
    (b'{"key": "k", "kind": "a", "content": "x", "unknown": 1}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "channel_id": "7"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "x", "at": "2026-11-20T20:00:00"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "' + b"x" * 4001 + b'"}', "realm.row_invalid"),
    (b'{"key": "k", "kind": "a", "content": "' + b"x" * 20_000 + b'"}', "realm.row_too_long"),
    (b"\x00\x01\x02", "realm.row_malformed"),
]


async def test_bad_lines_are_told_and_good_ones_taken(clone, game):
    good = msgspec.json.encode
    body = good({**EVENT, "key": "first"}) + b"\n\n  \r\n"
    body += b"".join(line + b"\r\n" for line, _ in BAD_LINES)
    body += good({**EVENT, "key": "last", "data": {"text": "\\u0000 is no NUL", "big": 2**70}})

    answer = await game.send("events", body)

    assert answer.status == 200, answer.body
    report = answer.json
    assert (report["taken"], report["again"], report["refused"]) == (2, 0, len(BAD_LINES))
    assert {one["line"]: one["code"] for one in report["errors"]} == {
        number: code for number, (_, code) in enumerate(BAD_LINES, 4)
    }
    assert all(one["detail"] for one in report["errors"])


@pytest.mark.parametrize("what", ["events", "messages", "raids", "raid-ticks", "player-stats"])
async def test_a_call_without_rows_takes_nothing(game, what):
    for body in (b"", b"\n", b"  \n\r\n"):
        answer = await game.send(what, body)
        assert (answer.status, answer.json) == (200, {"taken": 0, "again": 0, "refused": 0, "errors": []})
    rubbish = await game.send(what, b"{}\nnull\n" + b"\xff" * 100)
    assert (rubbish.status, rubbish.json["refused"]) == (200, 3)


async def test_a_call_is_bounded_in_rows_and_bytes_and_is_of_its_media_type(start_guildhall, clone, sandbox):
    guildhall = await start_guildhall(sandbox, realm={"game_rows_most": 3, "game_body_kb": 2000}, web={"body_kb": 10})
    server = await make_server(clone)
    admin = await make_player(guildhall, server, badge="admin")
    game = Game(guildhall, server, await token_of(guildhall, admin, "realm:game"), admin)

    rows = [{**EVENT, "key": str(n)} for n in range(4)]
    assert (await game.tell("events", *rows[:3]))[0] == 3
    too_many = await game.send("events", lines(*rows))
    assert (too_many.status, too_many.code) == (413, "realm.too_many_rows")
    one_line = await game.send("events", io.BytesIO(b"x" * 1_900_000))  # more than others may send, less than these may
    assert one_line.json["errors"][0]["code"] == "realm.row_too_long"
    too_large = await game.send("events", io.BytesIO(b"x" * 2_000_001))
    assert (too_large.status, too_large.code) == (413, "too_large")

    async def pieces():
        for _ in range(300):
            yield b"x" * 10_000

    unannounced = await game.send("events", pieces())
    assert (unannounced.status, unannounced.code) == (413, "too_large")
    elsewhere = await guildhall.post(f"{API}/servers/{server}/raids", data=b"x" * 11_000, headers=admin.headers)
    assert elsewhere.status == 413
    for media in ("application/json", "text/plain", ""):
        answer = await game.send("events", b"{}", headers={**game.headers, "content-type": media})
        assert (answer.status, answer.code) == (415, "realm.not_rows")
    charset = {**game.headers, "content-type": "Application/X-NDJSON; charset=utf-8"}
    assert (await game.send("events", b"", headers=charset)).status == 200


async def test_who_may_speak_for_the_game(guildhall, clone, game, server):
    elsewhere = await make_server(clone)
    people = {
        "admin": (game.admin, 200),
        "moderator": (await make_player(guildhall, server, badge="moderator"), 403),
        "player": (await make_player(guildhall, server), 403),
        "admin elsewhere": (await make_player(guildhall, elsewhere, badge="admin"), 404),
        "administrator of all": (await make_player(guildhall, elsewhere), 200),
        "nobody here": (await sign_in(guildhall), 409),
    }
    overall = people["administrator of all"][0]
    await fetch(clone, "update core.users set role = 'admin' where id = $1", overall.id)

    for what in ("events", "messages", "raids", "raid-ticks", "player-stats"):
        for name, (person, status) in people.items():
            headers = await token_of(guildhall, person, "realm:game", "realm:read")
            assert (await game.send(what, b"", headers=headers)).status == status, (what, name)
        wrong = await token_of(guildhall, game.admin, "realm:write", "realm:read")
        assert (await game.send(what, b"", headers=wrong)).status == 403
        assert (await game.send(what, b"", headers={})).status == 401
        assert (await game.send(what, b"", headers=game.admin.headers)).status == 200  # a person may do all of theirs
        assert (await game.send(what, b"", server=uuid7())).status == 404


async def test_raids_are_made_once_by_their_external_id(guildhall, clone, game):
    player = await make_player(guildhall, game.server)
    rows = [
        raid_row("a"),
        raid_row("b", leader_name=None, leader_id=player.id, difficulty="mythic", dps_slots=1),
        raid_row("a", name="Again"),
        raid_row("c", leader_name="Nobody"),
        raid_row("d", leader_id=player.id),
        raid_row("e", leader_name=None),
        raid_row("f", difficulty="easy"),
        raid_row("g", scheduled_at="0001-01-01T00:00:00+14:00"),
    ]
    errors = {4: "realm.user_not_found", 5: "realm.row_invalid", 6: "realm.row_invalid", 7: "realm.row_invalid"}
    errors[8] = "realm.row_invalid"

    assert await game.tell("raids", *rows) == (2, 1, errors)
    assert await game.tell("raids", *rows) == (0, 3, errors)

    found = await fetch(
        clone,
        """
        select r.external_id, r.name, r.leader_id, r.difficulty, c.id is not null
        from realm.raids r left join realm.channels c on c.raid_id = r.id order by 1
        """,
    )
    assert found == [
        ("a", "Friday", game.admin.id, "normal", True), ("b", "Friday", player.id, "mythic", True),
    ]  # fmt: skip
    assert (await game.send("raids", lines(*(raid_row(str(n)) for n in range(201))))).code == "realm.too_many_rows"


async def test_ticks_move_raids_and_a_retry_changes_nothing(guildhall, clone, game):
    await game.tell("raids", raid_row("a"), raid_row("b"))
    ((raid_b,),) = await fetch(clone, "select id from realm.raids where external_id = 'b'")
    rows = [
        {"external_id": "a", "at": at(0), "health_percentage": 90},
        {"external_id": "a", "at": at(1), "status": "in_progress"},
        {"external_id": "a", "at": at(2), "health_percentage": 50, "phase": "adds"},
        {"external_id": "a", "at": at(2), "seq": 1, "health_percentage": 60},
        {"external_id": "a", "at": at(2), "seq": 2, "health_percentage": 40},
        {"raid_id": raid_b, "at": at(3), "status": "in_progress"},
        {"external_id": "a", "at": at(9), "status": "wipe", "health_percentage": 30},
        {"external_id": "a", "at": at(20), "status": "in_progress"},
        {"external_id": "a", "at": at(80), "status": "victory"},
        {"external_id": "a", "at": at(81), "status": "in_progress"},
        {"external_id": "nothing", "at": at(1), "status": "wipe"},
        {"external_id": "a", "raid_id": raid_b, "at": at(1)},
        {"at": at(1), "status": "wipe"},
        {"external_id": "b", "at": datetime.now(UTC) + timedelta(hours=1), "status": "wipe"},
        {"external_id": "b", "at": "0001-01-01T00:00:00+14:00", "status": "wipe"},
    ]
    refused = {
        1: "realm.raid_not_running", 4: "realm.health_rises", 10: "realm.raid_over", 11: "realm.raid_not_found",
        12: "realm.row_invalid", 13: "realm.row_invalid", 14: "realm.bad_time", 15: "realm.row_invalid",
    }  # fmt: skip

    assert await game.tell("raid-ticks", *rows) == (7, 0, refused)
    before = (
        await fetch(clone, "select * from realm.raids order by id"),
        await fetch(clone, "select * from realm.raid_loot"),
    )
    pulls = await fetch(
        clone,
        """
        select r.external_id, p.number, p.status, p.best_health, p.duration_seconds
        from realm.raid_pulls p join realm.raids r on r.id = p.raid_id order by 1, 2
        """,
    )
    assert pulls == [("a", 1, "wipe", 30, 8), ("a", 2, "victory", 0, 60), ("b", 1, "in_progress", 100, None)]
    events = len(await fetch(clone, "select seq from core.live_events"))
    again, _, errors = await game.tell("raid-ticks", *rows)
    assert again == 0
    assert {line for line in errors if line != 10} == {11, 12, 13, 14, 15}
    after = (
        await fetch(clone, "select * from realm.raids order by id"),
        await fetch(clone, "select * from realm.raid_loot"),
    )
    assert after == before
    assert len(await fetch(clone, "select seq from core.live_events")) == events


async def test_the_same_ticks_from_many_at_once_count_once(guildhall, clone, game):
    names = [f"raid {n}" for n in range(8)]
    await game.tell("raids", *(raid_row(name) for name in names))
    rows = [{"external_id": name, "at": at(0), "status": "in_progress"} for name in names]
    rows += [{"external_id": name, "at": at(n), "health_percentage": 100 - n} for n in range(1, 90) for name in names]
    rows += [{"external_id": name, "at": at(100), "status": "victory"} for name in names]

    reports = await asyncio.gather(*(game.tell("raid-ticks", *rows) for _ in range(8)))

    assert sum(taken for taken, _, _ in reports) == len(rows)
    assert sum(again for _, again, _ in reports) == 7 * len(rows)
    assert all(errors == {} for _, _, errors in reports)
    assert await fetch(clone, "select count(*), count(distinct raid_id) from realm.raid_loot") == [(16, 8)]
    assert await fetch(clone, "select distinct status, health_percentage, duration_seconds from realm.raids") == [
        ("victory", 0, 100)
    ]


async def test_player_stats_grow_whatever_the_order_and_a_retry_changes_nothing(guildhall, clone, game):
    player = await make_player(guildhall, game.server, username="Jaina", level=10, experience=100)
    other = await make_player(guildhall, game.server)
    stranger = await make_player(guildhall, await make_server(clone))
    await game.tell("raids", raid_row("a"))
    join = {"external_id": "a", "role": "dps", "class": "mage"}
    rows = [
        {"username": "JAINA", "at": at(5), **join, "damage_dealt": 100, "deaths": 1, "uptime_percentage": 80},
        {"user_id": player.id, "at": at(9), "external_id": "a", "damage_dealt": 300, "healing": 7},
        {"user_id": player.id, "at": at(7), "external_id": "a", "damage_dealt": 200, "uptime_percentage": 70},
        {"user_id": player.id, "at": at(6), "external_id": "a", "uptime_percentage": 99},
        {"user_id": player.id, "at": at(1), "level": 12, "experience": 900},
        {"user_id": player.id, "at": at(1), "level": 11},
        {"user_id": other.id, "at": at(1), "external_id": "a", "damage_dealt": 1},
        {"user_id": stranger.id, "at": at(1), "level": 100},
        {"username": "Nobody", "at": at(1), "level": 100},
        {"user_id": player.id, "username": "Jaina", "at": at(1), "level": 100},
        {"user_id": player.id, "at": at(1)},
        {"user_id": player.id, "at": at(1), "damage_dealt": 5},
        {"user_id": player.id, "at": at(1), "level": 121},
        {"user_id": player.id, "at": at(1), "external_id": "b", "damage_dealt": 5},
        {"user_id": player.id, "at": datetime.now(UTC) + timedelta(hours=1), "level": 100},
        {"user_id": player.id, "external_id": "a", "damage_dealt": 5},
        {"user_id": player.id, "external_id": "a", "at": "9999-12-31T23:59:59-14:00", "damage_dealt": 5},
    ]
    refused = {
        7: "realm.not_participant", 8: "realm.user_not_found", 9: "realm.user_not_found", 10: "realm.row_invalid",
        11: "realm.row_invalid", 12: "realm.row_invalid", 13: "realm.row_invalid", 14: "realm.raid_not_found",
        15: "realm.bad_time", 16: "realm.row_invalid", 17: "realm.row_invalid",
    }  # fmt: skip

    assert await game.tell("player-stats", *rows) == (4, 2, refused)
    state = "select role, class, damage_dealt, healing, deaths, uptime_percentage from realm.raid_participants"
    assert await fetch(clone, state) == [("dps", "mage", 300, 7, 1, 70)]
    assert await fetch(clone, "select level, experience from realm.users where id = $1", player.id) == [(12, 900)]
    assert await fetch(clone, "select participant_count from realm.raids") == [(1,)]
    assert await game.tell("player-stats", *rows) == (0, 6, refused)
    assert await fetch(clone, state) == [("dps", "mage", 300, 7, 1, 70)]


async def test_totals_from_many_at_once_are_the_largest(guildhall, clone, game):
    players = [await make_player(guildhall, game.server) for _ in range(5)]
    await game.tell("raids", raid_row("a"), raid_row("b"))
    calls = [
        [
            {
                "user_id": one.id, "external_id": raid, "role": "dps", "class": "x", "at": at(n),
                "damage_dealt": n * 10, "experience": n,
            }
            for one in players for raid in ("a", "b")
        ][:: 1 if n % 2 else -1]
        for n in range(1, 17)
    ]  # fmt: skip

    reports = await asyncio.gather(*(game.tell("player-stats", *rows) for rows in calls))

    assert all(errors == {} for _, _, errors in reports)
    assert await fetch(clone, "select distinct damage_dealt, count(*) from realm.raid_participants group by 1") == [
        (160, 10)
    ]
    assert await fetch(clone, "select distinct participant_count from realm.raids") == [(5,)]
    assert await fetch(clone, "select distinct experience from realm.users where experience > 0") == [(16,)]


async def test_thousands_of_rows_are_one_call(guildhall, clone, game):
    rows = [{**EVENT, "key": str(n), "content": f"event {n}"} for n in range(5000)]

    assert await game.tell("events", *rows) == (5000, 0, {})
    assert await game.tell("events", *rows) == (0, 5000, {})

    assert await fetch(clone, "select count(*) from realm.messages") == [(5000,)]
    said = await fetch(clone, "select content from realm.messages order by id")
    assert said == [(row["content"],) for row in rows]  # in the order of the game


async def test_a_raid_is_run_from_the_game_and_told_to_everybody(guildhall, clone, game, start_worker):
    worker = await start_worker()
    people = [await make_player(guildhall, game.server) for _ in range(4)]
    assert await game.tell("raids", raid_row("night", dps_slots=2, difficulty="hard")) == (1, 0, {})
    ((raid_id, channel),) = await fetch(clone, "select raid_id, id from realm.channels where raid_id is not null")
    raid = f"{API}/raids/{raid_id}"

    for one in people[:3]:
        body = {"role": "dps", "class": "mage"}
        answer = await guildhall.request("PUT", f"{raid}/signups/me", headers=one.headers, json=body)
        assert answer.status == 200
    present = {"present": [str(one.id) for one in people[:2]]}
    assert (await guildhall.post(f"{raid}/attendance", headers=game.admin.headers, json=present)).status == 200
    first = [{"external_id": "night", "at": at(0), "status": "in_progress"}]
    first += [{"external_id": "night", "at": at(n), "health_percentage": 100 - n} for n in range(1, 60)]
    first += [{"external_id": "night", "at": at(61), "status": "wipe"}]
    assert await game.tell("raid-ticks", *first) == (61, 0, {})
    stats = [
        {"external_id": "night", "user_id": one.id, "at": at(62), "damage_dealt": 100 * n, "deaths": 1}
        for n, one in enumerate(people[:2], 1)
    ]
    assert await game.tell("player-stats", *stats) == (2, 0, {})
    second = [{"external_id": "night", "at": at(100), "status": "in_progress", "phase": "one"}]
    second += [{"external_id": "night", "at": at(190), "status": "victory"}]
    assert await game.tell("raid-ticks", *second) == (2, 0, {})
    assert await game.tell("raid-ticks", *first, *second) == (0, 63, {})
    await worker.idle()

    shown = (await guildhall.get(raid, headers=people[3].headers)).json
    assert [(one["number"], one["status"], one["best_health"]) for one in shown["pulls"]] == [
        (1, "wipe", 41), (2, "victory", 0),
    ]  # fmt: skip
    assert (shown["raid"]["duration_seconds"], shown["raid"]["kill_seconds"]) == (190, 90)
    assert [one["damage_dealt"] for one in shown["participants"]] == [100, 200]
    assert len(shown["loot"]) == 3
    assert {one["user_id"] for one in shown["loot"]} == {str(one.id) for one in people[:2]}
    assert [one["state"] for one in shown["signups"]] == ["confirmed", "confirmed", "bench"]
    said = await fetch(
        clone, "select type, content, metadata->>'kind' from realm.messages where channel_id = $1", channel
    )
    assert sorted(said) == [
        ("system", "Friday has begun against Ragnaros (hard).", "raid.started"),
        ("system", "Friday has killed Ragnaros (hard) in pull 2, after 90 seconds.", "raid.victory"),
        ("system", "Pull 1 against Ragnaros (hard) ended with the boss at 41 %.", "raid.wipe"),
    ]
    kinds = await fetch(
        clone, "select kind from core.live_events where topic = $1 order by id", f"realm.raid:{raid_id}"
    )
    assert {kind for (kind,) in kinds} == {
        "signup_changed", "raid_changed", "raid_tick", "pull_started", "pull_ended", "stats_changed", "loot",
    }  # fmt: skip
    records = (await guildhall.get(f"{API}/users/{people[0].id}/raid-records", headers=people[3].headers)).json
    assert (records[0]["attempts"], records[0]["kills"], records[0]["best_seconds"]) == (2, 1, 90)


async def test_what_is_on_its_way_is_judged_again_when_access_is_taken_away(guildhall, clone, game):
    channel = await make_channel(clone, game.server)
    rows = [{"key": str(n), "channel_id": channel, "content": f"{n}"} for n in range(4000)]

    async def remove():
        await asyncio.sleep(0.15)
        await fetch(clone, "delete from realm.channels where id = $1", channel)

    (taken, again, errors), _ = await asyncio.gather(game.tell("messages", *rows), remove())

    assert taken + len(errors) == 4000
    assert again == 0
    assert set(errors.values()) <= {"realm.channel_not_found"}
    assert await fetch(clone, "select count(*) from realm.messages") == [(0,)]  # none behind the channel's end


@given(st.lists(st.one_of(st.binary(max_size=40), st.sampled_from([b"", b" ", b"{}", b"1"])), max_size=20))
def test_every_line_is_a_row_a_fault_or_blank(parts):
    body = b"\n".join(parts)
    read = read_rows(body, msgspec.json.Decoder(), 30)

    numbers = [line for line, _ in read.rows] + [fault.line for fault in read.faults]
    split = body.split(b"\n")
    blank = [n for n, line in enumerate(split, 1) if not line.strip() and len(line) <= 30]
    assert sorted(numbers + blank) == list(range(1, len(split) + 1))
    assert count_lines(body) == len(split) - (split[-1] == b"")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_with_nul_is_not_stored(value):
    assert (stored_json(value) is None) == ("\x00" in str(flat(value)))


def flat(value):
    if isinstance(value, dict):
        return "".join(key + flat(inner) for key, inner in value.items())
    if isinstance(value, list):
        return "".join(map(flat, value))
    return value if isinstance(value, str) else ""
