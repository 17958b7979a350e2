"""Structs of principals, and types of names."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.core.identity.ids import ApiTokenId, SessionId
from guildhall.db.policies import Viewer
from guildhall.ids import UserId
from guildhall.text import LINE

DOORKEEPER = Viewer(UserId(UUID("00000000-0000-4000-8000-000000000001")))
"""The system user of sign-in, which looks for a person who is not known yet. Sees accounts, never a pack's rows."""

Role = Literal["member", "moderator", "admin"]


class Principal(Struct, frozen=True):
    """The result of authentication.

    `scopes` are an API token's; None is a person's own session, which may do everything.

    `token` is the API token's id.
    """

    viewer: Viewer
    session: SessionId | None
    role: Role
    scopes: frozenset[str] | None = None
    token: ApiTokenId | None = None


ShortName = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["My phone"])]
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE, examples=["Mirelle"])]
