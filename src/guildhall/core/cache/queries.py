"""The durable tier: `core.cached_data`, and the leases that let one process fetch for all."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.cache.schemas import CacheCount, StoredAnswer
from guildhall.db.statements import command, rows


@rows(
    StoredAnswer, "select data, status, as_of, expires_at from core.cached_data where cache_key = :cache_key", hot=True
)
def stored_answer(cache_key: str) -> None: ...


@rows(
    CacheCount,
    """
    select split_part(cache_key, ':', 1) as kind, count(*)::int as answers,
           (count(*) filter (where expires_at < :now))::int as expired,
           coalesce(sum(octet_length(data::text)), 0)::bigint as bytes
    from core.cached_data
    group by 1
    order by 1
    """,
)
def cache_counts(now: datetime) -> None: ...


@command(
    """
    insert into core.cached_data as c (id, cache_key, data, status, as_of, expires_at, created_at)
    values (:id, :cache_key, :data, :status, :as_of, :expires_at, :now)
    on conflict (cache_key) do update
    set data = excluded.data, status = excluded.status, as_of = excluded.as_of, expires_at = excluded.expires_at
    where c.as_of <= excluded.as_of
    """,
)
def store_answer(
    id: UUID, cache_key: str, data: bytes, status: int, as_of: datetime, expires_at: datetime, now: datetime
) -> None:
    """An answer that is older than the one there never replaces it: two processes may end in any order."""


@command(
    """
    delete from core.cached_data where ctid = any(array(
        select found.ctid
        from (
            select k as low, k as high from unnest(:cache_keys::text[]) k
            union all select p, p || chr(1114111) from unnest(:prefixes::text[]) p
            order by low
        ) r
        cross join lateral (
            select c.ctid from core.cached_data c where c.cache_key between r.low and r.high
            order by c.cache_key for update
        ) found
    ))
    """,
)
def forget(cache_keys: list[str], prefixes: list[str]) -> None:
    """Forget answers by their keys, and those whose keys have a prefix: ranges, which any plan finds by the index."""


@command(
    """
    delete from core.cached_data where id in (
        select id from core.cached_data where expires_at < :before order by expires_at limit :limit
    )
    """,
)
def forget_expired(before: datetime, limit: int) -> None: ...


@command(
    """
    delete from core.cache_leases where cache_key in (
        select cache_key from core.cache_leases
        where cache_key = any(:cache_keys)
          or exists (select 1 from unnest(:prefixes::text[]) p where starts_with(cache_key, p))
        order by cache_key for update
    )
    """,
)
def end_leases(cache_keys: list[str], prefixes: list[str]) -> None:
    """An invalidation ends the leases too: what was asked for before it must not be stored after it."""


@command("delete from core.cache_leases where expires_at < :before")
def forget_leases(before: datetime) -> None: ...


@rows(
    bool,
    """
    insert into core.cache_leases as l (cache_key, holder, expires_at)
    values (:cache_key, :holder, now() + :lasts)
    on conflict (cache_key) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where l.expires_at < now()
    returning true as leased
    """,
)
def lease(cache_key: str, holder: UUID, lasts: timedelta) -> None:
    """The holder that died is replaced when its time is up."""


@command("delete from core.cache_leases where cache_key = :cache_key and holder = :holder")
def release_lease(cache_key: str, holder: UUID) -> None: ...


@rows(None, "select pg_notify(:channel, :payload)")
def tell(channel: str, payload: str) -> None: ...
