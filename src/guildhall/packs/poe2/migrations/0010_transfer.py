"""Records of browsers and of export files that were imported."""

from guildhall.db.policies import private_to_owner
from guildhall.db.revision import steps

revision = "poe2_0010"
down_revision = "poe2_0009"
branch_labels = None
depends_on = None

UP = f"""
-- One row a record and person: a record that comes again is known by its hash.
create table poe2.imported_records (
    user_id      uuid not null references core.users on delete cascade,
    record_hash  bytea not null check (octet_length(record_hash) = 16),
    -- 'template', 'snapshot', or the key of the file that it stood under
    kind         text not null check (char_length(kind) between 1 and 100),
    -- the build or snapshot that it became
    item_id      uuid,
    -- an array of the record alone where nothing else was made of it
    data         jsonb,
    imported_at  timestamptz not null,
    primary key (user_id, record_hash),
    check (item_id is null or data is null)
);
{private_to_owner("poe2.imported_records", "user_id")}
"""

DOWN = """
drop table poe2.imported_records;
"""

upgrade, downgrade = steps(UP, DOWN)
