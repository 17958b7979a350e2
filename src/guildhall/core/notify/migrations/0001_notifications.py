"""Notifications, users' preferences, and deliveries with their outcomes."""

from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner
from guildhall.db.revision import steps

revision = "notify_0001"
down_revision = None
branch_labels = ("notify",)
depends_on = ("db_0001", "identity_0001")

TABLES = {
    "core.notification_log": "user_id",
    "core.notification_preferences": "user_id",
    "core.notification_quiet_hours": "user_id",
    "core.notification_webhooks": "user_id",
    "core.notification_deliveries": "user_id",
}

UP = f"""
-- The order in which a user was told: taken while the user's rows are locked, so that who reads on from a number
-- misses nobody who commits later.
create sequence core.notification_told;

create table core.notification_log (
    id             uuid primary key,
    user_id        uuid not null references core.users on delete cascade,
    character_id   bigint,
    type           text not null check (char_length(type) between 1 and 60),
    title          text not null check (char_length(title) between 1 and 200),
    body           text not null check (char_length(body) <= 4000),
    data           jsonb,
    status         text not null default 'pending' check (status in ('pending', 'sent', 'failed', 'read')),
    sent_at        timestamptz,
    read_at        timestamptz,
    error          text,
    created_at     timestamptz not null default now(),
    -- names what happened: the same is told once, whoever finds out again
    occurrence_key text not null check (char_length(occurrence_key) between 1 and 200),
    -- in the game
    happened_at    timestamptz not null,
    -- when it is to be told; null once it has been taken up, or never will be
    due_at         timestamptz,
    -- quiet hours put it off until then: waiting in them is not being late
    held_until     timestamptz,
    -- the consolidated message that it is part of
    batch_id       uuid,
    told_no        bigint,
    -- of a kind that the user has turned off: remembered for its key, shown to nobody
    muted          boolean not null default false,
    unique (user_id, occurrence_key)
);
-- Indexes. A b-tree on user_id alone, one on (user_id, status) and one on created_at would say what these say: ids
-- are made in the order of time, so a user's history by id is chronological, and the unique key above leads with the
-- user. type and status are filters within a user's history, never asked of everybody's. None of them holds status
-- or sent_at, so that marking a row as sent touches the row alone (a HOT update).
create index notification_log_history on core.notification_log (user_id, id desc);
create index notification_log_unread on core.notification_log (user_id) where read_at is null and not muted;
create index notification_log_by_character on core.notification_log (character_id, id desc) where character_id is not null;
create index notification_log_due on core.notification_log (due_at) where due_at is not null;
create index notification_log_due_by_user on core.notification_log (user_id) where due_at is not null;
create index notification_log_told on core.notification_log (user_id, told_no) where told_no is not null;
-- for operators: what failed lately
create index notification_log_failed on core.notification_log (id desc) where error is not null;
create index notification_log_read on core.notification_log (read_at) where read_at is not null;
alter table core.notification_log set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- What differs from the defaults.
create table core.notification_preferences (
    user_id    uuid not null references core.users on delete cascade,
    type       text not null check (char_length(type) between 1 and 60),
    channel    text not null check (channel in ('push', 'email', 'webhook', 'in_app')),
    enabled    boolean not null,
    updated_at timestamptz not null default now(),
    primary key (user_id, type, channel)
);

-- Local times, HH:MM; when `starts_at` is the later one they go over midnight.
create table core.notification_quiet_hours (
    user_id    uuid primary key references core.users on delete cascade,
    -- IANA name
    time_zone  text not null check (char_length(time_zone) between 1 and 64),
    starts_at  text not null check (starts_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    ends_at    text not null check (ends_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
    updated_at timestamptz not null default now(),
    check (starts_at <> ends_at)
);

create table core.notification_webhooks (
    id          uuid primary key,
    user_id     uuid not null references core.users on delete cascade,
    name        text not null check (char_length(name) between 1 and 100),
    -- sealed: who knows it may post there
    url         text not null,
    -- of the address, to show
    host        text not null check (char_length(host) <= 255),
    -- deliveries in a row that failed
    failures    int not null default 0 check (failures >= 0),
    disabled_at timestamptz,
    error       text,
    created_at  timestamptz not null default now()
);
create index notification_webhooks_by_user on core.notification_webhooks (user_id, id);

-- A message on its way to one device, address or webhook. The row is there before anything is sent, and its id goes
-- along as the collapse key: what is sent again replaces what was shown.
create table core.notification_deliveries (
    id          uuid primary key,
    user_id     uuid not null references core.users on delete cascade,
    batch_id    uuid not null,
    channel     text not null check (channel in ('push', 'email', 'webhook')),
    -- the session of a device or the webhook; null for e-mail, which goes to the account's address. No foreign key:
    -- a receipt outlives what it was sent to.
    target      uuid,
    -- what it tells of
    notices     uuid[] not null check (cardinality(notices) > 0),
    status      text not null default 'pending' check (status in ('pending', 'sent', 'failed')),
    attempts    int not null default 0 check (attempts >= 0),
    -- when it is sent again; while somebody sends it, when that is to be doubted; null at the end
    due_at      timestamptz,
    provider_id text,
    error       text,
    created_at  timestamptz not null,
    tried_at    timestamptz,
    sent_at     timestamptz,
    check ((status = 'pending') = (due_at is not null))
);
create index notification_deliveries_by_batch on core.notification_deliveries (user_id, batch_id);
create index notification_deliveries_due on core.notification_deliveries (due_at) where due_at is not null;
create index notification_deliveries_failed on core.notification_deliveries (id desc) where error is not null;
alter table core.notification_deliveries set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

{"".join(private_to_owner(table, owner) for table, owner in TABLES.items())}
revoke insert, update, delete on core.notification_deliveries from {APP};
revoke all on core.notification_webhooks from {READONLY};
revoke usage on sequence core.notification_told from {APP};
grant usage on sequence core.notification_told to {JOBS};
"""

DOWN = f"""
{"".join(f"drop table {table};" for table in reversed(TABLES))}
drop sequence core.notification_told;
"""

upgrade, downgrade = steps(UP, DOWN)
