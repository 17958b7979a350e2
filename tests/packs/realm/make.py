"""Servers and the people on them, for the tests of the realm pack."""

from typing import Any
from uuid import UUID

import asyncpg

from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.testing.people import Person, sign_in


async def make_server(url: str, **columns: Any) -> ServerId:
    """A server; keywords are columns of realm.servers."""
    server_id: ServerId = columns.get("id") or ServerId(uuid7())
    await insert(url, "realm.servers", {"name": f"Server {server_id}", "region": "eu", **columns, "id": server_id})
    return server_id


async def make_player(guildhall: Any, server_id: ServerId, **columns: Any) -> Person:
    """Somebody who is signed in and has a character on a server; keywords are columns of realm.users."""
    person = await sign_in(guildhall)
    row = {"username": f"player {person.id.hex[-12:]}", "server_id": server_id, **columns, "id": person.id}
    await insert(guildhall.runtime.url, "realm.users", row)
    return person


async def make_channel(url: str, server_id: ServerId, **columns: Any) -> ChannelId:
    """A channel; keywords are columns of realm.channels."""
    channel_id: ChannelId = columns.get("id") or ChannelId(uuid7())
    row = {"name": f"channel {channel_id.hex[-12:]}", "server_id": server_id, **columns, "id": channel_id}
    await insert(url, "realm.channels", row)
    return channel_id


async def insert(url: str, table: str, row: dict[str, Any]) -> None:
    """A row."""
    names, places = ", ".join(row), ", ".join(f"${number}" for number in range(1, len(row) + 1))
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"insert into {table} ({names}) values ({places})", *row.values())
    finally:
        await connection.close()


async def say(
    url: str, server_id: ServerId, channel_id: ChannelId | None, user_id: UserId, *contents: str, **more: Any
) -> list[MessageId]:
    """Messages as the writer of messages adds them, each in a commit of its own; keywords: `type`, `reply_to`,
    `mentions`. Their ids."""
    connection = await asyncpg.connect(url)
    try:
        return [
            await connection.fetchval(
                """
                select core.live_id(a.tick, 1, 7) from realm.add_messages(
                    9000000000000000000, 7, true, array[$1], array[$2::uuid], array[$3::uuid], array[$4::uuid],
                    array[$5], null, null, array[$6::uuid], array[$7], null) a
                """,
                more.get("type", "user"),
                user_id,
                server_id,
                channel_id,
                content,
                more.get("reply_to"),
                "{" + ",".join(map(str, more["mentions"])) + "}" if more.get("mentions") else None,
            )
            for content in contents
        ]
    finally:
        await connection.close()


async def fill_treasury(url: str, guild: UUID | str, amount: int) -> None:
    """Put so much copper into a treasury that has nothing, as an import does, also more than the cap."""
    connection = await asyncpg.connect(url)
    opened = "core.ledger_open(gen_random_uuid(), $1, 'realm.copper', $2, null, $3, $4, null, now())"
    outside = await connection.fetchval(f"select {opened}", "realm.outside", "house", None, None)
    treasury = await connection.fetchval(f"select {opened}", "realm.treasury", "thing", guild, 0)
    outcome = await connection.fetchval(
        "select outcome from core.ledger_post(gen_random_uuid(), $1, 'realm.import', null, null, $2, $3, now())",
        f"realm.treasury:{guild}:import", [treasury, outside], [amount, -amount],
    )  # fmt: skip
    assert outcome == "posted"
    await connection.execute("update realm.guilds set treasury_balance = $2 where id = $1", guild, amount)
    await connection.close()
