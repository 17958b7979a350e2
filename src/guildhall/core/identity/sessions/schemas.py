"""Structs of sessions, their devices and their tokens."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.core.identity.ids import IdentityId, SessionId
from guildhall.core.identity.principals.schemas import Role, ShortName
from guildhall.ids import UserId
from guildhall.text import WITHOUT_NUL

DeviceType = Literal["ios", "android", "web"]


PushToken = Annotated[str, Meta(min_length=1, max_length=4096, pattern=WITHOUT_NUL, examples=["phone-1"])]


class Device(Struct, frozen=True):
    """The device of a sign-in. `token` is its address for pushes."""

    name: ShortName | None = None
    type: DeviceType | None = None
    token: PushToken | None = None


class IdentityView(Struct, frozen=True):
    """An identity as its owner sees it."""

    id: IdentityId
    provider: str
    subject: str
    name: str
    linked_at: datetime
    last_used_at: datetime


class SessionTokens(Struct, frozen=True):
    """The tokens of a session, in the field names of RFC 6749 section 5.1, the same from every way to sign in.

    `expires_in` is the access token's lifetime in seconds. `identity` is there after a sign-in at a provider.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    session_id: SessionId
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (no secret)
    identity: IdentityView | UnsetType = UNSET

    def __repr__(self) -> str:
        return f"SessionTokens(session_id={self.session_id})"


class Standing(Struct, frozen=True):
    """The role of an account, and its suspension."""

    role: Role
    suspended_at: datetime | None


class TokenHolder(Struct, frozen=True):
    """The session whose present refresh token was shown."""

    id: SessionId
    user_id: UserId
    expires_at: datetime
    ended_at: datetime | None
    role: Role
    suspended_at: datetime | None


class SpentToken(Struct, frozen=True):
    """A refresh token that was used before."""

    session_id: SessionId
    user_id: UserId
    spent_at: datetime
    ended_at: datetime | None


class LiveSession(Struct, frozen=True):
    """A session that is good now."""

    id: SessionId
    user_id: UserId
    role: Role


class SessionView(Struct, frozen=True):
    """A session as its owner sees it. `push` says whether the device takes pushes."""

    id: SessionId
    method: str
    device_name: str | None
    device_type: str | None
    push: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class PageSession(Struct, frozen=True):
    """The session as its page sees it; the tokens are in cookies that it cannot read."""

    session_id: SessionId
    expires_in: int
