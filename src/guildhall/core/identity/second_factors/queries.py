"""One-time codes, recovery codes, and the proofs that are under way."""

from datetime import datetime

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


class Totp(Struct, frozen=True):
    """A second factor. `secret` is sealed."""

    secret: str
    confirmed_at: datetime | None
    last_step: int


@rows(Totp, "select secret, confirmed_at, last_step from core.totp where user_id = :user for update")
def totp_for_update(user: UserId) -> None: ...


@command(
    """
    insert into core.totp as t (user_id, secret, created_at) values (:user, :secret, :now)
    on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0
    where t.confirmed_at is null
    """,
)
def begin_totp(user: UserId, secret: str, now: datetime) -> None: ...


@command("update core.totp set confirmed_at = :now where user_id = :user")
def confirm_totp(user: UserId, now: datetime) -> None: ...


@command("update core.totp set last_step = :last_step where user_id = :user and last_step < :last_step")
def use_step(user: UserId, last_step: int) -> None: ...


@command("delete from core.totp where user_id = :user")
def drop_totp(user: UserId) -> None: ...


@command(
    """
    insert into core.recovery_codes (code_hash, user_id) select code_hash, :user
    from unnest(:code_hashes::bytea[]) code_hash
    """,
)
def add_recovery_codes(user: UserId, code_hashes: list[bytes]) -> None: ...


@command("delete from core.recovery_codes where user_id = :user")
def drop_recovery_codes(user: UserId) -> None: ...


@command(
    """
    update core.recovery_codes set used_at = :now
    where code_hash = :code_hash and user_id = :user and used_at is null
    """,
)
def use_recovery_code(user: UserId, code_hash: bytes, now: datetime) -> None: ...


@rows(
    int,
    "select count(*)::int as codes from core.recovery_codes where user_id = :user and used_at is null",
    proven=("codes",),
)
def recovery_codes_left(user: UserId) -> None: ...


@rows(str, "select coalesce(email, name) as name from core.users where id = :id", proven=("name",))
def account_name(id: UserId) -> None: ...
