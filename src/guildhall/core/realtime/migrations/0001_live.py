"""The order in which everything live has happened, and the events that have no table of their own."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "realtime_0001"
down_revision = None
branch_labels = ("realtime",)
depends_on = ("identity_0001",)

UP = f"""
-- One row: the tick of the latest commit that anybody may see live. Who writes something live locks it last and
-- commits at once, so that ticks follow the order of commits: a reader who has seen a tick has seen all before it.
-- A tick is 1/4096 of a millisecond since 1970.
create table core.live_head (
    one         boolean primary key default true check (one),
    tick        bigint not null,
    -- the tick before it
    previous    bigint not null,
    -- the latest tick at which somebody's access was taken away: who decides by what was known before is refused
    access_tick bigint not null
) with (fillfactor = 10);
insert into core.live_head (tick, previous, access_tick) values (0, 0, 0);
revoke insert, delete on core.live_head from {APP}, {JOBS};

-- The id of the n-th thing of a tick: a UUIDv7 (RFC 9562, 6.2, method 3) with the tick's fraction of the millisecond
-- in rand_a, then n (14 bits) and noise (48 bits).
create function core.live_id(tick bigint, n bigint, noise bigint) returns uuid
language sql immutable parallel safe as $$
    select (lpad(to_hex(tick >> 12), 12, '0') || '7' || lpad(to_hex(tick & 4095), 3, '0')
            || to_hex((-9223372036854775808) | (n << 48) | noise))::uuid
$$;

-- The instant of a tick, to the microsecond below.
create function core.live_time(tick bigint) returns timestamptz
language sql immutable parallel safe as $$
    select timestamptz '1970-01-01 00:00:00+00'
        + ((tick >> 12) * 1000 + (((tick & 4095) * 1000) >> 12)) * interval '1 microsecond'
$$;

-- The next tick; the caller holds the order until it commits. Also says which tick came before.
create function core.next_live_tick(access boolean, out previous bigint, out tick bigint)
language plpgsql set search_path = pg_catalog as $$
begin
    update core.live_head h
    set previous = h.tick,
        tick = greatest(h.tick + 1, (extract(epoch from clock_timestamp()) * 4096000)::bigint)
    where h.one
    returning h.previous, h.tick into next_live_tick.previous, next_live_tick.tick;
    if access then
        update core.live_head h set access_tick = h.tick where h.one;
    end if;
end $$;

-- What happened on a topic and stands in no other table of its own order. Kept for a day or so, for readers who come
-- back after a drop.
create table core.live_events (
    seq        bigint generated always as identity primary key,
    -- given at the commit, so that ids follow the order of commits
    id         uuid unique,
    topic      text not null check (char_length(topic) between 1 and 200),
    kind       text not null check (char_length(kind) between 1 and 60),
    -- what readers are shown
    body       jsonb not null default '{{}}',
    -- whose words or doing it is: goes with the account
    user_id    uuid references core.users on delete cascade,
    -- somebody's access to the topic was taken away or may have been: subscriptions are judged again before they get
    -- anything that comes after. A topic that ends with '*' means all that begin so.
    access     boolean not null default false,
    -- only this user's subscriptions are judged again. No foreign key: it may be about an account that goes.
    subject    uuid,
    created_at timestamptz not null default now()
);
create index live_events_of_topic on core.live_events (topic, id);
create index live_events_by_age on core.live_events (created_at);
create index live_events_by_user on core.live_events (user_id) where user_id is not null;
revoke select on core.live_events from {READONLY};

create function core.place_live_event() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare
    place record;
begin
    select * into place from core.next_live_tick(new.access);
    update core.live_events
    set id = core.live_id(place.tick, 0, (random() * 281474976710655)::bigint)
    where seq = new.seq;
    perform pg_notify('guildhall_live', place.previous || ':' || place.tick);
    return null;
end $$;
-- At the commit, so that whoever adds an event holds the order for the commit alone.
create constraint trigger place_live_event after insert on core.live_events
    deferrable initially deferred for each row execute function core.place_live_event();
"""

DOWN = """
drop table core.live_events;
drop function core.place_live_event();
drop function core.next_live_tick(boolean);
drop function core.live_time(bigint);
drop function core.live_id(bigint, bigint, bigint);
drop table core.live_head;
"""

upgrade, downgrade = steps(UP, DOWN)
