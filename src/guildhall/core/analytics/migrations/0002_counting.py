"""The functions that add events, count them by day, and take a person out of them.

A revision of its own: Alembic notes no head that a pack's revision depends on, and would forget it with the pack.
"""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "analytics_0002"
down_revision = "analytics_0001"
branch_labels = None
depends_on = None

# Plans are kept for long by who calls these, and a month begins empty: what is then read from end to end would go on to
# be when the month is full.
_INDEXED = "set enable_seqscan = off set jit = off"

ADD = f"""
-- The tick at which an id was made.
create function core.tick_of(id uuid) returns bigint
language sql immutable parallel safe as $$
    select (('x' || left(d, 12))::bit(48)::bigint << 12) | ('x' || substr(d, 14, 3))::bit(12)::int
    from translate(id::text, '-', '') d
$$;

-- A visitor of a day: a hash that nobody can make without the day's salt.
create function core.analytics_visitor(salt uuid, who text) returns bigint
language sql immutable parallel safe as $$
    select ('x' || left(encode(sha256(convert_to(salt::text || ':' || who, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$;

-- Adds events in one statement and one commit. They come as arrays of one length; an array whose elements are all null
-- may be null itself. An event of a person is stored with the person while they share their statistics; otherwise
-- without person and session, and with the `counted` part of its data alone. Times are the server's, or the client's
-- within `late` before it. `repeated` are the numbers, from 1, of events whose key was used before. `rollups` are those
-- of the types, as 'type:field,field'.
-- Waits are always in this order: roll-ups, salts, keys, the order itself.
create function core.add_analytics_events(
    noise bigint, late interval, types text[], datas text[], counted text[], users uuid[], sessions text[],
    ats timestamptz[], keys uuid[], rollups text[],
    out tick bigint, out repeated int[]
) language plpgsql security definer set search_path = pg_catalog {_INDEXED} as $$
declare
    at      timestamptz := clock_timestamp();
    sharing uuid[];
    -- the id of event n is `head || to_hex(tail | (n << 48))`
    head    text;
    tail    bigint := (-9223372036854775808) | noise;
begin
    insert into core.analytics_rollups (event_type, rollup, fields)
    select g.t, g.r, string_to_array(g.r, ',')
    from (select split_part(one, ':', 1) as t, split_part(one, ':', 2) as r from unnest(rollups) one) g
    where not exists (select from core.analytics_rollups k where k.event_type = g.t and k.rollup = g.r)
    order by 1, 2
    on conflict do nothing;
    insert into core.analytics_salts (day, salt)
    select d.day, gen_random_uuid()
    from (
        select distinct (greatest(least(coalesce(a, at), at), at - late) at time zone 'UTC')::date as day
        from unnest(types, ats) g (t, a)
    ) d
    where not exists (select from core.analytics_salts k where k.day = d.day)
    order by 1
    on conflict do nothing;
    if keys is not null then
        with asked as (
            select g.n, g.k as key,
                   coalesce(g.u, md5(g.s)::uuid, '00000000-0000-0000-0000-000000000000') as owner
            from unnest(keys, users, sessions) with ordinality g (k, u, s, n)
            where g.k is not null
        ), claimed as (
            insert into core.analytics_event_keys (owner, key, at)
            select a.owner, a.key, at from asked a order by 1, 2
            on conflict do nothing
            returning owner, key
        )
        select array_agg(a.n order by a.n) into repeated
        from asked a left join claimed c on c.owner = a.owner and c.key = a.key
        where c.key is null;
    end if;
    if users is not null then
        -- The lock keeps the account until the commit. Who goes at this moment is not waited for, and is gone.
        sharing := array(
            select u.id from core.users u join core.user_settings s on s.user_id = u.id
            where u.id = any(users) and s.share_activity_stats
            for key share of u skip locked
        );
    end if;
    update core.analytics_head h
    set tick = greatest(h.tick + 1, (extract(epoch from clock_timestamp()) * 4096000)::bigint)
    where h.one
    returning h.tick into tick;
    head := left(core.live_id(tick, 0, 0)::text, 19);
    insert into core.analytics_events
        (id, user_id, event_type, event_data, session_id, created_at, day, visitor)
    select (head || to_hex(tail | (g.n << 48)))::uuid, p.id, g.t,
           case when g.u is null or p.id is not null then g.d else g.c end::jsonb,
           case when g.u is null or p.id is not null then g.s end,
           w.at, (w.at at time zone 'UTC')::date,
           case when p.id is not null then core.analytics_visitor(z.salt, 'person ' || p.id)
                when g.u is null and g.s is not null then core.analytics_visitor(z.salt, 'session ' || g.s) end
    from unnest(types, datas, counted, users, sessions, ats) with ordinality g (t, d, c, u, s, a, n)
    cross join lateral (select greatest(least(coalesce(g.a, at), at), at - late) as at) w
    join core.analytics_salts z on z.day = (w.at at time zone 'UTC')::date
    left join unnest(sharing) p (id) on p.id = g.u
    where repeated is null or not g.n = any(repeated);
end $$;

-- Tells every web process of events in the outbox, at the commit.
create function core.tell_of_outbox() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    perform pg_notify('guildhall_analytics', '');
    return null;
end $$;
create trigger tell_of_outbox after insert on core.analytics_outbox
    for each statement execute function core.tell_of_outbox();

-- Gives events of transactions their place in the order; how many. Those that another process moves are left to it.
create function core.move_analytics_outbox(noise bigint, late interval, most int) returns int
language plpgsql security definer set search_path = pg_catalog {_INDEXED} as $$
declare
    taken record;
begin
    select array_agg(o.id) as ids, array_agg(o.event_type) as types, array_agg(o.event_data::text) as datas,
           array_agg(o.counted::text) as counted, array_agg(o.user_id) as users, array_agg(o.session_id) as sessions,
           array_agg(o.created_at) as ats
    into taken
    from (select * from core.analytics_outbox order by id limit most for update skip locked) o;
    if taken.ids is null then
        return 0;
    end if;
    perform core.add_analytics_events(
        noise, late, taken.types, taken.datas, taken.counted, taken.users, taken.sessions, taken.ats, null,
        array(select distinct r from core.analytics_outbox o, unnest(o.rollups) r where o.id = any(taken.ids)));
    delete from core.analytics_outbox o where o.id = any(taken.ids);
    return cardinality(taken.ids);
end $$;
"""

COUNT = f"""
-- The key of a sum beside its day: a hash, for values are long.
create function core.analytics_cell(event_type text, rollup text, vals text[]) returns bigint
language sql immutable parallel safe as $$
    select ('x' || left(md5(event_type || ':' || rollup || ':' || vals::text), 16))::bit(64)::bigint
$$;

-- Counts the events that were committed since the last call, `few` and a commit's more at most, and moves the checkpoint.
-- `busy`: another process is at it. `more`: some are left. At most `most` values of a roll-up are told apart on a day,
-- the first ones in the order of events; the others are counted together.
create function core.roll_up_analytics(few int, most int, out busy boolean, out counted bigint, out more boolean)
language plpgsql security definer set search_path = pg_catalog set plan_cache_mode = force_custom_plan {_INDEXED} as $$
declare
    mark bigint;
    upto bigint;
    low  uuid;
    high uuid;
    last uuid;
begin
    busy := false; counted := 0; more := false;
    select c.tick into mark from core.analytics_checkpoints c where c.name = 'daily' for update skip locked;
    if not found then
        busy := true;
        return;
    end if;
    select h.tick into upto from core.analytics_head h;
    if upto <= mark then
        return;
    end if;
    low := core.live_id(mark + 1, 0, 0);
    high := core.live_id(upto + 1, 0, 0);
    select e.id into last from core.analytics_events e where e.id >= low and e.id < high order by e.id offset few limit 1;
    if found then
        more := core.tick_of(last) < upto;
        upto := core.tick_of(last);
        high := core.live_id(upto + 1, 0, 0);
    end if;
    with new as materialized (
        select e.event_type, e.event_data, e.visitor, e.day, row_number() over (order by e.id) as place
        from core.analytics_events e where e.id >= low and e.id < high
    ), told as (
        select n.day, n.event_type, '' as rollup, '{{}}'::text[] as vals, n.visitor, n.place from new n
        union all
        select n.day, n.event_type, r.rollup,
               array(select left(n.event_data ->> f.name, 100) from unnest(r.fields) with ordinality f (name, o)
                     order by f.o),
               n.visitor, n.place
        from new n join core.analytics_rollups r on r.event_type = n.event_type
    ), sums as materialized (
        select t.day, t.event_type, t.rollup, t.vals, core.analytics_cell(t.event_type, t.rollup, t.vals) as cell,
               count(*) as events, min(t.place) as place,
               array_agg(distinct t.visitor) filter (where t.visitor is not null) as visitors
        from told t
        group by t.day, t.event_type, t.rollup, t.vals
    ), ranked as materialized (
        select s.*, d.day is null and s.rollup <> '' as is_new,
               row_number() over (partition by s.day, s.event_type, s.rollup, d.day is null order by s.place) as rank
        from sums s
        left join core.analytics_daily d on d.cell = s.cell and d.day = s.day
    ), room as materialized (
        select g.day, g.event_type, g.rollup,
               most - (select count(*) from core.analytics_daily d
                       where d.day = g.day and d.event_type = g.event_type and d.rollup = g.rollup
                         and d.cell <> core.analytics_cell(g.event_type, g.rollup, '{{}}')) as places
        from (select distinct r.day, r.event_type, r.rollup from ranked r where r.is_new) g
    ), placed as materialized (
        select r.day, r.event_type, r.rollup, r.events, r.visitors,
               case when r.is_new and r.rank > m.places then '{{}}'::text[] else r.vals end as vals,
               case when r.is_new and r.rank > m.places then core.analytics_cell(r.event_type, r.rollup, '{{}}')
                    else r.cell end as cell
        from ranked r
        left join room m on m.day = r.day and m.event_type = r.event_type and m.rollup = r.rollup
    ), seen as (
        insert into core.analytics_visitors (day, cell, visitor)
        select distinct p.day, p.cell, v from placed p, unnest(p.visitors) v
        order by 1, 2, 3
        on conflict do nothing
        returning day, cell
    ), fresh as (
        select s.day, s.cell, count(*) as visitors from seen s group by s.day, s.cell
    ), added as (
        insert into core.analytics_daily as d (day, event_type, rollup, vals, cell, events, visitors)
        select p.day, p.event_type, p.rollup, p.vals, p.cell, sum(p.events), coalesce(max(f.visitors), 0)
        from placed p left join fresh f on f.day = p.day and f.cell = p.cell
        group by p.day, p.event_type, p.rollup, p.vals, p.cell
        order by p.cell, p.day
        on conflict (cell, day) do update
        set events = d.events + excluded.events, visitors = d.visitors + excluded.visitors
    )
    select count(*) into counted from new;
    update core.analytics_checkpoints c set tick = upto where c.name = 'daily';
end $$;
"""

FORGET = """
-- Takes a person out of their events. What is counted of an event stays, and so does everything that was counted.
create function core.forget_analytics_person() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    update core.analytics_events e
    set user_id = null, session_id = null,
        event_data = coalesce((
            select jsonb_object_agg(f.name, e.event_data -> f.name)
            from (select distinct unnest(r.fields) as name from core.analytics_rollups r
                  where r.event_type = e.event_type) f
            where e.event_data ? f.name
        ), '{}')
    where e.user_id = old.id;
    delete from core.analytics_event_keys k where k.owner = old.id;
    return null;
end $$;
create trigger forget_analytics_person after delete on core.users
    for each row execute function core.forget_analytics_person();
"""

UP = f"""
-- Read by core.add_analytics_events, which works as the owner, who need not be a superuser.
alter table core.user_settings no force row level security;
{ADD}
{COUNT}
{FORGET}
revoke execute on function core.add_analytics_events, core.move_analytics_outbox, core.roll_up_analytics from public;
grant execute on function core.add_analytics_events, core.move_analytics_outbox, core.roll_up_analytics to {APP}, {JOBS};
"""

DOWN = """
drop trigger forget_analytics_person on core.users;
drop function core.forget_analytics_person();
drop function core.roll_up_analytics(int, int);
drop function core.move_analytics_outbox(bigint, interval, int);
drop trigger tell_of_outbox on core.analytics_outbox;
drop function core.tell_of_outbox();
drop function core.add_analytics_events(
    bigint, interval, text[], text[], text[], uuid[], text[], timestamptz[], uuid[], text[]
);
drop function core.analytics_cell(text, text, text[]);
drop function core.analytics_visitor(uuid, text);
drop function core.tick_of(uuid);
alter table core.user_settings force row level security;
"""

upgrade, downgrade = steps(UP, DOWN)
