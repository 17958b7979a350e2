"""Invitations to a guild, and their answers."""

from datetime import datetime, timedelta

from guildhall.core.realtime.actions import publish
from guildhall.core.social.blocks.queries import is_blocked
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import NoProfile, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person, lock_self
from guildhall.packs.realm.direct.errors import Blocked
from guildhall.packs.realm.guilds.actions.guilds import acting, shown, topic_of
from guildhall.packs.realm.guilds.errors import (
    GuildDisbanded,
    GuildFull,
    GuildInvitationNotFound,
    InGuild,
    RankTooLow,
)
from guildhall.packs.realm.guilds.queries import invitations as queries
from guildhall.packs.realm.guilds.queries import members
from guildhall.packs.realm.guilds.queries.guilds import count_guild, guild_of, held_guild
from guildhall.packs.realm.guilds.schemas import Guild, GuildInvitation
from guildhall.packs.realm.ids import GuildId
from guildhall.packs.realm.parties.errors import TooManyInvitations
from guildhall.packs.realm.parties.schemas import Invited
from guildhall.packs.realm.settings import RealmSettings


async def invite_to_guild(
    tx: Transaction, guild_id: GuildId, user_id: UserId, settings: RealmSettings
) -> GuildInvitation:
    """Invite a person on the same server to the guild; a repeated invitation expires later.

    Raises as `acting`, UserNotFound, InGuild for members, Blocked by them, GuildFull, TooManyInvitations.
    """
    profile = await profile_for(tx)
    if await lock_person.one_or_none(tx, user_id, profile.server_id) is None:
        raise UserNotFound
    guild = (await acting(tx, guild_id, "invite")).guild
    if await members.membership.one_or_none(tx, guild_id, user_id) is not None:
        raise InGuild(detail="This person is in the guild already.")
    if await is_blocked.one(tx, profile.id, user_id):
        raise Blocked
    if guild.member_count >= guild.max_members:
        raise GuildFull
    most = settings.guild_invitations_most
    if await queries.guild_invitations_waiting.one(tx, guild_id, user_id, tx.now) >= most:
        raise TooManyInvitations(most=most)
    until = tx.now + timedelta(days=settings.guild_invite_days)
    await queries.invite_to_guild.run(tx, guild_id, user_id, profile.id, tx.now, until)
    told = GuildInvitation(guild_id, guild.name, guild.level, guild.member_count, tx.now, until)
    await publish(tx, f"realm.user:{user_id}", "guild_invitation", told, by=profile.id)
    await record(tx, "guild_invited", actor=tx.viewer.id, server=guild.server_id, subject=user_id, guild=guild_id)
    return told


async def uninvite_from_guild(tx: Transaction, guild_id: GuildId, user_id: UserId) -> None:
    """Take an invitation back. Raises as `acting`, GuildInvitationNotFound."""
    guild = (await acting(tx, guild_id, "invite")).guild
    if not await queries.drop_guild_invitation.one_or_none(tx, guild_id, user_id, tx.now):
        raise GuildInvitationNotFound
    await publish(tx, f"realm.user:{user_id}", "guild_invitation_withdrawn", {"guild_id": guild_id}, by=tx.viewer.id)
    await record(tx, "guild_uninvited", actor=tx.viewer.id, server=guild.server_id, subject=user_id, guild=guild_id)


async def accept_guild(tx: Transaction, guild_id: GuildId) -> Guild:
    """Join a guild that has invited the viewer.

    Raises NoProfile, Banned, GuildInvitationNotFound, GuildDisbanded, InGuild for members of another one, GuildFull;
    the invitation stays then.
    """
    if await lock_self.one_or_none(tx, tx.viewer.id) is None:
        raise NoProfile
    profile = await profile_for(tx)
    guild = await held_guild.one_or_none(tx, guild_id)
    if guild is None or guild.server_id != profile.server_id:
        raise GuildInvitationNotFound
    if not await queries.drop_guild_invitation.one_or_none(tx, guild_id, profile.id, tx.now):
        raise GuildInvitationNotFound
    if guild.disbanded_at is not None:
        raise GuildDisbanded
    if await guild_of.one_or_none(tx, profile.id) is not None:
        raise InGuild
    if guild.member_count >= guild.max_members:
        raise GuildFull
    await members.add_guild_member.run(tx, guild_id, profile.id, "member", tx.now)
    await count_guild.run(tx, guild_id, 1)
    joined = {"user_id": profile.id, "username": profile.username, "rank": "member"}
    await publish(tx, topic_of(guild_id), "member_joined", joined, by=profile.id)
    return await shown(tx, profile, guild_id)


async def decline_guild(tx: Transaction, guild_id: GuildId) -> None:
    """Decline an invitation. Raises NoProfile, Banned, GuildInvitationNotFound."""
    profile = await profile_for(tx)
    if not await queries.drop_guild_invitation.one_or_none(tx, guild_id, profile.id, tx.now):
        raise GuildInvitationNotFound
    await publish(tx, topic_of(guild_id), "invitation_declined", {"user_id": profile.id}, by=profile.id)


async def invited_to_guild(
    tx: Transaction, guild_id: GuildId, after: tuple[datetime, UserId] | None, limit: int
) -> list[Invited]:
    """Return the unanswered invitations to the viewer's guild.

    Raises NoProfile, Banned, GuildNotFound; RankTooLow for people outside the guild.
    """
    profile = await profile_for(tx)
    guild = await shown(tx, profile, guild_id)
    if guild.own_rank is None:
        raise RankTooLow(detail="You are not in this guild.")
    at, last = after or (None, None)
    return await queries.guild_invitations_of.many(tx, guild_id, tx.now, at, last, limit)
