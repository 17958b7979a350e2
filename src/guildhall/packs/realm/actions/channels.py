"""The channels of guilds, parties and raids, which those open and close themselves."""

from uuid import UUID

from guildhall.core.realtime.actions import revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.queries.channels import add_channel, end_channel

_NAME_MOST = 80


async def open_channel(
    tx: Transaction,
    name: str,
    server_id: UUID,
    *,
    guild_id: UUID | None = None,
    party_id: UUID | None = None,
    raid_id: UUID | None = None,
    created_by: UUID | None,
) -> UUID:
    """Open the channel of a guild, a party or a raid, whose members are its own; the channel's id.

    One that has a channel already is a fault of the caller. A name that is too long is cut.
    """
    channel_id = uuid7()
    await add_channel.run(tx, channel_id, name[:_NAME_MOST], server_id, guild_id, party_id, raid_id, created_by, tx.now)
    return channel_id


async def close_channel(tx: Transaction, channel_id: UUID) -> None:
    """Nobody writes there from the commit on; what was said stays to be read by whoever belongs. Twice is once."""
    if await end_channel.run(tx, channel_id, tx.now):
        await revoke_access(tx, f"realm.channel:{channel_id}")
