"""Structs of accounts, their tokens, and calls that count."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.core.vault.schemas import SealedColumn
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import RevocationId, Sub

ACCESS_TOKEN = SealedColumn("poe2.accounts", "access_token", key="user_id")
REFRESH_TOKEN = SealedColumn("poe2.accounts", "refresh_token", key="user_id")
State = Literal["linked", "ended"]
Why = Literal["expired", "revoked"]


Windows = dict[str, list[tuple[int, int, int]]]
"""The windows of a policy by rule, as they are stored."""


class PolicyRow(Struct, frozen=True):
    """The rules of a policy."""

    rules: Windows


class CallRow(Struct, frozen=True):
    """A call that may count in a window. Times are seconds of the database's clock; `ended` is None while it lasts."""

    user_id: UserId | None
    rule: str | None
    weight: int
    now: float
    ended: float | None


class AccountRow(Struct, frozen=True):
    """An account with its tokens, which are sealed."""

    user_id: UserId
    sub: Sub
    poe_account_name: str
    scopes: list[str]
    state: State
    access_token: str | None
    refresh_token: str | None
    access_expires_at: datetime
    refresh_expires_at: datetime
    lease: int
    refresh_failures: int
    retry_at: datetime | None

    def __repr__(self) -> str:
        return f"AccountRow(user_id={self.user_id}, state={self.state!r})"


class Present(Struct, frozen=True):
    """An account that a sign-in may be about: of this person at the game, of this user, or of this name."""

    user_id: UserId
    sub: Sub
    poe_account_name: str
    state: State


class Leased(Struct, frozen=True):
    """An account whose token this process refreshes alone while `lease` is the row's."""

    user_id: UserId
    refresh_token: str
    refresh_expires_at: datetime
    lease: int
    refresh_failures: int

    def __repr__(self) -> str:
        return f"Leased(user_id={self.user_id}, lease={self.lease})"


class Ended(Struct, frozen=True):
    """An account whose link has just ended."""

    user_id: UserId
    poe_account_name: str
    signed_in_at: datetime


class Ending(Struct, frozen=True):
    """An account whose link ends soon."""

    user_id: UserId
    poe_account_name: str
    signed_in_at: datetime
    refresh_expires_at: datetime


class PendingRevocation(Struct, frozen=True):
    """A refresh token on its way to be revoked, sealed under the user's id."""

    id: RevocationId
    created_at: datetime
    refresh_token: str
    tries: int

    def __repr__(self) -> str:
        return f"PendingRevocation(id={self.id}, tries={self.tries})"


class AccountCard(Struct, frozen=True):
    """Your Path of Exile account.

    `link_ends_at` is when you have to sign in again. `forget_at` is when everything is deleted because you have revoked
    our access there. `missing_scopes` are those that you have not allowed: a sign-in asks for them again.
    """

    poe_account_name: str
    state: State
    ended_why: Why | None
    scopes: list[str]
    missing_scopes: list[str]
    linked_at: datetime
    signed_in_at: datetime
    link_ends_at: datetime
    forget_at: datetime | None


class AccountColumns(Struct, frozen=True):
    """An account's row as its owner may see it."""

    poe_account_name: str
    state: State
    ended_why: Why | None
    scopes: list[str]
    linked_at: datetime
    signed_in_at: datetime
    refresh_expires_at: datetime
    forget_at: datetime | None
