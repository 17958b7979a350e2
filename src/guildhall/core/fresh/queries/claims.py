"""Claims of what is due, and the ends of claimed keys."""

from datetime import datetime
from uuid import UUID

from guildhall.core.fresh.queries.keys import COLUMNS
from guildhall.core.fresh.schemas import Claimed, Kept, Waiting
from guildhall.db.statements import command, rows

_CLAIMED = "r.key, r.due_at, r.wanted_at, r.asked_at, r.refreshed_at, r.failures, r.gone_at"
_FREE = "(r.leased_until is null or r.leased_until <= now())"
_DUE = f"r.rank in (0, 1, 2) and r.due_at <= :now and {_FREE}"
"""A condition on the index beside the name, which names every rank there is."""
_DUE_NAMES = f"""
    select n.name from unnest(:names::text[]) n (name)
    left join core.fresh_halts h on h.name = n.name and greatest(h.until, h.background_until) > now()
    where (h.name is null and exists (select from core.fresh_rows r where r.name = n.name and {_DUE}))
       or (h.until <= now()
           and exists (select from core.fresh_rows r
                       where r.name = n.name and r.wanted_at is not null and r.due_at <= :now and {_FREE}))
"""
_HALTED = """
    select h.until > now() as whole, h.background_until > now() as background from core.fresh_halts h
    where h.name = :name
"""


@rows(str, _DUE_NAMES, proven=("name",))
def due_names(names: list[str], now: datetime) -> None:
    """The declarations that have something due and need not wait for their game API."""


@rows(bool, f"select exists ({_DUE_NAMES}) as due", proven=("due",))
def any_due(names: list[str], now: datetime) -> None: ...


@rows(
    Waiting,
    f"""
    select n.name, (select count(*)::int from (
               select from core.fresh_rows r where r.name = n.name and {_DUE} limit n.most) d) as due
    from unnest(:names::text[], :mosts::int[]) n (name, most)
    """,
    proven=("name", "due"),
)
def due_counts(names: list[str], mosts: list[int], now: datetime) -> None:
    """Count the keys that are due, of each declaration as far as its number."""


@rows(
    Kept,
    f"""
    select {COLUMNS} from core.fresh_rows r
    where r.name = :name and r.due_at <= :now
      and (:after::text is null or (-r.rank, r.due_at, r.key) > (
          select -l.rank, l.due_at, l.key from core.fresh_rows l where l.name = :name and l.key = :after))
    order by r.rank desc, r.due_at, r.key
    limit :limit
    """,
)
def due_page(name: str, now: datetime, after: str | None, limit: int) -> None:
    """The keys of a declaration that are due, the next in line first, behind one that is kept."""


@command(
    f"""
    with ranked as (
        select r.key, p.rank
        from core.fresh_rows r
        join core.users u on u.id = r.user_id
        cross join lateral (
            select (case
                        when exists (select from core.sessions s
                                     where s.user_id = u.id and s.ended_at is null and s.last_used_at > :here_since)
                        then 2
                        when u.subscription_tier = 'premium' then 1
                        else 0
                    end)::smallint as rank
        ) p
        where r.name = :name and {_DUE} and r.rank <> p.rank
        for update of r skip locked
    )
    update core.fresh_rows r set rank = ranked.rank
    from ranked
    where r.name = :name and r.key = ranked.key
    """
)
def rank_people(name: str, now: datetime, here_since: datetime) -> None:
    """Put the keys of people who were here since an instant first, then those of people who pay.

    Of what is due, and where that has changed: later changes are for the next time.
    """


@rows(
    Claimed,
    f"""
    with halted as ({_HALTED}), wanted as (
        select r.key from core.fresh_rows r
        where r.name = :name and r.wanted_at is not null and r.due_at <= :now and {_FREE}
          and not exists (select from halted where whole)
        order by r.wanted_at
        limit :limit
        for update skip locked
    ), due as (
        select d.key
        from unnest(array[2, 1, 0]::smallint[]) p (rank)
        cross join lateral (
            select r.key from core.fresh_rows r
            where r.name = :name and r.rank = p.rank and r.due_at <= :now and r.wanted_at is null and {_FREE}
              and not :wanted and not exists (select from halted where whole or background)
            order by r.due_at
            limit :limit
            for update skip locked
        ) d
        limit greatest(0, :limit - (select count(*) from wanted))
    ), claimed as (
        update core.fresh_rows r
        set holder = :holder, leased_until = now() + make_interval(secs => :seconds)
        from (select key from wanted union all select key from due) c
        where r.name = :name and r.key = c.key
        returning {_CLAIMED}, r.rank
    )
    select {_CLAIMED} from claimed r
    order by r.wanted_at nulls last, r.rank desc, r.due_at
    """,
    hot=True,
)
def claim(name: str, now: datetime, limit: int, wanted: bool, holder: UUID, seconds: float) -> None:
    """Claim what is due, first what somebody waits for, then by rank, then the stalest.

    The lease counts by the database's clock, so that processes whose clocks differ do not take it from each other.
    """


@rows(
    bool,
    f"""
    with halted as ({_HALTED})
    select exists (
        select from core.fresh_rows r
        where r.name = :name and {_DUE}
          and case
                  when r.wanted_at is not null then not exists (select from halted where whole)
                  else not :wanted and not exists (select from halted where whole or background)
              end
    ) as left_over
    """,
    proven=("left_over",),
)
def left_over(name: str, now: datetime, wanted: bool) -> None:
    """Return whether there is something to claim: after a claim, rows that somebody had locked."""


@rows(
    Claimed,
    f"""
    with free as (
        select r.key from core.fresh_rows r
        where r.name = :name and r.key = any(:keys::text[]) and {_FREE}
        order by r.key
        for update skip locked
    )
    update core.fresh_rows r
    set holder = :holder, leased_until = now() + make_interval(secs => :seconds)
    from free
    where r.name = :name and r.key = free.key
    returning {_CLAIMED}
    """,
)
def claim_keys(name: str, keys: list[str], holder: UUID, seconds: float) -> None:
    """Claim keys whether they are due or not, but for those that somebody else holds."""


@rows(str, f"select r.key from core.fresh_rows r where r.name = :name and r.key = any(:keys::text[]) and {_FREE}")
def free_keys(name: str, keys: list[str]) -> None:
    """Select keys that a claim has passed over because their rows were locked for an instant."""


@rows(
    str,
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
    from unnest(:holders::uuid[], :keys::text[], :wanted_at::timestamptz[], :endings::text[], :due_at::timestamptz[],
                :errors::text[]) u (holder, key, wanted_at, ending, due_at, error)
    where r.name = :name and r.key = u.key and r.holder = u.holder
    returning r.key
    """,
)
def finish(
    name: str,
    now: datetime,
    holders: list[UUID],
    keys: list[str],
    wanted_at: list[datetime | None],
    endings: list[str],
    due_at: list[datetime],
    errors: list[str | None],
) -> None:
    """End held keys in one statement; select those that were still held.

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
