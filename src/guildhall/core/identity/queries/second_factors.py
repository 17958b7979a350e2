"""One-time codes, recovery codes, and the proofs that are under way."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query


class Totp(Struct, frozen=True):
    """A second factor. `secret` is sealed."""

    secret: str
    confirmed_at: datetime | None
    last_step: int


class Challenge(Struct, frozen=True):
    """A proof that is under way: whose it is, where that is known already, and what is to be signed."""

    user_id: UUID | None
    challenge: bytes | None
    credentials: int | None


totp_for_update = Query(
    Totp,
    "select secret, confirmed_at, last_step from core.totp where user_id = $1 for update",
    UUID,
)

begin_totp = Command(
    """
    insert into core.totp as t (user_id, secret, created_at) values ($1, $2, $3)
    on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0
    where t.confirmed_at is null
    """,
    UUID, str, datetime,
)  # fmt: skip

confirm_totp = Command("update core.totp set confirmed_at = $2 where user_id = $1", UUID, datetime)

use_step = Command("update core.totp set last_step = $2 where user_id = $1 and last_step < $2", UUID, int)

drop_totp = Command("delete from core.totp where user_id = $1", UUID)

add_recovery_codes = Command(
    "insert into core.recovery_codes (code_hash, user_id) select code_hash, $1 from unnest($2::bytea[]) code_hash",
    UUID,
    list[bytes],
)

drop_recovery_codes = Command("delete from core.recovery_codes where user_id = $1", UUID)

use_recovery_code = Command(
    "update core.recovery_codes set used_at = $3 where code_hash = $2 and user_id = $1 and used_at is null",
    UUID, bytes, datetime,
)  # fmt: skip

recovery_codes_left = Query(
    int,
    "select count(*)::int as codes from core.recovery_codes where user_id = $1 and used_at is null",
    UUID,
    proven=("codes",),
)

add_challenge = Command(
    """
    insert into core.sign_in_challenges (token_hash, kind, user_id, challenge, created_at, expires_at, credentials)
    values ($1, $2, $3, $4, $5, $6, $7)
    """,
    bytes, str, UUID | None, bytes | None, datetime, datetime, int | None,
)  # fmt: skip

# Counted and committed before the code is looked at: many connections at once have no more tries than one.
try_challenge = Query(
    Challenge,
    """
    update core.sign_in_challenges set tries = tries + 1
    where token_hash = $1 and kind = $2 and expires_at > $3 and tries < $4
    returning user_id, challenge, credentials
    """,
    bytes, str, datetime, int,
)  # fmt: skip

take_challenge = Query(
    Challenge,
    """
    delete from core.sign_in_challenges where token_hash = $1 and kind = $2 and expires_at > $3
    returning user_id, challenge, credentials
    """,
    bytes, str, datetime,
)  # fmt: skip

tidy_challenges = Command("delete from core.sign_in_challenges where expires_at < $1", datetime)

account_name = Query(str, "select coalesce(email, name) as name from core.users where id = $1", UUID, proven=("name",))
