"""The function that brings the order of live events back to the clock."""

MEND_CLOCK = """
-- Brings the order back to the clock after a clock that was ahead, while no process serves: messages with ids that are
-- ahead get ids of when they were sent, in their order, and all that refers to them follows. Events that are ahead are
-- forgotten, for nobody is there to be told of them. How many messages moved, and by how much the order was ahead.
create function realm.mend_clock(out moved bigint, out ahead interval)
language plpgsql security definer set search_path = pg_catalog as $$
declare
    head  bigint;
    here  bigint;
    base  bigint := 0;
    last  bigint;
    first uuid;
    olds  uuid[];
    ticks bigint[];
    news  uuid[];
begin
    select h.tick into head from core.live_head h where h.one for update;
    here := (extract(epoch from clock_timestamp()) * 4096000)::bigint;
    moved := 0;
    ahead := greatest(core.live_time(head) - core.live_time(here), interval '0');
    if head <= here then
        return;
    end if;
    first := core.live_id(here + 1, 0, 0);
    select ('x' || left(r.hex, 12))::bit(48)::bigint << 12 | ('x' || substr(r.hex, 14, 3))::bit(12)::bigint into base
    from (select replace(m.id::text, '-', '') as hex from realm.messages m where m.id < first order by m.id desc limit 1) r;
    base := coalesce(base, 0);
    with later as (
        -- what was sent while the clock was ahead was sent before what was sent after it
        select m.id, row_number() over (order by m.id) as n,
               least(min(m.created_at) over (order by m.id desc), core.live_time(here)) as at
        from realm.messages m where m.id >= first
    ), timed as (
        select l.id, l.n, greatest((extract(epoch from l.at) * 4096000)::bigint, base + l.n) as tick from later l
    ), placed as (
        select t.id, max(t.tick - t.n) over (order by t.id) + t.n as tick from timed t
    )
    select array_agg(p.id order by p.id), array_agg(p.tick order by p.id),
           array_agg(core.live_id(p.tick, 1, (random() * 281474976710655)::bigint) order by p.id)
    into olds, ticks, news from placed p;
    moved := coalesce(cardinality(olds), 0);
    last := greatest(here, coalesce(ticks[moved], 0));
    if moved > 0 then
        update realm.messages m set reply_to = g.new from unnest(olds, news) g (old, new) where m.reply_to = g.old;
        update realm.messages m
        set id = g.new, created_at = core.live_time(g.tick),
            updated_at = greatest(least(m.updated_at, core.live_time(last)), core.live_time(g.tick))
        from unnest(olds, news, ticks) g (old, new, tick) where m.id = g.old;
        update realm.message_words w set id = g.new from unnest(olds, news) g (old, new) where w.id = g.old;
        update realm.message_reactions r set message_id = g.new
        from unnest(olds, news) g (old, new) where r.message_id = g.old;
        update realm.message_keys k set message_id = g.new
        from unnest(olds, news) g (old, new) where k.message_id = g.old;
        update realm.mentions e set message_id = g.new from unnest(olds, news) g (old, new) where e.message_id = g.old;
        update realm.pins p set message_id = g.new from unnest(olds, news) g (old, new) where p.message_id = g.old;
        update realm.channel_reads r set last_read = g.new
        from unnest(olds, news) g (old, new) where r.last_read = g.old;
        update realm.reports r set message_id = g.new from unnest(olds, news) g (old, new) where r.message_id = g.old;
    end if;
    delete from core.live_events e where e.id >= first;
    -- Words are made again from where the order is sound; counters are for a recount.
    update realm.followers f set tick = least(f.tick, case when f.name = 'counts' then last else base end);
    update core.live_head h set tick = last, previous = last, access_tick = last where h.one;
end $$;
"""
