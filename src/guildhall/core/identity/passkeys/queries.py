"""Passkeys of accounts."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.identity.ids import PasskeyId
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


class PasskeyView(Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: PasskeyId
    name: str
    transports: list[str]
    created_at: datetime
    last_used_at: datetime | None


class Passkey(Struct, frozen=True):
    """The public key and the counter with which a passkey's signature is verified."""

    id: PasskeyId
    user_id: UserId
    public_key: bytes
    sign_count: int


class Registrant(Struct, frozen=True):
    """The name and the address of a passkey's owner."""

    name: str
    email: str | None


@rows(
    PasskeyView,
    """
    select id, name, transports, created_at, last_used_at
    from core.passkeys
    where user_id = :user
    order by id desc
    limit :limit
    """,
)
def passkeys_for(user: UserId, limit: int) -> None: ...


@rows(bytes, "select credential_id from core.passkeys where user_id = :user limit :limit")
def known_credentials(user: UserId, limit: int) -> None: ...


@rows(Registrant, "select name, email from core.users where id = :id for update")
def registrant(id: UserId) -> None: ...


@rows(
    PasskeyView,
    """
    insert into core.passkeys (id, user_id, credential_id, public_key, sign_count, transports, name, created_at)
    values (:id, :user, :credential, :public_key, :sign_count, :transports, :name, :now)
    on conflict (credential_id) do nothing
    returning id, name, transports, created_at, last_used_at
    """,
)
def add_passkey(
    id: PasskeyId,
    user: UserId,
    credential: bytes,
    public_key: bytes,
    sign_count: int,
    transports: list[str],
    name: str,
    now: datetime,
) -> None: ...


@rows(
    Passkey,
    "select id, user_id, public_key, sign_count from core.passkeys where credential_id = :credential for update",
    hot=True,
)
def passkey_of_credential(credential: bytes) -> None: ...


@command("update core.passkeys set sign_count = :sign_count, last_used_at = :now where id = :id")
def use_passkey(id: PasskeyId, sign_count: int, now: datetime) -> None: ...


@rows(
    PasskeyView,
    """
    update core.passkeys set name = :name where id = :id and user_id = :user
    returning id, name, transports, created_at, last_used_at
    """,
)
def rename_passkey(id: PasskeyId, user: UserId, name: str) -> None: ...


@command("delete from core.passkeys where id = :id and user_id = :user")
def drop_passkey(id: PasskeyId, user: UserId) -> None: ...
