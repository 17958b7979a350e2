"""The budget of calls to each game API."""

from guildhall.db.revision import steps

revision = "upstream_0001"
down_revision = None
branch_labels = ("upstream",)
depends_on = ("db_0001",)

UP = """
-- One row a game API: what is used of the present UTC minute and day, by all processes together.
-- A hot row only as far as a limited API is hot: tens of calls a second at most.
create table core.upstream_budgets (
    upstream      text primary key,
    minute_start  timestamptz not null,
    minute_used   int not null check (minute_used >= 0),
    day_start     timestamptz not null,
    day_used      int not null check (day_used >= 0),
    -- set by a 429: nobody calls before
    blocked_until timestamptz
) with (fillfactor = 50);
"""

DOWN = """
drop table core.upstream_budgets;
"""

upgrade, downgrade = steps(UP, DOWN)
