"""The seeded server, and the stand-in of a game server that plays there."""

import asyncio

import msgspec
from aiohttp import web

from guildhall.core.identity.accounts.actions import delete_account
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.connection import connect
from guildhall.packs.realm.demo import hints
from guildhall.packs.realm.sandbox import make_app
from guildhall.packs.realm.sandbox.game import Told
from guildhall.packs.realm.seed.actions import BROM, RESIDENTS, SERVER, THALIA, seed
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.writer.actions.writer import MessageWriter
from tests.packs.realm.asking import value


async def seeded(runtime):
    return await seed(runtime.db, runtime.provided[MessageWriter], runtime.provided[RealmSettings])


async def test_the_seed_is_whole_and_changes_nothing_the_second_time(clone, start_worker):
    worker = await start_worker()
    first = await seeded(worker.runtime)
    await worker.idle()
    again = await seeded(worker.runtime)

    assert first.people == len(RESIDENTS)
    assert (first.channels >= 8, first.messages >= 240, first.guilds, first.raids) == (True, True, 2, 1)
    assert (again.people, again.channels, again.guilds, again.raids) == (
        first.people, first.channels, first.guilds, first.raids
    )  # fmt: skip
    assert await value(clone, "select count(*) from realm.messages where type = 'user'") == 245
    assert await value(clone, "select status from realm.guild_wars") == "active"
    raid = await value(clone, "select row_to_json(r)::jsonb from realm.raids r")
    assert (raid["status"], raid["victory"], raid["loot_generated"]) == ("victory", True, True)
    assert await value(clone, "select count(*) from realm.raid_pulls") == 3
    off = """select count(*) from realm.guilds g where treasury_balance = 0 or treasury_balance <>
             (select sum(amount) from realm.guild_ledger l where l.guild_id = g.id)"""
    assert await value(clone, off) == 0


async def test_the_seed_brings_back_people_and_channels_and_leaves_all_else(clone, start_worker):
    worker = await start_worker()
    first = await seeded(worker.runtime)
    await worker.idle()
    async with worker.runtime.db.write() as tx:
        for one in (BROM, RESIDENTS[7]):
            await delete_account(tx, one.id)
    await worker.idle()
    connection = await connect(clone)
    await connection.execute("update realm.channels set closed_at = now() where name = 'general'")
    await connection.execute("update realm.servers set name = 'Renamed'")
    await connection.execute("update core.users set email = 'sabine@ashvale.example.com' where id = $1", THALIA.id)
    await connection.close()

    again = await seeded(worker.runtime)

    assert (again.guilds, again.raids) == (first.guilds, first.raids)
    assert await value(clone, "select count(*) from realm.servers") == 1
    assert await value(clone, "select count(*) from core.users") == len(RESIDENTS) - 1  # Sabine's address is taken
    assert await value(clone, f"select username from realm.users where id = '{BROM.id}'") == "Brom"
    assert await value(clone, "select count(*) from realm.channels where name = 'general' and closed_at is null") == 1
    identity = worker.runtime.provided[IdentitySettings]
    settings = RealmSettings(_env_file=None)  # type: ignore[call-arg]
    keyed = worker.runtime.provided[KeyedHash]
    told = await hints(worker.runtime.db, settings, identity, keyed)
    assert "--server Renamed" in told[-1]
    assert await hints(worker.runtime.db, settings, identity, keyed) == told, "the tokens stay"
    await value(clone, "update core.api_tokens set revoked_at = now() returning 1")
    assert not set(await hints(worker.runtime.db, settings, identity, keyed)) & {*told[:3], *told[4:]}


async def test_what_was_said_before_is_counted_and_found_like_all_else(clone, start_worker, guildhall):
    worker = await start_worker()
    await seeded(worker.runtime)
    off = """select count(*) from realm.channels c where c.message_count <>
             (select count(*) from realm.messages m where m.channel_id = c.id)"""
    unfound = "select (select count(*) from realm.messages) - (select count(*) from realm.message_words)"
    people = """select count(*) from realm.users u where u.message_count <>
                (select count(*) from realm.messages m where m.user_id = u.id)"""
    await worker.idle()
    async with asyncio.timeout(20):
        while [one for one in (off, people, unfound) if await value(clone, one)]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_the_demo_gives_tokens_that_work_and_the_game_plays(clone, start_worker, start_guildhall, sandbox):
    worker = await start_worker()
    await seeded(worker.runtime)
    game = make_app(pace=0.02)
    runner = web.AppRunner(game, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    address = f"http://{host}:{port}"
    guildhall = await start_guildhall(sandbox)
    identity = worker.runtime.provided[IdentitySettings].model_copy(update={"public_url": guildhall.address})
    settings = RealmSettings(_env_file=None, sandbox_url=address)  # type: ignore[call-arg]
    try:
        async with guildhall.session.get(f"{address}/_sandbox/stage") as answer:
            assert answer.status == 404
        async with guildhall.session.put(f"{address}/_sandbox/stage", data=b"{}") as answer:
            assert answer.status == 400
        told = await hints(worker.runtime.db, settings, identity, worker.runtime.provided[KeyedHash])
        for line in [one for one in told if one.startswith("curl")]:
            header, target = line.split("'")[1], line.split("'")[3]
            name, _, text = header.partition(": ")
            answer = await guildhall.get(target.replace("{address}", ""), headers={name: text})
            assert answer.status == 200, (line, answer.body)
        chats = [one for one in told if one.startswith("GUILDHALL_TOKEN=")]
        assert len(chats) == 2
        assert all(f"realm chat --server {SERVER} --channel general --url {{address}}" in one for one in chats)

        async def played() -> Told:
            async with guildhall.session.get(f"{address}/_sandbox/stage") as answer:
                return msgspec.json.decode(await answer.read(), type=Told)

        async with asyncio.timeout(60):
            while (now := await played()).raids < 2 or now.messages < 3:
                assert (now.refused, now.last_refusal) == (0, "")
                await asyncio.sleep(0.2)
        async with guildhall.session.delete(f"{address}/_sandbox/stage") as answer:
            assert answer.status == 204
    finally:
        await runner.cleanup()

    won = "select count(*) from realm.raids where external_id like 'sandbox-%' and victory"
    assert await value(clone, won) >= 1
    before = await value(clone, "select count(*) from core.api_tokens where revoked_at is null")
    keyed = worker.runtime.provided[KeyedHash]
    again = await hints(worker.runtime.db, RealmSettings(_env_file=None), identity, keyed)  # type: ignore[call-arg]
    assert list(again) == list(told), "what was copied from the last start is still good"
    assert await value(clone, "select count(*) from core.api_tokens where revoked_at is null") == before
