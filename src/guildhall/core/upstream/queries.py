"""The budget of every game API, shared by all processes."""

from datetime import datetime

from guildhall.core.upstream.schemas import BudgetRow
from guildhall.db.statements import command, rows

COLUMNS = "upstream, minute_start, minute_used, day_start, day_used, blocked_until"


@rows(BudgetRow, f"select {COLUMNS} from core.upstream_budgets where upstream = :upstream")
def budget(upstream: str) -> None: ...


@rows(BudgetRow, f"select {COLUMNS} from core.upstream_budgets order by upstream")
def budgets() -> None: ...


@rows(
    BudgetRow,
    f"""
    insert into core.upstream_budgets as b (upstream, minute_start, minute_used, day_start, day_used)
    values (:upstream, :minute_start, 1, :day_start, 1)
    on conflict (upstream) do update
    set minute_used = case when b.minute_start between excluded.minute_start and :ahead then b.minute_used + 1
                      else 1 end,
        minute_start = case when b.minute_start between excluded.minute_start and :ahead then b.minute_start
                       else excluded.minute_start end,
        day_used = case when b.day_start between excluded.day_start and :ahead then b.day_used + 1 else 1 end,
        day_start = case when b.day_start between excluded.day_start and :ahead then b.day_start
                    else excluded.day_start end,
        blocked_until = case when b.blocked_until <= :now then b.blocked_until end
    where (b.blocked_until is null or b.blocked_until <= :now or b.blocked_until > :ahead + interval '1 day')
      and (:minute_limit::int is null or b.minute_used < :minute_limit
           or b.minute_start not between excluded.minute_start and :ahead)
      and (:day_limit::int is null or b.day_used < :day_limit or b.day_start not between excluded.day_start and :ahead)
    returning {COLUMNS}
    """,
)
def permit(
    upstream: str,
    minute_start: datetime,
    day_start: datetime,
    minute_limit: int | None,
    day_limit: int | None,
    now: datetime,
    ahead: datetime,
) -> None:
    """Takes one call of both windows at once, or nothing. A window that has passed counts as empty; a window
    that lies ahead (a process whose clock is fast began it) counts as the present one, until the time `ahead`. What is
    later than that came of a clock that was wrong, and counts for nothing.
    """


@command(
    """
    update core.upstream_budgets
    set minute_used = case when minute_start = :minute_start
        then greatest(minute_used, coalesce(:minute_used::int, 0)) else minute_used end,
        day_used = case when day_start = :day_start then greatest(day_used, coalesce(:day_used::int, 0))
            else day_used end
    where upstream = :upstream
      and ((minute_start = :minute_start and minute_used < coalesce(:minute_used::int, 0))
        or (day_start = :day_start and day_used < coalesce(:day_used::int, 0)))
    """,
)
def learn_usage(
    upstream: str, minute_start: datetime, minute_used: int | None, day_start: datetime, day_used: int | None
) -> None:
    """Raise our counts to those of the headers, never lower them: others may use the same address or key."""


@command(
    """
    insert into core.upstream_budgets as b (upstream, minute_start, minute_used, day_start, day_used, blocked_until)
    values (:upstream, :minute_start, 0, :day_start, 0, :blocked_until)
    on conflict (upstream) do update
    set blocked_until = case when b.blocked_until > excluded.blocked_until
                              and b.blocked_until <= excluded.blocked_until + interval '25 hours'
                        then b.blocked_until else excluded.blocked_until end
    """,
)
def block(upstream: str, minute_start: datetime, day_start: datetime, blocked_until: datetime) -> None:
    """Block calls until a time; a block that is longer stays, unless it came of a clock that was wrong."""
