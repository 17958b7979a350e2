"""Refreshes of tokens under leases, saved under a fence; and tokens to be revoked.

Leases are timed by the database's own clock, so that machines whose clocks differ agree who holds one.
"""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.eve.ids import CharacterId, RevocationId
from guildhall.packs.eve.kept import NEEDED
from guildhall.packs.eve.tokens.schemas import Leased, PendingRevocation, Tokens


@rows(
    Tokens,
    """
    select id, user_id, character_id, character_name, owner_hash, token_state, token_expires_at, access_token,
           refresh_token, lease, refresh_due_at, refresh_failures
    from eve.characters where id = :id
    """,
)
def tokens(id: CharacterId) -> None: ...


_LEASED = """c.id, c.user_id, c.character_id, c.character_name, c.owner_hash, c.refresh_token, c.lease,
        c.refresh_failures"""


@rows(
    Leased,
    f"""
    with due as (
        select c.id from eve.characters c
        where c.refresh_due_at <= :now and c.token_state = 'valid' and c.refresh_token is not null
          and (c.leased_until is null or c.leased_until < now()) and {NEEDED}
        order by c.refresh_due_at
        limit :limit
        for update of c skip locked
    )
    update eve.characters c
    set lease = c.lease + 1, leased_until = now() + make_interval(secs => :lease_seconds)
    from due where c.id = due.id
    returning {_LEASED}
    """,
    proven=("refresh_token",),
)
def claim_due(now: datetime, limit: int, lease_seconds: float, until: datetime) -> None:
    """Claim characters whose token is to be refreshed ahead of its end, the most pressing first.

    Only those of which something is due before the next token would end (`until`). Each is this process's alone for
    the seconds of the lease.
    """


@rows(
    bool,
    f"""
    select exists (select from eve.characters c
                   where c.refresh_due_at <= :now and c.token_state = 'valid' and c.refresh_token is not null
                     and (c.leased_until is null or c.leased_until < now()) and {NEEDED}) as due
    """,
    proven=("due",),
)
def any_due(now: datetime, until: datetime) -> None:
    """Return whether a claim has skipped rows that were locked for an instant."""


@rows(bool, "select exists (select from eve.characters where refresh_due_at <= :now) as due", proven=("due",))
def refresh_due(now: datetime) -> None: ...


@rows(bool, "select exists (select from eve.pending_revocations where due_at <= now()) as due", proven=("due",))
def revocation_due() -> None: ...


@rows(
    Leased,
    f"""
    update eve.characters c
    set lease = c.lease + 1, leased_until = now() + make_interval(secs => :lease_seconds)
    where c.id = :id and c.token_state = 'valid' and c.refresh_token is not null
      and (c.leased_until is null or c.leased_until < now())
    returning {_LEASED}
    """,
    proven=("refresh_token",),
)
def claim_one(id: CharacterId, lease_seconds: float) -> None:
    """Claim one character's lease to use its token now. No row if another process holds it or access has ended."""


@command(
    f"""
    update eve.characters c set refresh_due_at = null
    where c.refresh_due_at <= :now and (c.token_state <> 'valid' or not {NEEDED})
    """,
)
def rest_unneeded(now: datetime, until: datetime) -> None:
    """Postpone refreshes of characters whose tokens are not needed now."""


@rows(
    CharacterId,
    """
    update eve.characters c
    set access_token = u.access_token, refresh_token = coalesce(u.refresh_token, c.refresh_token),
        token_expires_at = u.expires_at, refresh_due_at = u.due_at, token_refreshed_at = :now, updated_at = :now,
        refresh_failures = 0, token_error = null,
        leased_until = case when u.access_token is null then c.leased_until end
    from unnest(:ids::uuid[], :leases::bigint[], :access_tokens::text[], :refresh_tokens::text[],
                :expires_at::timestamptz[], :due_at::timestamptz[])
         u (id, lease, access_token, refresh_token, expires_at, due_at)
    where c.id = u.id and c.lease = u.lease and c.token_state = 'valid'
    returning c.id
    """,
)
def save_refreshed(
    ids: list[CharacterId],
    leases: list[int],
    access_tokens: list[str | None],
    refresh_tokens: list[str | None],
    expires_at: list[datetime],
    due_at: list[datetime],
    now: datetime,
) -> None:
    """Save new tokens of many characters.

    A lease that is no longer ours saves nothing: the owner has signed in meanwhile, or our process was taken for dead.
    The fence is the lease's number, which only goes up.
    """


@command(
    """
    update eve.characters
    set refresh_due_at = :refresh_due_at, leased_until = null, token_error = :token_error,
        refresh_failures = least(refresh_failures + 1, 1000)
    where id = :id and lease = :lease
    """,
)
def put_off(id: CharacterId, lease: int, refresh_due_at: datetime, token_error: str) -> None:
    """A refresh that failed in a way that may pass: the token stays, and is tried again later."""


@command("update eve.characters set leased_until = null where id = :id and lease = :lease")
def release(id: CharacterId, lease: int) -> None: ...


@rows(bool, "select lease = :lease as held from eve.characters where id = :id for update")
def still_leased(id: CharacterId, lease: int) -> None: ...


@rows(
    PendingRevocation,
    """
    update eve.pending_revocations p
    set due_at = now() + make_interval(secs => 60 * power(2, least(p.tries, 10))), tries = p.tries + 1
    from (select id, created_at from eve.pending_revocations where due_at <= now()
          order by due_at limit :limit for update skip locked) due
    where p.id = due.id and p.created_at = due.created_at
    returning p.id, p.created_at, p.refresh_token, p.tries
    """,
)
def claim_revocations(limit: int) -> None: ...


@command("delete from eve.pending_revocations where id = :id and created_at = :created_at")
def revoked(id: RevocationId, created_at: datetime) -> None: ...


@rows(
    bool,
    """
    with ended as (
        update eve.characters
        set token_state = :token_state, access_token = null, refresh_token = null, token_error = :token_error,
            refresh_due_at = null, leased_until = null, lease = lease + 1, updated_at = :now,
            told_at = coalesce(told_at, :now)
        where id = :id and token_state <> :token_state and token_state not in ('sold', 'removed')
        returning id
    ),
    dropped as (
        update eve.alarms a set state = 'dropped', checked_at = :now
        from ended where a.character = ended.id and a.state = 'pending' and :token_state in ('sold', 'removed')
    )
    select true as ended from ended
    """,
)
def end_access(id: CharacterId, token_state: str, token_error: str | None, now: datetime) -> None:
    """Access ends: tokens go, what is scheduled goes, history stays."""
