"""The checkpoints of key rotations of the vault."""

from guildhall.db.policies import APP
from guildhall.db.revision import steps

revision = "vault_0001"
down_revision = None
branch_labels = ("vault",)
depends_on = ("db_0001",)

UP = f"""
-- One row a sealed column and key: a rotation that was stopped goes on behind the last row it has sealed.
create table core.vault_rotations (
    sealed_column   text not null,
    key_fingerprint text not null,
    -- the last row that is done, as text; null before the first
    after           text,
    resealed        bigint not null default 0 check (resealed >= 0),
    -- rows that no key opens: left as they are, and told
    broken          bigint not null default 0 check (broken >= 0),
    started_at      timestamptz not null,
    finished_at     timestamptz,
    primary key (sealed_column, key_fingerprint)
);
revoke insert, update, delete on core.vault_rotations from {APP};
"""

DOWN = "drop table core.vault_rotations;"

upgrade, downgrade = steps(UP, DOWN)
