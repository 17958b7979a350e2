"""An order among the keys that are due, and times that Python can read."""

from guildhall.db.revision import steps

revision = "fresh_0003"
down_revision = "fresh_0002"
branch_labels = None
depends_on = None

UP = """
-- Of a key that is due: 2 while its person is here, 1 if its person pays, else 0. Written only by declarations that
-- put people first, once a minute and where it has changed.
alter table core.fresh_rows add column rank smallint not null default 0 check (rank between 0 and 2);

alter table core.fresh_rows add constraint fresh_rows_times_are_finite
    check (isfinite(due_at) and isfinite(asked_at) and isfinite(wanted_at) and isfinite(leased_until));

-- A claim takes the rows of the highest rank first; of one rank, those that have been due for longest.
drop index core.fresh_rows_due;
create index fresh_rows_due on core.fresh_rows (name, rank, due_at);
"""

DOWN = """
drop index core.fresh_rows_due;
create index fresh_rows_due on core.fresh_rows (name, due_at);
alter table core.fresh_rows drop constraint fresh_rows_times_are_finite, drop column rank;
"""

upgrade, downgrade = steps(UP, DOWN)
