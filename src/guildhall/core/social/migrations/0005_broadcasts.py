"""Notices to all who follow somebody."""

from guildhall.db.revision import steps

revision = "social_0005"
down_revision = "social_0004"
branch_labels = None
depends_on = None

UP = """
create table core.broadcasts (
    id             uuid primary key,
    actor_id       uuid not null references core.users on delete cascade,
    -- the kind of notification
    type           text collate "C" not null check (char_length(type) between 1 and 100),
    item_id        uuid not null,
    title          text not null check (char_length(title) between 1 and 200),
    body           text not null check (char_length(body) <= 4000),
    data           jsonb not null default '{}',
    occurrence_key text collate "C" not null check (char_length(occurrence_key) between 1 and 200),
    -- people who follow later are not told
    happened_at    timestamptz not null,
    -- the follow up to which people have been told, and their number
    after_at       timestamptz,
    after_id       uuid,
    told           bigint not null default 0,
    ended_at       timestamptz,
    outcome        text check (outcome in ('told', 'replaced', 'withdrawn', 'stopped', 'too_many')),
    unique (actor_id, occurrence_key),
    check ((ended_at is null) = (outcome is null)),
    check ((after_at is null) = (after_id is null))
);
create index broadcasts_by_actor on core.broadcasts (actor_id, happened_at);
create index broadcasts_of_item on core.broadcasts (item_id) where ended_at is null;
create index broadcasts_ended on core.broadcasts (ended_at) where ended_at is not null;
"""

DOWN = """
drop table core.broadcasts;
"""

upgrade, downgrade = steps(UP, DOWN)
