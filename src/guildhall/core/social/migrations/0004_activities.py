"""Activities of people, for the feeds of those who follow them."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "social_0004"
down_revision = "social_0003"
branch_labels = None
depends_on = None

UP = f"""
create table core.activities (
    -- UUIDv7: its time cuts the table into months and orders feeds
    id         uuid primary key,
    actor_id   uuid not null references core.users on delete cascade,
    kind       text collate "C" not null check (kind ~ '^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$' and char_length(kind) <= 100),
    -- the thing of the pack that was made or changed
    item_id    uuid not null,
    -- the other person in it, such as the author of what was reviewed
    about_id   uuid references core.users on delete cascade,
    visibility text not null check (visibility in ('public', 'followers')),
    data       jsonb not null default '{{}}' check (octet_length(data::text) <= 4096),
    created_at timestamptz not null
) partition by range (id);
create table core.activities_default partition of core.activities default;
-- A feed takes the newest of each person that is followed.
create index activities_by_actor on core.activities (actor_id, id desc);
create index activities_by_item on core.activities (item_id);
create index activities_about on core.activities (about_id) where about_id is not null;
revoke all on core.activities_default from {APP}, {JOBS}, {READONLY};
insert into core.partitioned_tables (table_name, first_month) values ('core.activities', '2026-11-01');

-- No activity of a person is younger than this. It may be gone: withdrawn, or past its retention.
create table core.last_activities (
    user_id uuid primary key references core.users on delete cascade,
    last_id uuid not null
) with (fillfactor = 80);
"""

DOWN = """
drop table core.last_activities;
delete from core.partitioned_tables where table_name = 'core.activities';
drop table core.activities;
"""

upgrade, downgrade = steps(UP, DOWN)
