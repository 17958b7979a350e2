"""Tokens: who refreshes which, saved under a fence; and tokens on their way to be revoked.

Leases are timed by the database's own clock, so that machines whose clocks differ agree who holds one.
"""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.characters import Leased, PendingRevocation, Tokens

tokens = Query(
    Tokens,
    """
    select id, user_id, character_id, character_name, owner_hash, token_state, token_expires_at, access_token,
           refresh_token, lease, refresh_due_at, refresh_failures
    from eve.characters where id = $1
    """,
    UUID,
)

_LEASED = """c.id, c.user_id, c.character_id, c.character_name, c.owner_hash, c.refresh_token, c.lease,
        c.refresh_failures"""

# Characters whose token is to be refreshed ahead of its end, the most pressing first: only those of which something
# is due before the next token would end ($4). Each is this process's alone for $3 seconds.
claim_due = Query(
    Leased,
    f"""
    with due as (
        select id from eve.characters
        where refresh_due_at <= $1 and token_state = 'valid' and refresh_token is not null and sync_due_at <= $4
          and (leased_until is null or leased_until < now())
        order by refresh_due_at
        limit $2
        for update skip locked
    )
    update eve.characters c
    set lease = c.lease + 1, leased_until = now() + make_interval(secs => $3)
    from due where c.id = due.id
    returning {_LEASED}
    """,
    datetime,
    int,
    float,
    datetime,
    proven=("refresh_token",),
)

# Whether a claim has passed rows over that somebody had locked for an instant.
any_due = Query(
    bool,
    """
    select exists (select from eve.characters
                   where refresh_due_at <= $1 and token_state = 'valid' and refresh_token is not null
                     and sync_due_at <= $2 and (leased_until is null or leased_until < now())) as due
    """,
    datetime,
    datetime,
    proven=("due",),
)

refresh_due = Query(
    bool, "select exists (select from eve.characters where refresh_due_at <= $1) as due", datetime, proven=("due",)
)

revocation_due = Query(
    bool, "select exists (select from eve.pending_revocations where due_at <= now()) as due", proven=("due",)
)

# One character's lease, for who needs its token now. No row when another process holds it or access has ended.
claim_one = Query(
    Leased,
    f"""
    update eve.characters c
    set lease = c.lease + 1, leased_until = now() + make_interval(secs => $2)
    where c.id = $1 and c.token_state = 'valid' and c.refresh_token is not null
      and (c.leased_until is null or c.leased_until < now())
    returning {_LEASED}
    """,
    UUID,
    float,
    proven=("refresh_token",),
)

# Characters that nobody needs just now wait for who does.
rest_unneeded = Command(
    """
    update eve.characters set refresh_due_at = null
    where refresh_due_at <= $1 and (sync_due_at is null or sync_due_at > $2 or token_state <> 'valid')
    """,
    datetime,
    datetime,
)

# New tokens of many characters. A lease that is no longer ours saves nothing: somebody signed in meanwhile, or we
# were taken for dead. The fence is the lease's number, which only goes up.
save_refreshed = Query(
    UUID,
    """
    update eve.characters c
    set access_token = u.access_token, refresh_token = coalesce(u.refresh_token, c.refresh_token),
        token_expires_at = u.expires_at, refresh_due_at = u.due_at, token_refreshed_at = $7, updated_at = $7,
        refresh_failures = 0, token_error = null,
        leased_until = case when u.access_token is null then c.leased_until end
    from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
         u (id, lease, access_token, refresh_token, expires_at, due_at)
    where c.id = u.id and c.lease = u.lease and c.token_state = 'valid'
    returning c.id
    """,
    list[UUID],
    list[int],
    list[str | None],
    list[str | None],
    list[datetime],
    list[datetime],
    datetime,
)

# A refresh that failed in a way that may pass: the token stays, and is tried again later.
put_off = Command(
    """
    update eve.characters
    set refresh_due_at = $3, leased_until = null, token_error = $4,
        refresh_failures = least(refresh_failures + 1, 1000)
    where id = $1 and lease = $2
    """,
    UUID,
    int,
    datetime,
    str,
)

release = Command("update eve.characters set leased_until = null where id = $1 and lease = $2", UUID, int)

still_leased = Query(bool, "select lease = $2 as held from eve.characters where id = $1 for update", UUID, int)

claim_revocations = Query(
    PendingRevocation,
    """
    update eve.pending_revocations p
    set due_at = now() + make_interval(secs => 60 * power(2, least(p.tries, 10))), tries = p.tries + 1
    from (select id, created_at from eve.pending_revocations where due_at <= now()
          order by due_at limit $1 for update skip locked) due
    where p.id = due.id and p.created_at = due.created_at
    returning p.id, p.created_at, p.refresh_token, p.tries
    """,
    int,
)

revoked = Command("delete from eve.pending_revocations where id = $1 and created_at = $2", UUID, datetime)
