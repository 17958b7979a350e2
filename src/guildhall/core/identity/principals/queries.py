"""Revoked sessions, API tokens and changed accounts."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(tuple[UserId, datetime], "select subject, at from core.revocations where at > :since")
def revoked_since(since: datetime) -> None: ...


@rows(None, "select pg_notify(:channel, :mark)")
def notify(channel: str, mark: str) -> None: ...


@command(
    """
    delete from core.revocations where subject in (
        select subject from core.revocations where at <= :before order by at limit :limit for update skip locked
    )
    """,
)
def forget_revocations(before: datetime, limit: int) -> None: ...
