"""Content by its hash, and who owns it for what."""

from guildhall.db.policies import APP, JOBS, private_to_owner
from guildhall.db.revision import steps

revision = "storage_0001"
down_revision = None
branch_labels = ("storage",)
depends_on = ("db_0001", "identity_0001")

UP = f"""
-- An object is in the store before its row commits, and goes from there before its row does.
create table core.storage_objects (
    -- SHA-256 of the original
    hash        bytea primary key check (octet_length(hash) = 32),
    kind        text not null check (kind in ('image')),
    media_type  text not null check (media_type ~ '^[a-z]+/[a-z0-9.+-]{{1,60}}$'),
    size        bigint not null check (size > 0),
    width       int not null check (width > 0),
    height      int not null check (height > 0),
    -- a file that had it was deleted then, so perhaps it has no owner; null while there certainly is one
    loosened_at timestamptz,
    created_at  timestamptz not null
);
create index storage_objects_loosened on core.storage_objects (loosened_at) where loosened_at is not null;

-- What is made of an original. The content's own hash is a part of its name in the store.
create table core.storage_variants (
    hash       bytea not null references core.storage_objects on delete cascade,
    variant    text collate "C" not null check (variant in ('large', 'small')),
    content    bytea not null check (octet_length(content) = 32),
    media_type text not null check (media_type ~ '^[a-z]+/[a-z0-9.+-]{{1,60}}$'),
    size       bigint not null check (size > 0),
    width      int not null check (width > 0),
    height     int not null check (height > 0),
    primary key (hash, variant)
);

-- A person's content for a purpose. People who keep the same bytes have a file each, and one object.
create table core.storage_files (
    id         uuid primary key,
    user_id    uuid not null references core.users on delete cascade,
    hash       bytea not null references core.storage_objects,
    purpose    text collate "C" not null check (purpose ~ '^[a-z][a-z0-9_]{{0,30}}[.][a-z][a-z0-9_]{{0,39}}$'),
    private    boolean not null,
    -- of all variants: what counts for the person's quota
    bytes      bigint not null check (bytes > 0),
    created_at timestamptz not null
);
create index storage_files_of_person on core.storage_files (user_id, id desc) include (bytes);
create index storage_files_of_object on core.storage_files (hash);
{private_to_owner("core.storage_files", "user_id")}
revoke update on core.storage_files from {APP}, {JOBS};
revoke update, delete on core.storage_objects from {APP};
revoke delete on core.storage_variants from {APP};
grant update (loosened_at) on core.storage_objects to {APP};
"""

DOWN = """
drop table core.storage_files;
drop table core.storage_variants;
drop table core.storage_objects;
"""

upgrade, downgrade = steps(UP, DOWN)
