"""The durable tier: `core.cached_data`, and the leases that let one process fetch for all."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.cache.schemas import CacheCount, StoredAnswer
from guildhall.db.query import Command, Query

stored_answer = Query(
    StoredAnswer,
    "select data, status, as_of, expires_at from core.cached_data where cache_key = $1",
    str,
    hot=True,
)

cache_counts = Query(
    CacheCount,
    """
    select split_part(cache_key, ':', 1) as kind, count(*)::int as answers,
           (count(*) filter (where expires_at < $1))::int as expired,
           coalesce(sum(octet_length(data::text)), 0)::bigint as bytes
    from core.cached_data
    group by 1
    order by 1
    """,
    datetime,
)

# An answer that is older than the one there never replaces it: two processes may end in any order.
store_answer = Command(
    """
    insert into core.cached_data as c (id, cache_key, data, status, as_of, expires_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (cache_key) do update
    set data = excluded.data, status = excluded.status, as_of = excluded.as_of, expires_at = excluded.expires_at
    where c.as_of <= excluded.as_of
    """,
    UUID,
    str,
    bytes,
    int,
    datetime,
    datetime,
    datetime,
)

forget_keys = Command("delete from core.cached_data where cache_key = any($1)", list[str])

forget_prefix = Command("delete from core.cached_data where starts_with(cache_key, $1)", str)

forget_expired = Command(
    """
    delete from core.cached_data where id in (
        select id from core.cached_data where expires_at < $1 order by expires_at limit $2
    )
    """,
    datetime,
    int,
)

# An invalidation ends the leases too: what was asked for before it must not be stored after it.
end_leases = Command(
    """
    delete from core.cache_leases where cache_key in (
        select cache_key from core.cache_leases
        where cache_key = any($1) or exists (select 1 from unnest($2::text[]) p where starts_with(cache_key, p))
        order by cache_key for update
    )
    """,
    list[str],
    list[str],
)

forget_leases = Command("delete from core.cache_leases where expires_at < $1", datetime)

# The holder that died is replaced when its time is up.
lease = Query(
    bool,
    """
    insert into core.cache_leases as l (cache_key, holder, expires_at)
    values ($1, $2, now() + $3)
    on conflict (cache_key) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where l.expires_at < now()
    returning true as leased
    """,
    str,
    UUID,
    timedelta,
)

release_lease = Command("delete from core.cache_leases where cache_key = $1 and holder = $2", str, UUID)

tell: Query[None] = Query(None, "select pg_notify($1, $2)", str, str)
