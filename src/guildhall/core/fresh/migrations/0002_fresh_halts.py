"""Declarations that wait for their game API.

A revision of its own: Alembic notes no head that a pack's revision depends on, and would forget it with the pack.
"""

from guildhall.db.revision import steps

revision = "fresh_0002"
down_revision = "fresh_0001"
branch_labels = None
depends_on = None

UP = """
-- Declarations whose game API asked for a pause, or does not answer.
create table core.fresh_halts (
    name             text primary key,
    -- nothing is refreshed before
    until            timestamptz not null,
    -- nothing is refreshed before that nobody waits for
    background_until timestamptz not null,
    why              text not null,
    -- rounds in a row that refreshed nothing: each waits longer than the one before
    fruitless        int not null default 0 check (fruitless >= 0)
);
"""

DOWN = """
drop table core.fresh_halts;
"""

upgrade, downgrade = steps(UP, DOWN)
