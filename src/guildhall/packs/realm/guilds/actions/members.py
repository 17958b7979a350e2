"""Members of a guild: leaving, kicking, ranks, and the lead."""

from typing import Literal

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.guilds.actions.guilds import ruling, seen_by, topic_of
from guildhall.packs.realm.guilds.errors import GuildNotFound, NotInGuild, RankTooLow
from guildhall.packs.realm.guilds.queries import members as queries
from guildhall.packs.realm.guilds.queries.guilds import count_guild, guild_server, lead_guild
from guildhall.packs.realm.guilds.rules import Rank, may_kick
from guildhall.packs.realm.guilds.schemas import Guild, GuildMember, HeldGuild, Membership
from guildhall.packs.realm.ids import GuildId


async def lead_passes_on(tx: Transaction, guild: HeldGuild) -> None:
    heir = await queries.guild_heir.one_or_none(tx, guild.id, tx.now)
    if heir is None:  # all who are left are leaving Guildhall at this very moment
        raise LostRace
    await _lead(tx, guild, heir)


async def kick_from_guild(tx: Transaction, principal: Principal, guild_id: GuildId, user_id: UserId) -> None:
    """Remove a member of a lower rank; moderators of the server remove anybody.

    If that is the leader, the heir leads next, as when the leader leaves. Raises as `ruling`, NotInGuild, RankTooLow.
    """
    who = await ruling(tx, principal, guild_id, "kick")
    subject = await _other(tx, guild_id, user_id)
    if who.rank is not None and not may_kick(who.rank, subject.rank):
        raise RankTooLow(detail=f"A {who.rank} may not remove a {subject.rank}.")
    if who.guild.member_count == 1:
        raise RankTooLow(detail="The leader is alone in the guild: disband it instead.")
    await remove_member(tx, who.guild, user_id, "kicked")
    if subject.rank == "leader":
        await lead_passes_on(tx, who.guild)
    told = {"guild_id": guild_id, "name": who.guild.name, "how": "kicked"}
    await publish(tx, f"realm.user:{user_id}", "guild_left", told, by=who.id)
    await record(
        tx, "guild_member_kicked", actor=who.id, server=who.guild.server_id, subject=user_id, guild=guild_id,
        details={"rank": subject.rank},
    )  # fmt: skip


async def rank_member(
    tx: Transaction, principal: Principal, guild_id: GuildId, user_id: UserId, rank: Literal["officer", "member"]
) -> GuildMember:
    """Make a member an officer, or an officer a member. Raises as `ruling`, NotInGuild; RankTooLow for the leader."""
    who = await ruling(tx, principal, guild_id, "promote")
    subject = await _other(tx, guild_id, user_id)
    if subject.rank == "leader":
        raise RankTooLow(detail="Make somebody else the leader instead.")
    if subject.rank != rank:
        await _set_rank(tx, who.guild, user_id, rank)
        if rank == "member":
            await _judge_again(tx, who.guild, user_id)
        await record(
            tx, "guild_member_promoted" if rank == "officer" else "guild_member_demoted", actor=who.id,
            server=who.guild.server_id, subject=user_id, guild=guild_id, details={"rank": rank},
        )  # fmt: skip
    return await queries.guild_member.one(tx, guild_id, user_id)


async def hand_on_guild(tx: Transaction, principal: Principal, guild_id: GuildId, user_id: UserId) -> Guild:
    """Make another member the leader; the former one becomes an officer, or a member if a moderator has done it.

    Raises as `ruling`, UserNotFound, NotInGuild.
    """
    server_id = await guild_server.one_or_none(tx, guild_id)
    if server_id is None:
        raise GuildNotFound
    if await lock_person.one_or_none(tx, user_id, server_id) is None:
        raise UserNotFound
    who = await ruling(tx, principal, guild_id, "transfer")
    await _other(tx, guild_id, user_id)
    if user_id != who.guild.leader_id:
        await pass_guild_on(tx, who.guild, user_id, "officer" if who.rank == "leader" else "member")
        await record(tx, "guild_handed_on", actor=who.id, server=server_id, subject=user_id, guild=guild_id)
    return await seen_by(tx, who.id, guild_id)


async def pass_guild_on(tx: Transaction, guild: HeldGuild, heir: UserId, then: Literal["officer", "member"]) -> None:
    """Make a member of a locked guild the leader; the former one gets the rank `then`."""
    await _set_rank(tx, guild, guild.leader_id, then)
    await _judge_again(tx, guild, guild.leader_id)
    await _lead(tx, guild, heir)


async def _other(tx: Transaction, guild_id: GuildId, user_id: UserId) -> Membership:
    place = await queries.membership.one_or_none(tx, guild_id, user_id)
    if place is None:
        raise NotInGuild
    return place


async def remove_member(tx: Transaction, guild: HeldGuild, user_id: UserId, how: str) -> None:
    await queries.drop_guild_member.run(tx, guild.id, user_id)
    await count_guild.run(tx, guild.id, -1)
    await publish(tx, topic_of(guild.id), "member_left", {"user_id": user_id, "how": how}, by=user_id)
    await _judge_again(tx, guild, user_id)


async def _lead(tx: Transaction, guild: HeldGuild, user_id: UserId) -> None:
    await _set_rank(tx, guild, user_id, "leader")
    await lead_guild.run(tx, guild.id, user_id, tx.now)
    await publish(tx, topic_of(guild.id), "leader_changed", {"leader_id": user_id}, by=user_id)


async def _set_rank(tx: Transaction, guild: HeldGuild, user_id: UserId, rank: Rank) -> None:
    await queries.set_rank.run(tx, guild.id, user_id, rank)
    await publish(tx, topic_of(guild.id), "rank_changed", {"user_id": user_id, "rank": rank}, by=user_id)


async def _judge_again(tx: Transaction, guild: HeldGuild, user_id: UserId) -> None:
    """Check a person's permissions again: they have left the guild, or have less power in it."""
    await revoke_access(tx, topic_of(guild.id), user_id)
    await revoke_access(tx, f"realm.channel:{guild.channel_id}", user_id)
