"""Structs of API tokens."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.principals.schemas import Role


class ApiTokenHolder(Struct, frozen=True):
    """An API token and its owner."""

    id: UUID
    user_id: UUID
    role: Role
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenView(Struct, frozen=True):
    """An API token as its owner sees it."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
