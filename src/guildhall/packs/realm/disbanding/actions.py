"""The end of guilds, and of a membership."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.chat.actions.channels import close_channel
from guildhall.packs.realm.guilds.actions.guilds import in_guild, ruling, topic_of
from guildhall.packs.realm.guilds.actions.members import lead_passes_on, remove_member
from guildhall.packs.realm.guilds.queries import guilds as queries
from guildhall.packs.realm.guilds.queries import invitations, members
from guildhall.packs.realm.guilds.schemas import HeldGuild
from guildhall.packs.realm.ids import GuildId
from guildhall.packs.realm.treasury.actions import write_off
from guildhall.packs.realm.treasury.errors import TreasuryNotEmpty
from guildhall.packs.realm.wars import queries as wars

_WRITTEN_OFF = "The guild was disbanded by who keeps order on the server."


async def leave_guild(tx: Transaction, guild_id: GuildId) -> None:
    """Leave a guild.

    If the leader leaves, an officer leads next, else a member: most contribution first, then seniority.

    The last one to leave disbands the guild. Raises as `in_guild`, TreasuryNotEmpty for the last one, LostRace.
    """
    await hold_with_rivals(tx, guild_id)
    who = await in_guild(tx, guild_id)
    if who.guild.member_count == 1:
        await end_guild(tx, who.guild, tx.viewer.id)
        return
    await remove_member(tx, who.guild, tx.viewer.id, "left")
    if who.rank == "leader":
        await lead_passes_on(tx, who.guild)


async def disband_guild(tx: Transaction, principal: Principal, guild_id: GuildId) -> None:
    """End a guild. See `end_guild`.

    A moderator of the server may also end one with copper in its treasury: it is written off in the ledger. Raises as
    `ruling`, TreasuryNotEmpty, LostRace.
    """
    await hold_with_rivals(tx, guild_id)
    who = await ruling(tx, principal, guild_id, "disband")
    guild = who.guild
    if who.rank is None:
        guild = await write_off(tx, guild, _WRITTEN_OFF)
    await end_guild(tx, guild, who.id)


async def hold_with_rivals(tx: Transaction, guild_id: GuildId) -> None:
    """Lock a guild and all that it has wars with, in the order of ids. Raises LostRace when another one came."""
    rivals = set(await wars.rivals_of.many(tx, guild_id))
    await queries.held_guilds.many(tx, sorted({guild_id, *rivals}))
    if not rivals.issuperset(await wars.rivals_of.many(tx, guild_id)):
        raise LostRace


async def end_guild(tx: Transaction, guild: HeldGuild, by: UserId) -> None:
    """End a guild that is held with its rivals: its wars end, for the other side if they were being fought, nobody
    holds its territories, nobody is in it, its channel is closed and its name is free.

    Raises TreasuryNotEmpty: what is in the treasury would be lost.
    """
    if guild.treasury_balance:
        raise TreasuryNotEmpty(balance=guild.treasury_balance)
    settled = [guild.id]
    for war in await wars.held_running_wars.many(tx, guild.id):
        rival = war.other(guild.id)
        winner = rival if war.status == "active" or war.starts_at <= tx.now else None
        await wars.end_war.run(tx, war.id, tx.now, "disbanded", winner, False, None)
        ended = {"war_id": war.id, "outcome": "disbanded", "winner_id": winner}
        await publish(tx, topic_of(rival), "war_ended", ended)
        settled.append(rival)
    await wars.free_territories.run(tx, guild.id)
    await invitations.drop_guild_invitations.run(tx, guild.id)
    await members.drop_guild_members.run(tx, guild.id)
    await queries.end_guild.run(tx, guild.id, tx.now)
    await queries.settle_guilds.one(tx, settled)
    await publish(tx, topic_of(guild.id), "guild_disbanded", {"guild_id": guild.id}, by=by)
    await revoke_access(tx, topic_of(guild.id))
    if guild.channel_id is not None:
        await close_channel(tx, guild.channel_id)
    await record(tx, "guild_disbanded", actor=by, server=guild.server_id, guild=guild.id)
