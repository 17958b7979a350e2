"""Passkeys of accounts."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query


class PasskeyView(Struct, frozen=True):
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    transports: list[str]
    created_at: datetime
    last_used_at: datetime | None


class Passkey(Struct, frozen=True):
    """What a passkey's signature is verified with."""

    id: UUID
    user_id: UUID
    public_key: bytes
    sign_count: int


class Registrant(Struct, frozen=True):
    """For whom a passkey is made."""

    name: str
    email: str | None


passkeys_for = Query(
    PasskeyView,
    """
    select id, name, transports, created_at, last_used_at
    from core.passkeys
    where user_id = $1
    order by id desc
    limit $2
    """,
    UUID,
    int,
)

known_credentials = Query(bytes, "select credential_id from core.passkeys where user_id = $1 limit $2", UUID, int)

registrant = Query(Registrant, "select name, email from core.users where id = $1 for update", UUID)

add_passkey = Query(
    PasskeyView,
    """
    insert into core.passkeys (id, user_id, credential_id, public_key, sign_count, transports, name, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (credential_id) do nothing
    returning id, name, transports, created_at, last_used_at
    """,
    UUID, UUID, bytes, bytes, int, list[str], str, datetime,
)  # fmt: skip

passkey_of_credential = Query(
    Passkey,
    "select id, user_id, public_key, sign_count from core.passkeys where credential_id = $1 for update",
    bytes,
    hot=True,
)

use_passkey = Command("update core.passkeys set sign_count = $2, last_used_at = $3 where id = $1", UUID, int, datetime)

rename_passkey = Query(
    PasskeyView,
    """
    update core.passkeys set name = $3 where id = $1 and user_id = $2
    returning id, name, transports, created_at, last_used_at
    """,
    UUID, UUID, str,
)  # fmt: skip

drop_passkey = Command("delete from core.passkeys where id = $1 and user_id = $2", UUID, UUID)
