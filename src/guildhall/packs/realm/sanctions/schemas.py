"""Sanctions and deletions, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.instants import Instant, Timed
from guildhall.packs.realm.access.schemas.permissions import Badge
from guildhall.packs.realm.ids import ChannelId, MessageId, SanctionId, ServerId
from guildhall.packs.realm.moderation.schemas import Reason

SanctionKind = Literal["mute", "ban"]


Until = Annotated[datetime, Meta(tz=True, description="When it ends; without it, it is for good")]


class SanctionRequest(Timed, frozen=True):
    """A sanction to lay on somebody: on the server, or in one of its channels."""

    user_id: UserId
    kind: SanctionKind
    channel_id: ChannelId | None = None
    until: Until | None = None
    reason: Reason | None = None


class Sanction(Struct, frozen=True):
    """A sanction, as those see it who moderate. `until` null is for good."""

    id: SanctionId
    user_id: UserId
    username: str
    server_id: ServerId
    channel_id: ChannelId | None
    kind: SanctionKind
    reason: str | None
    issued_by: UserId | None
    created_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: UserId | None


class OwnSanction(Struct, frozen=True):
    """A sanction that runs, as the one sees it on whom it lies."""

    id: SanctionId
    server_id: ServerId
    channel_id: ChannelId | None
    kind: SanctionKind
    reason: str | None
    created_at: datetime
    until: datetime | None


class SanctionSubject(Struct, frozen=True):
    """A person to be sanctioned. The columns of queries.moderation.sanction_subject."""

    id: UserId
    server_id: ServerId
    badge: Badge
    leads_channel: bool


class SanctionRow(Struct, frozen=True):
    """A locked sanction, to be lifted. The columns of queries.moderation.sanction_to_lift."""

    id: SanctionId
    user_id: UserId
    server_id: ServerId
    channel_id: ChannelId | None
    kind: SanctionKind
    issued_rank: int
    running: bool


class DeletionRequest(Timed, frozen=True):
    """Messages to delete: those named, or those of somebody since a time; in one channel, or on the whole server."""

    reason: Reason
    channel_id: ChannelId | None = None
    ids: Annotated[list[MessageId], Meta(min_length=1, max_length=5000)] | None = None
    author_id: UserId | None = None
    since: Instant | None = None


class Deletion(Struct, frozen=True):
    """The messages that were deleted, the newest first; `more` says that there are others to delete."""

    deleted: list[MessageId]
    more: bool
