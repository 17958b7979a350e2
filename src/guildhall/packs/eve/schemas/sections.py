"""The state of a character's sections."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from msgspec import Struct

Section = Literal[
    "skills",
    "skill_queue",
    "attributes",
    "mail",
    "mail_labels",
    "orders",
    "order_history",
    "industry",
    "planets",
    "wallet",
    "wallet_journal",
    "wallet_transactions",
    "location",
    "notifications",
]
SECTIONS: tuple[Section, ...] = get_args(Section)


class SectionSync(Struct, frozen=True):
    """A section's row. `expires_at` is the instant before which ESI must not be asked; without `due_at` it rests."""

    character: UUID
    section: Section
    synced_at: datetime | None
    as_of: datetime | None
    expires_at: datetime | None
    due_at: datetime | None
    etag: str | None
    last_modified: str | None
    failures: int
    error: str | None
    imported: bool
    content_hash: bytes | None
    cursor: int | None
