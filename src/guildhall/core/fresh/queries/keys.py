"""Keys, as packs keep, want and forget them, and as commands show them."""

from datetime import datetime

from guildhall.core.fresh.schemas import Counted, Kept
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

COLUMNS = """name, key, user_id, kept_since, asked_at, due_at, wanted_at, refreshed_at, failures, last_error, gone_at,
       leased_until"""


@rows(
    bool,
    """
    insert into core.fresh_rows as r (name, key, user_id, kept_since, asked_at, due_at)
    select :name, k.key, :user_id, :now, :now, :due_at from unnest(:keys::text[]) k (key) order by k.key
    on conflict (name, key) do update set asked_at = excluded.asked_at
    where r.asked_at < :asked_before or r.gone_at is not null
    returning r.xmax = 0 as added
    """,
    proven=("added",),
)
def keep(
    name: str, keys: list[str], user_id: UserId | None, now: datetime, due_at: datetime, asked_before: datetime
) -> None:
    """Keep keys; a row for each that changed, true for a new one. Who asks often is written down now and then."""


@rows(
    tuple[bool, datetime, datetime | None],
    """
    insert into core.fresh_rows as r (name, key, user_id, kept_since, asked_at, due_at, wanted_at)
    values (:name, :key, :user_id, :now, :now, :now, :now)
    on conflict (name, key) do update
    set asked_at = excluded.asked_at,
        wanted_at = case
            when r.gone_at is not null then null
            when r.wanted_at is not null and (r.leased_until is null or r.leased_until <= now()) then r.wanted_at
            else excluded.wanted_at
        end,
        due_at = case when r.gone_at is null and r.failures = 0 then least(r.due_at, excluded.due_at)
                 else r.due_at end
    returning r.xmax = 0 as added, r.due_at, r.gone_at
    """,
    proven=("added",),
)
def want(name: str, key: str, user_id: UserId | None, now: datetime) -> None:
    """Note that somebody waits for a key. One that fails keeps its wait; one that is refreshed now is so once more."""


@command(
    """
    update core.fresh_rows r
    set due_at = least(r.due_at, :now), wanted_at = :now, asked_at = :now, failures = 0, last_error = null,
        gone_at = null
    where r.name = :name and r.key = any(:keys::text[])
    """,
)
def begin_anew(name: str, keys: list[str], now: datetime) -> None:
    """Note that keys are due at once and wanted, whatever they waited for. Their leases stay."""


@rows(int, "select count(*)::int as kept from core.fresh_rows where name = :name")
def kept_count(name: str) -> None: ...


@command("delete from core.fresh_rows where name = :name and key = any(:keys::text[])")
def forget(name: str, keys: list[str]) -> None: ...


@command(
    """
    update core.fresh_rows r
    set due_at = u.due_at, refreshed_at = :now, failures = 0, last_error = null, wanted_at = null, gone_at = null
    from unnest(:keys::text[], :due_at::timestamptz[]) u (key, due_at)
    where r.name = :name and r.key = u.key
    """,
)
def note_refreshed(name: str, keys: list[str], due_at: list[datetime], now: datetime) -> None: ...


@rows(int, "select failures from core.fresh_rows where name = :name and key = :key for no key update")
def locked_failures(name: str, key: str) -> None: ...


@command(
    """
    update core.fresh_rows set failures = :failures, last_error = :last_error, due_at = :due_at, wanted_at = null
    where name = :name and key = :key
    """,
)
def note_failed(name: str, key: str, failures: int, last_error: str, due_at: datetime) -> None: ...


@rows(Kept, f"select {COLUMNS} from core.fresh_rows where name = :name and key = :key", hot=True)
def kept(name: str, key: str) -> None: ...


@rows(
    Kept,
    f"""
    select {COLUMNS} from core.fresh_rows
    where name = :name and key > :after
    order by key
    limit :limit
    """,
    hot=True,
)
def kept_page(name: str, after: str, limit: int) -> None: ...


@rows(
    Counted,
    """
    select r.name, count(*)::int as kept, (count(*) filter (where r.due_at <= :now))::int as due,
           (count(*) filter (where r.wanted_at is not null))::int as wanted,
           (count(*) filter (where r.failures > 0))::int as failing,
           (count(*) filter (where r.gone_at is not null))::int as gone,
           greatest(0, extract(epoch from :now - min(r.due_at)))::float8 as late_seconds
    from core.fresh_rows r
    group by r.name
    order by r.name
    """,
)
def counts(now: datetime) -> None: ...
