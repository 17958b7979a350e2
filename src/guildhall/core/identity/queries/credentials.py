"""The number of an account's credentials, held while what somebody knows of it is acted upon."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows


@rows(int, "select credentials from core.users where id = :id for no key update")
def hold_for_change(id: UUID) -> None: ...


@rows(int, "select credentials from core.users where id = :id for share")
def hold_for_sign_in(id: UUID) -> None: ...


@command("update core.users set credentials = credentials + 1 where id = :id")
def note_change(id: UUID) -> None: ...


@command("delete from core.totp where user_id = :user and confirmed_at is null")
def drop_second_factor_begun(user: UUID) -> None: ...


@rows(UUID, "select id from core.sessions where id = :id and ended_at is null and expires_at > :now")
def session_lives(id: UUID, now: datetime) -> None: ...


@rows(
    UUID,
    """
    select id from core.api_tokens
    where id = :id and revoked_at is null and (expires_at is null or expires_at > :now)
    """,
)
def token_lives(id: UUID, now: datetime) -> None: ...
