"""Statements of rows kept fresh."""

from datetime import datetime
from uuid import UUID

from guildhall.core.fresh.schemas import Claimed, Counted, Halt, Kept
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

_COLUMNS = """name, key, user_id, kept_since, asked_at, due_at, wanted_at, refreshed_at, failures, last_error, gone_at,
       leased_until"""
_FREE = "(r.leased_until is null or r.leased_until <= now())"
_DUE_NAMES = f"""
    select n.name from unnest(:names::text[]) n (name)
    left join core.fresh_halts h on h.name = n.name and greatest(h.until, h.background_until) > now()
    where (h.name is null
           and exists (select from core.fresh_rows r where r.name = n.name and r.due_at <= :now and {_FREE}))
       or (h.until <= now()
           and exists (select from core.fresh_rows r
                       where r.name = n.name and r.wanted_at is not null and r.due_at <= :now and {_FREE}))
"""


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


@rows(Kept, f"select {_COLUMNS} from core.fresh_rows where name = :name and key = :key", hot=True)
def kept(name: str, key: str) -> None: ...


@rows(
    Kept,
    f"""
    select {_COLUMNS} from core.fresh_rows
    where name = :name and key > :after
    order by key
    limit :limit
    """,
    hot=True,
)
def kept_page(name: str, after: str, limit: int) -> None: ...


@rows(
    Kept,
    f"""
    select {_COLUMNS} from core.fresh_rows
    where name = :name and due_at <= :now and (:after_due::timestamptz is null or (due_at, key) > (:after_due, :after))
    order by due_at, key
    limit :limit
    """,
)
def due_page(name: str, now: datetime, after_due: datetime | None, after: str, limit: int) -> None:
    """The keys of a declaration that are due, the latest first in line."""


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


@rows(
    Halt,
    """
    select name, until, background_until, why from core.fresh_halts
    where greatest(until, background_until) > now()
    order by name
    """,
)
def halts() -> None: ...


@rows(str, _DUE_NAMES, proven=("name",))
def due_names(names: list[str], now: datetime) -> None:
    """The declarations that have something due and need not wait for their game API."""


@rows(bool, f"select exists ({_DUE_NAMES}) as due", proven=("due",))
def any_due(names: list[str], now: datetime) -> None: ...


@rows(
    Claimed,
    f"""
    with halted as (
        select h.until > now() as whole, h.background_until > now() as background from core.fresh_halts h
        where h.name = :name
    ), wanted as (
        select r.key from core.fresh_rows r
        where r.name = :name and r.wanted_at is not null and r.due_at <= :now and {_FREE}
          and not exists (select from halted where whole)
        order by r.wanted_at
        limit :limit
        for update skip locked
    ), due as (
        select r.key from core.fresh_rows r
        where r.name = :name and r.due_at <= :now and r.wanted_at is null and {_FREE}
          and not :wanted and not exists (select from halted where whole or background)
        order by r.due_at
        limit greatest(0, :limit - (select count(*) from wanted))
        for update skip locked
    ), claimed as (
        update core.fresh_rows r
        set holder = :holder, leased_until = now() + make_interval(secs => :seconds)
        from (select key from wanted union all select key from due) c
        where r.name = :name and r.key = c.key
        returning r.key, r.due_at, r.wanted_at, r.asked_at, r.refreshed_at, r.failures, r.gone_at
    )
    select key, due_at, wanted_at, asked_at, refreshed_at, failures, gone_at from claimed
    order by wanted_at nulls last, due_at
    """,
    hot=True,
)
def claim(name: str, now: datetime, limit: int, wanted: bool, holder: UUID, seconds: float) -> None:
    """Claim what is due, first what somebody waits for, then the stalest.

    The lease counts by the database's clock, so that processes whose clocks differ do not take it from each other.
    """


@rows(
    Claimed,
    f"""
    update core.fresh_rows r
    set holder = :holder, leased_until = now() + make_interval(secs => :seconds)
    where r.name = :name and r.key = :key and {_FREE}
    returning r.key, r.due_at, r.wanted_at, r.asked_at, r.refreshed_at, r.failures, r.gone_at
    """,
)
def claim_key(name: str, key: str, holder: UUID, seconds: float) -> None:
    """Claim one key whether it is due or not; no row while somebody else holds it."""


@command(
    """
    update core.fresh_rows r
    set holder = null, leased_until = null,
        due_at = case when u.ending = 'put_back' or r.wanted_at is distinct from u.wanted_at then r.due_at
                 else u.due_at end,
        wanted_at = case when u.ending = 'put_back' or r.wanted_at is distinct from u.wanted_at then r.wanted_at end,
        refreshed_at = case when u.ending = 'refreshed' then :now else r.refreshed_at end,
        failures = case u.ending when 'put_back' then r.failures when 'failed' then r.failures + 1 else 0 end,
        last_error = case u.ending when 'put_back' then r.last_error else u.error end,
        gone_at = case u.ending when 'gone' then :now when 'refreshed' then null else r.gone_at end
    from unnest(:keys::text[], :wanted_at::timestamptz[], :endings::text[], :due_at::timestamptz[], :errors::text[])
         u (key, wanted_at, ending, due_at, error)
    where r.name = :name and r.key = u.key and r.holder = :holder
    """,
)
def finish(
    name: str,
    holder: UUID,
    now: datetime,
    keys: list[str],
    wanted_at: list[datetime | None],
    endings: list[str],
    due_at: list[datetime],
    errors: list[str | None],
) -> None:
    """End a batch: what became of each key, in one statement.

    A key that somebody began to wait for meanwhile stays due. One that another batch holds by now is left to it.
    """


@command(
    """
    delete from core.fresh_rows r
    using unnest(:keys::text[], :asked_at::timestamptz[]) u (key, asked_at)
    where r.name = :name and r.key = u.key and r.holder = :holder and r.asked_at = u.asked_at and r.wanted_at is null
    """,
)
def drop(name: str, holder: UUID, keys: list[str], asked_at: list[datetime]) -> None:
    """Forget claimed keys that nobody has asked for meanwhile."""


@command(
    """
    insert into core.fresh_halts as h (name, until, background_until, why)
    values (:name, now() + make_interval(secs => :seconds), now() + make_interval(secs => :background_seconds), :why)
    on conflict (name) do update
    set until = greatest(h.until, excluded.until),
        background_until = greatest(h.background_until, excluded.background_until), why = excluded.why
    """,
)
def set_halt(name: str, seconds: float, background_seconds: float, why: str) -> None:
    """Pause a declaration from now on by the database's clock, and longer what nobody waits for."""


@command(
    """
    insert into core.fresh_halts as h (name, until, background_until, why, fruitless)
    values (:name, now() + make_interval(secs => :seconds), now() + make_interval(secs => :seconds), :why, 1)
    on conflict (name) do update
    set until = greatest(h.until, now() + make_interval(secs =>
            greatest(:seconds, least(:seconds * power(2, least(h.fruitless, 20)), :longest)))),
        background_until = greatest(h.background_until, excluded.background_until), why = excluded.why,
        fruitless = h.fruitless + 1
    """,
)
def halt_longer(name: str, seconds: float, longest: float, why: str) -> None:
    """Pause a declaration whose game API does not answer: as asked, doubled with each such pause up to `longest`."""


@command("update core.fresh_halts set fruitless = 0 where name = :name and fruitless > 0")
def note_fruit(name: str) -> None:
    """Note that the game API answers again."""


@command("delete from core.fresh_halts where name = :name")
def end_halt(name: str) -> None: ...
