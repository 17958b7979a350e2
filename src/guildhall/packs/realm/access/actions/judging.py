"""The rules for permissions in a channel: to know of it, read, write and moderate."""

import math
from datetime import datetime

from guildhall.packs.realm.access.errors.permissions import Banned, ChannelNotFound, LevelTooLow, Muted, ReadOnly
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess, ChannelFacts, MessageType


def type_of(facts: ChannelFacts) -> MessageType:
    """Return the type of messages that are written in the channel."""
    if facts.guild_id is not None:
        return "guild"
    if facts.party_id is not None:
        return "party"
    if facts.raid_id is not None:
        return "raid"
    return "user"


def _follows(facts: ChannelFacts) -> bool:
    """Return whether the channel's members are those of a guild, party or raid."""
    return facts.guild_id is not None or facts.party_id is not None or facts.raid_id is not None


def judge(facts: ChannelFacts | None) -> ChannelAccess:
    """Return a person's permissions in a channel that they may read.

    Raises ChannelNotFound if they may not know of it, Banned, LevelTooLow.
    """
    if facts is None or facts.home_id != facts.server_id or not facts.is_active:
        raise ChannelNotFound
    server_staff = facts.badge in ("admin", "moderator")
    if _follows(facts):
        if not facts.belongs and not server_staff:
            raise ChannelNotFound
    elif facts.visibility == "private" and facts.member_role is None and not server_staff:
        raise ChannelNotFound
    if facts.banned_until is not None:
        raise Banned(detail=f"You are banned here {_until(facts.banned_until)}.")
    moderates = server_staff or facts.leads or facts.member_role == "moderator"
    if facts.level < facts.min_level and not moderates:
        raise LevelTooLow(min_level=facts.min_level)
    member = facts.belongs if _follows(facts) else facts.member_role is not None
    open_to_write = member or (not _follows(facts) and facts.visibility == "public")
    return ChannelAccess(
        facts.channel_id,
        facts.server_id,
        public=not _follows(facts) and facts.visibility != "private" and facts.min_level == 1,
        type=type_of(facts),
        slow_mode_seconds=0 if moderates else facts.slow_mode_seconds,
        may_write=facts.closed_at is None and facts.muted_until is None and (moderates or open_to_write),
        may_moderate=moderates,
        username=facts.username,
        since=None if moderates else facts.since,
    )


def require_write(access: ChannelAccess, facts: ChannelFacts, now: datetime) -> None:
    """Raises Muted, or ReadOnly with the reason, for people who may read and not write."""
    if access.may_write:
        return
    if facts.muted_until is not None:
        raise muted(facts.muted_until, now)
    if facts.closed_at is not None:
        raise ReadOnly(detail="The channel is closed.")
    raise ReadOnly


def muted(until: datetime, now: datetime) -> Muted:
    """Return the error for a muted person."""
    left = (until - now).total_seconds()
    return Muted(until=_until(until), retry_after=math.ceil(left) if left < 10**8 else None)


def _until(end: datetime) -> str:
    return "for good" if end.year >= 9999 else f"until {end:%Y-%m-%d %H:%M:%S} UTC"
