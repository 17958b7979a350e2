"""Keys that are kept fresh."""

from guildhall.db.revision import steps

revision = "fresh_0001"
down_revision = None
branch_labels = ("fresh",)
depends_on = ("db_0001", "identity_0001")

UP = """
-- A key that a declaration keeps fresh.
create table core.fresh_rows (
    -- of the declaration
    name         text collate "C" not null check (char_length(name) between 1 and 60),
    key          text collate "C" not null check (char_length(key) between 1 and 200),
    -- the person whom the key belongs to, if it is anybody's
    user_id      uuid references core.users on delete cascade,
    kept_since   timestamptz not null,
    -- the latest time that somebody asked for it, to some minutes
    asked_at     timestamptz not null,
    due_at       timestamptz not null,
    -- since when somebody waits for it
    wanted_at    timestamptz,
    refreshed_at timestamptz,
    failures     int not null default 0 check (failures >= 0),
    last_error   text,
    -- the game said then that there is no such thing; it is asked again when the key is due
    gone_at      timestamptz,
    -- the batch that refreshes it now, and until when nobody else does, by the database's clock
    holder       uuid,
    leased_until timestamptz,
    primary key (name, key)
)
-- A claim and its end change columns without an index: there is room for the new row on the same page.
with (fillfactor = 80);

-- A claim takes the rows that are due in this order, after those that somebody waits for.
create index fresh_rows_due on core.fresh_rows (name, due_at);
create index fresh_rows_wanted on core.fresh_rows (name, wanted_at) where wanted_at is not null;
create index fresh_rows_by_user on core.fresh_rows (user_id) where user_id is not null;
"""

DOWN = """
drop table core.fresh_rows;
"""

upgrade, downgrade = steps(UP, DOWN)
