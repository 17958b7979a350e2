"""Guilds as they are asked for, as they are read, and as they are held while something changes."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.names import ClientKey
from guildhall.packs.realm.guilds.rules import Act, GuildStanding, Rank
from guildhall.packs.realm.ids import ChannelId, ExperienceGrantId, GuildId, ServerId
from guildhall.text import LINE, TEXT

GuildName = Annotated[str, Meta(min_length=2, max_length=60, pattern=LINE, examples=["The Iron Lanterns"])]
GuildText = Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["We raid on Fridays."])]
GuildSize = Annotated[int, Meta(ge=1, le=1000)]
GuildOrder = Literal["newest", "level", "conquest_points"]


class GuildRequest(Struct, frozen=True):
    """A guild to found."""

    name: GuildName
    description: GuildText | None = None
    max_members: GuildSize = 500


class GuildChange(Struct, frozen=True):
    """A change of a guild; a field that is left out stays. A description of null removes it."""

    name: GuildName | UnsetType = UNSET
    description: GuildText | UnsetType | None = UNSET
    max_members: GuildSize | UnsetType = UNSET


class RankRequest(Struct, frozen=True):
    """The rank that a member is to have. The lead is handed on instead."""

    rank: Literal["officer", "member"]


class RankRights(Struct, frozen=True):
    """The permissions of a rank. `daily_withdrawal` is in copper within 24 hours; null is no limit."""

    rank: Rank
    may: tuple[Act, ...]
    daily_withdrawal: int | None


class GuildCard(Struct, frozen=True):
    """One line of a list of guilds."""

    id: GuildId
    name: str
    leader_id: UserId
    leader_name: str
    level: int
    member_count: int
    max_members: int
    territory: str | None
    conquest_points: int
    war_status: GuildStanding
    created_at: datetime


class Guild(Struct, frozen=True):
    """A guild as everybody of its server sees it.

    `own_rank` is the viewer's. `treasury_balance`, in copper, and `channel_id` are for its members and null for
    others. `war_status` is that of this moment.
    """

    id: GuildId
    name: str
    server_id: ServerId
    leader_id: UserId
    leader_name: str
    level: int
    experience: int
    member_count: int
    max_members: int
    territory: str | None
    conquest_points: int
    war_status: GuildStanding
    description: str | None
    created_at: datetime
    disbanded_at: datetime | None
    own_rank: Rank | None
    treasury_balance: int | None
    channel_id: ChannelId | None


class GuildMember(Struct, frozen=True):
    """A member of a guild. `contribution` is what they have deposited and earned for it, in copper."""

    user_id: UserId
    username: str
    level: int
    rank: Rank
    joined_at: datetime
    contribution: int


class Membership(Struct, frozen=True):
    """A person's membership in a guild."""

    user_id: UserId
    rank: Rank
    joined_at: datetime


class GuildInvitation(Struct, frozen=True):
    """An invitation to a guild, as the one who is invited sees it."""

    guild_id: GuildId
    name: str
    level: int
    member_count: int
    created_at: datetime
    expires_at: datetime


class HeldGuild(Struct, frozen=True):
    """A guild that is held for a change."""

    id: GuildId
    server_id: ServerId
    leader_id: UserId
    name: str
    description: str | None
    level: int
    experience: int
    treasury_balance: int
    member_count: int
    max_members: int
    disbanded_at: datetime | None
    channel_id: ChannelId | None


class ExperienceRequest(Struct, frozen=True):
    """Experience that the game grants. `user_id` is who earned it, if it was one person."""

    amount: Annotated[int, Meta(ge=1, le=10**9)]
    client_key: ClientKey
    user_id: UserId | None = None


class ExperienceGrant(Struct, frozen=True):
    """Experience that was granted, and what the guild had then."""

    id: ExperienceGrantId
    user_id: UserId | None
    amount: int
    total_after: int
    level_after: int
    created_at: datetime


class Granted(Struct, frozen=True):
    """The result of a grant. `again` if it was made before and nothing was added now."""

    grant: ExperienceGrant
    again: bool
