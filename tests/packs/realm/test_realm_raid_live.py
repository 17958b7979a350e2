"""A raid that the game runs, watched live by the people of its server."""

from datetime import UTC, datetime, timedelta

import asyncpg
import msgspec
import pytest

from guildhall.core.identity.api_tokens.actions import make_api_token
from guildhall.db.policies import Viewer
from guildhall.testing.live import connected
from tests.packs.realm.make import make_player, make_server

API = "/api/v1/realm"
START = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture
async def server(clone):
    return await make_server(clone)


async def tell(guildhall, server, admin, what, *rows: object):
    async with guildhall.runtime.db.write(Viewer(admin.id)) as tx:
        token, _ = await make_api_token(tx, admin.id, "game", frozenset({"realm:game"}), None, 50, None)
    answer = await guildhall.post(
        f"{API}/game/servers/{server}/{what}",
        data=b"\n".join(map(msgspec.json.encode, rows)),
        headers={"content-type": "application/x-ndjson", "authorization": f"Bearer {token}"},
    )
    assert (answer.status, answer.json["errors"]) == (200, []), answer.body


async def let_in(guildhall, raid, leader, player):
    """The leader lets somebody who signed up into the raid's channel."""
    path, body = f"{API}/raids/{raid}/signups/{player.id}", {"state": "confirmed"}
    assert (await guildhall.request("PATCH", path, headers=leader.headers, json=body)).status == 200


async def raid_and_channel(clone):
    connection = await asyncpg.connect(clone)
    (row,) = await connection.fetch("select raid_id, id from realm.channels where raid_id is not null")
    await connection.close()
    return tuple(row)


async def test_a_raid_is_watched_from_its_making_to_its_loot(guildhall, clone, server, start_worker):
    await start_worker()
    admin = await make_player(guildhall, server, username="Game", badge="admin")
    watcher, stranger = await make_player(guildhall, server), await make_player(guildhall, await make_server(clone))
    async with connected(guildhall, watcher) as live, connected(guildhall, stranger) as outside:
        lists = f"realm.server:{server}"
        await live.follow(lists)
        row = {"external_id": "n", "name": "Night", "boss_name": "Onyxia", "leader_name": "Game"}
        await tell(guildhall, server, admin, "raids", row)
        await live.hears("event", topic=lists, kind="raid_changed")
        raid, channel = await raid_and_channel(clone)
        board = f"realm.raid:{raid}"
        await live.follow(board)
        assert (await outside.ask("subscribe", topic=board))["op"] == "error"
        assert (await live.ask("subscribe", topic=f"realm.channel:{channel}"))["op"] == "error"
        body = {"role": "dps", "class": "mage"}
        path = f"{API}/raids/{raid}/signups/me"
        assert (await guildhall.request("PUT", path, headers=watcher.headers, json=body)).status == 200
        await let_in(guildhall, raid, admin, watcher)
        await live.follow(f"realm.channel:{channel}")

        ticks = [
            {"external_id": "n", "at": START, "status": "in_progress"},
            {"external_id": "n", "at": START + timedelta(seconds=9), "health_percentage": 70, "phase": "air"},
        ]
        await tell(guildhall, server, admin, "raid-ticks", *ticks)
        end = {"external_id": "n", "at": START + timedelta(seconds=60), "status": "victory"}
        await tell(guildhall, server, admin, "raid-ticks", end)

        await live.hears("event", topic=board, kind="loot")
        await live.until(lambda: len(live.said(f"realm.channel:{channel}")) == 2)
        told = {one["kind"]: one["data"] for one in live.events(board)}
        assert told["signup_changed"]["state"] == "confirmed"
        first_tick = next(one["data"] for one in live.events(board) if one["kind"] == "raid_tick")
        assert (first_tick["health_percentage"], first_tick["phase"], first_tick["pull"]) == (70, "air", 1)
        assert told["pull_ended"]["duration_seconds"] == 60
        assert told["raid_changed"]["status"] == "victory"
        assert len(told["loot"]["loot"]) == 2
        assert set(live.said(f"realm.channel:{channel}")) == {
            "Night has begun against Onyxia (normal).",
            "Night has killed Onyxia (normal) in pull 1, after 60 seconds.",
        }
        statuses = [one["data"]["status"] for one in live.events(lists) if one["kind"] == "raid_changed"]
        assert statuses == ["preparing", "in_progress", "victory"]


async def test_who_signs_off_is_out_of_the_raids_channel_at_once(guildhall, clone, server):
    admin = await make_player(guildhall, server, username="Game", badge="admin")
    player = await make_player(guildhall, server)
    await tell(
        guildhall, server, admin, "raids",
        {"external_id": "n", "name": "Night", "boss_name": "Onyxia", "leader_name": "Game"},
    )  # fmt: skip
    raid, channel = await raid_and_channel(clone)
    path, body = f"{API}/raids/{raid}/signups/me", {"role": "dps", "class": "mage"}
    await guildhall.request("PUT", path, headers=player.headers, json=body)
    await let_in(guildhall, raid, admin, player)
    topic = f"realm.channel:{channel}"
    async with connected(guildhall, player) as live:
        await live.follow(topic)
        row = {"key": "1", "channel_id": channel, "content": "for those who come"}
        await tell(guildhall, server, admin, "messages", row)
        await live.until(lambda: live.said(topic) == ["for those who come"])

        await guildhall.request("PUT", path, headers=player.headers, json={**body, "state": "declined"})
        await live.hears("unsubscribed", topic=topic, code="realm.channel_not_found")
        await tell(guildhall, server, admin, "messages", {**row, "key": "2", "content": "for the others"})

        assert (await live.ask("subscribe", topic=topic))["op"] == "error"
        assert live.said(topic) == ["for those who come"]
