"""The texts of written revisions, as hashes: an edited one is noticed."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "db_0005"
down_revision = "db_0004"
branch_labels = None
depends_on = None

# Processes compare at their start. Only migrations write.
UP = f"""
create table core.revision_digests (
    revision   text primary key,
    digest     text not null check (digest ~ '^[0-9a-f]{{64}}$'),
    applied_at timestamptz not null default now()
);
revoke insert, update, delete on core.revision_digests from {APP}, {JOBS};
"""

DOWN = """
drop table core.revision_digests;
"""

upgrade, downgrade = steps(UP, DOWN)
