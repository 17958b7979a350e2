"""The functions that add messages."""

INGEST = """
-- Which of a batch were sent before under their key: claims the keys of the others. Plans of this function and the next
-- are kept by every writer for long, and a month begins empty: what is then read from end to end would go on to be when
-- the month is full.
create function realm.claim_again(
    tick bigint, head text, tail bigint, users uuid[], keys text[],
    out refused int[], out earlier uuid[], out wait int[]
) language plpgsql set search_path = pg_catalog set enable_seqscan = off as $$
begin
    insert into realm.message_keys (user_id, client_key, message_id)
    select k.u, k.key, (head || to_hex(tail | (k.n << 48)))::uuid
    from unnest(keys, users) with ordinality k (key, u, n) where k.key is not null
    on conflict do nothing;
    select array_agg(k.n order by k.n), array_agg(m.message_id order by k.n), array_agg(0 order by k.n)
    into refused, earlier, wait
    from unnest(keys, users) with ordinality k (key, u, n)
    join realm.message_keys m on m.user_id = k.u and m.client_key = k.key
    where m.message_id < core.live_id(claim_again.tick, 0, 0);
end $$;

-- Adds those of a batch to the refused who are faster than slow mode allows.
create function realm.hold_hurried(
    tick bigint, users uuid[], channels uuid[], gaps int[], keys text[],
    inout refused int[], inout earlier uuid[], inout wait int[]
) language plpgsql set search_path = pg_catalog set enable_seqscan = off as $$
declare
    skipped int[] := coalesce(refused, '{}');
begin
    with slow as (
        select s.n, s.gap, s.u, s.c,
               -- an earlier one of the same batch counts as sent now
               row_number() over (partition by s.u, s.c order by s.n) > 1 as again
        from unnest(gaps, users, channels) with ordinality s (gap, u, c, n)
        where s.gap > 0 and not s.n = any(skipped)
    ), waits as (
        select s.n, s.gap, case when s.again then s.gap else s.gap - floor(extract(epoch from
            core.live_time(hold_hurried.tick) - m.created_at))::int end as left_over
        from slow s
        left join lateral (
            select e.created_at from realm.messages e
            where e.user_id = s.u and e.channel_id = s.c
              and e.id > core.live_id(hold_hurried.tick - s.gap * 4096000::bigint, 0, 0)
            order by e.id desc limit 1
        ) m on true
    )
    select coalesce(refused, '{}') || coalesce(array_agg(w.n), '{}'),
           coalesce(earlier, '{}') || coalesce(array_agg(null::uuid), '{}'),
           coalesce(wait, '{}') || coalesce(array_agg(greatest(w.left_over, 1)), '{}')
    into refused, earlier, wait from waits w where w.left_over > 0;
    -- What is not written now has not been said.
    delete from realm.message_keys m
    using unnest(keys, users) with ordinality k (key, u, n)
    where m.user_id = k.u and m.client_key = k.key and k.n = any(refused) and not k.n = any(skipped);
end $$;

-- Adds what a writer has gathered, in one statement and one commit. Rows come as arrays of one length; an array whose
-- rows are all null may be null itself. `known` is the access tick up to which the writer has judged the senders: when
-- access was taken away since, nothing is added and `tick` is null.
-- The id of row n (from 1) is core.live_id(tick, n, noise). Rows that were not added are in `refused`, with the id of
-- the earlier message of the same client key in `earlier`, or in `wait` the seconds that slow mode still asks for.
-- What is rare has functions of its own, for a function's settings are set anew with each call.
create function realm.add_messages(
    known bigint, noise bigint, tell boolean,
    types text[], users uuid[], servers uuid[], channels uuid[], contents text[],
    metadata text[], keys text[], replies uuid[], mentions text[], gaps int[],
    out previous bigint, out tick bigint, out refused int[], out earlier uuid[], out wait int[]
) language plpgsql as $$
declare
    at   timestamptz;
    -- the id of row n is `head || to_hex(tail | (n << 48))`
    head text;
    tail bigint := (-9223372036854775808) | noise;
begin
    select p.previous, p.tick into previous, tick from core.next_live_tick(false) p;
    if known < (select h.access_tick from core.live_head h) then
        -- The tick is used up and nothing hangs on it, which no reader minds.
        previous := null; tick := null;
        return;
    end if;
    head := left(core.live_id(tick, 0, 0)::text, 19);
    if keys is not null then
        begin
            insert into realm.message_keys (user_id, client_key, message_id)
            select k.u, k.key, (head || to_hex(tail | (k.n << 48)))::uuid
            from unnest(keys, users) with ordinality k (key, u, n) where k.key is not null;
        exception when unique_violation then
            -- Somebody tries again, which is rare: to look for it beforehand costs a tenth of the batch.
            select c.refused, c.earlier, c.wait into refused, earlier, wait
            from realm.claim_again(tick, head, tail, users, keys) c;
        end;
    end if;
    if gaps is not null then
        select h.refused, h.earlier, h.wait into refused, earlier, wait
        from realm.hold_hurried(tick, users, channels, gaps, keys, refused, earlier, wait) h;
    end if;
    at := core.live_time(tick);
    insert into realm.messages (id, type, user_id, server_id, channel_id, content, metadata, reply_to, mentions,
                                created_at, updated_at)
    select (head || to_hex(tail | (r.n << 48)))::uuid, r.t, r.u, r.s, r.c, r.content, r.meta::jsonb, r.reply,
           r.mentioned::uuid[], at, at
    from unnest(types, users, servers, channels, contents, metadata, replies, mentions)
        with ordinality r (t, u, s, c, content, meta, reply, mentioned, n)
    where refused is null or not r.n = any(refused);
    if tell then
        perform pg_notify('guildhall_live', previous || ':' || tick);
    end if;
end $$;
"""
