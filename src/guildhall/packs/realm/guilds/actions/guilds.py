"""Guilds: founding and ending them, and who may do what in them."""

import asyncpg
from msgspec import UNSET, Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import keeps_order
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import NoProfile
from guildhall.packs.realm.access.queries.locks import lock_self
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.access.schemas.permissions import Profile
from guildhall.packs.realm.chat.actions.channels import open_channel
from guildhall.packs.realm.guilds.errors import (
    GuildDisbanded,
    GuildFull,
    GuildNameTaken,
    GuildNotFound,
    InGuild,
    NotInGuild,
    RankTooLow,
)
from guildhall.packs.realm.guilds.queries import guilds as queries
from guildhall.packs.realm.guilds.queries import members
from guildhall.packs.realm.guilds.rules import MAY, RANKS, Act, Rank, may
from guildhall.packs.realm.guilds.schemas import Guild, GuildChange, GuildRequest, HeldGuild, RankRights
from guildhall.packs.realm.ids import GuildId, ServerId
from guildhall.packs.realm.settings import RealmSettings

_NAME_LEAST, _NAME_MOST, _TEXT_MOST = 2, 60, 1000


class _Changed(Struct, frozen=True):
    name: str
    description: str | None
    max_members: int


class Member(Struct, frozen=True):
    """A member who acts in a guild, which is locked."""

    profile: Profile
    rank: Rank
    guild: HeldGuild


class Ruler(Struct, frozen=True):
    """A person who acts on a locked guild: by a rank in it, or (None) because they keep order on its server."""

    id: UserId
    rank: Rank | None
    guild: HeldGuild


def rank_rights(settings: RealmSettings) -> list[RankRights]:
    """Return the permissions of each rank, from the highest."""
    return [RankRights(rank, MAY[rank], daily_limit(rank, settings)) for rank in RANKS]


def daily_limit(rank: Rank, settings: RealmSettings) -> int | None:
    """Copper that a rank may take from the treasury within 24 hours; None is no limit."""
    if rank == "leader":
        return None
    return settings.guild_officer_daily if rank == "officer" else settings.guild_member_daily


async def create_guild(tx: Transaction, wanted: GuildRequest) -> Guild:
    """Found a guild that the viewer leads, with a channel of its own.

    Raises NoProfile, Banned, InGuild, GuildNameTaken, ContentRefused.
    """
    if await lock_self.one_or_none(tx, tx.viewer.id) is None:
        raise NoProfile
    profile = await profile_for(tx)
    if await queries.guild_of.one_or_none(tx, profile.id) is not None:
        raise InGuild
    guild_id, name = GuildId(uuid7()), _name(wanted.name)
    try:
        await queries.add_guild.run(
            tx, guild_id, name, profile.server_id, profile.id, _text(wanted.description), wanted.max_members, tx.now
        )
    except asyncpg.UniqueViolationError as error:
        raise GuildNameTaken from error
    await members.add_guild_member.run(tx, guild_id, profile.id, "leader", tx.now)
    await open_channel(tx, name, profile.server_id, guild_id=guild_id, created_by=profile.id)
    return await shown(tx, profile, guild_id)


async def shown(tx: Transaction, profile: Profile, guild_id: GuildId) -> Guild:
    """A guild of somebody's server, as they see it. Raises GuildNotFound."""
    guild = await queries.guild_for.one_or_none(tx, guild_id, tx.now, profile.id)
    if guild is None or guild.server_id != profile.server_id:
        raise GuildNotFound
    return guild


async def readable_guild(tx: Transaction, principal: Principal, guild_id: GuildId) -> Guild:
    """A guild of the viewer's server, or of one where they keep order. Raises NoProfile, Banned, GuildNotFound."""
    server_id = await queries.guild_server.one_or_none(tx, guild_id)
    if server_id is not None and await keeps_order(tx, principal, server_id):
        return await seen_by(tx, principal.viewer.id, guild_id)
    return await shown(tx, await profile_for(tx), guild_id)


async def seen_by(tx: Transaction, user_id: UserId, guild_id: GuildId) -> Guild:
    """A guild that is there, as somebody sees it."""
    return await queries.guild_for.one(tx, guild_id, tx.now, user_id)


async def own_guild(tx: Transaction) -> Guild:
    """The guild that the viewer is in. Raises NoProfile, Banned, NotInGuild."""
    profile = await profile_for(tx)
    guild_id = await queries.guild_of.one_or_none(tx, profile.id)
    if guild_id is None:
        raise NotInGuild(detail="You are in no guild.")
    return await shown(tx, profile, guild_id)


async def change_guild(tx: Transaction, principal: Principal, guild_id: GuildId, change: GuildChange) -> Guild:
    """Change the description, or, as its leader or who keeps order on the server, the name and how many fit in.

    Raises as `ruling`, GuildNameTaken, GuildFull when more are in it than are to be let in, ContentRefused.
    """
    act: Act = "edit" if change.name is UNSET and change.max_members is UNSET else "resize"
    who = await ruling(tx, principal, guild_id, act)
    guild = who.guild
    most = guild.max_members if change.max_members is UNSET else change.max_members
    if most < guild.member_count:
        raise GuildFull(detail=f"The guild has {guild.member_count} members.")
    name = guild.name if change.name is UNSET else _name(change.name)
    description = guild.description if change.description is UNSET else _text(change.description)
    try:
        await queries.change_guild.run(tx, guild_id, name, description, most, tx.now)
    except asyncpg.UniqueViolationError as error:
        raise GuildNameTaken from error
    changed = [
        what
        for what, before, now in (
            ("name", guild.name, name),
            ("description", guild.description, description),
            ("max_members", guild.max_members, most),
        )
        if before != now
    ]
    if changed:
        await publish(tx, topic_of(guild_id), "guild_changed", _Changed(name, description, most), by=who.id)
        await record(
            tx, "guild_changed", actor=who.id, server=guild.server_id, guild=guild_id, details={"changed": changed}
        )
    return await seen_by(tx, who.id, guild_id)


async def ruling(tx: Transaction, principal: Principal, guild_id: GuildId, act: Act) -> Ruler:
    """Lock a guild for a person whose rank allows an act, or who keeps order on its server.

    So there is always a person who may pass the guild on, or end it, whatever happened to its leader. Raises as
    `acting`.
    """
    server_id = await queries.guild_server.one_or_none(tx, guild_id)
    place = await members.membership.one_or_none(tx, guild_id, principal.viewer.id)
    by_rank = place is not None and may(place.rank, act)
    if server_id is not None and not by_rank and await keeps_order(tx, principal, server_id):
        return Ruler(principal.viewer.id, None, await held(tx, guild_id, server_id))
    who = await acting(tx, guild_id, act)
    return Ruler(who.profile.id, who.rank, who.guild)


async def acting(tx: Transaction, guild_id: GuildId, act: Act) -> Member:
    """Lock a guild for an act that the viewer's rank allows; return the viewer as its member.

    Raises NoProfile, Banned, GuildNotFound, GuildDisbanded; RankTooLow, also for people outside the guild.
    """
    who = await in_guild(tx, guild_id)
    if not may(who.rank, act):
        raise RankTooLow(detail=f"A {who.rank} of the guild may not do this.")
    return who


async def in_guild(tx: Transaction, guild_id: GuildId) -> Member:
    """The viewer in a guild, which is locked. Raises as `acting`."""
    profile = await profile_for(tx)
    guild = await held(tx, guild_id, profile.server_id)
    place = await members.membership.one_or_none(tx, guild_id, profile.id)
    if place is None:
        raise RankTooLow(detail="You are not in this guild.")
    return Member(profile, place.rank, guild)


async def held(tx: Transaction, guild_id: GuildId, server_id: ServerId) -> HeldGuild:
    """A guild of a server that has not ended, locked. Raises GuildNotFound, GuildDisbanded."""
    guild = await queries.held_guild.one_or_none(tx, guild_id)
    if guild is None or guild.server_id != server_id:
        raise GuildNotFound
    if guild.disbanded_at is not None:
        raise GuildDisbanded
    return guild


def topic_of(guild_id: GuildId) -> str:
    """Return the topic of a guild's live events."""
    return f"realm.guild:{guild_id}"


def _name(text: str) -> str:
    """Raises ContentRefused."""
    return clean_name(text, _NAME_MOST, _NAME_LEAST)


def _text(text: str | None) -> str | None:
    """Raises ContentRefused."""
    return clean_content(text, _TEXT_MOST) if text else None
