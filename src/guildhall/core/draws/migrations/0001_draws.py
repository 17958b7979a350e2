"""The seeds of draws."""

from guildhall.db.policies import APP, JOBS, private_to_owner
from guildhall.db.revision import steps

revision = "draws_0001"
down_revision = None
branch_labels = ("draws",)
depends_on = ("db_0001", "identity_0001")

UP = f"""
-- Append-only. A draw's outcomes follow from its seed by the documented algorithm.
create table core.draws (
    id         uuid primary key,
    -- whose luck it was; null for a draw that is nobody's
    user_id    uuid references core.users on delete cascade,
    -- what was drawn: `wine.birth`
    purpose    text collate "C" not null check (purpose ~ '^[a-z][a-z0-9_]{{0,30}}[.][a-z][a-z0-9_]{{0,39}}$'),
    algorithm  smallint not null check (algorithm >= 1),
    seed       bytea not null check (octet_length(seed) = 32),
    -- what else the outcome followed from: odds, parents, versions of rules
    facts      jsonb check (octet_length(facts::text) <= 8192),
    created_at timestamptz not null
);
create index draws_of_person on core.draws (user_id, id desc) where user_id is not null;
{private_to_owner("core.draws", "user_id")}
revoke update, delete on core.draws from {APP}, {JOBS};
"""

DOWN = """
drop table core.draws;
"""

upgrade, downgrade = steps(UP, DOWN)
