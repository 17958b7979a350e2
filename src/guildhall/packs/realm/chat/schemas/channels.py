"""Channels and their members, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import Badge, Level, Visibility
from guildhall.packs.realm.ids import ChannelId, GuildId, PartyId, RaidId, ServerId
from guildhall.text import LINE, TEXT

MemberRole = Literal["member", "moderator"]
ChannelName = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["general"])]
Description = Annotated[str, Meta(max_length=500, pattern=TEXT, examples=["Talk of everything"])]
Category = Annotated[str, Meta(min_length=1, max_length=80, pattern=LINE, examples=["Community"])]
SlowMode = Annotated[int, Meta(ge=0, le=21600, description="Seconds between two messages of one person")]


class ChannelRow(Struct, frozen=True):
    """A channel as it is shown to people who may know of it."""

    id: ChannelId
    name: str
    server_id: ServerId
    description: str | None
    visibility: Visibility
    category: str | None
    min_level: int
    message_count: int
    slow_mode_seconds: int
    guild_id: GuildId | None
    party_id: PartyId | None
    raid_id: RaidId | None
    closed_at: datetime | None
    created_at: datetime


class ChannelView(Struct, frozen=True):
    """A channel as somebody sees it. One that follows a guild, party or raid has their members."""

    id: ChannelId
    name: str
    server_id: ServerId
    description: str | None
    visibility: Visibility
    category: str | None
    min_level: int
    message_count: int
    slow_mode_seconds: int
    guild_id: GuildId | None
    party_id: PartyId | None
    raid_id: RaidId | None
    closed_at: datetime | None
    created_at: datetime
    member_role: MemberRole | None
    may_read: bool
    may_write: bool
    may_moderate: bool


class ChannelRequest(Struct, frozen=True):
    """A channel to open."""

    name: ChannelName
    description: Description | None = None
    visibility: Visibility = "public"
    category: Category | None = None
    min_level: Level = 1
    slow_mode_seconds: SlowMode = 0


class ChannelChange(Struct, frozen=True):
    """A change of a channel; a field that is left out stays."""

    name: ChannelName | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    visibility: Visibility | UnsetType = UNSET
    category: Category | UnsetType | None = UNSET
    min_level: Level | UnsetType = UNSET
    slow_mode_seconds: SlowMode | UnsetType = UNSET
    closed: bool | UnsetType = UNSET


class LockedChannel(Struct, frozen=True):
    """A locked channel, to be changed. The columns of queries.channels.channel_to_change."""

    id: ChannelId
    server_id: ServerId
    name: str
    description: str | None
    visibility: Visibility
    category: str | None
    min_level: int
    slow_mode_seconds: int
    closed_at: datetime | None
    follows: bool


class Member(Struct, frozen=True):
    """A member of a channel."""

    user_id: UserId
    username: str
    role: MemberRole
    joined_at: datetime


class MemberRequest(Struct, frozen=True):
    """The role of a member, to be set."""

    role: MemberRole = "member"


class MemberSubject(Struct, frozen=True):
    """A person who is or becomes a member. The columns of queries.channels.member_subject."""

    id: UserId
    badge: Badge
    role: MemberRole | None
