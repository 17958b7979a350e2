"""The budget of every game API, shared by all processes."""

from datetime import datetime

from guildhall.core.upstream.schemas import BudgetRow
from guildhall.db.query import Command, Query

COLUMNS = "upstream, minute_start, minute_used, day_start, day_used, blocked_until"

budget = Query(BudgetRow, f"select {COLUMNS} from core.upstream_budgets where upstream = $1", str)

budgets = Query(BudgetRow, f"select {COLUMNS} from core.upstream_budgets order by upstream")

# Takes one call of both windows at once, or nothing. A window that has passed counts as empty; a window
# that lies ahead (a process whose clock is fast began it) counts as the present one.
permit = Query(
    BudgetRow,
    f"""
    insert into core.upstream_budgets as b (upstream, minute_start, minute_used, day_start, day_used)
    values ($1, $2, 1, $3, 1)
    on conflict (upstream) do update
    set minute_used = case when b.minute_start >= excluded.minute_start then b.minute_used + 1 else 1 end,
        minute_start = greatest(b.minute_start, excluded.minute_start),
        day_used = case when b.day_start >= excluded.day_start then b.day_used + 1 else 1 end,
        day_start = greatest(b.day_start, excluded.day_start)
    where (b.blocked_until is null or b.blocked_until <= $6)
      and ($4::int is null or b.minute_start < excluded.minute_start or b.minute_used < $4)
      and ($5::int is null or b.day_start < excluded.day_start or b.day_used < $5)
    returning {COLUMNS}
    """,
    str,
    datetime,
    datetime,
    int | None,
    int | None,
    datetime,
)

# What the headers say can only raise what we counted: others may use the same address or key.
learn_usage = Command(
    """
    update core.upstream_budgets
    set minute_used = case when minute_start = $2 then greatest(minute_used, coalesce($3::int, 0)) else minute_used end,
        day_used = case when day_start = $4 then greatest(day_used, coalesce($5::int, 0)) else day_used end
    where upstream = $1
      and ((minute_start = $2 and minute_used < coalesce($3::int, 0))
        or (day_start = $4 and day_used < coalesce($5::int, 0)))
    """,
    str,
    datetime,
    int | None,
    datetime,
    int | None,
)

block = Command(
    """
    insert into core.upstream_budgets as b (upstream, minute_start, minute_used, day_start, day_used, blocked_until)
    values ($1, $2, 0, $3, 0, $4)
    on conflict (upstream) do update
    set blocked_until = greatest(coalesce(b.blocked_until, excluded.blocked_until), excluded.blocked_until)
    """,
    str,
    datetime,
    datetime,
    datetime,
)
