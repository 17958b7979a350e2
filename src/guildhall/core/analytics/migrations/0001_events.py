"""Events of people and of anonymous visitors, by month, and the tables of what is counted of them."""

from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner
from guildhall.db.revision import steps

revision = "analytics_0001"
down_revision = None
branch_labels = ("analytics",)
depends_on = ("db_0002", "identity_0002", "realtime_0001")

_HIDDEN = "core.analytics_event_keys, core.analytics_salts, core.analytics_visitors"

UP = f"""
-- The tick of the latest commit of events. Who writes events locks it last and commits at once, so that ids follow the
-- order of commits: who has read up to a tick has missed none before it. An order of its own beside core.live_head, so
-- that events and chat do not wait for each other.
create table core.analytics_head (
    one  boolean primary key default true check (one),
    tick bigint not null
) with (fillfactor = 10);
insert into core.analytics_head (tick) values (0);
revoke insert, update, delete on core.analytics_head from {APP};

-- No foreign keys: they cost more than the row. core.add_analytics_events looks for the person, and a trigger takes
-- them out of their events.
create table core.analytics_events (
    -- core.live_id of the commit's tick and the row's number
    id         uuid not null,
    -- null for visitors, for people who do not share, and for people who have gone
    user_id    uuid,
    event_type text collate "C" not null check (char_length(event_type) between 3 and 100),
    event_data jsonb not null,
    session_id text check (char_length(session_id) between 1 and 255),
    -- when it happened, as far as the client may say so
    created_at timestamptz not null,
    -- of created_at, UTC
    day        date not null,
    -- the same for one person or session on one day, and for nobody else; see core.analytics_salts
    visitor    bigint,
    primary key (id)
) partition by range (id);
create table core.analytics_events_default partition of core.analytics_events default;
create index analytics_events_of_user on core.analytics_events (user_id, id) where user_id is not null;
-- A recount reads a day. Rows come nearly in the order of days, so a few pages tell where one is.
create index analytics_events_by_day on core.analytics_events using brin (day)
    with (pages_per_range = 32, autosummarize = on);
{private_to_owner("core.analytics_events", "user_id")}
alter table core.analytics_events no force row level security;
revoke insert, update, delete on core.analytics_events from {APP};
revoke all on core.analytics_events_default from {APP}, {JOBS}, {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month) values ('core.analytics_events', 3, '2026-11-01');
select core.make_month_partition('core.analytics_events', month::date)
from generate_series(date_trunc('month', now() at time zone 'utc'),
                     date_trunc('month', now() at time zone 'utc') + interval '1 month', interval '1 month') month;

-- Events of transactions that are open: they get their place in the order soon after the commit, so that no
-- transaction holds the order for longer than that takes.
create table core.analytics_outbox (
    id         uuid primary key,
    user_id    uuid references core.users on delete cascade,
    event_type text not null check (char_length(event_type) between 3 and 100),
    event_data jsonb not null,
    -- what is left of it without the person
    counted    jsonb not null,
    session_id text check (char_length(session_id) between 1 and 255),
    created_at timestamptz not null default now(),
    -- the roll-ups of its type, as core.add_analytics_events takes them
    rollups    text[] not null
);
create index analytics_outbox_of_user on core.analytics_outbox (user_id) where user_id is not null;
alter table core.analytics_outbox enable row level security;
create policy owner_only on core.analytics_outbox for select to {APP}
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
-- A request may record an event of somebody else, or of nobody.
create policy anybody_adds on core.analytics_outbox for insert to {APP} with check (true);
create policy jobs_all on core.analytics_outbox to {JOBS} using (true) with check (true);
revoke update, delete on core.analytics_outbox from {APP};

-- The clients' own ids of their events of the last day or so: a repetition finds the first.
create table core.analytics_event_keys (
    -- the person, or the hash of a visitor's session
    owner uuid not null,
    key   uuid not null,
    at    timestamptz not null,
    primary key (owner, key)
);
create index analytics_event_keys_by_age on core.analytics_event_keys using brin (at) with (pages_per_range = 32);

-- Makes the visitors of a day: hashes of people and sessions with the day's salt. Once it is deleted, nobody can tell
-- whose they were, or that two of different days are one.
create table core.analytics_salts (
    day  date primary key,
    salt uuid not null
);

-- The roll-ups that types of events have declared: the fields of the data by which events are counted.
create table core.analytics_rollups (
    event_type text collate "C" not null,
    -- the fields, joined by commas
    rollup     text collate "C" not null check (char_length(rollup) between 1 and 200),
    fields     text[] not null check (cardinality(fields) between 1 and 3),
    since      timestamptz not null default now(),
    primary key (event_type, rollup)
);
revoke insert, update, delete on core.analytics_rollups from {APP};

-- A projection of the events: their number by day, type, and the values of a roll-up's fields.
create table core.analytics_daily (
    day        date not null,
    event_type text collate "C" not null,
    -- '' counts all events of the type
    rollup     text collate "C" not null,
    -- of the fields; none for the events of all values beyond the most that are told apart
    vals       text[] not null,
    -- core.analytics_cell of type, roll-up and values
    cell       bigint not null,
    events     bigint not null check (events > 0),
    -- those that can be told apart: visitors with a session, and people who share
    visitors   bigint not null check (visitors between 0 and events),
    primary key (cell, day)
);
-- Serves the pages of operators, and the number of values of a roll-up on a day.
create index analytics_daily_by_day on core.analytics_daily (day, event_type, rollup, cell);
-- Serves the most frequent values of some days.
create index analytics_daily_of_type on core.analytics_daily (event_type, rollup, day);
revoke insert, update, delete on core.analytics_daily from {APP};

-- Who was counted on the days that may still get events.
create table core.analytics_visitors (
    day     date not null,
    -- that of core.analytics_daily
    cell    bigint not null,
    visitor bigint not null,
    primary key (day, cell, visitor)
);
revoke all on {_HIDDEN} from {APP};

-- How far the projections have come: the tick up to which they have counted everything.
create table core.analytics_checkpoints (
    name text primary key,
    tick bigint not null
);
insert into core.analytics_checkpoints (name, tick) values ('daily', 0);
revoke insert, update, delete on core.analytics_checkpoints from {APP};

-- A recount of many days that is under way: the next day, and the last.
create table core.analytics_recounts (
    one      boolean primary key default true check (one),
    next_day date not null,
    last_day date not null,
    begun_at timestamptz not null default now()
);
revoke all on core.analytics_recounts from {APP};
"""

DOWN = """
delete from core.partitioned_tables where table_name = 'core.analytics_events';
drop table core.analytics_recounts, core.analytics_checkpoints, core.analytics_visitors, core.analytics_daily,
    core.analytics_rollups, core.analytics_salts, core.analytics_event_keys, core.analytics_outbox,
    core.analytics_events, core.analytics_head;
"""

upgrade, downgrade = steps(UP, DOWN)
