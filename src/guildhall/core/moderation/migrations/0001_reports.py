"""Reports of content and of people, and the audit log, for every slice."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "moderation_0001"
down_revision = None
branch_labels = ("moderation",)
depends_on = ("identity_0001",)

UP = f"""
-- Content and people that somebody, or a filter, has asked moderators to look at.
create table core.reports (
    id          uuid primary key,
    -- the slice and the kind of content: 'realm.message', 'realm.user'
    kind        text not null check (kind ~ '^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$'),
    -- the thing whose moderators handle it, such as a server; null for those of the platform
    place_id    uuid,
    -- the content; null when a person is reported
    item_id     uuid,
    -- its author, or the person
    subject_id  uuid references core.users on delete set null,
    -- null when a filter reports
    reporter_id uuid references core.users on delete set null,
    -- other ids of the slice, by name: the channel of a message
    context     jsonb not null default '{{}}',
    reason      text not null check (char_length(reason) between 1 and 500),
    status      text not null default 'open' check (status in ('open', 'resolved', 'dismissed')),
    resolution  text check (char_length(resolution) <= 500),
    handled_by  uuid references core.users on delete set null,
    handled_at  timestamptz,
    created_at  timestamptz not null default now(),
    check ((status = 'open') = (handled_at is null))
);
create index reports_by_place on core.reports (place_id, status, id desc);
create index reports_by_reporter on core.reports (reporter_id, id desc) where reporter_id is not null;
-- One person reports one thing once.
create unique index reports_once on core.reports (reporter_id, kind, item_id)
    where reporter_id is not null and item_id is not null;

-- Every act of people who have power over others. Append-only for the working roles. The people in it are set to null
-- when they go; the act stays.
create table core.audit_log (
    id         uuid primary key,
    at         timestamptz not null default now(),
    -- the slice: 'realm'
    slice      text not null check (slice ~ '^[a-z][a-z0-9_]*$'),
    act        text not null check (char_length(act) between 1 and 60),
    -- the thing whose moderators read it, such as a server
    place_id   uuid,
    actor_id   uuid references core.users on delete set null,
    subject_id uuid references core.users on delete set null,
    -- other ids of the slice, by name: a channel, a guild
    context    jsonb not null default '{{}}',
    reason     text check (char_length(reason) <= 300),
    details    jsonb not null default '{{}}'
);
create index audit_log_of_place on core.audit_log (place_id, id desc);
create index audit_log_by_actor on core.audit_log (actor_id);
create index audit_log_by_subject on core.audit_log (subject_id);
revoke update, delete on core.audit_log from {APP}, {JOBS};
"""

DOWN = """
drop table core.audit_log;
drop table core.reports;
"""

upgrade, downgrade = steps(UP, DOWN)
