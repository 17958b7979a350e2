"""Opening, changing, closing and deleting channels."""

from typing import cast

import asyncpg
from msgspec import UNSET, structs

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_in, acting_on
from guildhall.packs.realm.access.actions.judging import judge
from guildhall.packs.realm.access.errors.permissions import Banned, ChannelNotFound, Forbidden, LevelTooLow
from guildhall.packs.realm.access.queries.permissions import channel_facts, facts_of_channels
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.access.rules.ranks import ADMIN, MODERATOR
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess, ChannelFacts
from guildhall.packs.realm.chat.errors.channels import ChannelFollows, ChannelNameTaken, TooManyChannels
from guildhall.packs.realm.chat.queries import channels as queries
from guildhall.packs.realm.chat.schemas.channels import (
    ChannelChange,
    ChannelRequest,
    ChannelRow,
    ChannelView,
    LockedChannel,
    MemberRole,
)
from guildhall.packs.realm.ids import ChannelId, GuildId, PartyId, RaidId, ServerId
from guildhall.packs.realm.servers.queries import server_to_change
from guildhall.packs.realm.settings import RealmSettings

_NAME_MOST = 80


async def open_channel(
    tx: Transaction,
    name: str,
    server_id: ServerId,
    *,
    guild_id: GuildId | None = None,
    party_id: PartyId | None = None,
    raid_id: RaidId | None = None,
    created_by: UserId | None,
) -> ChannelId:
    """Open the channel of a guild, a party or a raid, whose members are its own; the channel's id.

    One that has a channel already is a fault of the caller. A name that is too long is cut.
    """
    channel_id = ChannelId(uuid7())
    await queries.add_channel.run(
        tx, channel_id, name[:_NAME_MOST], server_id, guild_id, party_id, raid_id, created_by, tx.now
    )
    return channel_id


async def close_channel(tx: Transaction, channel_id: ChannelId) -> None:
    """Close a channel to new messages from the commit on; members still read it. Closing it again changes nothing."""
    if await queries.end_channel.run(tx, channel_id, tx.now):
        await revoke_access(tx, f"realm.channel:{channel_id}")


async def channel_seen(tx: Transaction, principal: Principal, channel_id: ChannelId) -> ChannelView:
    """A channel as somebody sees it. Raises ChannelNotFound for one that they may not know of."""
    row = await queries.channel.one_or_none(tx, channel_id)
    if row is None:
        raise ChannelNotFound
    return _seen(row, await channel_facts.one_or_none(tx, principal.viewer.id, tx.now, channel_id), principal)


async def channels_seen(tx: Transaction, principal: Principal, rows: list[ChannelRow]) -> list[ChannelView]:
    """Channels that somebody may know of, as they see them."""
    facts = await facts_of_channels.many(tx, principal.viewer.id, tx.now, [row.id for row in rows])
    by_channel = {one.channel_id: one for one in facts}
    return [_seen(row, by_channel.get(row.id), principal) for row in rows]


def _seen(row: ChannelRow, facts: ChannelFacts | None, principal: Principal) -> ChannelView:
    """A channel with what may be done there. Raises ChannelNotFound for one that somebody may not know of."""
    platform = principal.role == "admin"
    access: ChannelAccess | None = None
    try:
        access = judge(facts)
    except (Banned, LevelTooLow):  # they know of it, and that is all
        pass
    except ChannelNotFound:
        if not platform:
            raise
    return ChannelView(
        **structs.asdict(row),
        member_role=cast("MemberRole | None", facts.member_role) if facts is not None else None,
        may_read=access is not None,
        may_write=access is not None and access.may_write,
        may_moderate=platform or (access is not None and access.may_moderate),
    )


async def make_channel(
    tx: Transaction, principal: Principal, server_id: ServerId, wanted: ChannelRequest, settings: RealmSettings
) -> ChannelId:
    """Open a channel of a server, as one of its moderators; its id.

    Raises ServerNotFound, Forbidden, ChannelNameTaken, TooManyChannels, ContentRefused.
    """
    actor = await acting_on(tx, principal, server_id, MODERATOR)
    name = clean_name(wanted.name, _NAME_MOST)
    category = clean_name(wanted.category, _NAME_MOST) if wanted.category is not None else None
    await server_to_change.one(tx, server_id)  # those who open channels take turns
    if await queries.open_channels_count.one(tx, server_id) >= settings.channels_most:
        raise TooManyChannels(most=settings.channels_most)
    channel_id = ChannelId(uuid7())
    try:
        await queries.add_plain_channel.run(
            tx, channel_id, name, server_id, wanted.description, wanted.visibility, category,
            wanted.min_level, wanted.slow_mode_seconds, actor.id, tx.now,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise ChannelNameTaken from error
    await record(tx, "channel_opened", actor=actor.id, server=server_id, channel=channel_id)
    if wanted.visibility != "private":
        told = {"id": channel_id, "name": name, "category": category, "visibility": wanted.visibility}
        await publish(tx, f"realm.server:{server_id}", "channel_opened", told)
    return channel_id


async def change_channel(tx: Transaction, principal: Principal, channel_id: ChannelId, change: ChannelChange) -> None:
    """Change a channel, as one of its moderators.

    The channel of a guild, party or raid keeps its visibility, level and closing. Raises ChannelNotFound, Forbidden,
    ChannelFollows, ChannelNameTaken, ContentRefused.
    """
    actor = await acting_in(tx, principal, channel_id)
    before = await queries.channel_to_change.one_or_none(tx, channel_id)
    if before is None:
        raise ChannelNotFound
    given = {
        name: value
        for name in ("name", "description", "visibility", "category", "min_level", "slow_mode_seconds")
        if (value := getattr(change, name)) is not UNSET and value != getattr(before, name)
    }
    for name in given.keys() & {"name", "category"}:
        if given[name] is not None:
            given[name] = clean_name(str(given[name]), _NAME_MOST)
    if change.closed is not UNSET and change.closed != (before.closed_at is not None):
        given["closed_at"] = tx.now if change.closed else None
    if before.follows and given.keys() & {"visibility", "min_level", "closed_at"}:
        raise ChannelFollows
    if actor.rank < MODERATOR and given.keys() & {"visibility", "min_level", "closed_at"}:
        raise Forbidden(detail="Only a moderator of the server may decide who is in this channel.")
    if not given:
        return
    after = structs.replace(before, **given)
    try:
        await queries.change_channel.run(
            tx, channel_id, after.name, after.description, after.visibility, after.category, after.min_level,
            after.slow_mode_seconds, after.closed_at, tx.now,
        )  # fmt: skip
    except asyncpg.UniqueViolationError as error:
        raise ChannelNameTaken from error
    await _tell_change(tx, before, after)
    shown = {name: given[name] for name in given.keys() & {"visibility", "min_level", "slow_mode_seconds"}}
    await record(
        tx, "channel_changed", actor=actor.id, server=before.server_id, channel=channel_id,
        details={"changed": sorted(given), **shown},
    )  # fmt: skip


async def _tell_change(tx: Transaction, before: LockedChannel, after: LockedChannel) -> None:
    topic = f"realm.channel:{after.id}"
    narrower = after.visibility != before.visibility and after.visibility != "public"
    closing = after.closed_at is not None and before.closed_at is None
    # A slower channel is judged anew too, so that nobody writes by the pace of before.
    if narrower or closing or after.min_level > before.min_level or after.slow_mode_seconds > before.slow_mode_seconds:
        await revoke_access(tx, topic)
    told = {
        "id": after.id, "name": after.name, "description": after.description, "visibility": after.visibility,
        "category": after.category, "min_level": after.min_level, "slow_mode_seconds": after.slow_mode_seconds,
        "closed": after.closed_at is not None,
    }  # fmt: skip
    await publish(tx, topic, "channel_changed", told)
    if not after.follows:
        if after.visibility != "private":
            await publish(tx, f"realm.server:{after.server_id}", "channel_changed", told)
        elif before.visibility != "private":
            await publish(tx, f"realm.server:{after.server_id}", "channel_gone", {"id": after.id})


async def delete_channel(tx: Transaction, principal: Principal, channel_id: ChannelId) -> None:
    """Delete a channel with everything that was said there, as an administrator of its server.

    Raises ChannelNotFound, Forbidden; ChannelFollows for the channel of a guild, party or raid.
    """
    actor = await acting_in(tx, principal, channel_id)
    if actor.rank < ADMIN:
        raise Forbidden(detail="Only an administrator of the server may delete a channel.")
    channel = await queries.channel_to_change.one_or_none(tx, channel_id)
    if channel is None:
        raise ChannelNotFound
    if channel.follows:
        raise ChannelFollows
    await record(tx, "channel_deleted", actor=actor.id, server=channel.server_id, channel=channel_id)
    if channel.visibility != "private":
        await publish(tx, f"realm.server:{channel.server_id}", "channel_gone", {"id": channel_id})
    await queries.remove_channel.run(tx, channel_id)
