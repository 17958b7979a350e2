"""Structs of API tokens."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.identity.ids import ApiTokenId
from guildhall.core.identity.principals.schemas import Role
from guildhall.ids import UserId


class ApiTokenHolder(Struct, frozen=True):
    """An API token and its owner."""

    id: ApiTokenId
    user_id: UserId
    role: Role
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenView(Struct, frozen=True):
    """An API token as its owner sees it."""

    id: ApiTokenId
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
