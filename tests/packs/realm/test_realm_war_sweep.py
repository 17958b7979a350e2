"""The sweep that begins and ends wars, beside one war that cannot be changed."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from guildhall.packs.realm.wars.jobs import tend_wars
from guildhall.packs.realm.wars.messages import TendWars
from tests.packs.realm.make import make_server
from tests.packs.realm.test_realm_wars import declare, found

ODD = 1
"""The place of the odd war among the others, the longest due first."""


@pytest.fixture
async def rows(clone):
    connection = await asyncpg.connect(clone)

    async def ask(sql: str, *args: object):
        return await connection.fetch(sql, *args)

    yield ask
    await connection.close()


async def test_one_odd_war_keeps_no_other_from_beginning_and_ending(start_guildhall, jobs_db, rows):
    guildhall = await start_guildhall()
    server = await make_server(guildhall.runtime.url)
    wars = []
    for number in range(3):
        attacker, defender = [await found(guildhall, server, f"Guild {number}{side}") for side in "ab"]
        wars.append(UUID((await declare(guildhall, attacker, defender)).json["id"]))

    async def states():
        found_ = {row["id"]: row["status"] for row in await rows("select id, status from realm.guild_wars")}
        return [found_[war] for war in wars]

    async def earlier(by):
        await rows("update realm.guild_wars set declared_at = declared_at - $1::interval, "
                   "starts_at = starts_at - $1::interval, ends_at = ends_at - $1::interval", by)  # fmt: skip

    await earlier(timedelta(hours=2))
    await rows("alter table realm.guild_wars add constraint odd "
               f"check (id <> '{wars[ODD]}' or status = 'declared') not valid")  # fmt: skip

    begun, after_beginning = await tend_wars(TendWars(), jobs_db), await states()
    await earlier(timedelta(hours=200))
    ended, after_ending = await tend_wars(TendWars(), jobs_db), await states()
    await rows("alter table realm.guild_wars drop constraint odd")
    await tend_wars(TendWars(), jobs_db)

    assert (begun, after_beginning) == (2, ["active", "declared", "active"])
    assert (ended, after_ending) == (2, ["ended", "declared", "ended"])
    assert await states() == ["ended"] * 3
    told = await rows("select topic, kind from core.live_events where topic = $1 and not access order by id",
                      f"realm.server:{server}")  # fmt: skip
    assert [row["kind"] for row in told] == ["war_declared"] * 3 + ["war_started"] * 2 + ["war_ended"] * 2 + [
        "war_started", "war_ended",
    ]  # fmt: skip
