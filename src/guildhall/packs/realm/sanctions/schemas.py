"""Sanctions and deletions, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.instants import Instant, Timed
from guildhall.packs.realm.access.schemas.permissions import Badge
from guildhall.packs.realm.moderation.schemas import Reason

SanctionKind = Literal["mute", "ban"]


Until = Annotated[datetime, Meta(tz=True, description="When it ends; without it, it is for good")]


class SanctionRequest(Timed, frozen=True):
    """A sanction to lay on somebody: on the server, or in one of its channels."""

    user_id: UUID
    kind: SanctionKind
    channel_id: UUID | None = None
    until: Until | None = None
    reason: Reason | None = None


class Sanction(Struct, frozen=True):
    """A sanction, as those see it who moderate. `until` null is for good."""

    id: UUID
    user_id: UUID
    username: str
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    reason: str | None
    issued_by: UUID | None
    created_at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: UUID | None


class OwnSanction(Struct, frozen=True):
    """A sanction that runs, as the one sees it on whom it lies."""

    id: UUID
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    reason: str | None
    created_at: datetime
    until: datetime | None


class SanctionSubject(Struct, frozen=True):
    """A person to be sanctioned. The columns of queries.moderation.sanction_subject."""

    id: UUID
    server_id: UUID
    badge: Badge
    leads_channel: bool


class SanctionRow(Struct, frozen=True):
    """A locked sanction, to be lifted. The columns of queries.moderation.sanction_to_lift."""

    id: UUID
    user_id: UUID
    server_id: UUID
    channel_id: UUID | None
    kind: SanctionKind
    issued_rank: int
    running: bool


class DeletionRequest(Timed, frozen=True):
    """Messages to delete: those named, or those of somebody since a time; in one channel, or on the whole server."""

    reason: Reason
    channel_id: UUID | None = None
    ids: Annotated[list[UUID], Meta(min_length=1, max_length=5000)] | None = None
    author_id: UUID | None = None
    since: Instant | None = None


class Deletion(Struct, frozen=True):
    """The messages that were deleted, the newest first; `more` says that there are others to delete."""

    deleted: list[UUID]
    more: bool
