"""Announcements of commits to other processes: few of them, and never one too few."""

import asyncio

import asyncpg

from guildhall.core.realtime import live_writer as module
from guildhall.core.realtime.permissions import CachedPermission
from guildhall.ids import UserId
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from guildhall.packs.realm.writer.schemas import Draft
from guildhall.testing.live import connected
from tests.core.realtime.make import Place, make_place, talkative


def _draft(place: Place, user_id: UserId, content: str) -> Draft:
    return Draft(user_id=user_id, server_id=place.server_id, channel_id=place.channel_id, type="user", content=content)


async def test_commits_close_together_share_an_announcement_and_the_last_has_one(start_guildhall, monkeypatch):
    monkeypatch.setattr(module, "_SPACING", 0.3)
    loop = asyncio.get_running_loop()
    guildhall = await start_guildhall(**talkative())
    place = await make_place(guildhall)
    (person,) = await place.people(1)
    writer: MessageWriter = guildhall.runtime.provided[MessageWriter]
    connection = await asyncpg.connect(guildhall.runtime.url)
    heard: list[str] = []
    news = asyncio.Event()

    def hear(*told: object) -> None:
        heard.append(str(told[3]))
        news.set()

    await connection.add_listener("guildhall_live", hear)
    began, before = loop.time(), writer.batches

    for n in range(30):
        await writer.send(_draft(place, person.id, f"{n}"), CachedPermission(2**62))

    commits, took = writer.batches - before, loop.time() - began
    tick = await connection.fetchval("select tick from core.live_head")
    async with asyncio.timeout(10):
        while not heard or not heard[-1].endswith(f":{tick}"):
            news.clear()
            await news.wait()
    assert commits == 30
    assert len(heard) <= 2 + took / 0.3
    await connection.close()


async def test_readers_at_another_process_get_everything_between_announcements(start_guildhall, monkeypatch):
    monkeypatch.setattr(module, "_SPACING", 0.2)
    here, there = await start_guildhall(**talkative()), await start_guildhall(**talkative())
    place = await make_place(here)
    (person,) = await place.people(1)
    writer: MessageWriter = here.runtime.provided[MessageWriter]
    topic = place.topic
    async with connected(there, person) as live:
        await live.follow(topic)
        sent = [await writer.send(_draft(place, person.id, "x"), CachedPermission(2**62)) for _ in range(20)]
        await live.counts(20, "event", topic=topic)

        assert live.ids(topic) == [str(one.id) for one in sent]
