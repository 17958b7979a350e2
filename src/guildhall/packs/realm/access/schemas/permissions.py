"""Facts that permission checks read before a person does something."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.realm.access.rules.amounts import EXPERIENCE_MOST
from guildhall.packs.realm.ids import ChannelId, GuildId, PartyId, RaidId, ServerId

Badge = Literal["admin", "moderator", "vip", "standard"]
Visibility = Literal["public", "private", "restricted"]
MessageType = Literal["user", "system", "dm", "raid", "party", "guild"]


class Profile(Struct, frozen=True):
    """A person's character, as the rules need it. Times are UTC; `muted_until` and `banned_until` are the server's."""

    id: UserId
    username: str
    server_id: ServerId
    badge: Badge
    level: int
    is_active: bool
    muted_until: datetime | None
    banned_until: datetime | None

    @property
    def moderates(self) -> bool:
        """True for those who moderate the whole server."""
        return self.badge in ("admin", "moderator")


class ChannelFacts(Struct, frozen=True):
    """A channel and what somebody has to do with it. The columns of queries.access.channel_facts in order."""

    channel_id: ChannelId
    server_id: ServerId
    visibility: Visibility
    min_level: int
    slow_mode_seconds: int
    guild_id: GuildId | None
    party_id: PartyId | None
    raid_id: RaidId | None
    closed_at: datetime | None
    user_id: UserId
    home_id: ServerId
    badge: Badge
    level: int
    is_active: bool
    member_role: str | None
    belongs: bool
    """True for members of the guild, party or raid that the channel follows."""
    leads: bool
    """Leads it, or is an officer of it."""
    muted_until: datetime | None
    banned_until: datetime | None
    username: str = ""
    since: datetime | None = None
    """The time of admission to a raid's channel; earlier messages are not shown."""


class ChannelAccess(Struct, frozen=True):
    """A person's permissions in a channel. `type` is that of messages written there."""

    channel_id: ChannelId
    server_id: ServerId
    public: bool
    """True if everybody of the server may read: the channel's messages are part of the server's live log."""
    type: MessageType
    slow_mode_seconds: int
    may_write: bool
    may_moderate: bool
    username: str = ""
    since: datetime | None = None
    """The time before which messages are not shown; None if all are."""


Level = Annotated[int, Meta(ge=1, le=120)]


Experience = Annotated[int, Meta(ge=0, le=EXPERIENCE_MOST)]
