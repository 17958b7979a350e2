"""Statements about accounts: kept by a sign-in, refreshed under leases, ended, forgotten.

Leases are timed by the database's own clock, so that machines whose clocks differ agree who holds one.
"""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ggg.schemas import (
    AccountColumns,
    AccountRow,
    Ended,
    Ending,
    Leased,
    PendingRevocation,
    Present,
)
from guildhall.packs.poe2.ids import RevocationId, Sub


@rows(
    AccountRow,
    """
    select user_id, sub, poe_account_name, scopes, state, access_token, refresh_token, access_expires_at,
           refresh_expires_at, lease, refresh_failures, retry_at
    from poe2.accounts where user_id = :user
    """,
)
def account(user: UserId) -> None: ...


@rows(
    AccountColumns,
    """
    select poe_account_name, state, ended_why, scopes, linked_at, signed_in_at, refresh_expires_at, forget_at
    from poe2.accounts where user_id = :user
    """,
)
def account_card(user: UserId) -> None: ...


@rows(
    Present,
    """
    select user_id, sub, poe_account_name, state from poe2.accounts
    where sub = :sub or user_id = :user or poe_account_name = :name
    order by user_id for update
    """,
)
def accounts_of_sign_in(sub: Sub, user: UserId, name: str) -> None:
    """Lock the accounts that a sign-in may change, in one order for all."""


@rows(
    bool,
    """
    select exists (select from core.identities
                   where provider = :provider and subject = :subject and linked_at >= :now) as new
    """,
    proven=("new",),
)
def linked_just_now(provider: str, subject: str, now: datetime) -> None: ...


@rows(
    bool,
    """
    select true as linked from core.identities
    where provider = :provider and subject = :subject and user_id = :user
    """,
)
def still_linked(provider: str, subject: str, user: UserId) -> None: ...


@command("update poe2.accounts set poe_account_name = sub::text where sub = :sub")
def forget_name(sub: Sub) -> None:
    """Take a name off an account that must have another one by now, for somebody else has it."""


@command(
    """
    insert into poe2.accounts as a
        (user_id, sub, poe_account_name, scopes, access_token, refresh_token, access_expires_at, refresh_expires_at,
         linked_at, signed_in_at, refreshed_at)
    values (:user, :sub, :name, :scopes, :access_token, :refresh_token, :access_expires_at, :refresh_expires_at,
            :now, :now, :now)
    on conflict (user_id) do update
    set poe_account_name = excluded.poe_account_name, scopes = excluded.scopes, state = 'linked', ended_why = null,
        ended_at = null, forget_at = null, access_token = excluded.access_token,
        refresh_token = excluded.refresh_token, access_expires_at = excluded.access_expires_at,
        refresh_expires_at = excluded.refresh_expires_at, lease = a.lease + 1, leased_until = null,
        refresh_failures = 0, retry_at = null, token_error = null, told_at = null, signed_in_at = excluded.signed_in_at,
        refreshed_at = excluded.refreshed_at
    """,
)
def keep(
    user: UserId,
    sub: Sub,
    name: str,
    scopes: list[str],
    access_token: str,
    refresh_token: str | None,
    access_expires_at: datetime,
    refresh_expires_at: datetime,
    now: datetime,
) -> None:
    """Keep what a sign-in has brought. The lease goes up, so that a refresh that is under way with the former token
    saves nothing over the new one.
    """


@rows(
    Leased,
    """
    update poe2.accounts
    set lease = lease + 1, leased_until = now() + make_interval(secs => :lease_seconds)
    where user_id = :user and state = 'linked' and refresh_token is not null
      and (leased_until is null or leased_until < now())
    returning user_id, refresh_token, refresh_expires_at, lease, refresh_failures
    """,
    proven=("refresh_token",),
)
def claim(user: UserId, lease_seconds: float) -> None:
    """Claim an account's lease. No row if another process holds it or the link has ended."""


@command(
    """
    update poe2.accounts
    set access_token = :access_token, refresh_token = coalesce(:refresh_token, refresh_token),
        access_expires_at = :access_expires_at, refreshed_at = :now, refresh_failures = 0, retry_at = null,
        token_error = null, leased_until = null
    where user_id = :user and lease = :lease and state = 'linked'
    """,
)
def save_refreshed(
    user: UserId,
    lease: int,
    access_token: str,
    refresh_token: str | None,
    access_expires_at: datetime,
    now: datetime,
) -> None:
    """Save new tokens, whose end stays that of the sign-in. A lease that is no longer ours saves nothing."""


@command(
    """
    update poe2.accounts
    set retry_at = :retry_at, leased_until = null, token_error = :token_error,
        refresh_failures = least(refresh_failures + 1, 1000)
    where user_id = :user and lease = :lease
    """,
)
def put_off(user: UserId, lease: int, retry_at: datetime, token_error: str) -> None: ...


@command("update poe2.accounts set leased_until = null where user_id = :user and lease = :lease")
def release(user: UserId, lease: int) -> None: ...


@rows(
    Ended,
    """
    update poe2.accounts
    set state = 'ended', ended_why = :why, ended_at = :now, forget_at = :forget_at, access_token = null,
        refresh_token = null, leased_until = null, lease = lease + 1, token_error = :token_error
    where user_id = :user and state = 'linked' and (:lease::bigint is null or lease = :lease)
    returning user_id, poe_account_name, signed_in_at
    """,
)
def end_link(
    user: UserId, why: str, forget_at: datetime | None, token_error: str, lease: int | None, now: datetime
) -> None: ...


@rows(
    Ended,
    """
    select user_id, poe_account_name, signed_in_at from poe2.accounts
    where user_id = :user and state = 'ended'
    """,
)
def ended_link(user: UserId) -> None: ...


@rows(
    Ending,
    """
    update poe2.accounts set told_at = :now
    where user_id in (
        select user_id from poe2.accounts
        where state = 'linked' and told_at is null and refresh_expires_at <= :until
        order by refresh_expires_at limit :limit for update skip locked
    )
    returning user_id, poe_account_name, signed_in_at, refresh_expires_at
    """,
)
def claim_ending(now: datetime, until: datetime, limit: int) -> None:
    """Select accounts whose link ends soon and who were not told so, and note that they are."""


@rows(
    UserId,
    """
    select user_id from poe2.accounts where state = 'linked' and refresh_expires_at <= :now
    order by refresh_expires_at limit :limit
    """,
)
def expired(now: datetime, limit: int) -> None: ...


@rows(
    bool,
    """
    select exists (select from poe2.accounts
                   where state = 'linked' and (refresh_expires_at <= :now
                                               or (told_at is null and refresh_expires_at <= :until)))
        or exists (select from poe2.accounts where forget_at <= :now) as due
    """,
    proven=("due",),
)
def upkeep_due(now: datetime, until: datetime) -> None: ...


@rows(
    UserId,
    """
    delete from poe2.accounts where user_id in (
        select user_id from poe2.accounts where forget_at <= :now order by forget_at limit :limit for update skip locked
    )
    returning user_id
    """,
)
def forget_revoked(now: datetime, limit: int) -> None: ...


@rows(Sub, "delete from poe2.accounts where user_id = :user returning sub")
def delete_account(user: UserId) -> None: ...


@rows(UserId, "delete from poe2.accounts where user_id = :user and sub = :sub returning user_id")
def delete_account_of(user: UserId, sub: Sub) -> None: ...


@rows(bool, "select exists (select from poe2.pending_revocations where due_at <= now()) as due", proven=("due",))
def revocation_due() -> None: ...


@rows(
    PendingRevocation,
    """
    update poe2.pending_revocations p
    set due_at = now() + make_interval(secs => 60 * power(2, least(p.tries, 10))), tries = p.tries + 1
    from (select id, created_at from poe2.pending_revocations where due_at <= now()
          order by due_at limit :limit for update skip locked) due
    where p.id = due.id and p.created_at = due.created_at
    returning p.id, p.created_at, p.refresh_token, p.tries
    """,
)
def claim_revocations(limit: int) -> None: ...


@command("delete from poe2.pending_revocations where id = :id and created_at = :created_at")
def revoked(id: RevocationId, created_at: datetime) -> None: ...
