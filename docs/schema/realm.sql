-- The schema realm as the migrations make it; made by `make docs`.

CREATE SCHEMA realm;

CREATE FUNCTION realm.add_mentions(messages uuid[], channels uuid[], users uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    insert into realm.mentions (user_id, message_id, channel_id)
    select distinct u.id, g.message_id, c.id
    from unnest(messages, channels, users) g (message_id, channel_id, user_id)
    join realm.channels c on c.id = g.channel_id
    join realm.users u on u.id = g.user_id and u.server_id = c.server_id
    order by u.id, g.message_id
    on conflict do nothing
$$;

CREATE FUNCTION realm.add_messages(known bigint, noise bigint, tell boolean, types text[], users uuid[], servers uuid[], channels uuid[], contents text[], metadata text[], keys text[], replies uuid[], mentions text[], gaps integer[], OUT previous bigint, OUT tick bigint, OUT refused integer[], OUT earlier uuid[], OUT wait integer[], OUT at timestamp with time zone) RETURNS record
    LANGUAGE plpgsql
    AS $$
declare
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

    at := realm.sent_at(tick);

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

CREATE FUNCTION realm.claim_again(tick bigint, head text, tail bigint, users uuid[], keys text[], OUT refused integer[], OUT earlier uuid[], OUT wait integer[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE TABLE realm.messages (
    id uuid NOT NULL,
    type text NOT NULL,
    user_id uuid NOT NULL,
    server_id uuid NOT NULL,
    channel_id uuid,
    content text NOT NULL,
    metadata jsonb,
    reply_to uuid,
    mentions uuid[],
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    is_deleted boolean DEFAULT false NOT NULL,
    deletion_reason text,
    edited_at timestamp with time zone,
    CONSTRAINT messages_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 4000))),
    CONSTRAINT messages_deletion_reason_check CHECK ((char_length(deletion_reason) <= 300)),
    CONSTRAINT messages_type_check CHECK ((type = ANY (ARRAY['user'::text, 'system'::text, 'dm'::text, 'raid'::text, 'party'::text, 'guild'::text])))
)
PARTITION BY RANGE (id);

CREATE FUNCTION realm.detached_messages(of_month date, behind uuid, most integer) RETURNS SETOF realm.messages
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $_$
begin
    return query execute format('select * from realm.messages_%s where id > $1 order by id limit $2',
                                to_char(of_month, 'YYYY_MM')) using behind, most;

end $_$;

CREATE TABLE realm.message_reactions (
    message_id uuid NOT NULL,
    user_id uuid NOT NULL,
    reaction text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT message_reactions_reaction_check CHECK (((char_length(reaction) >= 1) AND (char_length(reaction) <= 32)))
)
PARTITION BY RANGE (message_id);

CREATE FUNCTION realm.detached_reactions(of_month date, behind uuid, most integer) RETURNS SETOF realm.message_reactions
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $_$
begin
    if to_regclass(format('realm.message_reactions_%s', to_char(of_month, 'YYYY_MM'))) is null then
        return;

    end if;

    return query execute format('
        select r.* from realm.message_reactions_%1$s r
        where r.message_id in (select m.id from realm.messages_%1$s m where m.id > $1 order by m.id limit $2)', to_char(of_month, 'YYYY_MM')) using behind, most;

end $_$;

CREATE FUNCTION realm.empty_channel() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    delete from realm.messages where channel_id = old.id;

    perform core.next_live_tick(true);

    delete from realm.messages where channel_id = old.id;

    delete from realm.message_words
    where channel_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];

    insert into core.live_events (topic, kind, access) values ('realm.channel:' || old.id, 'access', true);

    return old;

end $$;

CREATE FUNCTION realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamp with time zone, at timestamp with time zone) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if not core.asks_for(of_user)
        and not realm.keeps_order(coalesce(of_server, (select u.server_id from realm.users u where u.id = of_user)))
    then
        raise insufficient_privilege using message = 'sessions of others are ended by who keeps order on their server';

    end if;

    return query
        update realm.sessions s
        set logout_at = greatest(end_sessions.at, s.login_at)
        from (select e.id from realm.sessions e
              where e.logout_at is null and (of_server is null or e.server_id = of_server)
                and (of_user is null or e.user_id = of_user) and (silent_since is null or e.last_activity <= silent_since)
              order by e.id for update) ended
        where s.id = ended.id
        returning s.user_id;

end $$;

CREATE FUNCTION realm.follow_second_factor() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    whose uuid := case when tg_op = 'DELETE' then old.user_id else new.user_id end;

begin
    update realm.users
    set two_factor_enabled = tg_op <> 'DELETE' and new.confirmed_at is not null
    where id = whose;

    return null;

end $$;

CREATE FUNCTION realm.forget_detached(of_month date, whom uuid) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $_$
declare
    name  text;

    gone  bigint;

    total bigint := 0;

begin
    foreach name in array array['messages', 'message_reactions'] loop
        name := format('realm.%s_%s', name, to_char(of_month, 'YYYY_MM'));

        if to_regclass(name) is not null
           and not exists (select 1 from pg_inherits i where i.inhrelid = to_regclass(name)) then
            execute format('delete from %s where user_id = $1', name) using whom;

            get diagnostics gone = row_count;

            total := total + gone;

        end if;

    end loop;

    return total;

end $_$;

CREATE FUNCTION realm.forget_guild() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform core.ledger_forget_thing(old.id);

    return null;

end $$;

CREATE FUNCTION realm.forget_mentions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    update realm.messages m set mentions = nullif(array_remove(m.mentions, old.id), '{}')
    from realm.mentions e
    where e.user_id = old.id and m.id = e.message_id;

    delete from realm.pins p using realm.messages m where m.user_id = old.id and p.message_id = m.id;

    -- the channel of a party without a name is called after who formed it
    update realm.channels c set name = 'Party'
    where c.server_id = old.server_id and c.party_id is not null and c.name = 'Party of ' || old.username;

    return old;

end $$;

CREATE FUNCTION realm.forget_server() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    delete from core.reports r where r.place_id = old.id and r.kind in ('realm.message', 'realm.user');

    delete from core.audit_log a where a.place_id = old.id and a.slice = 'realm';

    return null;

end $$;

CREATE FUNCTION realm.forget_war() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform realm.settle_guilds(array[old.attacker_id, old.defender_id]);

    return null;

end $$;

CREATE FUNCTION realm.hold_hurried(tick bigint, users uuid[], channels uuid[], gaps integer[], keys text[], INOUT refused integer[], INOUT earlier uuid[], INOUT wait integer[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    AS $$
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
            realm.sent_at(hold_hurried.tick) - m.created_at))::int end as left_over
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

CREATE FUNCTION realm.keeps_order(server uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
    select session_user <> 'guildhall_app'
        or exists (select from realm.users u
                   where u.id = nullif(current_setting('app.user_id', true), '')::uuid
                     and u.server_id = server and u.is_active and u.badge in ('moderator', 'admin'))
        or exists (select from core.users u
                   where u.id = nullif(current_setting('app.user_id', true), '')::uuid and u.role = 'admin')
$$;

CREATE FUNCTION realm.late_months() RETURNS SETOF date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select distinct date_trunc('month', to_timestamp(
        ('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date
    from realm.messages_default
$$;

CREATE FUNCTION realm.live_sessions(of_server uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select count(*) from realm.sessions s where s.server_id = of_server and s.logout_at is null
$$;

CREATE FUNCTION realm.may_lead(whom uuid, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select exists (
        select from realm.users u
        join core.users c on c.id = u.id
        where u.id = whom and u.is_active and c.suspended_at is null
          and not exists (
              select from realm.sanctions s
              where s.user_id = u.id and s.server_id = u.server_id and s.channel_id is null and s.kind = 'ban'
                and s.lifted_at is null and (s.until is null or s.until > at)))
$$;

CREATE FUNCTION realm.mend_clock(OUT moved bigint, OUT ahead interval) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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

        update core.reports r set item_id = g.new
        from unnest(olds, news) g (old, new) where r.kind = 'realm.message' and r.item_id = g.old;

    end if;

    delete from core.live_events e where e.id >= first;

    -- Words are made again from where the order is sound; counters are for a recount.
    update realm.followers f set tick = least(f.tick, case when f.name = 'counts' then last else base end);

    update core.live_head h set tick = last, previous = last, access_tick = last where h.one;

end $$;

CREATE FUNCTION realm.name_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    select btrim(regexp_replace(
        replace(translate(normalize(lower(normalize(
            regexp_replace(name, '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+', '', 'g'), NFKC)), NFKC), 'ς', 'σ'), 'ß', 'ss'),
        '\s+', ' ', 'g'))
$$;

CREATE FUNCTION realm.pass_on() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    led record;

    heir uuid;

begin
    for led in select p.id from realm.parties p where p.leader_id = old.id order by p.id for update loop
        select m.user_id into heir from realm.party_members m
        where m.party_id = led.id and m.user_id <> old.id order by realm.may_lead(m.user_id, now()) desc, m.joined_at, m.user_id limit 1;

        if heir is null then
            delete from realm.parties where id = led.id;

        else
            delete from realm.party_members where party_id = led.id and user_id = old.id;

            update realm.party_members set role = 'leader' where party_id = led.id and user_id = heir;

            update realm.parties set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;

            insert into core.live_events (topic, kind, body)
            values ('realm.party:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));

        end if;

    end loop;

    update realm.parties p set member_count = greatest(p.member_count - 1, 0)
    from realm.party_members m where m.user_id = old.id and p.id = m.party_id;

    delete from realm.party_members where user_id = old.id;

    -- Whose wars go with a guild is told of it, so both are locked, in the order in which everybody locks guilds.
    perform from realm.guilds g
    where g.leader_id = old.id or g.id in (
        select w.attacker_id from realm.guild_wars w join realm.guilds l on l.id = w.defender_id where l.leader_id = old.id
        union
        select w.defender_id from realm.guild_wars w join realm.guilds l on l.id = w.attacker_id where l.leader_id = old.id)
    order by g.id for update;

    for led in select g.id from realm.guilds g where g.leader_id = old.id order by g.id for update loop
        select m.user_id into heir from realm.guild_members m
        where m.guild_id = led.id and m.user_id <> old.id
        order by realm.may_lead(m.user_id, now()) desc, m.rank = 'officer' desc, m.contribution desc, m.joined_at, m.user_id limit 1;

        if heir is null then
            delete from realm.guilds where id = led.id;

        else
            delete from realm.guild_members where guild_id = led.id and user_id = old.id;

            update realm.guild_members set rank = 'leader' where guild_id = led.id and user_id = heir;

            update realm.guilds set leader_id = heir, member_count = greatest(member_count - 1, 0) where id = led.id;

            insert into core.live_events (topic, kind, body)
            values ('realm.guild:' || led.id, 'leader_changed', jsonb_build_object('leader_id', heir));

        end if;

    end loop;

    update realm.guilds g set member_count = greatest(g.member_count - 1, 0)
    from realm.guild_members m where m.user_id = old.id and g.id = m.guild_id;

    delete from realm.guild_members where user_id = old.id;

    for led in select r.id from realm.raids r where r.leader_id = old.id order by r.id for update loop
        select x.user_id into heir from (
            select p.user_id, p.joined_at as at from realm.raid_participants p where p.raid_id = led.id
            union all
            select s.user_id, s.signed_at from realm.raid_signups s where s.raid_id = led.id and s.state <> 'declined'
        ) x where x.user_id <> old.id order by realm.may_lead(x.user_id, now()) desc, x.at, x.user_id limit 1;

        if heir is null then
            delete from realm.raids where id = led.id;

        else
            update realm.raids set leader_id = heir where id = led.id;

        end if;

    end loop;

    update realm.raids r set participant_count = greatest(r.participant_count - 1, 0)
    from realm.raid_participants p where p.user_id = old.id and r.id = p.raid_id;

    delete from realm.raid_participants where user_id = old.id;

    -- What was said goes too. Then nobody's judgement of this sender counts any more, and nothing can be added
    -- behind this deletion: messages wait for core.live_head, and find that access was taken away.
    delete from realm.messages where user_id = old.id;

    perform core.next_live_tick(true);

    delete from realm.messages where user_id = old.id;

    delete from realm.message_keys where user_id = old.id;

    delete from realm.message_words
    where user_id = old.id and array[server_id, channel_id, user_id, md5(type)::uuid] @> array[old.id];

    insert into core.live_events (topic, kind, access, subject) values ('*', 'access', true, old.id);

    return old;

end $$;

CREATE FUNCTION realm.rank_order(rank text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ select case rank when 'leader' then 0 when 'officer' then 1 else 2 end $$;

CREATE FUNCTION realm.search_messages(of_server uuid, wanted tsquery, readable uuid[], of_channel uuid, of_user uuid, of_type text, low uuid, high uuid, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE ROWS 50
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
declare
    near   constant int := 500;

    scope  constant uuid[] := array_remove(array[of_server, of_channel, of_user, md5(of_type)::uuid], null);

    -- words that must not be there alone are no way into the index, which would be read from end to end
    matched constant text := case when querytree(wanted) = 'T' then 'coalesce(w.words @@ $1, false)' else 'w.words @@ $1' end
        -- nor are matches read that stand where one may not look, for who may look in a few places only
        || case when cardinality(readable) <= 8
                then ' and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] && $9' else '' end;

    walked uuid[];

    found  uuid[];

    below  uuid := high;

    latest uuid;

    first  uuid;

begin
    if numnode(wanted) = 0 or most <= 0 then
        return;

    end if;

    if of_user is not null then
        walked := array(select m.id from realm.messages m
                        where m.user_id = of_user and m.id >= low and m.id < high order by m.id desc limit near);

    elsif of_channel is not null then
        walked := array(select m.id from realm.messages m
                        where m.channel_id = of_channel and m.id >= low and m.id < high order by m.id desc limit near);

    else
        walked := array(select m.id from realm.messages m
                        where m.server_id = of_server and m.id >= low and m.id < high order by m.id desc limit near);

    end if;

    found := array(
        select w.id
        from unnest(walked) with ordinality g (id, n)
        cross join lateral (
            select x.id from realm.message_words x
            where x.id = g.id and x.words @@ wanted and x.server_id = of_server
              and (of_channel is null or x.channel_id = of_channel) and (of_user is null or x.user_id = of_user)
              and (of_type is null or x.type = of_type)
              and (x.channel_id = any(readable) or readable is null and x.channel_id is not null
                   or x.channel_id is null and x.type = 'system')
            offset 0
        ) w
        order by g.n
        limit most
    );

    return query select unnest(found);

    most := most - cardinality(found);

    if most <= 0 or cardinality(walked) < near then
        return;

    end if;

    below := walked[near];

    loop
        select w.id into latest from realm.message_words w where w.id >= low and w.id < below order by w.id desc limit 1;

        if latest is null then
            return;

        end if;

        first := greatest(low, core.first_of_day('uuid', date_trunc('month', to_timestamp(
            ('x' || left(translate(latest::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone 'UTC')::date)::uuid);

        execute format('
            with hits as materialized (
                select w.id from realm.message_words w
                where %s and array[w.server_id, w.channel_id, w.user_id, md5(w.type)::uuid] @> $2
                  and w.id >= $3 and w.id < $4 and w.server_id = $5
                  and ($6 is null or w.type = $6)
                  and (w.channel_id = any($7) or $7 is null and w.channel_id is not null
                       or w.channel_id is null and w.type = ''system'')
            )
            select array(select id from hits order by id desc limit $8)', matched)
        into found
        using wanted, scope, first, below, of_server, of_type, readable, most, readable || md5('system')::uuid;

        return query select unnest(found);

        most := most - cardinality(found);

        below := first;

        if most <= 0 or first = low then
            return;

        end if;

    end loop;

end $_$;

CREATE FUNCTION realm.sent_at(tick bigint) RETURNS timestamp with time zone
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
    select case when core.live_time(tick) > clock_timestamp() + interval '1 second' then clock_timestamp()
                else core.live_time(tick) end
$$;

CREATE FUNCTION realm.settle_guilds(which uuid[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
    update realm.guilds g
    set war_status = s.war_status, territory = s.territory, updated_at = now()
    from (
        select h.id,
               (select t.name from realm.territories t where t.guild_id = h.id
                order by t.conquered_at desc nulls last, t.id desc limit 1) as territory,
               case
                   when h.disbanded_at is not null then 'peace'
                   when exists (select from realm.guild_wars w
                                where h.id in (w.attacker_id, w.defender_id) and w.status = 'active') then 'active_war'
                   when not exists (select from realm.territories t where t.guild_id = h.id)
                    and (select w.taken and w.winner_id <> h.id from realm.guild_wars w
                         where h.id in (w.attacker_id, w.defender_id) and w.ended_at >= w.starts_at
                         order by w.ended_at desc, w.id desc limit 1) then 'conquered'
                   else 'peace'
               end as war_status
        from realm.guilds h where h.id = any(which)
    ) s
    where g.id = s.id and (g.war_status, coalesce(g.territory, '')) <> (s.war_status, coalesce(s.territory, ''))
$$;

CREATE FUNCTION realm.words_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
    select case split_part(translate(lower(language), '_', '-'), '-', 1)
        when 'ar' then 'pg_catalog.arabic'::regconfig when 'hy' then 'pg_catalog.armenian'::regconfig when 'eu' then 'pg_catalog.basque'::regconfig when 'ca' then 'pg_catalog.catalan'::regconfig when 'da' then 'pg_catalog.danish'::regconfig when 'nl' then 'pg_catalog.dutch'::regconfig when 'en' then 'pg_catalog.english'::regconfig when 'fi' then 'pg_catalog.finnish'::regconfig when 'fr' then 'pg_catalog.french'::regconfig when 'de' then 'pg_catalog.german'::regconfig when 'el' then 'pg_catalog.greek'::regconfig when 'hi' then 'pg_catalog.hindi'::regconfig when 'hu' then 'pg_catalog.hungarian'::regconfig when 'id' then 'pg_catalog.indonesian'::regconfig when 'ga' then 'pg_catalog.irish'::regconfig when 'it' then 'pg_catalog.italian'::regconfig when 'lt' then 'pg_catalog.lithuanian'::regconfig when 'ne' then 'pg_catalog.nepali'::regconfig when 'no' then 'pg_catalog.norwegian'::regconfig when 'nb' then 'pg_catalog.norwegian'::regconfig when 'nn' then 'pg_catalog.norwegian'::regconfig when 'pt' then 'pg_catalog.portuguese'::regconfig when 'ro' then 'pg_catalog.romanian'::regconfig when 'ru' then 'pg_catalog.russian'::regconfig when 'sr' then 'pg_catalog.serbian'::regconfig when 'es' then 'pg_catalog.spanish'::regconfig when 'sv' then 'pg_catalog.swedish'::regconfig when 'ta' then 'pg_catalog.tamil'::regconfig when 'tr' then 'pg_catalog.turkish'::regconfig when 'yi' then 'pg_catalog.yiddish'::regconfig
        else 'pg_catalog.simple'::regconfig
    end
$$;

CREATE FUNCTION realm.words_in_pairs(content text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    
            select string_agg(case
                when p.piece[1] is null then p.piece[2]
                else (select string_agg(substr(p.piece[1], at, 2), ' ' order by at)
                      from generate_series(1, char_length(p.piece[1])) at)
            end, ' ' order by p.number)
    from regexp_matches(content, '([\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff]+)|([^\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff]+)', 'g')
                with ordinality p (piece, number)
$$;

CREATE FUNCTION realm.words_query(language text, wanted text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    select case when octet_length(wanted) = char_length(wanted) then websearch_to_tsquery(realm.words_config(language), wanted)
        else regexp_replace(websearch_to_tsquery(realm.words_config(language), wanted)::text,
                            '''([\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff])''', '''\1'':*', 'g')::tsquery
    end
$$;

CREATE FUNCTION realm.words_text(content text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case
        when octet_length(content) = char_length(content) then content
        when normalize(content, NFKC) !~ '[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff]' then normalize(content, NFKC)
        else realm.words_in_pairs(normalize(content, NFKC))
    end
$$;

CREATE TABLE realm.archived_counts (
    archive_id uuid NOT NULL,
    month date NOT NULL,
    channel_id uuid,
    user_id uuid,
    messages bigint NOT NULL,
    CONSTRAINT archived_counts_messages_check CHECK ((messages > 0))
);

ALTER TABLE ONLY realm.archived_counts FORCE ROW LEVEL SECURITY;

CREATE TABLE realm.archives (
    id uuid NOT NULL,
    month date NOT NULL,
    part integer NOT NULL,
    state text NOT NULL,
    file_name text,
    generation integer DEFAULT 1 NOT NULL,
    superseded text[] DEFAULT '{}'::text[] NOT NULL,
    sha256 bytea,
    messages bigint DEFAULT 0 NOT NULL,
    reactions bigint DEFAULT 0 NOT NULL,
    bytes bigint DEFAULT 0 NOT NULL,
    first_id uuid,
    last_id uuid,
    begun_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    hold_until timestamp with time zone,
    CONSTRAINT archives_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT archives_check CHECK (((state <> ALL (ARRAY['written'::text, 'archived'::text])) OR (num_nulls(file_name, sha256) = 0))),
    CONSTRAINT archives_file_name_check CHECK ((file_name ~ '^[a-z0-9.-]+$'::text)),
    CONSTRAINT archives_generation_check CHECK ((generation > 0)),
    CONSTRAINT archives_messages_check CHECK ((messages >= 0)),
    CONSTRAINT archives_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT archives_part_check CHECK ((part > 0)),
    CONSTRAINT archives_reactions_check CHECK ((reactions >= 0)),
    CONSTRAINT archives_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT archives_state_check CHECK ((state = ANY (ARRAY['begun'::text, 'detached'::text, 'written'::text, 'archived'::text, 'restored'::text])))
);

CREATE TABLE realm.channel_members (
    channel_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_members_role_check CHECK ((role = ANY (ARRAY['member'::text, 'moderator'::text])))
);

CREATE TABLE realm.channel_reads (
    user_id uuid NOT NULL,
    channel_id uuid NOT NULL,
    last_read uuid NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY realm.channel_reads FORCE ROW LEVEL SECURITY;

CREATE TABLE realm.channels (
    id uuid NOT NULL,
    name text NOT NULL,
    server_id uuid NOT NULL,
    description text,
    visibility text DEFAULT 'public'::text NOT NULL,
    category text,
    min_level integer DEFAULT 1 NOT NULL,
    message_count bigint DEFAULT 0 NOT NULL,
    slow_mode_seconds integer DEFAULT 0 NOT NULL,
    guild_id uuid,
    party_id uuid,
    raid_id uuid,
    created_by uuid,
    closed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name_key text GENERATED ALWAYS AS (realm.name_key(name)) STORED NOT NULL,
    twin uuid,
    CONSTRAINT channels_category_check CHECK ((char_length(category) <= 80)),
    CONSTRAINT channels_check CHECK ((num_nonnulls(guild_id, party_id, raid_id) <= 1)),
    CONSTRAINT channels_description_check CHECK ((char_length(description) <= 500)),
    CONSTRAINT channels_min_level_check CHECK (((min_level >= 1) AND (min_level <= 120))),
    CONSTRAINT channels_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80))),
    CONSTRAINT channels_slow_mode_seconds_check CHECK (((slow_mode_seconds >= 0) AND (slow_mode_seconds <= 21600))),
    CONSTRAINT channels_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text, 'restricted'::text])))
);

CREATE TABLE realm.conversations (
    user_id uuid NOT NULL,
    other_id uuid NOT NULL,
    last_id uuid NOT NULL,
    CONSTRAINT conversations_check CHECK ((user_id <> other_id))
);

ALTER TABLE ONLY realm.conversations FORCE ROW LEVEL SECURITY;

CREATE TABLE realm.direct_messages (
    id uuid NOT NULL,
    from_user_id uuid NOT NULL,
    to_user_id uuid NOT NULL,
    content text NOT NULL,
    is_read boolean DEFAULT false NOT NULL,
    read_at timestamp with time zone,
    client_key text,
    is_deleted boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT direct_messages_check CHECK ((from_user_id <> to_user_id)),
    CONSTRAINT direct_messages_check1 CHECK ((is_read = (read_at IS NOT NULL))),
    CONSTRAINT direct_messages_client_key_check CHECK (((char_length(client_key) >= 1) AND (char_length(client_key) <= 64))),
    CONSTRAINT direct_messages_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 4000)))
);

ALTER TABLE ONLY realm.direct_messages FORCE ROW LEVEL SECURITY;

CREATE TABLE realm.followers (
    name text NOT NULL,
    tick bigint NOT NULL,
    CONSTRAINT followers_name_check CHECK ((name = ANY (ARRAY['counts'::text, 'words'::text, 'reindex'::text])))
);

CREATE TABLE realm.guild_experience (
    id uuid NOT NULL,
    guild_id uuid NOT NULL,
    user_id uuid,
    amount bigint NOT NULL,
    total_after bigint NOT NULL,
    level_after integer NOT NULL,
    client_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT guild_experience_amount_check CHECK ((amount > 0)),
    CONSTRAINT guild_experience_check CHECK ((total_after >= amount)),
    CONSTRAINT guild_experience_client_key_check CHECK (((char_length(client_key) >= 1) AND (char_length(client_key) <= 64))),
    CONSTRAINT guild_experience_level_after_check CHECK (((level_after >= 1) AND (level_after <= 50)))
);

CREATE TABLE realm.guild_invitations (
    guild_id uuid NOT NULL,
    user_id uuid NOT NULL,
    invited_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE VIEW realm.guild_ledger WITH (security_invoker='true') AS
 SELECT p.id,
    a.thing_id AS guild_id,
    e.number,
    p.user_id,
    split_part(p.kind, '.'::text, 2) AS kind,
    e.amount,
    e.balance_after,
    p.note,
    p.created_at
   FROM ((core.ledger_accounts a
     JOIN core.ledger_entries e ON (((e.account_id = a.id) AND (e.number IS NOT NULL))))
     JOIN core.ledger_postings p ON ((p.id = e.posting_id)))
  WHERE ((a.kind = 'realm.treasury'::text) AND (a.unit = 'realm.copper'::text) AND (a.thing_id IS NOT NULL));

CREATE TABLE realm.guild_members (
    guild_id uuid NOT NULL,
    user_id uuid NOT NULL,
    rank text DEFAULT 'member'::text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    contribution bigint DEFAULT 0 NOT NULL,
    CONSTRAINT guild_members_contribution_check CHECK ((contribution >= 0)),
    CONSTRAINT guild_members_rank_check CHECK ((rank = ANY (ARRAY['leader'::text, 'officer'::text, 'member'::text])))
);

CREATE TABLE realm.guild_war_points (
    id uuid NOT NULL,
    war_id uuid NOT NULL,
    guild_id uuid NOT NULL,
    user_id uuid,
    points integer NOT NULL,
    client_key text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT guild_war_points_client_key_check CHECK (((char_length(client_key) >= 1) AND (char_length(client_key) <= 64))),
    CONSTRAINT guild_war_points_points_check CHECK (((points >= 1) AND (points <= 100000)))
);

CREATE TABLE realm.guild_wars (
    id uuid NOT NULL,
    server_id uuid NOT NULL,
    attacker_id uuid NOT NULL,
    defender_id uuid NOT NULL,
    territory_id uuid,
    status text DEFAULT 'declared'::text NOT NULL,
    attacker_points bigint DEFAULT 0 NOT NULL,
    defender_points bigint DEFAULT 0 NOT NULL,
    winner_id uuid,
    outcome text,
    taken boolean DEFAULT false NOT NULL,
    peace_offered_by uuid,
    declared_by uuid,
    declared_at timestamp with time zone DEFAULT now() NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT guild_wars_attacker_points_check CHECK ((attacker_points >= 0)),
    CONSTRAINT guild_wars_check CHECK ((attacker_id <> defender_id)),
    CONSTRAINT guild_wars_check1 CHECK (((starts_at >= declared_at) AND (ends_at > starts_at))),
    CONSTRAINT guild_wars_check2 CHECK (((winner_id = attacker_id) OR (winner_id = defender_id))),
    CONSTRAINT guild_wars_check3 CHECK (((peace_offered_by = attacker_id) OR (peace_offered_by = defender_id))),
    CONSTRAINT guild_wars_check4 CHECK (((status = 'ended'::text) = (ended_at IS NOT NULL))),
    CONSTRAINT guild_wars_check5 CHECK (((status = 'ended'::text) = (outcome IS NOT NULL))),
    CONSTRAINT guild_wars_check6 CHECK (((status = 'ended'::text) OR ((winner_id IS NULL) AND (NOT taken)))),
    CONSTRAINT guild_wars_check7 CHECK (((NOT taken) OR (outcome = ANY (ARRAY['conquest'::text, 'surrender'::text])))),
    CONSTRAINT guild_wars_defender_points_check CHECK ((defender_points >= 0)),
    CONSTRAINT guild_wars_outcome_check CHECK ((outcome = ANY (ARRAY['conquest'::text, 'surrender'::text, 'peace'::text, 'time'::text, 'stopped'::text, 'disbanded'::text]))),
    CONSTRAINT guild_wars_status_check CHECK ((status = ANY (ARRAY['declared'::text, 'active'::text, 'ended'::text])))
);

CREATE TABLE realm.guilds (
    id uuid NOT NULL,
    name text NOT NULL,
    server_id uuid NOT NULL,
    leader_id uuid NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    experience bigint DEFAULT 0 NOT NULL,
    treasury_balance bigint DEFAULT 0 NOT NULL,
    member_count integer DEFAULT 1 NOT NULL,
    max_members integer DEFAULT 500 NOT NULL,
    territory text,
    conquest_points integer DEFAULT 0 NOT NULL,
    war_status text DEFAULT 'peace'::text NOT NULL,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    disbanded_at timestamp with time zone,
    name_key text GENERATED ALWAYS AS (realm.name_key(name)) STORED NOT NULL,
    twin uuid,
    CONSTRAINT guilds_check CHECK (((member_count >= 0) AND (member_count <= max_members))),
    CONSTRAINT guilds_check1 CHECK (((disbanded_at IS NULL) OR ((member_count = 0) AND (treasury_balance = 0)))),
    CONSTRAINT guilds_conquest_points_check CHECK ((conquest_points >= 0)),
    CONSTRAINT guilds_description_check CHECK ((char_length(description) <= 1000)),
    CONSTRAINT guilds_experience_check CHECK ((experience >= 0)),
    CONSTRAINT guilds_level_check CHECK (((level >= 1) AND (level <= 50))),
    CONSTRAINT guilds_max_members_check CHECK (((max_members >= 1) AND (max_members <= 1000))),
    CONSTRAINT guilds_name_check CHECK (((char_length(name) >= 2) AND (char_length(name) <= 60))),
    CONSTRAINT guilds_territory_check CHECK ((char_length(territory) <= 80)),
    CONSTRAINT guilds_treasury_balance_check CHECK ((treasury_balance >= 0)),
    CONSTRAINT guilds_war_status_check CHECK ((war_status = ANY (ARRAY['peace'::text, 'active_war'::text, 'conquered'::text])))
);

CREATE TABLE realm.import_rejects (
    import_id uuid NOT NULL,
    table_name text NOT NULL,
    row_number bigint NOT NULL,
    kept boolean DEFAULT false NOT NULL,
    reason text NOT NULL,
    contents json NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE realm.import_tables (
    import_id uuid NOT NULL,
    table_name text NOT NULL,
    last_row bigint DEFAULT '-9223372036854775808'::bigint NOT NULL,
    total bigint NOT NULL,
    added bigint DEFAULT 0 NOT NULL,
    known bigint DEFAULT 0 NOT NULL,
    rejected bigint DEFAULT 0 NOT NULL,
    finished boolean DEFAULT false NOT NULL,
    CONSTRAINT import_tables_table_name_check CHECK (((char_length(table_name) >= 1) AND (char_length(table_name) <= 40))),
    CONSTRAINT import_tables_total_check CHECK ((total >= 0))
);

CREATE TABLE realm.imports (
    id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    namespace uuid NOT NULL,
    file_name text NOT NULL,
    first_message uuid,
    last_message uuid,
    words_done uuid,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT imports_check CHECK (((first_message IS NULL) = (last_message IS NULL))),
    CONSTRAINT imports_file_name_check CHECK (((char_length(file_name) >= 1) AND (char_length(file_name) <= 255))),
    CONSTRAINT imports_fingerprint_check CHECK ((octet_length(fingerprint) = 32))
);

CREATE TABLE realm.mentions (
    user_id uuid NOT NULL,
    message_id uuid NOT NULL,
    channel_id uuid NOT NULL
);

CREATE TABLE realm.message_keys (
    user_id uuid NOT NULL,
    client_key text NOT NULL,
    message_id uuid NOT NULL
);

CREATE TABLE realm.message_reactions_default (
    message_id uuid CONSTRAINT message_reactions_message_id_not_null NOT NULL,
    user_id uuid CONSTRAINT message_reactions_user_id_not_null NOT NULL,
    reaction text CONSTRAINT message_reactions_reaction_not_null NOT NULL,
    created_at timestamp with time zone DEFAULT now() CONSTRAINT message_reactions_created_at_not_null NOT NULL,
    CONSTRAINT message_reactions_reaction_check CHECK (((char_length(reaction) >= 1) AND (char_length(reaction) <= 32)))
);

CREATE TABLE realm.message_words (
    id uuid NOT NULL,
    server_id uuid NOT NULL,
    channel_id uuid,
    user_id uuid NOT NULL,
    type text NOT NULL,
    words tsvector NOT NULL
)
PARTITION BY RANGE (id);

CREATE TABLE realm.message_words_default (
    id uuid CONSTRAINT message_words_id_not_null NOT NULL,
    server_id uuid CONSTRAINT message_words_server_id_not_null NOT NULL,
    channel_id uuid,
    user_id uuid CONSTRAINT message_words_user_id_not_null NOT NULL,
    type text CONSTRAINT message_words_type_not_null NOT NULL,
    words tsvector CONSTRAINT message_words_words_not_null NOT NULL
);

CREATE TABLE realm.messages_default (
    id uuid CONSTRAINT messages_id_not_null NOT NULL,
    type text CONSTRAINT messages_type_not_null NOT NULL,
    user_id uuid CONSTRAINT messages_user_id_not_null NOT NULL,
    server_id uuid CONSTRAINT messages_server_id_not_null NOT NULL,
    channel_id uuid,
    content text CONSTRAINT messages_content_not_null NOT NULL,
    metadata jsonb,
    reply_to uuid,
    mentions uuid[],
    created_at timestamp with time zone CONSTRAINT messages_created_at_not_null NOT NULL,
    updated_at timestamp with time zone CONSTRAINT messages_updated_at_not_null NOT NULL,
    is_deleted boolean DEFAULT false CONSTRAINT messages_is_deleted_not_null NOT NULL,
    deletion_reason text,
    edited_at timestamp with time zone,
    CONSTRAINT messages_content_check CHECK (((char_length(content) >= 1) AND (char_length(content) <= 4000))),
    CONSTRAINT messages_deletion_reason_check CHECK ((char_length(deletion_reason) <= 300)),
    CONSTRAINT messages_type_check CHECK ((type = ANY (ARRAY['user'::text, 'system'::text, 'dm'::text, 'raid'::text, 'party'::text, 'guild'::text])))
);

CREATE TABLE realm.parties (
    id uuid NOT NULL,
    name text,
    leader_id uuid NOT NULL,
    server_id uuid NOT NULL,
    member_count integer DEFAULT 1 NOT NULL,
    max_members integer DEFAULT 5 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disbanded_at timestamp with time zone,
    CONSTRAINT parties_check CHECK (((member_count >= 0) AND (member_count <= max_members))),
    CONSTRAINT parties_check1 CHECK (((status = 'disbanded'::text) = (disbanded_at IS NOT NULL))),
    CONSTRAINT parties_max_members_check CHECK (((max_members >= 2) AND (max_members <= 40))),
    CONSTRAINT parties_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80))),
    CONSTRAINT parties_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disbanded'::text])))
);

CREATE TABLE realm.party_invitations (
    party_id uuid NOT NULL,
    user_id uuid NOT NULL,
    invited_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE realm.party_members (
    party_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT party_members_role_check CHECK ((role = ANY (ARRAY['leader'::text, 'member'::text])))
);

CREATE TABLE realm.pins (
    channel_id uuid NOT NULL,
    message_id uuid NOT NULL,
    pinned_by uuid,
    pinned_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE realm.raid_loot (
    id uuid NOT NULL,
    raid_id uuid NOT NULL,
    number integer NOT NULL,
    item text NOT NULL,
    quality text DEFAULT 'rare'::text NOT NULL,
    user_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT raid_loot_item_check CHECK (((char_length(item) >= 1) AND (char_length(item) <= 100))),
    CONSTRAINT raid_loot_number_check CHECK ((number > 0)),
    CONSTRAINT raid_loot_quality_check CHECK ((quality = ANY (ARRAY['common'::text, 'uncommon'::text, 'rare'::text, 'epic'::text, 'legendary'::text])))
);

CREATE TABLE realm.raid_participants (
    raid_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    class text NOT NULL,
    damage_dealt bigint DEFAULT 0 NOT NULL,
    healing bigint DEFAULT 0 NOT NULL,
    damage_taken bigint DEFAULT 0 NOT NULL,
    deaths integer DEFAULT 0 NOT NULL,
    uptime_percentage integer DEFAULT 100 NOT NULL,
    stats_at timestamp with time zone,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT raid_participants_class_check CHECK (((char_length(class) >= 1) AND (char_length(class) <= 40))),
    CONSTRAINT raid_participants_damage_dealt_check CHECK ((damage_dealt >= 0)),
    CONSTRAINT raid_participants_damage_taken_check CHECK ((damage_taken >= 0)),
    CONSTRAINT raid_participants_deaths_check CHECK ((deaths >= 0)),
    CONSTRAINT raid_participants_healing_check CHECK ((healing >= 0)),
    CONSTRAINT raid_participants_role_check CHECK ((role = ANY (ARRAY['tank'::text, 'dps'::text, 'healer'::text]))),
    CONSTRAINT raid_participants_uptime_percentage_check CHECK (((uptime_percentage >= 0) AND (uptime_percentage <= 100)))
);

CREATE TABLE realm.raid_pulls (
    raid_id uuid NOT NULL,
    number integer NOT NULL,
    status text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    duration_seconds integer,
    best_health integer DEFAULT 100 NOT NULL,
    CONSTRAINT raid_pulls_best_health_check CHECK (((best_health >= 0) AND (best_health <= 100))),
    CONSTRAINT raid_pulls_duration_seconds_check CHECK ((duration_seconds >= 0)),
    CONSTRAINT raid_pulls_number_check CHECK ((number > 0)),
    CONSTRAINT raid_pulls_status_check CHECK ((status = ANY (ARRAY['in_progress'::text, 'wipe'::text, 'victory'::text])))
);

CREATE TABLE realm.raid_signups (
    raid_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    class text NOT NULL,
    state text NOT NULL,
    officer boolean DEFAULT false NOT NULL,
    note text,
    signed_at timestamp with time zone DEFAULT now() NOT NULL,
    admitted_at timestamp with time zone,
    CONSTRAINT raid_signups_class_check CHECK (((char_length(class) >= 1) AND (char_length(class) <= 40))),
    CONSTRAINT raid_signups_note_check CHECK ((char_length(note) <= 200)),
    CONSTRAINT raid_signups_role_check CHECK ((role = ANY (ARRAY['tank'::text, 'dps'::text, 'healer'::text]))),
    CONSTRAINT raid_signups_state_check CHECK ((state = ANY (ARRAY['confirmed'::text, 'bench'::text, 'tentative'::text, 'declined'::text, 'no_show'::text])))
);

CREATE TABLE realm.raids (
    id uuid NOT NULL,
    name text NOT NULL,
    boss_name text NOT NULL,
    difficulty text NOT NULL,
    server_id uuid NOT NULL,
    leader_id uuid NOT NULL,
    status text DEFAULT 'preparing'::text NOT NULL,
    health_percentage integer DEFAULT 100 NOT NULL,
    start_time timestamp with time zone,
    end_time timestamp with time zone,
    duration_seconds integer,
    participant_count integer DEFAULT 0 NOT NULL,
    victory boolean,
    loot_generated boolean DEFAULT false NOT NULL,
    description text,
    phase text,
    scheduled_at timestamp with time zone,
    tank_slots integer DEFAULT 2 NOT NULL,
    healer_slots integer DEFAULT 4 NOT NULL,
    dps_slots integer DEFAULT 14 NOT NULL,
    signups_open boolean DEFAULT true NOT NULL,
    external_id text,
    tick_at timestamp with time zone,
    tick_seq bigint DEFAULT 0 NOT NULL,
    kill_seconds integer,
    loot_seed bigint DEFAULT ((random() * ('9007199254740991'::bigint)::double precision))::bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    chat_open boolean DEFAULT false NOT NULL,
    boss_key text GENERATED ALWAYS AS (realm.name_key(boss_name)) STORED NOT NULL,
    CONSTRAINT raids_boss_name_check CHECK (((char_length(boss_name) >= 1) AND (char_length(boss_name) <= 100))),
    CONSTRAINT raids_check CHECK (((victory IS NULL) OR (victory = (status = 'victory'::text)))),
    CONSTRAINT raids_check1 CHECK (((status = 'victory'::text) OR (kill_seconds IS NULL))),
    CONSTRAINT raids_description_check CHECK ((char_length(description) <= 1000)),
    CONSTRAINT raids_difficulty_check CHECK ((difficulty = ANY (ARRAY['normal'::text, 'hard'::text, 'mythic'::text]))),
    CONSTRAINT raids_dps_slots_check CHECK (((dps_slots >= 0) AND (dps_slots <= 40))),
    CONSTRAINT raids_duration_seconds_check CHECK ((duration_seconds >= 0)),
    CONSTRAINT raids_external_id_check CHECK (((char_length(external_id) >= 1) AND (char_length(external_id) <= 100))),
    CONSTRAINT raids_healer_slots_check CHECK (((healer_slots >= 0) AND (healer_slots <= 40))),
    CONSTRAINT raids_health_percentage_check CHECK (((health_percentage >= 0) AND (health_percentage <= 100))),
    CONSTRAINT raids_kill_seconds_check CHECK ((kill_seconds >= 0)),
    CONSTRAINT raids_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT raids_participant_count_check CHECK ((participant_count >= 0)),
    CONSTRAINT raids_phase_check CHECK (((char_length(phase) >= 1) AND (char_length(phase) <= 60))),
    CONSTRAINT raids_status_check CHECK ((status = ANY (ARRAY['preparing'::text, 'in_progress'::text, 'wipe'::text, 'victory'::text]))),
    CONSTRAINT raids_tank_slots_check CHECK (((tank_slots >= 0) AND (tank_slots <= 40))),
    CONSTRAINT raids_tick_seq_check CHECK ((tick_seq >= 0))
);

CREATE TABLE realm.sanctions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    server_id uuid NOT NULL,
    channel_id uuid,
    kind text NOT NULL,
    reason text,
    issued_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    until timestamp with time zone,
    lifted_at timestamp with time zone,
    lifted_by uuid,
    issued_rank integer DEFAULT 2 NOT NULL,
    CONSTRAINT sanctions_check CHECK ((until > created_at)),
    CONSTRAINT sanctions_issued_rank_check CHECK (((issued_rank >= 1) AND (issued_rank <= 4))),
    CONSTRAINT sanctions_kind_check CHECK ((kind = ANY (ARRAY['mute'::text, 'ban'::text]))),
    CONSTRAINT sanctions_reason_check CHECK ((char_length(reason) <= 300))
);

CREATE TABLE realm.servers (
    id uuid NOT NULL,
    name text NOT NULL,
    region text NOT NULL,
    capacity integer DEFAULT 1000 NOT NULL,
    current_population integer DEFAULT 0 NOT NULL,
    status text DEFAULT 'online'::text NOT NULL,
    status_reason text,
    language text DEFAULT 'en'::text NOT NULL,
    pvp_enabled boolean DEFAULT true NOT NULL,
    level_range_min integer DEFAULT 1 NOT NULL,
    level_range_max integer DEFAULT 120 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    name_key text GENERATED ALWAYS AS (realm.name_key(name)) STORED NOT NULL,
    twin uuid,
    CONSTRAINT servers_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT servers_check CHECK ((current_population <= capacity)),
    CONSTRAINT servers_check1 CHECK ((((level_range_min >= 1) AND (level_range_min <= 120)) AND ((level_range_max >= level_range_min) AND (level_range_max <= 120)))),
    CONSTRAINT servers_current_population_check CHECK ((current_population >= 0)),
    CONSTRAINT servers_language_check CHECK (((char_length(language) >= 2) AND (char_length(language) <= 35))),
    CONSTRAINT servers_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80))),
    CONSTRAINT servers_region_check CHECK (((char_length(region) >= 1) AND (char_length(region) <= 40))),
    CONSTRAINT servers_status_check CHECK ((status = ANY (ARRAY['online'::text, 'maintenance'::text, 'offline'::text]))),
    CONSTRAINT servers_status_reason_check CHECK ((char_length(status_reason) <= 300))
);

CREATE TABLE realm.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    server_id uuid NOT NULL,
    ip_hash bytea,
    user_agent text,
    login_at timestamp with time zone DEFAULT now() NOT NULL,
    logout_at timestamp with time zone,
    last_activity timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sessions_ip_hash_check CHECK ((octet_length(ip_hash) = 32)),
    CONSTRAINT sessions_user_agent_check CHECK ((char_length(user_agent) <= 300))
);

CREATE TABLE realm.territories (
    id uuid NOT NULL,
    server_id uuid NOT NULL,
    name text NOT NULL,
    points integer DEFAULT 100 NOT NULL,
    guild_id uuid,
    conquered_at timestamp with time zone,
    name_key text GENERATED ALWAYS AS (realm.name_key(name)) STORED NOT NULL,
    twin uuid,
    CONSTRAINT territories_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 80))),
    CONSTRAINT territories_points_check CHECK (((points >= 1) AND (points <= 10000)))
);

CREATE TABLE realm.users (
    id uuid NOT NULL,
    username text NOT NULL,
    avatar_url text,
    badge text DEFAULT 'standard'::text NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    experience bigint DEFAULT 0 NOT NULL,
    server_id uuid NOT NULL,
    message_count bigint DEFAULT 0 NOT NULL,
    last_login timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    two_factor_enabled boolean DEFAULT false NOT NULL,
    username_key text GENERATED ALWAYS AS (realm.name_key(username)) STORED NOT NULL,
    twin uuid,
    CONSTRAINT users_avatar_url_check CHECK ((char_length(avatar_url) <= 500)),
    CONSTRAINT users_badge_check CHECK ((badge = ANY (ARRAY['admin'::text, 'moderator'::text, 'vip'::text, 'standard'::text]))),
    CONSTRAINT users_experience_check CHECK ((experience >= 0)),
    CONSTRAINT users_level_check CHECK (((level >= 1) AND (level <= 120))),
    CONSTRAINT users_username_check CHECK (((char_length(username) >= 2) AND (char_length(username) <= 32)))
);

CREATE TABLE realm.word_filters (
    id uuid NOT NULL,
    server_id uuid NOT NULL,
    word text NOT NULL,
    action text DEFAULT 'mask'::text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT word_filters_action_check CHECK ((action = ANY (ARRAY['block'::text, 'mask'::text, 'flag'::text]))),
    CONSTRAINT word_filters_word_check CHECK (((char_length(word) >= 1) AND (char_length(word) <= 200)))
);

ALTER TABLE ONLY realm.message_reactions ATTACH PARTITION realm.message_reactions_default DEFAULT;

ALTER TABLE ONLY realm.message_words ATTACH PARTITION realm.message_words_default DEFAULT;

ALTER TABLE ONLY realm.messages ATTACH PARTITION realm.messages_default DEFAULT;

ALTER TABLE ONLY realm.archives
    ADD CONSTRAINT archives_file_name_key UNIQUE (file_name);

ALTER TABLE ONLY realm.archives
    ADD CONSTRAINT archives_month_part_key UNIQUE (month, part);

ALTER TABLE ONLY realm.archives
    ADD CONSTRAINT archives_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.channel_members
    ADD CONSTRAINT channel_members_pkey PRIMARY KEY (channel_id, user_id);

ALTER TABLE ONLY realm.channel_reads
    ADD CONSTRAINT channel_reads_pkey PRIMARY KEY (user_id, channel_id);

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (user_id, other_id);

ALTER TABLE ONLY realm.direct_messages
    ADD CONSTRAINT direct_messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.followers
    ADD CONSTRAINT followers_pkey PRIMARY KEY (name);

ALTER TABLE ONLY realm.guild_experience
    ADD CONSTRAINT guild_experience_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.guild_invitations
    ADD CONSTRAINT guild_invitations_pkey PRIMARY KEY (guild_id, user_id);

ALTER TABLE ONLY realm.guild_members
    ADD CONSTRAINT guild_members_pkey PRIMARY KEY (guild_id, user_id);

ALTER TABLE ONLY realm.guild_war_points
    ADD CONSTRAINT guild_war_points_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.guilds
    ADD CONSTRAINT guilds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.import_tables
    ADD CONSTRAINT import_tables_pkey PRIMARY KEY (import_id, table_name);

ALTER TABLE ONLY realm.imports
    ADD CONSTRAINT imports_fingerprint_key UNIQUE (fingerprint);

ALTER TABLE ONLY realm.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.mentions
    ADD CONSTRAINT mentions_pkey PRIMARY KEY (user_id, message_id);

ALTER TABLE ONLY realm.message_keys
    ADD CONSTRAINT message_keys_pkey PRIMARY KEY (user_id, client_key);

ALTER TABLE ONLY realm.message_reactions
    ADD CONSTRAINT message_reactions_pkey PRIMARY KEY (message_id, user_id, reaction);

ALTER TABLE ONLY realm.message_reactions_default
    ADD CONSTRAINT message_reactions_default_pkey PRIMARY KEY (message_id, user_id, reaction);

ALTER TABLE ONLY realm.message_words
    ADD CONSTRAINT message_words_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.message_words_default
    ADD CONSTRAINT message_words_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.messages_default
    ADD CONSTRAINT messages_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.parties
    ADD CONSTRAINT parties_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.party_invitations
    ADD CONSTRAINT party_invitations_pkey PRIMARY KEY (party_id, user_id);

ALTER TABLE ONLY realm.party_members
    ADD CONSTRAINT party_members_pkey PRIMARY KEY (party_id, user_id);

ALTER TABLE ONLY realm.pins
    ADD CONSTRAINT pins_pkey PRIMARY KEY (channel_id, message_id);

ALTER TABLE ONLY realm.raid_loot
    ADD CONSTRAINT raid_loot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.raid_participants
    ADD CONSTRAINT raid_participants_pkey PRIMARY KEY (raid_id, user_id);

ALTER TABLE ONLY realm.raid_pulls
    ADD CONSTRAINT raid_pulls_pkey PRIMARY KEY (raid_id, number);

ALTER TABLE ONLY realm.raid_signups
    ADD CONSTRAINT raid_signups_pkey PRIMARY KEY (raid_id, user_id);

ALTER TABLE ONLY realm.raids
    ADD CONSTRAINT raids_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.servers
    ADD CONSTRAINT servers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.territories
    ADD CONSTRAINT territories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY realm.word_filters
    ADD CONSTRAINT word_filters_pkey PRIMARY KEY (id);

CREATE INDEX archived_counts_by_channel ON realm.archived_counts USING btree (channel_id);

CREATE INDEX archived_counts_by_user ON realm.archived_counts USING btree (user_id);

CREATE UNIQUE INDEX archived_counts_of_archive ON realm.archived_counts USING btree (archive_id, user_id, channel_id) NULLS NOT DISTINCT;

CREATE INDEX archives_by_last ON realm.archives USING btree (last_id DESC) WHERE (state = ANY (ARRAY['written'::text, 'archived'::text]));

CREATE UNIQUE INDEX archives_unfinished ON realm.archives USING btree (month) WHERE (state = ANY (ARRAY['begun'::text, 'detached'::text, 'written'::text]));

CREATE INDEX channel_members_by_user ON realm.channel_members USING btree (user_id);

CREATE INDEX channel_reads_by_channel ON realm.channel_reads USING btree (channel_id);

CREATE UNIQUE INDEX channels_by_name ON realm.channels USING btree (server_id, name_key, twin) NULLS NOT DISTINCT WHERE ((guild_id IS NULL) AND (party_id IS NULL) AND (raid_id IS NULL) AND (closed_at IS NULL));

CREATE INDEX channels_by_server ON realm.channels USING btree (server_id, id);

CREATE UNIQUE INDEX channels_of_guild ON realm.channels USING btree (guild_id) WHERE (guild_id IS NOT NULL);

CREATE UNIQUE INDEX channels_of_party ON realm.channels USING btree (party_id) WHERE (party_id IS NOT NULL);

CREATE UNIQUE INDEX channels_of_raid ON realm.channels USING btree (raid_id) WHERE (raid_id IS NOT NULL);

CREATE INDEX channels_plain ON realm.channels USING btree (server_id, id) WHERE ((guild_id IS NULL) AND (party_id IS NULL) AND (raid_id IS NULL));

CREATE INDEX conversations_by_other ON realm.conversations USING btree (other_id);

CREATE INDEX conversations_latest ON realm.conversations USING btree (user_id, last_id DESC);

CREATE UNIQUE INDEX direct_messages_by_key ON realm.direct_messages USING btree (from_user_id, client_key) WHERE (client_key IS NOT NULL);

CREATE INDEX direct_messages_from ON realm.direct_messages USING btree (from_user_id, id DESC);

CREATE INDEX direct_messages_of_two ON realm.direct_messages USING btree (LEAST(from_user_id, to_user_id), GREATEST(from_user_id, to_user_id), id DESC);

CREATE INDEX direct_messages_to ON realm.direct_messages USING btree (to_user_id, id DESC);

CREATE INDEX direct_messages_unread ON realm.direct_messages USING btree (to_user_id, from_user_id) WHERE (NOT is_read);

CREATE UNIQUE INDEX guild_experience_by_key ON realm.guild_experience USING btree (guild_id, client_key) WHERE (client_key IS NOT NULL);

CREATE INDEX guild_experience_by_user ON realm.guild_experience USING btree (user_id);

CREATE INDEX guild_experience_of_guild ON realm.guild_experience USING btree (guild_id, id DESC);

CREATE INDEX guild_invitations_by_user ON realm.guild_invitations USING btree (user_id);

CREATE UNIQUE INDEX guild_members_by_user ON realm.guild_members USING btree (user_id);

CREATE UNIQUE INDEX guild_members_one_leader ON realm.guild_members USING btree (guild_id) WHERE (rank = 'leader'::text);

CREATE INDEX guild_members_roster ON realm.guild_members USING btree (guild_id, realm.rank_order(rank), joined_at, user_id);

CREATE INDEX guild_war_points_by_guild ON realm.guild_war_points USING btree (guild_id);

CREATE UNIQUE INDEX guild_war_points_by_key ON realm.guild_war_points USING btree (war_id, client_key) WHERE (client_key IS NOT NULL);

CREATE INDEX guild_war_points_by_user ON realm.guild_war_points USING btree (user_id);

CREATE INDEX guild_war_points_of_war ON realm.guild_war_points USING btree (war_id, id DESC);

CREATE INDEX guild_wars_active ON realm.guild_wars USING btree (ends_at) WHERE (status = 'active'::text);

CREATE INDEX guild_wars_by_attacker ON realm.guild_wars USING btree (attacker_id, id DESC);

CREATE INDEX guild_wars_by_defender ON realm.guild_wars USING btree (defender_id, id DESC);

CREATE INDEX guild_wars_by_server ON realm.guild_wars USING btree (server_id, id DESC);

CREATE INDEX guild_wars_by_territory ON realm.guild_wars USING btree (territory_id) WHERE (territory_id IS NOT NULL);

CREATE INDEX guild_wars_declared ON realm.guild_wars USING btree (starts_at) WHERE (status = 'declared'::text);

CREATE UNIQUE INDEX guild_wars_running ON realm.guild_wars USING btree (LEAST(attacker_id, defender_id), GREATEST(attacker_id, defender_id)) WHERE (status <> 'ended'::text);

CREATE INDEX guilds_by_conquest ON realm.guilds USING btree (server_id, conquest_points DESC, id DESC) WHERE (disbanded_at IS NULL);

CREATE INDEX guilds_by_leader ON realm.guilds USING btree (leader_id);

CREATE INDEX guilds_by_level ON realm.guilds USING btree (server_id, level DESC, id DESC) WHERE (disbanded_at IS NULL);

CREATE UNIQUE INDEX guilds_by_name ON realm.guilds USING btree (name_key, twin) NULLS NOT DISTINCT WHERE (disbanded_at IS NULL);

CREATE INDEX guilds_by_server ON realm.guilds USING btree (server_id, id DESC);

CREATE INDEX import_rejects_by_age ON realm.import_rejects USING btree (at);

CREATE INDEX import_rejects_of_import ON realm.import_rejects USING btree (import_id, table_name, row_number);

CREATE INDEX mentions_by_channel ON realm.mentions USING btree (channel_id);

CREATE INDEX message_keys_by_age ON realm.message_keys USING brin (message_id) WITH (pages_per_range='32');

CREATE INDEX message_reactions_by_user ON ONLY realm.message_reactions USING btree (user_id);

CREATE INDEX message_reactions_default_user_id_idx ON realm.message_reactions_default USING btree (user_id);

CREATE INDEX message_words_found ON ONLY realm.message_words USING gin (words, (ARRAY[server_id, channel_id, user_id, (md5(type))::uuid])) WITH (gin_pending_list_limit='256');

CREATE INDEX message_words_default_words_array_idx ON realm.message_words_default USING gin (words, (ARRAY[server_id, channel_id, user_id, (md5(type))::uuid])) WITH (gin_pending_list_limit='256');

CREATE INDEX messages_of_channel ON ONLY realm.messages USING btree (channel_id, id);

CREATE INDEX messages_default_channel_id_id_idx ON realm.messages_default USING btree (channel_id, id);

CREATE INDEX messages_of_server ON ONLY realm.messages USING btree (server_id, id);

CREATE INDEX messages_default_server_id_id_idx ON realm.messages_default USING btree (server_id, id);

CREATE INDEX messages_of_user ON ONLY realm.messages USING btree (user_id, id);

CREATE INDEX messages_default_user_id_id_idx ON realm.messages_default USING btree (user_id, id);

CREATE INDEX parties_active ON realm.parties USING btree (server_id, id DESC) WHERE (status = 'active'::text);

CREATE INDEX parties_by_leader ON realm.parties USING btree (leader_id);

CREATE INDEX party_invitations_by_user ON realm.party_invitations USING btree (user_id);

CREATE UNIQUE INDEX party_members_by_user ON realm.party_members USING btree (user_id);

CREATE UNIQUE INDEX party_members_one_leader ON realm.party_members USING btree (party_id) WHERE (role = 'leader'::text);

CREATE INDEX raid_loot_by_user ON realm.raid_loot USING btree (user_id);

CREATE UNIQUE INDEX raid_loot_of_raid ON realm.raid_loot USING btree (raid_id, number);

CREATE INDEX raid_participants_by_user ON realm.raid_participants USING btree (user_id, raid_id);

CREATE UNIQUE INDEX raid_pulls_running ON realm.raid_pulls USING btree (raid_id) WHERE (status = 'in_progress'::text);

CREATE INDEX raid_signups_by_user ON realm.raid_signups USING btree (user_id);

CREATE INDEX raid_signups_waiting ON realm.raid_signups USING btree (raid_id, role, signed_at) WHERE (state = 'bench'::text);

CREATE INDEX raids_active ON realm.raids USING btree (server_id, id DESC) WHERE (status = ANY (ARRAY['preparing'::text, 'in_progress'::text]));

CREATE INDEX raids_by_boss ON realm.raids USING btree (server_id, boss_key, id DESC);

CREATE UNIQUE INDEX raids_by_external_id ON realm.raids USING btree (server_id, external_id) WHERE (external_id IS NOT NULL);

CREATE INDEX raids_by_leader ON realm.raids USING btree (leader_id);

CREATE INDEX raids_killed ON realm.raids USING btree (server_id, boss_key, difficulty, kill_seconds, id) WHERE (kill_seconds IS NOT NULL);

CREATE INDEX raids_of_server ON realm.raids USING btree (server_id, id DESC);

CREATE INDEX sanctions_by_channel ON realm.sanctions USING btree (channel_id) WHERE (channel_id IS NOT NULL);

CREATE INDEX sanctions_by_server ON realm.sanctions USING btree (server_id, id DESC);

CREATE INDEX sanctions_of_user ON realm.sanctions USING btree (user_id, server_id, channel_id) WHERE (lifted_at IS NULL);

CREATE UNIQUE INDEX servers_by_name ON realm.servers USING btree (name_key, twin) NULLS NOT DISTINCT;

CREATE INDEX servers_by_region ON realm.servers USING btree (region, name);

CREATE INDEX servers_by_status ON realm.servers USING btree (status);

CREATE INDEX servers_in_order ON realm.servers USING btree (name);

CREATE INDEX sessions_by_server ON realm.sessions USING btree (server_id, login_at DESC);

CREATE INDEX sessions_by_user ON realm.sessions USING btree (user_id, login_at DESC, id DESC);

CREATE INDEX sessions_ended ON realm.sessions USING btree (logout_at) WHERE (logout_at IS NOT NULL);

CREATE INDEX sessions_live ON realm.sessions USING btree (server_id) WHERE (logout_at IS NULL);

CREATE UNIQUE INDEX sessions_of_one ON realm.sessions USING btree (user_id) WHERE (logout_at IS NULL);

CREATE INDEX territories_by_guild ON realm.territories USING btree (guild_id) WHERE (guild_id IS NOT NULL);

CREATE UNIQUE INDEX territories_by_name ON realm.territories USING btree (server_id, name_key, twin) NULLS NOT DISTINCT;

CREATE INDEX users_by_age ON realm.users USING btree (server_id, created_at DESC);

CREATE INDEX users_by_level ON realm.users USING btree (server_id, level DESC, id DESC);

CREATE INDEX users_by_messages ON realm.users USING btree (server_id, message_count DESC, id DESC);

CREATE UNIQUE INDEX users_by_name ON realm.users USING btree (server_id, username_key text_pattern_ops, twin) NULLS NOT DISTINCT;

CREATE INDEX users_staff ON realm.users USING btree (server_id, id) WHERE ((badge = ANY (ARRAY['admin'::text, 'moderator'::text])) AND is_active);

CREATE UNIQUE INDEX word_filters_by_word ON realm.word_filters USING btree (server_id, word);

ALTER INDEX realm.message_reactions_pkey ATTACH PARTITION realm.message_reactions_default_pkey;

ALTER INDEX realm.message_reactions_by_user ATTACH PARTITION realm.message_reactions_default_user_id_idx;

ALTER INDEX realm.message_words_pkey ATTACH PARTITION realm.message_words_default_pkey;

ALTER INDEX realm.message_words_found ATTACH PARTITION realm.message_words_default_words_array_idx;

ALTER INDEX realm.messages_of_channel ATTACH PARTITION realm.messages_default_channel_id_id_idx;

ALTER INDEX realm.messages_pkey ATTACH PARTITION realm.messages_default_pkey;

ALTER INDEX realm.messages_of_server ATTACH PARTITION realm.messages_default_server_id_id_idx;

ALTER INDEX realm.messages_of_user ATTACH PARTITION realm.messages_default_user_id_id_idx;

CREATE TRIGGER empty_channel BEFORE DELETE ON realm.channels FOR EACH ROW EXECUTE FUNCTION realm.empty_channel();

CREATE TRIGGER forget_guild AFTER DELETE ON realm.guilds FOR EACH ROW EXECUTE FUNCTION realm.forget_guild();

CREATE TRIGGER forget_mentions BEFORE DELETE ON realm.users FOR EACH ROW EXECUTE FUNCTION realm.forget_mentions();

CREATE TRIGGER forget_server AFTER DELETE ON realm.servers FOR EACH ROW EXECUTE FUNCTION realm.forget_server();

CREATE TRIGGER forget_war AFTER DELETE ON realm.guild_wars FOR EACH ROW EXECUTE FUNCTION realm.forget_war();

CREATE TRIGGER pass_on BEFORE DELETE ON realm.users FOR EACH ROW EXECUTE FUNCTION realm.pass_on();

ALTER TABLE ONLY realm.archived_counts
    ADD CONSTRAINT archived_counts_archive_id_fkey FOREIGN KEY (archive_id) REFERENCES realm.archives(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.archived_counts
    ADD CONSTRAINT archived_counts_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channel_members
    ADD CONSTRAINT channel_members_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES realm.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channel_members
    ADD CONSTRAINT channel_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channel_reads
    ADD CONSTRAINT channel_reads_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES realm.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channel_reads
    ADD CONSTRAINT channel_reads_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_created_by_fkey FOREIGN KEY (created_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_party_id_fkey FOREIGN KEY (party_id) REFERENCES realm.parties(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_raid_id_fkey FOREIGN KEY (raid_id) REFERENCES realm.raids(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.channels
    ADD CONSTRAINT channels_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.conversations
    ADD CONSTRAINT conversations_other_id_fkey FOREIGN KEY (other_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.conversations
    ADD CONSTRAINT conversations_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.direct_messages
    ADD CONSTRAINT direct_messages_from_user_id_fkey FOREIGN KEY (from_user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.direct_messages
    ADD CONSTRAINT direct_messages_to_user_id_fkey FOREIGN KEY (to_user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_experience
    ADD CONSTRAINT guild_experience_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_experience
    ADD CONSTRAINT guild_experience_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guild_invitations
    ADD CONSTRAINT guild_invitations_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_invitations
    ADD CONSTRAINT guild_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guild_invitations
    ADD CONSTRAINT guild_invitations_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_members
    ADD CONSTRAINT guild_members_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_members
    ADD CONSTRAINT guild_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_war_points
    ADD CONSTRAINT guild_war_points_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_war_points
    ADD CONSTRAINT guild_war_points_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guild_war_points
    ADD CONSTRAINT guild_war_points_war_id_fkey FOREIGN KEY (war_id) REFERENCES realm.guild_wars(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_attacker_id_fkey FOREIGN KEY (attacker_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_defender_id_fkey FOREIGN KEY (defender_id) REFERENCES realm.guilds(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_territory_id_fkey FOREIGN KEY (territory_id) REFERENCES realm.territories(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guild_wars
    ADD CONSTRAINT guild_wars_winner_id_fkey FOREIGN KEY (winner_id) REFERENCES realm.guilds(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.guilds
    ADD CONSTRAINT guilds_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES realm.users(id);

ALTER TABLE ONLY realm.guilds
    ADD CONSTRAINT guilds_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.import_rejects
    ADD CONSTRAINT import_rejects_import_id_fkey FOREIGN KEY (import_id) REFERENCES realm.imports(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.import_tables
    ADD CONSTRAINT import_tables_import_id_fkey FOREIGN KEY (import_id) REFERENCES realm.imports(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.mentions
    ADD CONSTRAINT mentions_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES realm.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.mentions
    ADD CONSTRAINT mentions_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE realm.message_reactions
    ADD CONSTRAINT message_reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.parties
    ADD CONSTRAINT parties_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES realm.users(id);

ALTER TABLE ONLY realm.parties
    ADD CONSTRAINT parties_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.party_invitations
    ADD CONSTRAINT party_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.party_invitations
    ADD CONSTRAINT party_invitations_party_id_fkey FOREIGN KEY (party_id) REFERENCES realm.parties(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.party_invitations
    ADD CONSTRAINT party_invitations_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.party_members
    ADD CONSTRAINT party_members_party_id_fkey FOREIGN KEY (party_id) REFERENCES realm.parties(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.party_members
    ADD CONSTRAINT party_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.pins
    ADD CONSTRAINT pins_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES realm.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.pins
    ADD CONSTRAINT pins_pinned_by_fkey FOREIGN KEY (pinned_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.raid_loot
    ADD CONSTRAINT raid_loot_raid_id_fkey FOREIGN KEY (raid_id) REFERENCES realm.raids(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raid_loot
    ADD CONSTRAINT raid_loot_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.raid_participants
    ADD CONSTRAINT raid_participants_raid_id_fkey FOREIGN KEY (raid_id) REFERENCES realm.raids(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raid_participants
    ADD CONSTRAINT raid_participants_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raid_pulls
    ADD CONSTRAINT raid_pulls_raid_id_fkey FOREIGN KEY (raid_id) REFERENCES realm.raids(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raid_signups
    ADD CONSTRAINT raid_signups_raid_id_fkey FOREIGN KEY (raid_id) REFERENCES realm.raids(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raid_signups
    ADD CONSTRAINT raid_signups_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.raids
    ADD CONSTRAINT raids_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES realm.users(id);

ALTER TABLE ONLY realm.raids
    ADD CONSTRAINT raids_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES realm.channels(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_issued_by_fkey FOREIGN KEY (issued_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_lifted_by_fkey FOREIGN KEY (lifted_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.sanctions
    ADD CONSTRAINT sanctions_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.sessions
    ADD CONSTRAINT sessions_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES realm.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.territories
    ADD CONSTRAINT territories_guild_id_fkey FOREIGN KEY (guild_id) REFERENCES realm.guilds(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.territories
    ADD CONSTRAINT territories_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.users
    ADD CONSTRAINT users_id_fkey FOREIGN KEY (id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY realm.users
    ADD CONSTRAINT users_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id);

ALTER TABLE ONLY realm.word_filters
    ADD CONSTRAINT word_filters_created_by_fkey FOREIGN KEY (created_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY realm.word_filters
    ADD CONSTRAINT word_filters_server_id_fkey FOREIGN KEY (server_id) REFERENCES realm.servers(id) ON DELETE CASCADE;

ALTER TABLE realm.archived_counts ENABLE ROW LEVEL SECURITY;

CREATE POLICY between_two ON realm.conversations TO guildhall_app USING ((((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = user_id) OR ((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = other_id))) WITH CHECK ((((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = user_id) OR ((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = other_id)));

CREATE POLICY between_two ON realm.direct_messages TO guildhall_app USING ((((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = from_user_id) OR ((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = to_user_id))) WITH CHECK ((((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = from_user_id) OR ((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = to_user_id)));

ALTER TABLE realm.channel_reads ENABLE ROW LEVEL SECURITY;

ALTER TABLE realm.conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE realm.direct_messages ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_all ON realm.archived_counts TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON realm.channel_reads TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON realm.conversations TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON realm.direct_messages TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON realm.mentions TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON realm.sessions TO guildhall_jobs USING (true) WITH CHECK (true);

ALTER TABLE realm.mentions ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_only ON realm.archived_counts TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON realm.channel_reads TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON realm.mentions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON realm.sessions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

ALTER TABLE realm.sessions ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA realm TO guildhall_app;

GRANT USAGE ON SCHEMA realm TO guildhall_jobs;

GRANT USAGE ON SCHEMA realm TO guildhall_readonly;

REVOKE ALL ON FUNCTION realm.add_mentions(messages uuid[], channels uuid[], users uuid[]) FROM PUBLIC;

GRANT ALL ON FUNCTION realm.add_mentions(messages uuid[], channels uuid[], users uuid[]) TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.messages TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.messages TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_reactions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_reactions TO guildhall_jobs;

REVOKE ALL ON FUNCTION realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamp with time zone, at timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamp with time zone, at timestamp with time zone) TO guildhall_app;

GRANT ALL ON FUNCTION realm.end_sessions(of_server uuid, of_user uuid, silent_since timestamp with time zone, at timestamp with time zone) TO guildhall_jobs;

REVOKE ALL ON FUNCTION realm.keeps_order(server uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION realm.late_months() FROM PUBLIC;

GRANT ALL ON FUNCTION realm.late_months() TO guildhall_jobs;

REVOKE ALL ON FUNCTION realm.live_sessions(of_server uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION realm.live_sessions(of_server uuid) TO guildhall_app;

GRANT ALL ON FUNCTION realm.live_sessions(of_server uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION realm.may_lead(whom uuid, at timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION realm.may_lead(whom uuid, at timestamp with time zone) TO guildhall_app;

GRANT ALL ON FUNCTION realm.may_lead(whom uuid, at timestamp with time zone) TO guildhall_jobs;

REVOKE ALL ON FUNCTION realm.mend_clock(OUT moved bigint, OUT ahead interval) FROM PUBLIC;

GRANT ALL ON FUNCTION realm.mend_clock(OUT moved bigint, OUT ahead interval) TO guildhall_jobs;

GRANT SELECT ON TABLE realm.archived_counts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.archived_counts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.archives TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channel_members TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channel_members TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channel_reads TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channel_reads TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channels TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.channels TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.conversations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.conversations TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.direct_messages TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.direct_messages TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.followers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.followers TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE realm.guild_experience TO guildhall_app;

GRANT SELECT,INSERT ON TABLE realm.guild_experience TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_invitations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_invitations TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_ledger TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_ledger TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_members TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_members TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE realm.guild_war_points TO guildhall_app;

GRANT SELECT,INSERT ON TABLE realm.guild_war_points TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_wars TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guild_wars TO guildhall_jobs;

GRANT SELECT ON TABLE realm.guild_wars TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guilds TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.guilds TO guildhall_jobs;

GRANT SELECT ON TABLE realm.guilds TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.import_rejects TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.import_tables TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.imports TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.mentions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.mentions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_keys TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_keys TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_words TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.message_words TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.parties TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.parties TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.party_invitations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.party_invitations TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.party_members TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.party_members TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.pins TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.pins TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE realm.raid_loot TO guildhall_app;

GRANT SELECT,INSERT ON TABLE realm.raid_loot TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_participants TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_participants TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_pulls TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_pulls TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_signups TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raid_signups TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raids TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.raids TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.sanctions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.sanctions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.servers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.servers TO guildhall_jobs;

GRANT SELECT ON TABLE realm.servers TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.sessions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.sessions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.territories TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.territories TO guildhall_jobs;

GRANT SELECT ON TABLE realm.territories TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.users TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.users TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.word_filters TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE realm.word_filters TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA realm GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA realm GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA realm GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA realm GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
