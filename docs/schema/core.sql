-- The schema core as the migrations make it; made by `make docs`.

CREATE SCHEMA core;

CREATE TYPE core.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION core.add_analytics_events(noise bigint, late interval, types text[], datas text[], counted text[], users uuid[], sessions text[], ats timestamp with time zone[], keys uuid[], rollups text[], OUT tick bigint, OUT repeated integer[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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

CREATE FUNCTION core.analytics_cell(event_type text, rollup text, vals text[]) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select ('x' || left(md5(event_type || ':' || rollup || ':' || vals::text), 16))::bit(64)::bigint
$$;

CREATE FUNCTION core.analytics_visitor(salt uuid, who text) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select ('x' || left(encode(sha256(convert_to(salt::text || ':' || who, 'UTF8')), 'hex'), 16))::bit(64)::bigint
$$;

CREATE FUNCTION core.asks_for(person uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
    select session_user <> 'guildhall_app'
        or coalesce(nullif(current_setting('app.user_id', true), '')::uuid in (person, '00000000-0000-4000-8000-000000000001'), false)
$$;

CREATE FUNCTION core.attach_month_partition(parent text, month date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
    first date := date_trunc('month', month)::date;

    until date := (date_trunc('month', month) + interval '1 month')::date;

    child text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));

    key   text;

    kind  regtype;

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent)
       or to_regclass(child) is null
       or exists (select 1 from pg_inherits i where i.inhrelid = child::regclass) then
        return false;

    end if;

    execute format('lock table only %s in share row exclusive mode', parent);

    select a.attname, a.atttypid::regtype into strict key, kind
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent::regclass;

    execute format('revoke all on %s from guildhall_app, guildhall_jobs, guildhall_readonly', child);

    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, core.first_of_day(kind, first),
                   key, core.first_of_day(kind, until), child);

    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child,
                   core.first_of_day(kind, first), core.first_of_day(kind, until));

    return true;

end $$;

CREATE FUNCTION core.board_place(score numeric, descending boolean, tie bigint, member text) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path TO 'pg_catalog'
    AS $$
declare
    value    numeric := case when descending then -score else score end;

    written  text;

    whole    text;

    fraction text;

    digits   text;

    exponent int;

    head     bytea;

begin
    if value = 0 then
        head := '\x80';

    else
        written := trim_scale(abs(value))::text;

        whole := split_part(written, '.', 1);

        fraction := split_part(written, '.', 2);

        if whole = '0' then
            digits := ltrim(fraction, '0');

            exponent := length(digits) - length(fraction);

        else
            exponent := length(whole);

            digits := rtrim(whole || fraction, '0');

        end if;

        if abs(exponent) > 400 or length(digits) > 60 or value in ('NaN', 'Infinity', '-Infinity') then
            raise numeric_value_out_of_range using message = 'a score has 60 digits and an exponent of 400 at most';

        end if;

        if value > 0 then
            head := '\x81'::bytea || int2send((exponent + 1000)::smallint) || convert_to(digits, 'UTF8') || '\x00'::bytea;

        else
            head := '\x7f'::bytea || int2send((1000 - exponent)::smallint)
                 || convert_to(translate(digits, '0123456789', '9876543210'), 'UTF8') || '\xff'::bytea;

        end if;

    end if;

    return head || int8send(tie # (-9223372036854775808)::bigint) || convert_to(member, 'UTF8');

end $$;

CREATE FUNCTION core.close_ledger_account() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if new.owner = 'person' and new.user_id is null and old.user_id is not null then
        new.closed_at := coalesce(new.closed_at, now());

    end if;

    return new;

end $$;

CREATE FUNCTION core.count_board_changes(most integer, largest integer, OUT changes integer, OUT at_position bigint, OUT grown boolean, OUT window_ids bigint[], OUT members text[]) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    from_tx   xid8;

    next_tx   xid8 := pg_snapshot_xmin(pg_current_snapshot());

    places    bytea[];

    deltas    smallint[];

    people    uuid[];

begin
    grown := false;

    select s.horizon, s.position into from_tx, at_position from core.board_state s for update skip locked;

    if not found then
        changes := -1;

        return;

    end if;

    with gone as (
        delete from core.board_changes c
        using (select n.tx, n.id from core.board_changes n where n.tx >= from_tx order by n.tx, n.id limit most) n
        where c.tx = n.tx and c.id = n.id
        returning c.window_id, c.member, c.place, c.delta, c.person
    )
    select count(*), array_agg(g.window_id), array_agg(g.member), array_agg(g.place), array_agg(g.delta),
           array_agg(g.person)
    into changes, window_ids, members, places, deltas, people from gone g;

    if changes = 0 then
        return;

    end if;

    with moved as (
        select k.window_id, k.low, sum(c.delta) as delta
        from unnest(window_ids, places, deltas) c (window_id, place, delta)
        cross join lateral (
            select k.window_id, k.low from core.board_counts k
            where k.window_id = c.window_id and k.low <= c.place order by k.low desc limit 1
        ) k
        where c.delta <> 0
        group by 1, 2
        having sum(c.delta) <> 0
    ), counted as (
        update core.board_counts k set members = k.members + m.delta
        from moved m where k.window_id = m.window_id and k.low = m.low
        returning k.members
    ), first as (
        -- of a list without counts: they begin with all of it
        insert into core.board_counts as n (window_id, low, members)
        select c.window_id, ''::bytea, sum(c.delta)
        from unnest(window_ids, deltas) c (window_id, delta)
        where c.window_id is not null
          and not exists (select from core.board_counts k where k.window_id = c.window_id)
          and exists (select from core.board_windows w where w.id = c.window_id)
        group by 1
        returning n.members
    )
    select coalesce(max(n.members), 0) > largest into grown
    from (select c.members from counted c union all select f.members from first f) n;

    -- A score that was set while its person hid, or came back, saw nothing of it.
    update core.board_scores s set shown = not s.shown
    from unnest(window_ids, members, places) c (window_id, member, place)
    where s.window_id = c.window_id and s.member = c.member and s.user_id is not null
      and s.shown = exists (select from core.board_hidden h where h.user_id = s.user_id);

    update core.board_scores s set shown = not s.shown
    from unnest(people) p (id)
    where s.user_id = p.id and s.shown = exists (select from core.board_hidden h where h.user_id = p.id);

    at_position := at_position + 1;

    update core.board_state s
    set position = at_position, horizon = case when changes < most then greatest(s.horizon, next_tx) else s.horizon end;

end $$;

CREATE FUNCTION core.count_follows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    sign int := case when tg_op = 'INSERT' then 1 else -1 end;

begin
    perform from core.profiles p
    where p.user_id in (select c.follower_id from changed c union select c.following_id from changed c)
    order by p.user_id for share;

    insert into core.follow_deltas (user_id, followers, following)
    select e.user_id, sign * sum(e.followers), sign * sum(e.following)
    from (
        select c.following_id as user_id, 1 as followers, 0 as following
        from changed c join core.profiles p on p.user_id = c.follower_id where not p.suspended
        union all
        select c.follower_id, 0, 1 from changed c join core.profiles p on p.user_id = c.following_id where not p.suspended
    ) e
    group by e.user_id;

    return null;

end $$;

CREATE FUNCTION core.count_holders() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if tg_op = 'INSERT' then
        insert into core.achievement_deltas (achievement, holders)
        select a.achievement, count(*) from after_ a
        where a.granted_at is not null and a.revoked_at is null group by a.achievement;

    elsif tg_op = 'DELETE' then
        insert into core.achievement_deltas (achievement, holders)
        select b.achievement, -count(*) from before_ b
        where b.granted_at is not null and b.revoked_at is null group by b.achievement;

    else
        insert into core.achievement_deltas (achievement, holders)
        select c.achievement, sum(c.holds)
        from (
            select a.achievement, 1 as holds from after_ a where a.granted_at is not null and a.revoked_at is null
            union all
            select b.achievement, -1 from before_ b where b.granted_at is not null and b.revoked_at is null
        ) c
        group by c.achievement having sum(c.holds) <> 0;

    end if;

    return null;

end $$;

CREATE FUNCTION core.count_requests(user_ids uuid[], endpoints text[], counts integer[], seconds integer[], moment timestamp with time zone, OUT user_id uuid, OUT endpoint text, OUT made bigint, OUT seconds_left double precision) RETURNS SETOF record
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    insert into core.api_rate_limits as r (user_id, endpoint, requests_made, window_start, window_seconds)
    select u.user_id, u.endpoint, u.made, coalesce(moment, now()), u.seconds
    from unnest(user_ids, endpoints, counts, seconds) u (user_id, endpoint, made, seconds)
    order by 1, 2
    on conflict (user_id, endpoint) do update
    set requests_made = excluded.requests_made + case
            when excluded.window_start < r.window_start + make_interval(secs => excluded.window_seconds)
             and excluded.window_start > r.window_start - make_interval(secs => excluded.window_seconds)
            then r.requests_made else 0 end,
        window_start = case
            when excluded.window_start < r.window_start + make_interval(secs => excluded.window_seconds)
             and excluded.window_start > r.window_start - make_interval(secs => excluded.window_seconds)
            then r.window_start else excluded.window_start end,
        window_seconds = excluded.window_seconds
    returning r.user_id, r.endpoint, r.requests_made,
              extract(epoch from r.window_start - coalesce(moment, now()))::double precision + r.window_seconds
$$;

CREATE FUNCTION core.count_suspension() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    sign int := case when new.suspended then -1 else 1 end;

begin
    insert into core.follow_deltas (user_id, followers, following)
    select f.following_id, sign, 0 from core.user_follows f where f.follower_id = new.user_id
    union all
    select f.follower_id, 0, sign from core.user_follows f where f.following_id = new.user_id;

    return null;

end $$;

CREATE FUNCTION core.detach_month_partition(parent text, month date) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
    child text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent)
       or to_regclass(child) is null then
        return null;

    end if;

    if exists (select 1 from pg_inherits i where i.inhrelid = child::regclass and i.inhparent = parent::regclass) then
        execute format('alter table %s detach partition %s', parent, child);

        execute format('grant select, delete on %s to guildhall_jobs', child);

    end if;

    return child;

end $$;

CREATE FUNCTION core.drop_board_scores(list bigint, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    deleted int;

begin
    if not exists (select from core.board_windows w where w.id = list and w.dropped_at is not null) then
        return 0;

    end if;

    perform set_config('app.board_dropped', 'yes', true);

    delete from core.board_scores s
    where s.window_id = list
      and s.member in (select d.member from core.board_scores d where d.window_id = list order by d.member limit most);

    get diagnostics deleted = row_count;

    perform set_config('app.board_dropped', '', true);

    if deleted < most then
        delete from core.board_counts k where k.window_id = list;

        delete from core.board_windows w where w.id = list;

    end if;

    return deleted;

end $$;

CREATE FUNCTION core.drop_detached_month(parent text, month date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
    child text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent)
       or to_regclass(child) is null
       or exists (select 1 from pg_inherits i where i.inhrelid = child::regclass) then
        return false;

    end if;

    execute format('drop table %s', child);

    return true;

end $$;

CREATE FUNCTION core.drop_month_partitions(parent text, before date) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $_$
declare
    child text;

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent) then
        return;

    end if;

    for child in
        select format('%I.%I', n.nspname, c.relname)
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        join pg_namespace n on n.oid = c.relnamespace
        where i.inhparent = parent::regclass
          and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', before)
        order by c.relname
    loop
        execute format('alter table %s detach partition %s', parent, child);

        execute format('drop table %s', child);

        return next child;

    end loop;

end $_$;

CREATE FUNCTION core.end_follows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    delete from core.user_follows f where f.follower_id = old.user_id or f.following_id = old.user_id;

    return old;

end $$;

CREATE FUNCTION core.end_follows_at_block() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    delete from core.user_follows f
    where f.follower_id = new.user_id and f.following_id = new.blocked_id
       or f.follower_id = new.blocked_id and f.following_id = new.user_id;

    return null;

end $$;

CREATE FUNCTION core.first_of_day(kind regtype, day date) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
    select case kind
        when 'uuid'::regtype then rpad(lpad(to_hex((extract(epoch from day::timestamptz) * 1000)::bigint), 12, '0'), 32, '0')
        else day::text
    end
$$;

CREATE FUNCTION core.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;

    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;

    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;

    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;

    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );

    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;

    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;

    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;

$$;

CREATE FUNCTION core.follow_account() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    update core.profiles p
    set display_name = new.name, suspended = new.suspended_at is not null, updated_at = new.updated_at
    where p.user_id = new.id;

    return null;

end $$;

CREATE FUNCTION core.forget_analytics_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
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

CREATE FUNCTION core.forget_ledger_key() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if new.user_id is null and position(old.user_id::text in old.key) > 0 then
        new.key := 'forgotten:' || old.id;

    end if;

    return new;

end $$;

CREATE FUNCTION core.forget_live_person() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    delete from core.live_events e
    where e.id is not null
      and (e.user_id = old.id or e.subject = old.id
           or position(old.id::text in e.topic) > 0 or position(old.id::text in e.body::text) > 0);

    return null;

end $$;

CREATE FUNCTION core.forget_security_events(person uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    changed bigint;

begin
    if not core.asks_for(person) then
        raise insufficient_privilege using message = 'another person may not be taken out of the log';

    end if;

    update core.security_events
    set user_id = null, session_id = null, ip_hash = null, agent = null, details = '{}'
    where user_id = person;

    get diagnostics changed = row_count;

    return changed;

end $$;

CREATE FUNCTION core.hide_suspended() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if new.suspended_at is null then
        delete from core.board_hidden where user_id = new.id and reason = 'suspended';

    else
        insert into core.board_hidden (user_id, reason) values (new.id, 'suspended') on conflict do nothing;

    end if;

    return null;

end $$;

CREATE FUNCTION core.hold_pair() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform core.lock_pair(new.user_id, new.blocked_id);

    return new;

end $$;

CREATE FUNCTION core.is_account(person uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select exists (select from core.users u where u.id = person)
$$;

CREATE FUNCTION core.is_blocked(whom uuid, by_whom uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if not core.asks_for(whom) and not core.asks_for(by_whom) then
        raise insufficient_privilege using message = 'whether somebody blocks another is told to the two of them';

    end if;

    return exists (select from core.blocks b where b.user_id = by_whom and b.blocked_id = whom);

end $$;

CREATE FUNCTION core.ledger_capture(hold uuid, posting uuid, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    h core.ledger_holds;

    whole bigint := (select sum(x) from unnest(amounts) x);

begin
    select * into h from core.ledger_holds l where l.id = hold;

    if not found then
        outcome := 'no_hold';

        return;

    end if;

    perform core.ledger_lock(account_ids || h.account_id);

    select * into h from core.ledger_holds l where l.id = hold for update;

    if h.state <> 'held' then
        outcome := h.state;

        posting_id := h.posting_id;

        return;

    end if;

    if whole > h.amount then
        outcome := 'beyond';

        free := h.amount;

        return;

    end if;

    update core.ledger_accounts a set held = a.held - h.amount where a.id = h.account_id;

    select p.outcome, p.posting_id, p.account_id, p.free into outcome, posting_id, account_id, free
    from core.ledger_post(posting, 'hold:' || hold, posting_kind, acting, memo, account_ids || h.account_id,
                          amounts || -whole, moment) p;

    if outcome = 'posted' then
        update core.ledger_holds l
        set state = 'captured', ended_at = moment, posting_id = ledger_capture.posting_id where l.id = hold;

    else
        update core.ledger_accounts a set held = a.held + h.amount where a.id = h.account_id;

    end if;

end $$;

CREATE FUNCTION core.ledger_end_hold(hold uuid, state_ text, moment timestamp with time zone, OUT outcome text, OUT amount bigint, OUT account_id uuid) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    h core.ledger_holds;

begin
    select l.account_id into account_id from core.ledger_holds l where l.id = hold;

    if not found then
        outcome := 'unknown';

        return;

    end if;

    perform from core.ledger_accounts a where a.id = ledger_end_hold.account_id for no key update;

    select * into h from core.ledger_holds l where l.id = hold for update;

    amount := h.amount;

    outcome := case when h.state = 'held' then 'ended' else h.state end;

    if h.state = 'held' then
        update core.ledger_holds l set state = state_, ended_at = moment where l.id = hold;

        update core.ledger_accounts a set held = a.held - h.amount where a.id = h.account_id;

    end if;

end $$;

CREATE FUNCTION core.ledger_forget_thing(thing uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform from core.ledger_accounts a where a.thing_id = thing order by a.id for update;

    if exists (
        select from core.ledger_accounts a
        join core.ledger_entries e on e.account_id = a.id
        join core.ledger_entries o on o.posting_id = e.posting_id
        join core.ledger_accounts other on other.id = o.account_id
        where a.thing_id = thing and other.owner <> 'house' and other.thing_id is distinct from thing
    ) then
        update core.ledger_holds h set state = 'released', ended_at = now()
        from core.ledger_accounts a where a.thing_id = thing and h.account_id = a.id and h.state = 'held';

        update core.ledger_accounts a set closed_at = coalesce(a.closed_at, now()), held = 0 where a.thing_id = thing;

        return;

    end if;

    delete from core.ledger_holds h using core.ledger_accounts a where a.thing_id = thing and h.account_id = a.id;

    delete from core.ledger_postings p using core.ledger_entries e, core.ledger_accounts a
    where a.thing_id = thing and e.account_id = a.id and p.id = e.posting_id;

    delete from core.ledger_accounts a where a.thing_id = thing;

end $$;

CREATE FUNCTION core.ledger_lock(account_ids uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select from core.ledger_accounts a where a.id = any(account_ids) and a.floor is not null
    order by a.id for no key update
$$;

CREATE FUNCTION core.ledger_open(account uuid, kind_ text, unit_ text, owner_ text, person uuid, thing uuid, floor_ bigint, ceiling_ bigint, moment timestamp with time zone) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    found_id uuid;

begin
    for again in 1..2 loop
        if owner_ = 'person' then
            select a.id into found_id from core.ledger_accounts a
            where a.user_id = person and a.kind = kind_ and a.unit = unit_;

        elsif owner_ = 'thing' then
            select a.id into found_id from core.ledger_accounts a
            where a.thing_id = thing and a.kind = kind_ and a.unit = unit_;

        else
            select a.id into found_id from core.ledger_accounts a
            where a.owner = 'house' and a.kind = kind_ and a.unit = unit_;

        end if;

        exit when found_id is not null;

        insert into core.ledger_accounts (id, kind, unit, owner, user_id, thing_id, floor, ceiling, opened_at)
        values (account, kind_, unit_, owner_, person, thing, floor_, ceiling_, moment)
        on conflict do nothing returning id into found_id;

        exit when found_id is not null;

    end loop;

    return found_id;

end $$;

CREATE FUNCTION core.ledger_post(posting uuid, posting_key text, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform from core.ledger_accounts a where a.id = any(account_ids) and a.floor is not null
        order by a.id for no key update;

    insert into core.ledger_postings (id, key, kind, user_id, note, created_at)
    values (posting, posting_key, posting_kind, acting, memo, moment) on conflict (key) do nothing;

    if not found then
        select p.id into posting_id from core.ledger_postings p where p.key = posting_key;

        outcome := 'again';

        return;

    end if;

    select case when a.id is null then 'unknown' when a.closed_at is not null then 'closed'
                when x.amount < 0 and a.balance - a.held + x.amount < a.floor then 'low'
                when x.amount > 0 and a.balance + x.amount > a.ceiling then 'full' end,
           x.id, a.balance - a.held - a.floor
    into outcome, account_id, free
    from unnest(account_ids, amounts) x (id, amount) left join core.ledger_accounts a on a.id = x.id
    where a.id is null or a.closed_at is not null
       or (x.amount < 0 and a.balance - a.held + x.amount < a.floor)
       or (x.amount > 0 and a.balance + x.amount > a.ceiling)
    order by x.id limit 1;

    if found then
        delete from core.ledger_postings p where p.id = posting;

        return;

    end if;

    with moved as (
        update core.ledger_accounts a set balance = a.balance + x.amount, entries = a.entries + 1
        from unnest(account_ids, amounts) x (id, amount)
        where a.id = x.id and a.floor is not null
        returning a.id, x.amount, a.entries, a.balance
    )
    insert into core.ledger_entries (posting_id, account_id, number, amount, balance_after)
    select posting, x.id, m.entries, x.amount, m.balance
    from unnest(account_ids, amounts) x (id, amount) left join moved m on m.id = x.id;

    outcome := 'posted';

    posting_id := posting;

end $$;

CREATE FUNCTION core.ledger_reserve(hold uuid, account uuid, hold_key text, hold_kind text, amount_ bigint, until_ timestamp with time zone, moment timestamp with time zone, OUT outcome text, OUT hold_id uuid, OUT free bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    a core.ledger_accounts;

begin
    select * into a from core.ledger_accounts l where l.id = account for no key update;

    select h.id into hold_id from core.ledger_holds h where h.key = hold_key;

    if hold_id is not null then
        outcome := 'again';

        return;

    end if;

    free := a.balance - a.held - a.floor;

    outcome := case when a.id is null or a.floor is null then 'unknown' when a.closed_at is not null then 'closed'
                    when free < amount_ then 'low' else 'held' end;

    if outcome <> 'held' then
        return;

    end if;

    insert into core.ledger_holds (id, account_id, key, kind, amount, created_at, expires_at)
    values (hold, account, hold_key, hold_kind, amount_, moment, until_) on conflict (key) do nothing;

    if not found then  -- at this moment, of another account
        select h.id into hold_id from core.ledger_holds h where h.key = hold_key;

        outcome := 'again';

        return;

    end if;

    update core.ledger_accounts l set held = l.held + amount_ where l.id = account;

    hold_id := hold;

end $$;

CREATE FUNCTION core.live_id(tick bigint, n bigint, noise bigint) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (lpad(to_hex(tick >> 12), 12, '0') || '7' || lpad(to_hex(tick & 4095), 3, '0')
            || to_hex((-9223372036854775808) | (n << 48) | noise))::uuid
$$;

CREATE FUNCTION core.live_time(tick bigint) RETURNS timestamp with time zone
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select timestamptz '1970-01-01 00:00:00+00'
        + ((tick >> 12) * 1000 + (((tick & 4095) * 1000) >> 12)) * interval '1 microsecond'
$$;

CREATE FUNCTION core.lock_pair(one uuid, other uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
    select pg_advisory_xact_lock(hashtextextended('core.pair:' || least(one, other) || greatest(one, other), 0))
$$;

CREATE FUNCTION core.loosen_storage() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    -- in one order, so that two deletions never wait for each other
    perform from core.storage_objects o where o.hash in (select g.hash from gone g) order by o.hash for update;

    update core.storage_objects set loosened_at = now() where hash in (select g.hash from gone g);

    return null;

end $$;

CREATE FUNCTION core.make_month_partition(parent text, month date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET "TimeZone" TO 'UTC'
    AS $$
declare
    first  date := date_trunc('month', month)::date;

    until  date := (date_trunc('month', month) + interval '1 month')::date;

    child  text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));

    key    text;

    kind   regtype;

begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent and first >= t.first_month) then
        return false;

    end if;

    if to_regclass(child) is not null then
        return false;

    end if;

    -- Whoever else makes it, and whoever writes, waits: a row on its way to the default partition would be
    -- refused by it once the month has its own.
    execute format('lock table only %s in share row exclusive mode', parent);

    if to_regclass(child) is not null then
        return false;

    end if;

    select a.attname, a.atttypid::regtype into strict key, kind
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent::regclass;

    execute format('create table %s (like %s including all)', child, parent);

    execute format('revoke all on %s from guildhall_app, guildhall_jobs, guildhall_readonly', child);

    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, core.first_of_day(kind, first), key, core.first_of_day(kind, until), child);

    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child,
                   core.first_of_day(kind, first), core.first_of_day(kind, until));

    return true;

end $$;

CREATE FUNCTION core.move_analytics_outbox(noise bigint, late interval, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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

CREATE FUNCTION core.next_live_tick(access boolean, OUT previous bigint, OUT tick bigint) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

CREATE FUNCTION core.note_board_hidden() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    who uuid := coalesce(new.user_id, old.user_id);

begin
    update core.board_scores s
    set shown = not exists (select from core.board_hidden h where h.user_id = who)
    where s.user_id = who and s.shown = exists (select from core.board_hidden h where h.user_id = who);

    insert into core.board_changes (delta, person) values (0, who);

    return null;

end $$;

CREATE FUNCTION core.note_board_scores() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    if current_setting('app.board_dropped', true) = 'yes' then
        return null;  -- the counts go as a whole
    end if;

    if tg_op = 'INSERT' then
        insert into core.board_changes (window_id, member, place, delta)
        select window_id, member, case when shown then place end, shown::int from new_rows
        where shown or user_id is not null;

    elsif tg_op = 'DELETE' then
        insert into core.board_changes (window_id, member, place, delta)
        select window_id, member, place, -1 from old_rows where shown;

    else
        insert into core.board_changes (window_id, member, place, delta)
        select o.window_id, o.member, o.place, -1 from old_rows o
        join new_rows n using (window_id, member)
        where o.shown and (not n.shown or o.place <> n.place)
        union all
        select n.window_id, n.member, case when n.shown then n.place end, n.shown::int from new_rows n
        join old_rows o using (window_id, member)
        where o.shown is distinct from n.shown or n.shown and o.place <> n.place;

    end if;

    return null;

end $$;

CREATE FUNCTION core.place_live_event() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

CREATE FUNCTION core.recount_board(list bigint, from_low bytea, each integer, most integer, OUT next_low bytea, OUT scores integer) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    start  bytea;

    lows   bytea[];

    counts int[];

begin
    -- The count that the place is in, which may have been merged with the one before.
    start := coalesce((select k.low from core.board_counts k where k.window_id = list and k.low <= from_low
                       order by k.low desc limit 1), '');

    with seen as materialized (
        select s.place, row_number() over (order by s.place) as n
        from (select place from core.board_scores where window_id = list and shown and place >= start
              order by place limit most + 1) s
    ), behind as materialized (
        -- where the scores end that are counted now, and where the count ends that this is in
        select s.high, (select k.low from core.board_counts k where k.window_id = list and k.low >= s.high
                       order by k.low limit 1) as count_end
        from (select (select place from seen where n = most + 1) as high) s
    ), pieces as materialized (
        select case when n = 1 then start else place end as low, n,
               least(each, (select count(*) from seen where seen.n <= most) - n + 1) as members
        from seen where n % each = 1 and n <= most
        union all
        select start, 1, 0 where not exists (select from seen)
        union all
        select b.high, most + 1, (
            select count(*) from core.board_scores s where s.window_id = list and s.shown and s.place >= b.high
              and (b.count_end is null or s.place < b.count_end))
        from behind b where b.high is not null and b.count_end is distinct from b.high
    ), bounded as (
        select p.low, p.n, p.members,
               coalesce(lead(p.low) over (order by p.n), case when p.n > most then b.count_end else b.high end) as high
        from pieces p cross join behind b
    )
    select array_agg(d.low order by d.n), array_agg((d.members - d.uncounted)::int order by d.n),
           (select high from behind), (select count(*) from seen where n <= most)
    into lows, counts, next_low, scores
    from (
        select b.low, b.n, b.members, (
            select coalesce(sum(c.delta), 0) from core.board_changes c
            where c.tx >= (select horizon from core.board_state) and c.window_id = list
              and c.place >= b.low and (b.high is null or c.place < b.high)) as uncounted
        from bounded b
    ) d;

    delete from core.board_counts k
    where k.window_id = list and k.low >= start and (next_low is null or k.low < next_low);

    insert into core.board_counts (window_id, low, members)
    select list, u.low, u.members from unnest(lows, counts) u (low, members);

end $$;

CREATE FUNCTION core.refuse_ledger_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    raise exception 'entries of the ledger are never changed' using errcode = 'restrict_violation';

end $$;

CREATE FUNCTION core.require_balanced_postings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
declare
    wrong uuid;

begin
    select n.posting_id into wrong
    from new_entries n join core.ledger_accounts a on a.id = n.account_id
    group by n.posting_id, a.unit having sum(n.amount) <> 0 limit 1;

    if wrong is not null then
        raise exception 'the entries of posting % do not sum to zero', wrong
            using errcode = 'check_violation', constraint = 'ledger_entries_balanced';

    end if;

    return null;

end $$;

CREATE FUNCTION core.revoke_access() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    insert into core.revocations (subject) values (old.id)
    on conflict (subject) do update set at = clock_timestamp();

    perform pg_notify('guildhall_revocations', old.id::text);

    return null;

end $$;

CREATE FUNCTION core.roll_up_analytics(few integer, most integer, OUT busy boolean, OUT counted bigint, OUT more boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET plan_cache_mode TO 'force_custom_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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
        select n.day, n.event_type, '' as rollup, '{}'::text[] as vals, n.visitor, n.place from new n
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
                         and d.cell <> core.analytics_cell(g.event_type, g.rollup, '{}')) as places
        from (select distinct r.day, r.event_type, r.rollup from ranked r where r.is_new) g
    ), placed as materialized (
        select r.day, r.event_type, r.rollup, r.events, r.visitors,
               case when r.is_new and r.rank > m.places then '{}'::text[] else r.vals end as vals,
               case when r.is_new and r.rank > m.places then core.analytics_cell(r.event_type, r.rollup, '{}')
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

CREATE FUNCTION core.set_board_scores(boards text[], kinds text[], keys text[], members text[], scores numeric[], ties bigint[], user_ids uuid[], descending boolean, earlier boolean, how text, moment timestamp with time zone, week_ends timestamp with time zone, OUT changed bigint, OUT refused_board text, OUT refused_key text, OUT closed boolean) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
    changed := 0;

    insert into core.board_windows (board, kind, key, descending, earlier, opened_at, ends_at)
    select distinct g.board, g.kind, g.key, set_board_scores.descending, set_board_scores.earlier, moment,
           case when g.kind = 'week' then week_ends end
    from unnest(boards, kinds, keys) g (board, kind, key)
    where not exists (select from core.board_windows w where (w.board, w.kind, w.key) = (g.board, g.kind, g.key))
    order by 1, 2, 3
    on conflict do nothing;

    -- Who closes a list waits for this transaction, and what comes later sees that it is closed.
    perform pg_advisory_xact_lock_shared(hashtextextended('core.board_windows', w.id))
    from (select distinct w.id from unnest(boards, kinds, keys) g (board, kind, key)
          join core.board_windows w on (w.board, w.kind, w.key) = (g.board, g.kind, g.key)
          where g.kind <> 'all' order by 1) w;

    select w.board, w.key, w.closed_at is not null into refused_board, refused_key, closed
    from unnest(boards, kinds, keys) g (board, kind, key)
    join core.board_windows w on (w.board, w.kind, w.key) = (g.board, g.kind, g.key)
    where w.closed_at is not null or w.descending <> set_board_scores.descending
       or w.earlier <> set_board_scores.earlier
    limit 1;

    if found then
        return;

    end if;

    insert into core.board_scores as s (window_id, member, user_id, score, tie, place, shown, updated_at)
    select w.id, g.member, g.user_id, g.score, t.tie, core.board_place(g.score, w.descending, t.tie, g.member),
           g.user_id is null or not exists (select from core.board_hidden h where h.user_id = g.user_id), moment
    from unnest(boards, kinds, keys, members, scores, ties, user_ids) g (board, kind, key, member, score, tie, user_id)
    join core.board_windows w on (w.board, w.kind, w.key) = (g.board, g.kind, g.key)
    cross join lateral (select case when w.earlier then (extract(epoch from moment) * 1000000)::bigint else g.tie end as tie) t
    order by w.id, g.member
    on conflict (window_id, member) do update
    set score = case when how = 'add' then s.score + excluded.score else excluded.score end,
        tie = excluded.tie,
        place = case when how = 'add' then core.board_place(
                    s.score + excluded.score, (select w.descending from core.board_windows w where w.id = s.window_id),
                    excluded.tie, s.member)
                else excluded.place end,
        user_id = excluded.user_id, shown = excluded.shown, updated_at = excluded.updated_at
    where case how
        when 'add' then excluded.score <> 0
        when 'best' then excluded.place < s.place
        else s.score <> excluded.score or s.user_id is distinct from excluded.user_id
            or s.tie <> excluded.tie and not (select w.earlier from core.board_windows w where w.id = s.window_id)
        end;

    get diagnostics changed = row_count;

end $$;

CREATE FUNCTION core.slow_statements(over_ms double precision) RETURNS TABLE(source text, statement text, calls bigint, mean_ms double precision, worst_ms double precision)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $_$
declare
    place text;

begin
    select n.nspname into place
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements';

    if place is not null then
        begin
            return query execute format(
                'select %L::text, s.query, s.calls, s.mean_exec_time, s.max_exec_time from %I.pg_stat_statements s
                 where s.dbid = (select d.oid from pg_database d where d.datname = current_database())
                   and s.max_exec_time >= $1
                 order by s.total_exec_time desc limit 100', 'pg_stat_statements', place) using over_ms;

            return;

        exception when object_not_in_prerequisite_state then
            null; -- installed and not loaded
        end;

    end if;

    return query
        select 'running'::text, a.query, 1::bigint, r.ms, r.ms
        from pg_stat_activity a
        cross join lateral (select extract(epoch from clock_timestamp() - a.query_start)::double precision * 1000) r (ms)
        where a.datname = current_database() and a.state = 'active' and a.pid <> pg_backend_pid()
          and a.backend_type = 'client backend' and r.ms >= over_ms
        order by r.ms desc limit 100;

end $_$;

CREATE FUNCTION core.storage_served(file_id uuid, wanted text) RETURNS TABLE(private boolean, hash bytea, content bytea, media_type text, size bigint, bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
    select f.private, o.hash, o.hash, o.media_type, o.size, f.bytes
    from core.storage_files f join core.storage_objects o on o.hash = f.hash
    where f.id = file_id and wanted = 'original'
    union all
    select f.private, f.hash, v.content, v.media_type, v.size, f.bytes
    from core.storage_files f join core.storage_variants v on v.hash = f.hash
    where f.id = file_id and v.variant = wanted
$$;

CREATE FUNCTION core.tell_of_outbox() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
begin
    perform pg_notify('guildhall_analytics', '');

    return null;

end $$;

CREATE FUNCTION core.tick_of(id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select (('x' || left(d, 12))::bit(48)::bigint << 12) | ('x' || substr(d, 14, 3))::bit(12)::int
    from translate(id::text, '-', '') d
$$;

CREATE TABLE core.achievement_deltas (
    achievement text NOT NULL COLLATE pg_catalog."C",
    holders integer NOT NULL
);

CREATE TABLE core.achievement_people (
    singleton boolean DEFAULT true NOT NULL,
    people bigint NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT achievement_people_singleton_check CHECK (singleton)
);

CREATE TABLE core.achievement_runs (
    id uuid NOT NULL,
    achievement text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL,
    after_id uuid,
    people bigint NOT NULL,
    looked bigint DEFAULT 0 NOT NULL,
    granted bigint DEFAULT 0 NOT NULL,
    taken bigint DEFAULT 0 NOT NULL,
    began_at timestamp with time zone NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    CONSTRAINT achievement_runs_check CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT achievement_runs_kind_check CHECK ((kind = ANY (ARRAY['backfill'::text, 'recheck'::text, 'sweep'::text]))),
    CONSTRAINT achievement_runs_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'stopped'::text, 'retired'::text, 'replaced'::text])))
)
WITH (fillfactor='50');

CREATE TABLE core.achievements (
    name text NOT NULL COLLATE pg_catalog."C",
    pack text GENERATED ALWAYS AS (split_part(name, '.'::text, 1)) STORED NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    icon text NOT NULL,
    tier text NOT NULL,
    points integer NOT NULL,
    goal bigint NOT NULL,
    hidden boolean NOT NULL,
    keeps boolean NOT NULL,
    version integer NOT NULL,
    digest text NOT NULL,
    holders bigint DEFAULT 0 NOT NULL,
    look_at timestamp with time zone,
    declared_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT achievements_description_check CHECK (((char_length(description) >= 1) AND (char_length(description) <= 500))),
    CONSTRAINT achievements_goal_check CHECK ((goal >= 1)),
    CONSTRAINT achievements_icon_check CHECK ((char_length(icon) <= 60)),
    CONSTRAINT achievements_name_check CHECK ((name ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT achievements_points_check CHECK (((points >= 0) AND (points <= 10000))),
    CONSTRAINT achievements_tier_check CHECK ((tier = ANY (ARRAY['bronze'::text, 'silver'::text, 'gold'::text, 'platinum'::text]))),
    CONSTRAINT achievements_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 100))),
    CONSTRAINT achievements_version_check CHECK ((version >= 1))
);

CREATE TABLE core.activities (
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    item_id uuid NOT NULL,
    about_id uuid,
    visibility text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT activities_data_check CHECK ((octet_length((data)::text) <= 4096)),
    CONSTRAINT activities_kind_check CHECK (((kind ~ '^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$'::text) AND (char_length(kind) <= 100))),
    CONSTRAINT activities_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'followers'::text])))
)
PARTITION BY RANGE (id);

CREATE TABLE core.activities_default (
    id uuid CONSTRAINT activities_id_not_null NOT NULL,
    actor_id uuid CONSTRAINT activities_actor_id_not_null NOT NULL,
    kind text CONSTRAINT activities_kind_not_null NOT NULL COLLATE pg_catalog."C",
    item_id uuid CONSTRAINT activities_item_id_not_null NOT NULL,
    about_id uuid,
    visibility text CONSTRAINT activities_visibility_not_null NOT NULL,
    data jsonb DEFAULT '{}'::jsonb CONSTRAINT activities_data_not_null NOT NULL,
    created_at timestamp with time zone CONSTRAINT activities_created_at_not_null NOT NULL,
    CONSTRAINT activities_data_check CHECK ((octet_length((data)::text) <= 4096)),
    CONSTRAINT activities_kind_check CHECK (((kind ~ '^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$'::text) AND (char_length(kind) <= 100))),
    CONSTRAINT activities_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'followers'::text])))
);

CREATE TABLE core.analytics_checkpoints (
    name text NOT NULL,
    tick bigint NOT NULL
);

CREATE TABLE core.analytics_daily (
    day date NOT NULL,
    event_type text NOT NULL COLLATE pg_catalog."C",
    rollup text NOT NULL COLLATE pg_catalog."C",
    vals text[] NOT NULL,
    cell bigint NOT NULL,
    events bigint NOT NULL,
    visitors bigint NOT NULL,
    CONSTRAINT analytics_daily_check CHECK (((visitors >= 0) AND (visitors <= events))),
    CONSTRAINT analytics_daily_events_check CHECK ((events > 0))
);

CREATE TABLE core.analytics_event_keys (
    owner uuid NOT NULL,
    key uuid NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE core.analytics_events (
    id uuid NOT NULL,
    user_id uuid,
    event_type text NOT NULL COLLATE pg_catalog."C",
    event_data jsonb NOT NULL,
    session_id text,
    created_at timestamp with time zone NOT NULL,
    day date NOT NULL,
    visitor bigint,
    CONSTRAINT analytics_events_event_type_check CHECK (((char_length(event_type) >= 3) AND (char_length(event_type) <= 100))),
    CONSTRAINT analytics_events_session_id_check CHECK (((char_length(session_id) >= 1) AND (char_length(session_id) <= 255)))
)
PARTITION BY RANGE (id);

CREATE TABLE core.analytics_events_default (
    id uuid CONSTRAINT analytics_events_id_not_null NOT NULL,
    user_id uuid,
    event_type text CONSTRAINT analytics_events_event_type_not_null NOT NULL COLLATE pg_catalog."C",
    event_data jsonb CONSTRAINT analytics_events_event_data_not_null NOT NULL,
    session_id text,
    created_at timestamp with time zone CONSTRAINT analytics_events_created_at_not_null NOT NULL,
    day date CONSTRAINT analytics_events_day_not_null NOT NULL,
    visitor bigint,
    CONSTRAINT analytics_events_event_type_check CHECK (((char_length(event_type) >= 3) AND (char_length(event_type) <= 100))),
    CONSTRAINT analytics_events_session_id_check CHECK (((char_length(session_id) >= 1) AND (char_length(session_id) <= 255)))
);

CREATE TABLE core.analytics_head (
    one boolean DEFAULT true NOT NULL,
    tick bigint NOT NULL,
    CONSTRAINT analytics_head_one_check CHECK (one)
)
WITH (fillfactor='10');

CREATE TABLE core.analytics_outbox (
    id uuid NOT NULL,
    user_id uuid,
    event_type text NOT NULL,
    event_data jsonb NOT NULL,
    counted jsonb NOT NULL,
    session_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    rollups text[] NOT NULL,
    CONSTRAINT analytics_outbox_event_type_check CHECK (((char_length(event_type) >= 3) AND (char_length(event_type) <= 100))),
    CONSTRAINT analytics_outbox_session_id_check CHECK (((char_length(session_id) >= 1) AND (char_length(session_id) <= 255)))
);

CREATE TABLE core.analytics_recounts (
    one boolean DEFAULT true NOT NULL,
    next_day date NOT NULL,
    last_day date NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT analytics_recounts_one_check CHECK (one)
);

CREATE TABLE core.analytics_rollups (
    event_type text NOT NULL COLLATE pg_catalog."C",
    rollup text NOT NULL COLLATE pg_catalog."C",
    fields text[] NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT analytics_rollups_fields_check CHECK (((cardinality(fields) >= 1) AND (cardinality(fields) <= 3))),
    CONSTRAINT analytics_rollups_rollup_check CHECK (((char_length(rollup) >= 1) AND (char_length(rollup) <= 200)))
);

CREATE TABLE core.analytics_salts (
    day date NOT NULL,
    salt uuid NOT NULL
);

CREATE TABLE core.analytics_visitors (
    day date NOT NULL,
    cell bigint NOT NULL,
    visitor bigint NOT NULL
);

CREATE UNLOGGED TABLE core.api_rate_limits (
    user_id uuid NOT NULL,
    endpoint text NOT NULL COLLATE pg_catalog."C",
    requests_made bigint NOT NULL,
    window_start timestamp with time zone NOT NULL,
    window_seconds integer NOT NULL,
    CONSTRAINT api_rate_limits_endpoint_check CHECK (((char_length(endpoint) >= 1) AND (char_length(endpoint) <= 60))),
    CONSTRAINT api_rate_limits_requests_made_check CHECK ((requests_made >= 0)),
    CONSTRAINT api_rate_limits_window_seconds_check CHECK ((window_seconds > 0))
)
WITH (fillfactor='70');

CREATE TABLE core.api_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    token_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_tokens_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT api_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY core.api_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE core.audit_log (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    slice text NOT NULL,
    act text NOT NULL,
    place_id uuid,
    actor_id uuid,
    subject_id uuid,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_log_act_check CHECK (((char_length(act) >= 1) AND (char_length(act) <= 60))),
    CONSTRAINT audit_log_reason_check CHECK ((char_length(reason) <= 300)),
    CONSTRAINT audit_log_slice_check CHECK ((slice ~ '^[a-z][a-z0-9_]*$'::text))
);

CREATE TABLE core.blocks (
    user_id uuid NOT NULL,
    blocked_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT blocks_check CHECK ((user_id <> blocked_id))
);

CREATE TABLE core.board_changes (
    tx xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id bigint NOT NULL,
    window_id bigint,
    member text COLLATE pg_catalog."C",
    place bytea,
    delta smallint NOT NULL,
    person uuid
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='2000', autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='20000', vacuum_truncate='false');

ALTER TABLE core.board_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME core.board_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE core.board_counts (
    window_id bigint NOT NULL,
    low bytea NOT NULL,
    members integer NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE core.board_hidden (
    user_id uuid NOT NULL,
    reason text NOT NULL,
    hidden_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT board_hidden_reason_check CHECK ((reason = ANY (ARRAY['opted_out'::text, 'suspended'::text])))
);

CREATE TABLE core.board_scores (
    window_id bigint NOT NULL,
    member text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    score numeric NOT NULL,
    tie bigint NOT NULL,
    place bytea NOT NULL,
    shown boolean DEFAULT true NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT board_scores_member_check CHECK ((member ~ '^[0-9A-Za-z._:@~+-]{1,100}$'::text))
);

CREATE TABLE core.board_state (
    one boolean DEFAULT true NOT NULL,
    horizon xid8 NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    copy uuid,
    rebuild_since timestamp with time zone,
    rebuild_board text,
    CONSTRAINT board_state_one_check CHECK (one)
);

CREATE TABLE core.board_windows (
    id bigint NOT NULL,
    board text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    descending boolean NOT NULL,
    earlier boolean NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone,
    closed_at timestamp with time zone,
    dropped_at timestamp with time zone,
    rebuilt_to bytea,
    rebuilt_at timestamp with time zone,
    CONSTRAINT board_windows_board_check CHECK (((char_length(board) >= 1) AND (char_length(board) <= 120))),
    CONSTRAINT board_windows_check CHECK (((char_length(key) <= 100) AND ((kind = 'all'::text) = (key = ''::text)))),
    CONSTRAINT board_windows_check1 CHECK (((ends_at IS NULL) = (kind <> 'week'::text))),
    CONSTRAINT board_windows_kind_check CHECK ((kind = ANY (ARRAY['all'::text, 'league'::text, 'season'::text, 'week'::text])))
);

ALTER TABLE core.board_windows ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME core.board_windows_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE core.broadcasts (
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    item_id uuid NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    occurrence_key text NOT NULL COLLATE pg_catalog."C",
    happened_at timestamp with time zone NOT NULL,
    after_at timestamp with time zone,
    after_id uuid,
    told bigint DEFAULT 0 NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    CONSTRAINT broadcasts_body_check CHECK ((char_length(body) <= 4000)),
    CONSTRAINT broadcasts_check CHECK (((ended_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT broadcasts_check1 CHECK (((after_at IS NULL) = (after_id IS NULL))),
    CONSTRAINT broadcasts_occurrence_key_check CHECK (((char_length(occurrence_key) >= 1) AND (char_length(occurrence_key) <= 200))),
    CONSTRAINT broadcasts_outcome_check CHECK ((outcome = ANY (ARRAY['told'::text, 'replaced'::text, 'withdrawn'::text, 'stopped'::text, 'too_many'::text]))),
    CONSTRAINT broadcasts_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200))),
    CONSTRAINT broadcasts_type_check CHECK (((char_length(type) >= 1) AND (char_length(type) <= 100)))
);

CREATE UNLOGGED TABLE core.cache_leases (
    cache_key text NOT NULL COLLATE pg_catalog."C",
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE core.cached_data (
    id uuid NOT NULL,
    cache_key text NOT NULL COLLATE pg_catalog."C",
    data json NOT NULL,
    status smallint DEFAULT 200 NOT NULL,
    as_of timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cached_data_cache_key_check CHECK (((char_length(cache_key) >= 1) AND (char_length(cache_key) <= 500))),
    CONSTRAINT cached_data_status_check CHECK ((status = ANY (ARRAY[200, 404])))
);

CREATE TABLE core.draws (
    id uuid NOT NULL,
    user_id uuid,
    purpose text NOT NULL COLLATE pg_catalog."C",
    algorithm smallint NOT NULL,
    seed bytea NOT NULL,
    facts jsonb,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT draws_algorithm_check CHECK ((algorithm >= 1)),
    CONSTRAINT draws_facts_check CHECK ((octet_length((facts)::text) <= 8192)),
    CONSTRAINT draws_purpose_check CHECK ((purpose ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT draws_seed_check CHECK ((octet_length(seed) = 32))
);

ALTER TABLE ONLY core.draws FORCE ROW LEVEL SECURITY;

CREATE TABLE core.email_tokens (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT email_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['verify_email'::text, 'reset_password'::text, 'sign_in'::text]))),
    CONSTRAINT email_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY core.email_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE core.follow_counts (
    user_id uuid NOT NULL,
    followers bigint DEFAULT 0 NOT NULL,
    following bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE core.follow_deltas (
    user_id uuid NOT NULL,
    followers integer NOT NULL,
    following integer NOT NULL
);

CREATE TABLE core.fresh_halts (
    name text NOT NULL,
    until timestamp with time zone NOT NULL,
    background_until timestamp with time zone NOT NULL,
    why text NOT NULL,
    fruitless integer DEFAULT 0 NOT NULL,
    CONSTRAINT fresh_halts_fruitless_check CHECK ((fruitless >= 0))
);

CREATE TABLE core.fresh_rows (
    name text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    kept_since timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    wanted_at timestamp with time zone,
    refreshed_at timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    last_error text,
    gone_at timestamp with time zone,
    holder uuid,
    leased_until timestamp with time zone,
    rank smallint DEFAULT 0 NOT NULL,
    CONSTRAINT fresh_rows_failures_check CHECK ((failures >= 0)),
    CONSTRAINT fresh_rows_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 200))),
    CONSTRAINT fresh_rows_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 60))),
    CONSTRAINT fresh_rows_rank_check CHECK (((rank >= 0) AND (rank <= 2))),
    CONSTRAINT fresh_rows_times_are_finite CHECK ((isfinite(due_at) AND isfinite(asked_at) AND isfinite(wanted_at) AND isfinite(leased_until)))
)
WITH (fillfactor='80');

CREATE TABLE core.handles (
    handle_key text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    held_until timestamp with time zone,
    CONSTRAINT handles_handle_key_check CHECK (((char_length(handle_key) >= 2) AND (char_length(handle_key) <= 30)))
);

CREATE TABLE core.identities (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    provider text NOT NULL,
    subject text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    owner_hash text,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT identities_provider_check CHECK (((char_length(provider) >= 1) AND (char_length(provider) <= 40))),
    CONSTRAINT identities_subject_check CHECK (((char_length(subject) >= 1) AND (char_length(subject) <= 255)))
);

ALTER TABLE ONLY core.identities FORCE ROW LEVEL SECURITY;

CREATE TABLE core.jobs (
    id uuid NOT NULL,
    job_type text NOT NULL,
    handler text,
    character_id text,
    status text DEFAULT 'pending'::text NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    payload jsonb,
    result jsonb,
    error text,
    queue_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    CONSTRAINT jobs_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text])))
);

CREATE TABLE core.last_activities (
    user_id uuid NOT NULL,
    last_id uuid NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE core.ledger_accounts (
    id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    unit text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL,
    user_id uuid,
    thing_id uuid,
    balance bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    entries bigint DEFAULT 0 NOT NULL,
    floor bigint,
    ceiling bigint,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT ledger_accounts_check CHECK ((ceiling >= floor)),
    CONSTRAINT ledger_accounts_entries_check CHECK ((entries >= 0)),
    CONSTRAINT ledger_accounts_floor CHECK (((balance - held) >= floor)),
    CONSTRAINT ledger_accounts_held_check CHECK ((held >= 0)),
    CONSTRAINT ledger_accounts_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT ledger_accounts_owner CHECK ((((owner = 'person'::text) OR (user_id IS NULL)) AND ((owner = 'thing'::text) = (thing_id IS NOT NULL)) AND ((owner = 'house'::text) = (floor IS NULL)) AND ((owner <> 'house'::text) OR ((ceiling IS NULL) AND (entries = 0) AND (held = 0))))),
    CONSTRAINT ledger_accounts_owner_check CHECK ((owner = ANY (ARRAY['person'::text, 'thing'::text, 'house'::text]))),
    CONSTRAINT ledger_accounts_unit_check CHECK ((unit ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text))
)
WITH (fillfactor='70');

CREATE TABLE core.ledger_entries (
    posting_id uuid NOT NULL,
    account_id uuid NOT NULL,
    number bigint,
    amount bigint NOT NULL,
    balance_after bigint,
    CONSTRAINT ledger_entries_amount_check CHECK ((amount <> 0)),
    CONSTRAINT ledger_entries_check CHECK (((number IS NULL) = (balance_after IS NULL))),
    CONSTRAINT ledger_entries_number_check CHECK ((number > 0))
);

CREATE TABLE core.ledger_holds (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    amount bigint NOT NULL,
    state text DEFAULT 'held'::text NOT NULL,
    posting_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    ended_at timestamp with time zone,
    CONSTRAINT ledger_holds_amount_check CHECK ((amount > 0)),
    CONSTRAINT ledger_holds_check CHECK (((state = 'held'::text) = (ended_at IS NULL))),
    CONSTRAINT ledger_holds_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 200))),
    CONSTRAINT ledger_holds_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT ledger_holds_state_check CHECK ((state = ANY (ARRAY['held'::text, 'captured'::text, 'released'::text, 'expired'::text])))
)
WITH (fillfactor='70');

CREATE TABLE core.ledger_postings (
    id uuid NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    user_id uuid,
    note text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_postings_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 200))),
    CONSTRAINT ledger_postings_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text)),
    CONSTRAINT ledger_postings_note_check CHECK ((char_length(note) <= 500))
);

CREATE TABLE core.live_events (
    seq bigint NOT NULL,
    id uuid,
    topic text NOT NULL,
    kind text NOT NULL,
    body jsonb DEFAULT '{}'::jsonb NOT NULL,
    user_id uuid,
    access boolean DEFAULT false NOT NULL,
    subject uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT live_events_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 60))),
    CONSTRAINT live_events_topic_check CHECK (((char_length(topic) >= 1) AND (char_length(topic) <= 200)))
);

ALTER TABLE core.live_events ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME core.live_events_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE core.live_head (
    one boolean DEFAULT true NOT NULL,
    tick bigint NOT NULL,
    previous bigint NOT NULL,
    access_tick bigint NOT NULL,
    CONSTRAINT live_head_one_check CHECK (one)
)
WITH (fillfactor='10');

CREATE TABLE core.notification_deliveries (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    channel text NOT NULL,
    target uuid,
    notices uuid[] NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    provider_id text,
    error text,
    created_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    sent_at timestamp with time zone,
    CONSTRAINT notification_deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT notification_deliveries_channel_check CHECK ((channel = ANY (ARRAY['push'::text, 'email'::text, 'webhook'::text]))),
    CONSTRAINT notification_deliveries_check CHECK (((status = 'pending'::text) = (due_at IS NOT NULL))),
    CONSTRAINT notification_deliveries_notices_check CHECK ((cardinality(notices) > 0)),
    CONSTRAINT notification_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY core.notification_deliveries FORCE ROW LEVEL SECURITY;

CREATE TABLE core.notification_log (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    character_id bigint,
    type text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    data jsonb,
    status text DEFAULT 'pending'::text NOT NULL,
    sent_at timestamp with time zone,
    read_at timestamp with time zone,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    occurrence_key text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    held_until timestamp with time zone,
    batch_id uuid,
    told_no bigint,
    muted boolean DEFAULT false NOT NULL,
    CONSTRAINT notification_log_body_check CHECK ((char_length(body) <= 4000)),
    CONSTRAINT notification_log_occurrence_key_check CHECK (((char_length(occurrence_key) >= 1) AND (char_length(occurrence_key) <= 200))),
    CONSTRAINT notification_log_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'read'::text]))),
    CONSTRAINT notification_log_title_check CHECK (((char_length(title) >= 1) AND (char_length(title) <= 200))),
    CONSTRAINT notification_log_type_check CHECK (((char_length(type) >= 1) AND (char_length(type) <= 60)))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY core.notification_log FORCE ROW LEVEL SECURITY;

CREATE TABLE core.notification_preferences (
    user_id uuid NOT NULL,
    type text NOT NULL,
    channel text NOT NULL,
    enabled boolean NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_preferences_channel_check CHECK ((channel = ANY (ARRAY['push'::text, 'email'::text, 'webhook'::text, 'in_app'::text]))),
    CONSTRAINT notification_preferences_type_check CHECK (((char_length(type) >= 1) AND (char_length(type) <= 60)))
);

ALTER TABLE ONLY core.notification_preferences FORCE ROW LEVEL SECURITY;

CREATE TABLE core.notification_quiet_hours (
    user_id uuid NOT NULL,
    time_zone text NOT NULL,
    starts_at text NOT NULL,
    ends_at text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_quiet_hours_check CHECK ((starts_at <> ends_at)),
    CONSTRAINT notification_quiet_hours_ends_at_check CHECK ((ends_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text)),
    CONSTRAINT notification_quiet_hours_starts_at_check CHECK ((starts_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'::text)),
    CONSTRAINT notification_quiet_hours_time_zone_check CHECK (((char_length(time_zone) >= 1) AND (char_length(time_zone) <= 64)))
);

ALTER TABLE ONLY core.notification_quiet_hours FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE core.notification_told
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE core.notification_webhooks (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    host text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    disabled_at timestamp with time zone,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_webhooks_failures_check CHECK ((failures >= 0)),
    CONSTRAINT notification_webhooks_host_check CHECK ((char_length(host) <= 255)),
    CONSTRAINT notification_webhooks_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);

ALTER TABLE ONLY core.notification_webhooks FORCE ROW LEVEL SECURITY;

CREATE TABLE core.oauth_flows (
    id uuid NOT NULL,
    provider text NOT NULL,
    state_hash bytea NOT NULL,
    browser_hash bytea NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    redirect_uri text NOT NULL,
    return_to text NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    user_id uuid,
    session_id uuid,
    device_name text,
    device_type text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    credentials integer,
    CONSTRAINT oauth_flows_browser_hash_check CHECK ((octet_length(browser_hash) = 32)),
    CONSTRAINT oauth_flows_state_hash_check CHECK ((octet_length(state_hash) = 32))
);

ALTER TABLE ONLY core.oauth_flows FORCE ROW LEVEL SECURITY;

CREATE TABLE core.partitioned_tables (
    table_name text NOT NULL,
    ahead integer DEFAULT 3 NOT NULL,
    first_month date NOT NULL,
    CONSTRAINT partitioned_tables_ahead_check CHECK (((ahead >= 1) AND (ahead <= 24))),
    CONSTRAINT partitioned_tables_first_month_check CHECK ((EXTRACT(day FROM first_month) = (1)::numeric))
);

CREATE TABLE core.passkeys (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint DEFAULT 0 NOT NULL,
    transports text[] DEFAULT '{}'::text[] NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    CONSTRAINT passkeys_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100)))
);

ALTER TABLE ONLY core.passkeys FORCE ROW LEVEL SECURITY;

CREATE TABLE core.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status core.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='500', autovacuum_vacuum_cost_limit='10000', autovacuum_vacuum_cost_delay='0', fillfactor='70');

CREATE SEQUENCE core.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_id_seq OWNED BY core.pgqueuer.id;

CREATE TABLE core.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status core.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
)
WITH (autovacuum_vacuum_scale_factor='0.95', autovacuum_vacuum_threshold='1000000', autovacuum_analyze_scale_factor='0.05', autovacuum_analyze_threshold='10000');

ALTER TABLE core.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME core.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE core.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status core.pgqueuer_status DEFAULT 'queued'::core.pgqueuer_status
)
WITH (autovacuum_vacuum_scale_factor='0.01', autovacuum_vacuum_threshold='1000', autovacuum_analyze_scale_factor='0.02', autovacuum_analyze_threshold='500', autovacuum_vacuum_cost_limit='10000', autovacuum_vacuum_cost_delay='0', fillfactor='70');

CREATE SEQUENCE core.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_schedules_id_seq OWNED BY core.pgqueuer_schedules.id;

CREATE TABLE core.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status core.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.95', autovacuum_vacuum_threshold='1000000', autovacuum_analyze_scale_factor='0.05', autovacuum_analyze_threshold='10000');

CREATE SEQUENCE core.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE core.pgqueuer_statistics_id_seq OWNED BY core.pgqueuer_statistics.id;

CREATE TABLE core.profiles (
    user_id uuid NOT NULL,
    handle text NOT NULL COLLATE pg_catalog."C",
    handle_key text GENERATED ALWAYS AS (translate(handle, '01-_'::text, 'ol'::text)) STORED NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL,
    avatar_url text,
    bio text,
    is_content_creator boolean DEFAULT false NOT NULL,
    is_verified boolean DEFAULT false NOT NULL,
    hides_follows boolean DEFAULT false NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    handle_changed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    hides_achievements boolean DEFAULT false NOT NULL,
    CONSTRAINT profiles_avatar_url_check CHECK (((char_length(avatar_url) <= 500) AND (avatar_url ~ '^https://'::text))),
    CONSTRAINT profiles_bio_check CHECK (((char_length(bio) >= 1) AND (char_length(bio) <= 1000))),
    CONSTRAINT profiles_display_name_check CHECK (((char_length(display_name) >= 1) AND (char_length(display_name) <= 100))),
    CONSTRAINT profiles_handle_check CHECK (((handle ~ '^[a-z0-9](?:[a-z0-9]|[_-](?=[a-z0-9])){2,29}$'::text) AND (handle ~ '[a-z]'::text)))
);

CREATE TABLE core.recovery_codes (
    code_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

ALTER TABLE ONLY core.recovery_codes FORCE ROW LEVEL SECURITY;

CREATE TABLE core.reports (
    id uuid NOT NULL,
    kind text NOT NULL,
    place_id uuid,
    item_id uuid,
    subject_id uuid,
    reporter_id uuid,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    reason text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    resolution text,
    handled_by uuid,
    handled_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reports_check CHECK (((status = 'open'::text) = (handled_at IS NULL))),
    CONSTRAINT reports_kind_check CHECK ((kind ~ '^[a-z][a-z0-9_]*[.][a-z][a-z0-9_]*$'::text)),
    CONSTRAINT reports_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
    CONSTRAINT reports_resolution_check CHECK ((char_length(resolution) <= 500)),
    CONSTRAINT reports_status_check CHECK ((status = ANY (ARRAY['open'::text, 'resolved'::text, 'dismissed'::text])))
);

CREATE TABLE core.revision_digests (
    revision text NOT NULL,
    digest text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT revision_digests_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE core.revocations (
    subject uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE core.security_events (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id uuid,
    kind text NOT NULL,
    outcome text NOT NULL,
    session_id uuid,
    ip_hash bytea,
    agent text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT security_events_agent_check CHECK ((char_length(agent) <= 300)),
    CONSTRAINT security_events_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 60))),
    CONSTRAINT security_events_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'refused'::text])))
)
PARTITION BY RANGE (at);

CREATE TABLE core.security_events_default (
    id uuid CONSTRAINT security_events_id_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT security_events_at_not_null NOT NULL,
    user_id uuid,
    kind text CONSTRAINT security_events_kind_not_null NOT NULL,
    outcome text CONSTRAINT security_events_outcome_not_null NOT NULL,
    session_id uuid,
    ip_hash bytea,
    agent text,
    details jsonb DEFAULT '{}'::jsonb CONSTRAINT security_events_details_not_null NOT NULL,
    CONSTRAINT security_events_agent_check CHECK ((char_length(agent) <= 300)),
    CONSTRAINT security_events_kind_check CHECK (((char_length(kind) >= 1) AND (char_length(kind) <= 60))),
    CONSTRAINT security_events_outcome_check CHECK ((outcome = ANY (ARRAY['ok'::text, 'refused'::text])))
);

CREATE TABLE core.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    device_name text,
    device_type text,
    device_token text,
    method text DEFAULT ''::text NOT NULL,
    ended_at timestamp with time zone,
    end_reason text,
    CONSTRAINT sessions_device_name_check CHECK ((char_length(device_name) <= 100)),
    CONSTRAINT sessions_device_token_check CHECK (((char_length(device_token) >= 1) AND (char_length(device_token) <= 4096))),
    CONSTRAINT sessions_device_type_check CHECK ((device_type = ANY (ARRAY['ios'::text, 'android'::text, 'web'::text]))),
    CONSTRAINT sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed_out'::text, 'replaced'::text, 'token_reused'::text, 'password_changed'::text, 'suspended'::text, 'revoked'::text]))),
    CONSTRAINT sessions_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY core.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE core.sign_in_attempts (
    key bytea NOT NULL,
    failures integer NOT NULL,
    window_start timestamp with time zone NOT NULL,
    blocked_until timestamp with time zone
);

CREATE TABLE core.sign_in_challenges (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    challenge bytea,
    tries smallint DEFAULT 0 NOT NULL,
    device_name text,
    device_type text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    credentials integer,
    CONSTRAINT sign_in_challenges_kind_check CHECK ((kind = ANY (ARRAY['passkey_registration'::text, 'passkey'::text, 'second_factor'::text]))),
    CONSTRAINT sign_in_challenges_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY core.sign_in_challenges FORCE ROW LEVEL SECURITY;

CREATE TABLE core.spent_refresh_tokens (
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    spent_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT spent_refresh_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY core.spent_refresh_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE core.storage_files (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    purpose text NOT NULL COLLATE pg_catalog."C",
    private boolean NOT NULL,
    bytes bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT storage_files_bytes_check CHECK ((bytes > 0)),
    CONSTRAINT storage_files_purpose_check CHECK ((purpose ~ '^[a-z][a-z0-9_]{0,30}[.][a-z][a-z0-9_]{0,39}$'::text))
);

ALTER TABLE ONLY core.storage_files FORCE ROW LEVEL SECURITY;

CREATE TABLE core.storage_objects (
    hash bytea NOT NULL,
    kind text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    loosened_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT storage_objects_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT storage_objects_height_check CHECK ((height > 0)),
    CONSTRAINT storage_objects_kind_check CHECK ((kind = 'image'::text)),
    CONSTRAINT storage_objects_media_type_check CHECK ((media_type ~ '^[a-z]+/[a-z0-9.+-]{1,60}$'::text)),
    CONSTRAINT storage_objects_size_check CHECK ((size > 0)),
    CONSTRAINT storage_objects_width_check CHECK ((width > 0))
);

CREATE TABLE core.storage_variants (
    hash bytea NOT NULL,
    variant text NOT NULL COLLATE pg_catalog."C",
    content bytea NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    CONSTRAINT storage_variants_content_check CHECK ((octet_length(content) = 32)),
    CONSTRAINT storage_variants_height_check CHECK ((height > 0)),
    CONSTRAINT storage_variants_media_type_check CHECK ((media_type ~ '^[a-z]+/[a-z0-9.+-]{1,60}$'::text)),
    CONSTRAINT storage_variants_size_check CHECK ((size > 0)),
    CONSTRAINT storage_variants_variant_check CHECK ((variant = ANY (ARRAY['large'::text, 'small'::text]))),
    CONSTRAINT storage_variants_width_check CHECK ((width > 0))
);

CREATE TABLE core.stripe_customers (
    customer_id text NOT NULL,
    user_id uuid NOT NULL,
    event_at timestamp with time zone NOT NULL,
    event_mark text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT stripe_customers_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255)))
);

ALTER TABLE ONLY core.stripe_customers FORCE ROW LEVEL SECURITY;

CREATE TABLE core.stripe_events (
    event_id text NOT NULL,
    type text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE core.stripe_subscriptions (
    subscription_id text NOT NULL,
    customer_id text NOT NULL,
    user_id uuid,
    status text NOT NULL,
    ends_at timestamp with time zone,
    renews boolean NOT NULL,
    event_at timestamp with time zone NOT NULL,
    event_mark text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT stripe_subscriptions_subscription_id_check CHECK (((char_length(subscription_id) >= 1) AND (char_length(subscription_id) <= 255)))
);

ALTER TABLE ONLY core.stripe_subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE core.totp (
    user_id uuid NOT NULL,
    secret text NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY core.totp FORCE ROW LEVEL SECURITY;

CREATE TABLE core.upstream_budgets (
    upstream text NOT NULL,
    minute_start timestamp with time zone NOT NULL,
    minute_used integer NOT NULL,
    day_start timestamp with time zone NOT NULL,
    day_used integer NOT NULL,
    blocked_until timestamp with time zone,
    CONSTRAINT upstream_budgets_day_used_check CHECK ((day_used >= 0)),
    CONSTRAINT upstream_budgets_minute_used_check CHECK ((minute_used >= 0))
)
WITH (fillfactor='50');

CREATE TABLE core.user_achievements (
    user_id uuid NOT NULL,
    achievement text NOT NULL COLLATE pg_catalog."C",
    value bigint NOT NULL,
    granted_at timestamp with time zone,
    version integer,
    reached bigint,
    goal bigint,
    evidence jsonb,
    granted_by text,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    reason text,
    untold boolean DEFAULT false NOT NULL,
    CONSTRAINT user_achievements_check CHECK ((((granted_at IS NULL) = (version IS NULL)) AND ((granted_at IS NULL) = (reached IS NULL)) AND ((granted_at IS NULL) = (goal IS NULL)) AND ((granted_at IS NULL) = (granted_by IS NULL)))),
    CONSTRAINT user_achievements_check1 CHECK (((revoked_at IS NULL) OR (granted_at IS NOT NULL))),
    CONSTRAINT user_achievements_check2 CHECK (((revoked_at IS NULL) = (reason IS NULL))),
    CONSTRAINT user_achievements_evidence_check CHECK ((octet_length((evidence)::text) <= 4096)),
    CONSTRAINT user_achievements_granted_by_check CHECK ((granted_by = ANY (ARRAY['look'::text, 'sweep'::text, 'backfill'::text, 'recheck'::text]))),
    CONSTRAINT user_achievements_reason_check CHECK (((char_length(reason) >= 1) AND (char_length(reason) <= 500))),
    CONSTRAINT user_achievements_value_check CHECK ((value >= 0))
)
WITH (fillfactor='80');

ALTER TABLE ONLY core.user_achievements FORCE ROW LEVEL SECURITY;

CREATE TABLE core.user_follows (
    follower_id uuid NOT NULL,
    following_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_follows_check CHECK ((follower_id <> following_id))
);

CREATE TABLE core.user_settings (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    theme text DEFAULT 'dark'::text NOT NULL,
    default_character_id bigint,
    language text DEFAULT 'en'::text NOT NULL,
    notify_skill_complete boolean DEFAULT true NOT NULL,
    notify_market_orders boolean DEFAULT true NOT NULL,
    notify_industry_jobs boolean DEFAULT true NOT NULL,
    notify_pi_extractors boolean DEFAULT false NOT NULL,
    notify_eve_mail boolean DEFAULT true NOT NULL,
    share_activity_stats boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_settings_language_check CHECK (((char_length(language) >= 2) AND (char_length(language) <= 35))),
    CONSTRAINT user_settings_theme_check CHECK ((theme = ANY (ARRAY['light'::text, 'dark'::text, 'auto'::text])))
);

CREATE TABLE core.user_states (
    user_id uuid NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    last_seen_at timestamp with time zone,
    follows_since timestamp with time zone,
    follows_made integer DEFAULT 0 NOT NULL,
    CONSTRAINT user_states_follows_made_check CHECK ((follows_made >= 0)),
    CONSTRAINT user_states_settings_check CHECK (((jsonb_typeof(settings) = 'object'::text) AND (octet_length((settings)::text) <= 131072)))
)
WITH (fillfactor='80');

ALTER TABLE ONLY core.user_states FORCE ROW LEVEL SECURITY;

CREATE TABLE core.users (
    id uuid NOT NULL,
    email text,
    email_verified_at timestamp with time zone,
    name text NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    password_hash text,
    password_changed_at timestamp with time zone,
    subscription_tier text DEFAULT 'free'::text NOT NULL,
    subscription_status text DEFAULT 'active'::text NOT NULL,
    subscription_ends_at timestamp with time zone,
    stripe_customer_id text,
    stripe_subscription_id text,
    suspended_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    credentials integer DEFAULT 0 NOT NULL,
    CONSTRAINT users_email_check CHECK (((email = lower(email)) AND ((char_length(email) >= 3) AND (char_length(email) <= 254)))),
    CONSTRAINT users_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['member'::text, 'moderator'::text, 'admin'::text]))),
    CONSTRAINT users_subscription_status_check CHECK ((subscription_status = ANY (ARRAY['active'::text, 'canceled'::text, 'expired'::text]))),
    CONSTRAINT users_subscription_tier_check CHECK ((subscription_tier = ANY (ARRAY['free'::text, 'premium'::text])))
);

ALTER TABLE ONLY core.users FORCE ROW LEVEL SECURITY;

CREATE TABLE core.vault_rotations (
    sealed_column text NOT NULL,
    key_fingerprint text NOT NULL,
    after text,
    resealed bigint DEFAULT 0 NOT NULL,
    broken bigint DEFAULT 0 NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT vault_rotations_broken_check CHECK ((broken >= 0)),
    CONSTRAINT vault_rotations_resealed_check CHECK ((resealed >= 0))
);

CREATE TABLE core.workers (
    id uuid NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY core.activities ATTACH PARTITION core.activities_default DEFAULT;

ALTER TABLE ONLY core.analytics_events ATTACH PARTITION core.analytics_events_default DEFAULT;

ALTER TABLE ONLY core.security_events ATTACH PARTITION core.security_events_default DEFAULT;

ALTER TABLE ONLY core.pgqueuer ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY core.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY core.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('core.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY core.achievement_people
    ADD CONSTRAINT achievement_people_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY core.achievement_runs
    ADD CONSTRAINT achievement_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.achievements
    ADD CONSTRAINT achievements_pkey PRIMARY KEY (name);

ALTER TABLE ONLY core.activities
    ADD CONSTRAINT activities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.activities_default
    ADD CONSTRAINT activities_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.analytics_checkpoints
    ADD CONSTRAINT analytics_checkpoints_pkey PRIMARY KEY (name);

ALTER TABLE ONLY core.analytics_daily
    ADD CONSTRAINT analytics_daily_pkey PRIMARY KEY (cell, day);

ALTER TABLE ONLY core.analytics_event_keys
    ADD CONSTRAINT analytics_event_keys_pkey PRIMARY KEY (owner, key);

ALTER TABLE ONLY core.analytics_events
    ADD CONSTRAINT analytics_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.analytics_events_default
    ADD CONSTRAINT analytics_events_default_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.analytics_head
    ADD CONSTRAINT analytics_head_pkey PRIMARY KEY (one);

ALTER TABLE ONLY core.analytics_outbox
    ADD CONSTRAINT analytics_outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.analytics_recounts
    ADD CONSTRAINT analytics_recounts_pkey PRIMARY KEY (one);

ALTER TABLE ONLY core.analytics_rollups
    ADD CONSTRAINT analytics_rollups_pkey PRIMARY KEY (event_type, rollup);

ALTER TABLE ONLY core.analytics_salts
    ADD CONSTRAINT analytics_salts_pkey PRIMARY KEY (day);

ALTER TABLE ONLY core.analytics_visitors
    ADD CONSTRAINT analytics_visitors_pkey PRIMARY KEY (day, cell, visitor);

ALTER TABLE ONLY core.api_rate_limits
    ADD CONSTRAINT api_rate_limits_pkey PRIMARY KEY (user_id, endpoint);

ALTER TABLE ONLY core.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.api_tokens
    ADD CONSTRAINT api_tokens_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY core.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.blocks
    ADD CONSTRAINT blocks_pkey PRIMARY KEY (user_id, blocked_id);

ALTER TABLE ONLY core.board_changes
    ADD CONSTRAINT board_changes_pkey PRIMARY KEY (tx, id);

ALTER TABLE ONLY core.board_counts
    ADD CONSTRAINT board_counts_pkey PRIMARY KEY (window_id, low);

ALTER TABLE ONLY core.board_hidden
    ADD CONSTRAINT board_hidden_pkey PRIMARY KEY (user_id, reason);

ALTER TABLE ONLY core.board_scores
    ADD CONSTRAINT board_scores_pkey PRIMARY KEY (window_id, member);

ALTER TABLE ONLY core.board_state
    ADD CONSTRAINT board_state_pkey PRIMARY KEY (one);

ALTER TABLE ONLY core.board_windows
    ADD CONSTRAINT board_windows_board_kind_key_key UNIQUE (board, kind, key);

ALTER TABLE ONLY core.board_windows
    ADD CONSTRAINT board_windows_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.broadcasts
    ADD CONSTRAINT broadcasts_actor_id_occurrence_key_key UNIQUE (actor_id, occurrence_key);

ALTER TABLE ONLY core.broadcasts
    ADD CONSTRAINT broadcasts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.cache_leases
    ADD CONSTRAINT cache_leases_pkey PRIMARY KEY (cache_key);

ALTER TABLE ONLY core.cached_data
    ADD CONSTRAINT cached_data_cache_key_key UNIQUE (cache_key);

ALTER TABLE ONLY core.cached_data
    ADD CONSTRAINT cached_data_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.draws
    ADD CONSTRAINT draws_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.email_tokens
    ADD CONSTRAINT email_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY core.follow_counts
    ADD CONSTRAINT follow_counts_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.fresh_halts
    ADD CONSTRAINT fresh_halts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY core.fresh_rows
    ADD CONSTRAINT fresh_rows_pkey PRIMARY KEY (name, key);

ALTER TABLE ONLY core.handles
    ADD CONSTRAINT handles_pkey PRIMARY KEY (handle_key);

ALTER TABLE ONLY core.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.identities
    ADD CONSTRAINT identities_provider_subject_key UNIQUE (provider, subject);

ALTER TABLE ONLY core.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.last_activities
    ADD CONSTRAINT last_activities_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.ledger_accounts
    ADD CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (posting_id, account_id);

ALTER TABLE ONLY core.ledger_holds
    ADD CONSTRAINT ledger_holds_key_key UNIQUE (key);

ALTER TABLE ONLY core.ledger_holds
    ADD CONSTRAINT ledger_holds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.ledger_postings
    ADD CONSTRAINT ledger_postings_key_key UNIQUE (key);

ALTER TABLE ONLY core.ledger_postings
    ADD CONSTRAINT ledger_postings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.live_events
    ADD CONSTRAINT live_events_id_key UNIQUE (id);

ALTER TABLE ONLY core.live_events
    ADD CONSTRAINT live_events_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY core.live_head
    ADD CONSTRAINT live_head_pkey PRIMARY KEY (one);

ALTER TABLE ONLY core.notification_deliveries
    ADD CONSTRAINT notification_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.notification_log
    ADD CONSTRAINT notification_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.notification_log
    ADD CONSTRAINT notification_log_user_id_occurrence_key_key UNIQUE (user_id, occurrence_key);

ALTER TABLE ONLY core.notification_preferences
    ADD CONSTRAINT notification_preferences_pkey PRIMARY KEY (user_id, type, channel);

ALTER TABLE ONLY core.notification_quiet_hours
    ADD CONSTRAINT notification_quiet_hours_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.notification_webhooks
    ADD CONSTRAINT notification_webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.oauth_flows
    ADD CONSTRAINT oauth_flows_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.oauth_flows
    ADD CONSTRAINT oauth_flows_state_hash_key UNIQUE (state_hash);

ALTER TABLE ONLY core.partitioned_tables
    ADD CONSTRAINT partitioned_tables_pkey PRIMARY KEY (table_name);

ALTER TABLE ONLY core.passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY core.passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY core.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.profiles
    ADD CONSTRAINT profiles_handle_key_key UNIQUE (handle_key);

ALTER TABLE ONLY core.profiles
    ADD CONSTRAINT profiles_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (code_hash);

ALTER TABLE ONLY core.reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.revision_digests
    ADD CONSTRAINT revision_digests_pkey PRIMARY KEY (revision);

ALTER TABLE ONLY core.revocations
    ADD CONSTRAINT revocations_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY core.security_events
    ADD CONSTRAINT security_events_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY core.security_events_default
    ADD CONSTRAINT security_events_default_pkey PRIMARY KEY (id, at);

ALTER TABLE ONLY core.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY core.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (key);

ALTER TABLE ONLY core.sign_in_challenges
    ADD CONSTRAINT sign_in_challenges_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY core.spent_refresh_tokens
    ADD CONSTRAINT spent_refresh_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY core.storage_files
    ADD CONSTRAINT storage_files_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.storage_objects
    ADD CONSTRAINT storage_objects_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY core.storage_variants
    ADD CONSTRAINT storage_variants_pkey PRIMARY KEY (hash, variant);

ALTER TABLE ONLY core.stripe_customers
    ADD CONSTRAINT stripe_customers_pkey PRIMARY KEY (customer_id);

ALTER TABLE ONLY core.stripe_events
    ADD CONSTRAINT stripe_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY core.stripe_subscriptions
    ADD CONSTRAINT stripe_subscriptions_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY core.totp
    ADD CONSTRAINT totp_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.upstream_budgets
    ADD CONSTRAINT upstream_budgets_pkey PRIMARY KEY (upstream);

ALTER TABLE ONLY core.user_achievements
    ADD CONSTRAINT user_achievements_pkey PRIMARY KEY (user_id, achievement);

ALTER TABLE ONLY core.user_follows
    ADD CONSTRAINT user_follows_pkey PRIMARY KEY (follower_id, following_id);

ALTER TABLE ONLY core.user_settings
    ADD CONSTRAINT user_settings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.user_settings
    ADD CONSTRAINT user_settings_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY core.user_states
    ADD CONSTRAINT user_states_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY core.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY core.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY core.users
    ADD CONSTRAINT users_stripe_customer_id_key UNIQUE (stripe_customer_id);

ALTER TABLE ONLY core.users
    ADD CONSTRAINT users_stripe_subscription_id_key UNIQUE (stripe_subscription_id);

ALTER TABLE ONLY core.vault_rotations
    ADD CONSTRAINT vault_rotations_pkey PRIMARY KEY (sealed_column, key_fingerprint);

ALTER TABLE ONLY core.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);

CREATE INDEX achievement_deltas_by_name ON core.achievement_deltas USING btree (achievement);

CREATE INDEX achievement_runs_ended ON core.achievement_runs USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX achievement_runs_of ON core.achievement_runs USING btree (achievement, id DESC);

CREATE UNIQUE INDEX achievement_runs_open ON core.achievement_runs USING btree (achievement) WHERE (ended_at IS NULL);

CREATE INDEX achievements_by_pack ON core.achievements USING btree (pack, name);

CREATE INDEX activities_about ON ONLY core.activities USING btree (about_id) WHERE (about_id IS NOT NULL);

CREATE INDEX activities_by_actor ON ONLY core.activities USING btree (actor_id, id DESC);

CREATE INDEX activities_by_item ON ONLY core.activities USING btree (item_id);

CREATE INDEX activities_default_about_id_idx ON core.activities_default USING btree (about_id) WHERE (about_id IS NOT NULL);

CREATE INDEX activities_default_actor_id_id_idx ON core.activities_default USING btree (actor_id, id DESC);

CREATE INDEX activities_default_item_id_idx ON core.activities_default USING btree (item_id);

CREATE INDEX analytics_daily_by_day ON core.analytics_daily USING btree (day, event_type, rollup, cell);

CREATE INDEX analytics_daily_of_type ON core.analytics_daily USING btree (event_type, rollup, day);

CREATE INDEX analytics_event_keys_by_age ON core.analytics_event_keys USING brin (at) WITH (pages_per_range='32');

CREATE INDEX analytics_events_by_day ON ONLY core.analytics_events USING brin (day) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX analytics_events_default_day_idx ON core.analytics_events_default USING brin (day) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX analytics_events_of_user ON ONLY core.analytics_events USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE INDEX analytics_events_default_user_id_id_idx ON core.analytics_events_default USING btree (user_id, id) WHERE (user_id IS NOT NULL);

CREATE INDEX analytics_outbox_of_user ON core.analytics_outbox USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX api_rate_limits_by_age ON core.api_rate_limits USING btree (window_start);

CREATE INDEX api_tokens_by_user ON core.api_tokens USING btree (user_id);

CREATE INDEX audit_log_by_actor ON core.audit_log USING btree (actor_id);

CREATE INDEX audit_log_by_subject ON core.audit_log USING btree (subject_id);

CREATE INDEX audit_log_of_place ON core.audit_log USING btree (place_id, id DESC);

CREATE INDEX blocks_by_blocked ON core.blocks USING btree (blocked_id, user_id);

CREATE INDEX board_scores_by_user ON core.board_scores USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX board_scores_in_order ON core.board_scores USING btree (window_id, place) WHERE shown;

CREATE INDEX board_windows_closed ON core.board_windows USING btree (closed_at) WHERE (closed_at IS NOT NULL);

CREATE INDEX board_windows_to_close ON core.board_windows USING btree (ends_at) WHERE ((closed_at IS NULL) AND (ends_at IS NOT NULL));

CREATE INDEX broadcasts_by_actor ON core.broadcasts USING btree (actor_id, happened_at);

CREATE INDEX broadcasts_ended ON core.broadcasts USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX broadcasts_of_item ON core.broadcasts USING btree (item_id) WHERE (ended_at IS NULL);

CREATE INDEX cached_data_by_expiry ON core.cached_data USING btree (expires_at);

CREATE INDEX draws_of_person ON core.draws USING btree (user_id, id DESC) WHERE (user_id IS NOT NULL);

CREATE INDEX email_tokens_by_expiry ON core.email_tokens USING btree (expires_at);

CREATE INDEX email_tokens_by_user ON core.email_tokens USING btree (user_id, purpose);

CREATE INDEX follow_deltas_by_user ON core.follow_deltas USING btree (user_id);

CREATE INDEX fresh_rows_by_user ON core.fresh_rows USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX fresh_rows_due ON core.fresh_rows USING btree (name, rank, due_at);

CREATE INDEX fresh_rows_wanted ON core.fresh_rows USING btree (name, wanted_at) WHERE (wanted_at IS NOT NULL);

CREATE INDEX handles_by_user ON core.handles USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX handles_given_up ON core.handles USING btree (held_until) WHERE ((held_until IS NOT NULL) OR (user_id IS NULL));

CREATE INDEX identities_by_user ON core.identities USING btree (user_id);

CREATE INDEX jobs_by_character ON core.jobs USING btree (character_id) WHERE (character_id IS NOT NULL);

CREATE INDEX jobs_by_creation ON core.jobs USING btree (created_at);

CREATE INDEX jobs_by_status ON core.jobs USING btree (status, created_at);

CREATE INDEX jobs_by_type ON core.jobs USING btree (job_type, id DESC);

CREATE UNIQUE INDEX ledger_accounts_of_house ON core.ledger_accounts USING btree (kind, unit) WHERE (owner = 'house'::text);

CREATE UNIQUE INDEX ledger_accounts_of_person ON core.ledger_accounts USING btree (user_id, kind, unit) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX ledger_accounts_of_thing ON core.ledger_accounts USING btree (thing_id, kind, unit) WHERE (thing_id IS NOT NULL);

CREATE UNIQUE INDEX ledger_entries_of_account ON core.ledger_entries USING btree (account_id, number) WHERE (number IS NOT NULL);

CREATE INDEX ledger_entries_of_house ON core.ledger_entries USING btree (account_id, posting_id) INCLUDE (amount) WHERE (number IS NULL);

CREATE INDEX ledger_holds_by_posting ON core.ledger_holds USING btree (posting_id) WHERE (posting_id IS NOT NULL);

CREATE INDEX ledger_holds_ended ON core.ledger_holds USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX ledger_holds_of_account ON core.ledger_holds USING btree (account_id, id DESC);

CREATE INDEX ledger_holds_to_expire ON core.ledger_holds USING btree (expires_at) WHERE ((state = 'held'::text) AND (expires_at IS NOT NULL));

CREATE INDEX ledger_postings_by_user ON core.ledger_postings USING btree (user_id, created_at) WHERE (user_id IS NOT NULL);

CREATE INDEX live_events_by_age ON core.live_events USING btree (created_at);

CREATE INDEX live_events_by_subject ON core.live_events USING btree (subject) WHERE (subject IS NOT NULL);

CREATE INDEX live_events_by_user ON core.live_events USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX live_events_of_topic ON core.live_events USING btree (topic, id);

CREATE INDEX notification_deliveries_by_batch ON core.notification_deliveries USING btree (user_id, batch_id);

CREATE INDEX notification_deliveries_due ON core.notification_deliveries USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX notification_deliveries_failed ON core.notification_deliveries USING btree (id DESC) WHERE (error IS NOT NULL);

CREATE INDEX notification_log_by_character ON core.notification_log USING btree (character_id, id DESC) WHERE (character_id IS NOT NULL);

CREATE INDEX notification_log_due ON core.notification_log USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX notification_log_due_by_user ON core.notification_log USING btree (user_id) WHERE (due_at IS NOT NULL);

CREATE INDEX notification_log_failed ON core.notification_log USING btree (id DESC) WHERE (error IS NOT NULL);

CREATE INDEX notification_log_history ON core.notification_log USING btree (user_id, id DESC);

CREATE INDEX notification_log_read ON core.notification_log USING btree (read_at) WHERE (read_at IS NOT NULL);

CREATE INDEX notification_log_told ON core.notification_log USING btree (user_id, told_no) WHERE (told_no IS NOT NULL);

CREATE INDEX notification_log_unread ON core.notification_log USING btree (user_id) WHERE ((read_at IS NULL) AND (NOT muted));

CREATE INDEX notification_webhooks_by_user ON core.notification_webhooks USING btree (user_id, id);

CREATE INDEX oauth_flows_by_expiry ON core.oauth_flows USING btree (expires_at);

CREATE INDEX oauth_flows_by_session ON core.oauth_flows USING btree (session_id) WHERE (session_id IS NOT NULL);

CREATE INDEX oauth_flows_by_user ON core.oauth_flows USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX passkeys_by_user ON core.passkeys USING btree (user_id);

CREATE INDEX pgqueuer_ep_ea_idx ON core.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON core.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON core.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON core.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON core.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON core.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON core.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::core.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON core.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::core.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON core.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::core.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON core.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON core.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON core.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::core.pgqueuer_status, 'picked'::core.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON core.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::core.pgqueuer_status);

CREATE INDEX profiles_suspended ON core.profiles USING btree (user_id) WHERE suspended;

CREATE INDEX recovery_codes_by_user ON core.recovery_codes USING btree (user_id);

CREATE INDEX reports_by_handler ON core.reports USING btree (handled_by) WHERE (handled_by IS NOT NULL);

CREATE INDEX reports_by_place ON core.reports USING btree (place_id, status, id DESC);

CREATE INDEX reports_by_reporter ON core.reports USING btree (reporter_id, id DESC) WHERE (reporter_id IS NOT NULL);

CREATE INDEX reports_by_subject ON core.reports USING btree (subject_id) WHERE (subject_id IS NOT NULL);

CREATE UNIQUE INDEX reports_once ON core.reports USING btree (reporter_id, kind, item_id) WHERE ((reporter_id IS NOT NULL) AND (item_id IS NOT NULL));

CREATE INDEX revocations_by_age ON core.revocations USING btree (at);

CREATE INDEX security_events_by_time ON ONLY core.security_events USING btree (at DESC, id DESC);

CREATE INDEX security_events_by_user ON ONLY core.security_events USING btree (user_id, at DESC) WHERE (user_id IS NOT NULL);

CREATE INDEX security_events_default_at_id_idx ON core.security_events_default USING btree (at DESC, id DESC);

CREATE INDEX security_events_default_user_id_at_idx ON core.security_events_default USING btree (user_id, at DESC) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX sessions_by_device ON core.sessions USING btree (device_token) WHERE ((device_token IS NOT NULL) AND (ended_at IS NULL));

CREATE INDEX sessions_by_expiry ON core.sessions USING btree (expires_at);

CREATE INDEX sessions_by_user ON core.sessions USING btree (user_id, expires_at);

CREATE INDEX sign_in_attempts_by_window ON core.sign_in_attempts USING btree (window_start);

CREATE INDEX sign_in_challenges_by_expiry ON core.sign_in_challenges USING btree (expires_at);

CREATE INDEX sign_in_challenges_by_user ON core.sign_in_challenges USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX spent_refresh_tokens_by_age ON core.spent_refresh_tokens USING btree (spent_at);

CREATE INDEX spent_refresh_tokens_by_session ON core.spent_refresh_tokens USING btree (session_id);

CREATE INDEX spent_refresh_tokens_by_user ON core.spent_refresh_tokens USING btree (user_id);

CREATE INDEX storage_files_of_object ON core.storage_files USING btree (hash);

CREATE INDEX storage_files_of_person ON core.storage_files USING btree (user_id, id DESC) INCLUDE (bytes);

CREATE INDEX storage_objects_loosened ON core.storage_objects USING btree (loosened_at) WHERE (loosened_at IS NOT NULL);

CREATE INDEX stripe_customers_by_user ON core.stripe_customers USING btree (user_id);

CREATE INDEX stripe_events_by_age ON core.stripe_events USING btree (received_at);

CREATE INDEX stripe_subscriptions_by_customer ON core.stripe_subscriptions USING btree (customer_id);

CREATE INDEX stripe_subscriptions_by_user ON core.stripe_subscriptions USING btree (user_id);

CREATE INDEX stripe_subscriptions_of_nobody ON core.stripe_subscriptions USING btree (event_at) WHERE (user_id IS NULL);

CREATE INDEX user_achievements_revoked_by ON core.user_achievements USING btree (revoked_by) WHERE (revoked_by IS NOT NULL);

CREATE INDEX user_achievements_shown ON core.user_achievements USING btree (user_id, granted_at DESC, achievement) WHERE ((granted_at IS NOT NULL) AND (revoked_at IS NULL));

CREATE INDEX user_achievements_untold ON core.user_achievements USING btree (user_id) WHERE untold;

CREATE INDEX user_follows_by_follower ON core.user_follows USING btree (follower_id, created_at, following_id);

CREATE INDEX user_follows_by_following ON core.user_follows USING btree (following_id, created_at, follower_id);

ALTER INDEX core.activities_about ATTACH PARTITION core.activities_default_about_id_idx;

ALTER INDEX core.activities_by_actor ATTACH PARTITION core.activities_default_actor_id_id_idx;

ALTER INDEX core.activities_by_item ATTACH PARTITION core.activities_default_item_id_idx;

ALTER INDEX core.activities_pkey ATTACH PARTITION core.activities_default_pkey;

ALTER INDEX core.analytics_events_by_day ATTACH PARTITION core.analytics_events_default_day_idx;

ALTER INDEX core.analytics_events_pkey ATTACH PARTITION core.analytics_events_default_pkey;

ALTER INDEX core.analytics_events_of_user ATTACH PARTITION core.analytics_events_default_user_id_id_idx;

ALTER INDEX core.security_events_by_time ATTACH PARTITION core.security_events_default_at_id_idx;

ALTER INDEX core.security_events_pkey ATTACH PARTITION core.security_events_default_pkey;

ALTER INDEX core.security_events_by_user ATTACH PARTITION core.security_events_default_user_id_at_idx;

CREATE TRIGGER api_token_deleted AFTER DELETE ON core.api_tokens FOR EACH ROW WHEN ((old.revoked_at IS NULL)) EXECUTE FUNCTION core.revoke_access();

CREATE TRIGGER api_token_revoked AFTER UPDATE OF revoked_at ON core.api_tokens FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (new.revoked_at IS NOT NULL))) EXECUTE FUNCTION core.revoke_access();

CREATE TRIGGER balanced AFTER INSERT ON core.ledger_entries REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION core.require_balanced_postings();

CREATE TRIGGER block_ends_follows AFTER INSERT ON core.blocks FOR EACH ROW EXECUTE FUNCTION core.end_follows_at_block();

CREATE TRIGGER block_holds_pair BEFORE INSERT ON core.blocks FOR EACH ROW EXECUTE FUNCTION core.hold_pair();

CREATE TRIGGER board_suspended AFTER UPDATE OF suspended_at ON core.users FOR EACH ROW WHEN (((old.suspended_at IS NULL) <> (new.suspended_at IS NULL))) EXECUTE FUNCTION core.hide_suspended();

CREATE TRIGGER closed_without_person BEFORE UPDATE OF user_id ON core.ledger_accounts FOR EACH ROW EXECUTE FUNCTION core.close_ledger_account();

CREATE TRIGGER count_added AFTER INSERT ON core.user_achievements REFERENCING NEW TABLE AS after_ FOR EACH STATEMENT EXECUTE FUNCTION core.count_holders();

CREATE TRIGGER count_changed AFTER UPDATE ON core.user_achievements REFERENCING OLD TABLE AS before_ NEW TABLE AS after_ FOR EACH STATEMENT EXECUTE FUNCTION core.count_holders();

CREATE TRIGGER count_ended_follows AFTER DELETE ON core.user_follows REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION core.count_follows();

CREATE TRIGGER count_gone AFTER DELETE ON core.user_achievements REFERENCING OLD TABLE AS before_ FOR EACH STATEMENT EXECUTE FUNCTION core.count_holders();

CREATE TRIGGER count_new_follows AFTER INSERT ON core.user_follows REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION core.count_follows();

CREATE TRIGGER count_suspension AFTER UPDATE OF suspended ON core.profiles FOR EACH ROW WHEN ((old.suspended <> new.suspended)) EXECUTE FUNCTION core.count_suspension();

CREATE TRIGGER end_follows BEFORE DELETE ON core.profiles FOR EACH ROW EXECUTE FUNCTION core.end_follows();

CREATE TRIGGER forget_analytics_person AFTER DELETE ON core.users FOR EACH ROW EXECUTE FUNCTION core.forget_analytics_person();

CREATE TRIGGER forget_key BEFORE UPDATE OF user_id ON core.ledger_postings FOR EACH ROW EXECUTE FUNCTION core.forget_ledger_key();

CREATE TRIGGER forget_live_person AFTER DELETE ON core.users FOR EACH ROW EXECUTE FUNCTION core.forget_live_person();

CREATE TRIGGER loosen AFTER DELETE ON core.storage_files REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION core.loosen_storage();

CREATE TRIGGER never_changed BEFORE UPDATE ON core.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION core.refuse_ledger_change();

CREATE TRIGGER note_board_delete AFTER DELETE ON core.board_scores REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION core.note_board_scores();

CREATE TRIGGER note_board_hidden AFTER INSERT OR DELETE ON core.board_hidden FOR EACH ROW EXECUTE FUNCTION core.note_board_hidden();

CREATE TRIGGER note_board_insert AFTER INSERT ON core.board_scores REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION core.note_board_scores();

CREATE TRIGGER note_board_update AFTER UPDATE ON core.board_scores REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION core.note_board_scores();

CREATE TRIGGER note_meta_begins AFTER INSERT ON core.user_settings FOR EACH ROW WHEN (new.share_activity_stats) EXECUTE FUNCTION poe2.note_meta_sharing();

CREATE TRIGGER note_meta_sharing AFTER UPDATE OF share_activity_stats ON core.user_settings FOR EACH ROW WHEN ((old.share_activity_stats <> new.share_activity_stats)) EXECUTE FUNCTION poe2.note_meta_sharing();

CREATE TRIGGER note_meta_suspension AFTER UPDATE OF suspended_at ON core.users FOR EACH ROW WHEN (((old.suspended_at IS NULL) <> (new.suspended_at IS NULL))) EXECUTE FUNCTION poe2.note_meta_suspension();

CREATE CONSTRAINT TRIGGER place_live_event AFTER INSERT ON core.live_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core.place_live_event();

CREATE TRIGGER profile_follows_account AFTER UPDATE OF name, suspended_at ON core.users FOR EACH ROW WHEN (((old.name <> new.name) OR ((old.suspended_at IS NULL) <> (new.suspended_at IS NULL)))) EXECUTE FUNCTION core.follow_account();

CREATE TRIGGER realm_second_factor AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON core.totp FOR EACH ROW EXECUTE FUNCTION realm.follow_second_factor();

CREATE TRIGGER session_deleted AFTER DELETE ON core.sessions FOR EACH ROW WHEN ((old.ended_at IS NULL)) EXECUTE FUNCTION core.revoke_access();

CREATE TRIGGER session_ended AFTER UPDATE OF ended_at ON core.sessions FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION core.revoke_access();

CREATE TRIGGER tell_of_outbox AFTER INSERT ON core.analytics_outbox FOR EACH STATEMENT EXECUTE FUNCTION core.tell_of_outbox();

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON core.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION core.fn_pgqueuer_changed();

CREATE TRIGGER user_changed AFTER UPDATE OF role, suspended_at ON core.users FOR EACH ROW WHEN (((old.role <> new.role) OR ((old.suspended_at IS NULL) <> (new.suspended_at IS NULL)))) EXECUTE FUNCTION core.revoke_access();

CREATE TRIGGER user_deleted AFTER DELETE ON core.users FOR EACH ROW EXECUTE FUNCTION core.revoke_access();

ALTER TABLE ONLY core.achievement_runs
    ADD CONSTRAINT achievement_runs_achievement_fkey FOREIGN KEY (achievement) REFERENCES core.achievements(name);

ALTER TABLE core.activities
    ADD CONSTRAINT activities_about_id_fkey FOREIGN KEY (about_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE core.activities
    ADD CONSTRAINT activities_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.analytics_outbox
    ADD CONSTRAINT analytics_outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.api_rate_limits
    ADD CONSTRAINT api_rate_limits_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.audit_log
    ADD CONSTRAINT audit_log_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.audit_log
    ADD CONSTRAINT audit_log_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.blocks
    ADD CONSTRAINT blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.blocks
    ADD CONSTRAINT blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.board_hidden
    ADD CONSTRAINT board_hidden_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.board_scores
    ADD CONSTRAINT board_scores_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.broadcasts
    ADD CONSTRAINT broadcasts_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.draws
    ADD CONSTRAINT draws_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.email_tokens
    ADD CONSTRAINT email_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.follow_counts
    ADD CONSTRAINT follow_counts_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.profiles(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY core.fresh_rows
    ADD CONSTRAINT fresh_rows_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.handles
    ADD CONSTRAINT handles_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.identities
    ADD CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.last_activities
    ADD CONSTRAINT last_activities_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.ledger_accounts
    ADD CONSTRAINT ledger_accounts_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.ledger_entries
    ADD CONSTRAINT ledger_entries_account_id_fkey FOREIGN KEY (account_id) REFERENCES core.ledger_accounts(id);

ALTER TABLE ONLY core.ledger_entries
    ADD CONSTRAINT ledger_entries_posting_id_fkey FOREIGN KEY (posting_id) REFERENCES core.ledger_postings(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.ledger_holds
    ADD CONSTRAINT ledger_holds_account_id_fkey FOREIGN KEY (account_id) REFERENCES core.ledger_accounts(id);

ALTER TABLE ONLY core.ledger_holds
    ADD CONSTRAINT ledger_holds_posting_id_fkey FOREIGN KEY (posting_id) REFERENCES core.ledger_postings(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.ledger_postings
    ADD CONSTRAINT ledger_postings_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.live_events
    ADD CONSTRAINT live_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.notification_deliveries
    ADD CONSTRAINT notification_deliveries_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.notification_log
    ADD CONSTRAINT notification_log_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.notification_quiet_hours
    ADD CONSTRAINT notification_quiet_hours_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.notification_webhooks
    ADD CONSTRAINT notification_webhooks_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.oauth_flows
    ADD CONSTRAINT oauth_flows_session_id_fkey FOREIGN KEY (session_id) REFERENCES core.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.oauth_flows
    ADD CONSTRAINT oauth_flows_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.profiles
    ADD CONSTRAINT profiles_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.reports
    ADD CONSTRAINT reports_handled_by_fkey FOREIGN KEY (handled_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.reports
    ADD CONSTRAINT reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.reports
    ADD CONSTRAINT reports_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.sign_in_challenges
    ADD CONSTRAINT sign_in_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.spent_refresh_tokens
    ADD CONSTRAINT spent_refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES core.sessions(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.spent_refresh_tokens
    ADD CONSTRAINT spent_refresh_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.storage_files
    ADD CONSTRAINT storage_files_hash_fkey FOREIGN KEY (hash) REFERENCES core.storage_objects(hash);

ALTER TABLE ONLY core.storage_files
    ADD CONSTRAINT storage_files_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.storage_variants
    ADD CONSTRAINT storage_variants_hash_fkey FOREIGN KEY (hash) REFERENCES core.storage_objects(hash) ON DELETE CASCADE;

ALTER TABLE ONLY core.stripe_customers
    ADD CONSTRAINT stripe_customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.stripe_subscriptions
    ADD CONSTRAINT stripe_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.totp
    ADD CONSTRAINT totp_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.user_achievements
    ADD CONSTRAINT user_achievements_achievement_fkey FOREIGN KEY (achievement) REFERENCES core.achievements(name);

ALTER TABLE ONLY core.user_achievements
    ADD CONSTRAINT user_achievements_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES core.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY core.user_achievements
    ADD CONSTRAINT user_achievements_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.user_follows
    ADD CONSTRAINT user_follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES core.profiles(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY core.user_follows
    ADD CONSTRAINT user_follows_following_id_fkey FOREIGN KEY (following_id) REFERENCES core.profiles(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY core.user_settings
    ADD CONSTRAINT user_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY core.user_states
    ADD CONSTRAINT user_states_user_id_fkey FOREIGN KEY (user_id) REFERENCES core.users(id) ON DELETE CASCADE;

ALTER TABLE core.analytics_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.analytics_outbox ENABLE ROW LEVEL SECURITY;

CREATE POLICY anybody_adds ON core.analytics_outbox FOR INSERT TO guildhall_app WITH CHECK (true);

ALTER TABLE core.api_rate_limits ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.api_tokens ENABLE ROW LEVEL SECURITY;

CREATE POLICY blocked_person ON core.blocks FOR SELECT TO guildhall_app USING ((blocked_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

ALTER TABLE core.blocks ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.board_hidden ENABLE ROW LEVEL SECURITY;

CREATE POLICY doorkeeper ON core.api_tokens TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.email_tokens TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.identities TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.oauth_flows TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.passkeys TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.recovery_codes TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.security_events TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.sessions TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.sign_in_challenges TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.spent_refresh_tokens TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.stripe_customers TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.stripe_subscriptions TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.totp TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.user_settings TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.user_states TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

CREATE POLICY doorkeeper ON core.users TO guildhall_app USING (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid)) WITH CHECK (((NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid = '00000000-0000-4000-8000-000000000001'::uuid));

ALTER TABLE core.draws ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.email_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.identities ENABLE ROW LEVEL SECURITY;

CREATE POLICY jobs_all ON core.analytics_events TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.analytics_outbox TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.api_rate_limits TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.api_tokens TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.blocks TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.board_hidden TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.draws TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.email_tokens TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.identities TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.ledger_accounts TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.ledger_entries TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.ledger_holds TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.ledger_postings TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.notification_deliveries TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.notification_log TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.notification_preferences TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.notification_quiet_hours TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.notification_webhooks TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.oauth_flows TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.passkeys TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.recovery_codes TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.security_events TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.sessions TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.sign_in_challenges TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.spent_refresh_tokens TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.storage_files TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.stripe_customers TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.stripe_subscriptions TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.totp TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.user_achievements TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.user_settings TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.user_states TO guildhall_jobs USING (true) WITH CHECK (true);

CREATE POLICY jobs_all ON core.users TO guildhall_jobs USING (true) WITH CHECK (true);

ALTER TABLE core.ledger_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.ledger_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.ledger_holds ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.ledger_postings ENABLE ROW LEVEL SECURITY;

CREATE POLICY moderated ON core.user_achievements FOR SELECT TO guildhall_app USING (((granted_at IS NOT NULL) AND ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")));

ALTER TABLE core.notification_deliveries ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.notification_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.notification_preferences ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.notification_quiet_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.notification_webhooks ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.oauth_flows ENABLE ROW LEVEL SECURITY;

CREATE POLICY of_accounts ON core.ledger_entries FOR SELECT TO guildhall_app USING ((EXISTS ( SELECT
   FROM core.ledger_accounts a
  WHERE (a.id = ledger_entries.account_id))));

CREATE POLICY of_accounts ON core.ledger_holds FOR SELECT TO guildhall_app USING ((EXISTS ( SELECT
   FROM core.ledger_accounts a
  WHERE (a.id = ledger_holds.account_id))));

CREATE POLICY of_entries ON core.ledger_postings FOR SELECT TO guildhall_app USING ((EXISTS ( SELECT
   FROM core.ledger_entries e
  WHERE (e.posting_id = ledger_postings.id))));

CREATE POLICY own ON core.user_achievements FOR SELECT TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY own_or_shared ON core.ledger_accounts FOR SELECT TO guildhall_app USING (((owner = 'thing'::text) OR (user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)));

CREATE POLICY owner_only ON core.analytics_events TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.analytics_outbox FOR SELECT TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.api_rate_limits FOR SELECT TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.api_tokens TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.blocks TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.board_hidden TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK (((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (reason = 'opted_out'::text)));

CREATE POLICY owner_only ON core.draws TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.email_tokens TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.identities TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.notification_deliveries TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.notification_log TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.notification_preferences TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.notification_quiet_hours TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.notification_webhooks TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.oauth_flows TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.passkeys TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.recovery_codes TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.security_events TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.sessions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.sign_in_challenges TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.spent_refresh_tokens TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.storage_files TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.stripe_customers TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.stripe_subscriptions TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.totp TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.user_settings TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.user_states TO guildhall_app USING ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((user_id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

CREATE POLICY owner_only ON core.users TO guildhall_app USING ((id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid)) WITH CHECK ((id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid));

ALTER TABLE core.passkeys ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY revoked ON core.user_achievements FOR UPDATE TO guildhall_app USING (((granted_at IS NOT NULL) AND ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists"))) WITH CHECK (((granted_at IS NOT NULL) AND ( SELECT (EXISTS ( SELECT
           FROM core.users u
          WHERE ((u.id = (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid) AND (u.role = ANY (ARRAY['moderator'::text, 'admin'::text]))))) AS "exists")));

ALTER TABLE core.security_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.sessions ENABLE ROW LEVEL SECURITY;

CREATE POLICY shown ON core.user_achievements FOR SELECT TO guildhall_app USING (((granted_at IS NOT NULL) AND (revoked_at IS NULL) AND (EXISTS ( SELECT
   FROM core.profiles p
  WHERE ((p.user_id = user_achievements.user_id) AND (NOT p.suspended))))));

ALTER TABLE core.sign_in_challenges ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.spent_refresh_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.storage_files ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.stripe_customers ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.stripe_subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.totp ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.user_achievements ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.user_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.user_states ENABLE ROW LEVEL SECURITY;

ALTER TABLE core.users ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA core TO guildhall_app;

GRANT USAGE ON SCHEMA core TO guildhall_jobs;

GRANT USAGE ON SCHEMA core TO guildhall_readonly;

REVOKE ALL ON FUNCTION core.add_analytics_events(noise bigint, late interval, types text[], datas text[], counted text[], users uuid[], sessions text[], ats timestamp with time zone[], keys uuid[], rollups text[], OUT tick bigint, OUT repeated integer[]) FROM PUBLIC;

GRANT ALL ON FUNCTION core.add_analytics_events(noise bigint, late interval, types text[], datas text[], counted text[], users uuid[], sessions text[], ats timestamp with time zone[], keys uuid[], rollups text[], OUT tick bigint, OUT repeated integer[]) TO guildhall_app;

GRANT ALL ON FUNCTION core.add_analytics_events(noise bigint, late interval, types text[], datas text[], counted text[], users uuid[], sessions text[], ats timestamp with time zone[], keys uuid[], rollups text[], OUT tick bigint, OUT repeated integer[]) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.asks_for(person uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.asks_for(person uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.asks_for(person uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.attach_month_partition(parent text, month date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.attach_month_partition(parent text, month date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.count_board_changes(most integer, largest integer, OUT changes integer, OUT at_position bigint, OUT grown boolean, OUT window_ids bigint[], OUT members text[]) FROM PUBLIC;

GRANT ALL ON FUNCTION core.count_board_changes(most integer, largest integer, OUT changes integer, OUT at_position bigint, OUT grown boolean, OUT window_ids bigint[], OUT members text[]) TO guildhall_app;

GRANT ALL ON FUNCTION core.count_board_changes(most integer, largest integer, OUT changes integer, OUT at_position bigint, OUT grown boolean, OUT window_ids bigint[], OUT members text[]) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.count_requests(user_ids uuid[], endpoints text[], counts integer[], seconds integer[], moment timestamp with time zone, OUT user_id uuid, OUT endpoint text, OUT made bigint, OUT seconds_left double precision) FROM PUBLIC;

GRANT ALL ON FUNCTION core.count_requests(user_ids uuid[], endpoints text[], counts integer[], seconds integer[], moment timestamp with time zone, OUT user_id uuid, OUT endpoint text, OUT made bigint, OUT seconds_left double precision) TO guildhall_app;

GRANT ALL ON FUNCTION core.count_requests(user_ids uuid[], endpoints text[], counts integer[], seconds integer[], moment timestamp with time zone, OUT user_id uuid, OUT endpoint text, OUT made bigint, OUT seconds_left double precision) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.detach_month_partition(parent text, month date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.detach_month_partition(parent text, month date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.drop_board_scores(list bigint, most integer) FROM PUBLIC;

GRANT ALL ON FUNCTION core.drop_board_scores(list bigint, most integer) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.drop_detached_month(parent text, month date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.drop_detached_month(parent text, month date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.drop_month_partitions(parent text, before date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.drop_month_partitions(parent text, before date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.forget_security_events(person uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.forget_security_events(person uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.forget_security_events(person uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.is_account(person uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.is_account(person uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.is_account(person uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.is_blocked(whom uuid, by_whom uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.is_blocked(whom uuid, by_whom uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.is_blocked(whom uuid, by_whom uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_capture(hold uuid, posting uuid, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_capture(hold uuid, posting uuid, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_capture(hold uuid, posting uuid, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_end_hold(hold uuid, state_ text, moment timestamp with time zone, OUT outcome text, OUT amount bigint, OUT account_id uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_end_hold(hold uuid, state_ text, moment timestamp with time zone, OUT outcome text, OUT amount bigint, OUT account_id uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_end_hold(hold uuid, state_ text, moment timestamp with time zone, OUT outcome text, OUT amount bigint, OUT account_id uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_forget_thing(thing uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_forget_thing(thing uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_lock(account_ids uuid[]) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_lock(account_ids uuid[]) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_lock(account_ids uuid[]) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_open(account uuid, kind_ text, unit_ text, owner_ text, person uuid, thing uuid, floor_ bigint, ceiling_ bigint, moment timestamp with time zone) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_open(account uuid, kind_ text, unit_ text, owner_ text, person uuid, thing uuid, floor_ bigint, ceiling_ bigint, moment timestamp with time zone) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_open(account uuid, kind_ text, unit_ text, owner_ text, person uuid, thing uuid, floor_ bigint, ceiling_ bigint, moment timestamp with time zone) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_post(posting uuid, posting_key text, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_post(posting uuid, posting_key text, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_post(posting uuid, posting_key text, posting_kind text, acting uuid, memo text, account_ids uuid[], amounts bigint[], moment timestamp with time zone, OUT outcome text, OUT posting_id uuid, OUT account_id uuid, OUT free bigint) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.ledger_reserve(hold uuid, account uuid, hold_key text, hold_kind text, amount_ bigint, until_ timestamp with time zone, moment timestamp with time zone, OUT outcome text, OUT hold_id uuid, OUT free bigint) FROM PUBLIC;

GRANT ALL ON FUNCTION core.ledger_reserve(hold uuid, account uuid, hold_key text, hold_kind text, amount_ bigint, until_ timestamp with time zone, moment timestamp with time zone, OUT outcome text, OUT hold_id uuid, OUT free bigint) TO guildhall_app;

GRANT ALL ON FUNCTION core.ledger_reserve(hold uuid, account uuid, hold_key text, hold_kind text, amount_ bigint, until_ timestamp with time zone, moment timestamp with time zone, OUT outcome text, OUT hold_id uuid, OUT free bigint) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.lock_pair(one uuid, other uuid) FROM PUBLIC;

GRANT ALL ON FUNCTION core.lock_pair(one uuid, other uuid) TO guildhall_app;

GRANT ALL ON FUNCTION core.lock_pair(one uuid, other uuid) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.make_month_partition(parent text, month date) FROM PUBLIC;

GRANT ALL ON FUNCTION core.make_month_partition(parent text, month date) TO guildhall_app;

GRANT ALL ON FUNCTION core.make_month_partition(parent text, month date) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.move_analytics_outbox(noise bigint, late interval, most integer) FROM PUBLIC;

GRANT ALL ON FUNCTION core.move_analytics_outbox(noise bigint, late interval, most integer) TO guildhall_app;

GRANT ALL ON FUNCTION core.move_analytics_outbox(noise bigint, late interval, most integer) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.recount_board(list bigint, from_low bytea, each integer, most integer, OUT next_low bytea, OUT scores integer) FROM PUBLIC;

GRANT ALL ON FUNCTION core.recount_board(list bigint, from_low bytea, each integer, most integer, OUT next_low bytea, OUT scores integer) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.roll_up_analytics(few integer, most integer, OUT busy boolean, OUT counted bigint, OUT more boolean) FROM PUBLIC;

GRANT ALL ON FUNCTION core.roll_up_analytics(few integer, most integer, OUT busy boolean, OUT counted bigint, OUT more boolean) TO guildhall_app;

GRANT ALL ON FUNCTION core.roll_up_analytics(few integer, most integer, OUT busy boolean, OUT counted bigint, OUT more boolean) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.set_board_scores(boards text[], kinds text[], keys text[], members text[], scores numeric[], ties bigint[], user_ids uuid[], descending boolean, earlier boolean, how text, moment timestamp with time zone, week_ends timestamp with time zone, OUT changed bigint, OUT refused_board text, OUT refused_key text, OUT closed boolean) FROM PUBLIC;

GRANT ALL ON FUNCTION core.set_board_scores(boards text[], kinds text[], keys text[], members text[], scores numeric[], ties bigint[], user_ids uuid[], descending boolean, earlier boolean, how text, moment timestamp with time zone, week_ends timestamp with time zone, OUT changed bigint, OUT refused_board text, OUT refused_key text, OUT closed boolean) TO guildhall_app;

GRANT ALL ON FUNCTION core.set_board_scores(boards text[], kinds text[], keys text[], members text[], scores numeric[], ties bigint[], user_ids uuid[], descending boolean, earlier boolean, how text, moment timestamp with time zone, week_ends timestamp with time zone, OUT changed bigint, OUT refused_board text, OUT refused_key text, OUT closed boolean) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.slow_statements(over_ms double precision) FROM PUBLIC;

GRANT ALL ON FUNCTION core.slow_statements(over_ms double precision) TO guildhall_app;

GRANT ALL ON FUNCTION core.slow_statements(over_ms double precision) TO guildhall_jobs;

REVOKE ALL ON FUNCTION core.storage_served(file_id uuid, wanted text) FROM PUBLIC;

GRANT ALL ON FUNCTION core.storage_served(file_id uuid, wanted text) TO guildhall_app;

GRANT ALL ON FUNCTION core.storage_served(file_id uuid, wanted text) TO guildhall_jobs;

GRANT SELECT ON TABLE core.achievement_deltas TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.achievement_deltas TO guildhall_jobs;

GRANT SELECT ON TABLE core.achievement_deltas TO guildhall_readonly;

GRANT SELECT ON TABLE core.achievement_people TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.achievement_people TO guildhall_jobs;

GRANT SELECT ON TABLE core.achievement_people TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.achievement_runs TO guildhall_jobs;

GRANT SELECT ON TABLE core.achievements TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.achievements TO guildhall_jobs;

GRANT SELECT ON TABLE core.achievements TO guildhall_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.activities TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.activities TO guildhall_jobs;

GRANT SELECT ON TABLE core.analytics_checkpoints TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_checkpoints TO guildhall_jobs;

GRANT SELECT ON TABLE core.analytics_daily TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_daily TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_event_keys TO guildhall_jobs;

GRANT SELECT ON TABLE core.analytics_events TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_events TO guildhall_jobs;

GRANT SELECT ON TABLE core.analytics_head TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_head TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE core.analytics_outbox TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_outbox TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_recounts TO guildhall_jobs;

GRANT SELECT ON TABLE core.analytics_rollups TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_rollups TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_salts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.analytics_visitors TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.api_rate_limits TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.api_rate_limits TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.api_tokens TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.api_tokens TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE core.audit_log TO guildhall_app;

GRANT SELECT,INSERT ON TABLE core.audit_log TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.blocks TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.blocks TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_changes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_changes TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.board_changes_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.board_changes_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_counts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_counts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_hidden TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_hidden TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_scores TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_scores TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_state TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_state TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_windows TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.board_windows TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.board_windows_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.board_windows_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.broadcasts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.broadcasts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cache_leases TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cache_leases TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cached_data TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.cached_data TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE core.draws TO guildhall_app;

GRANT SELECT,INSERT ON TABLE core.draws TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.email_tokens TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.email_tokens TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.follow_counts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.follow_counts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.follow_deltas TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.follow_deltas TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.fresh_halts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.fresh_halts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.fresh_rows TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.fresh_rows TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.handles TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.handles TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.identities TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.identities TO guildhall_jobs;

GRANT INSERT ON TABLE core.jobs TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.jobs TO guildhall_jobs;

GRANT SELECT(id) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(job_type) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(handler) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(status) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(priority) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(attempts) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(queue_id) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(created_at) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(started_at) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT(completed_at) ON TABLE core.jobs TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.last_activities TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.last_activities TO guildhall_jobs;

GRANT SELECT ON TABLE core.ledger_accounts TO guildhall_app;

GRANT SELECT ON TABLE core.ledger_accounts TO guildhall_jobs;

GRANT SELECT ON TABLE core.ledger_entries TO guildhall_app;

GRANT SELECT ON TABLE core.ledger_entries TO guildhall_jobs;

GRANT SELECT ON TABLE core.ledger_holds TO guildhall_app;

GRANT SELECT,DELETE ON TABLE core.ledger_holds TO guildhall_jobs;

GRANT SELECT ON TABLE core.ledger_postings TO guildhall_app;

GRANT SELECT ON TABLE core.ledger_postings TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.live_events TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.live_events TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.live_events_seq_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.live_events_seq_seq TO guildhall_jobs;

GRANT SELECT,UPDATE ON TABLE core.live_head TO guildhall_app;

GRANT SELECT,UPDATE ON TABLE core.live_head TO guildhall_jobs;

GRANT SELECT ON TABLE core.notification_deliveries TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_deliveries TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_log TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_log TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_preferences TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_preferences TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_quiet_hours TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_quiet_hours TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.notification_told TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_webhooks TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.notification_webhooks TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.oauth_flows TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.oauth_flows TO guildhall_jobs;

GRANT SELECT ON TABLE core.partitioned_tables TO guildhall_app;

GRANT SELECT ON TABLE core.partitioned_tables TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.passkeys TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.passkeys TO guildhall_jobs;

GRANT INSERT ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer TO guildhall_jobs;

GRANT SELECT(id) ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT(priority) ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT(execute_after) ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT(status) ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT(entrypoint) ON TABLE core.pgqueuer TO guildhall_app;

GRANT SELECT(dedupe_key) ON TABLE core.pgqueuer TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_id_seq TO guildhall_jobs;

GRANT INSERT ON TABLE core.pgqueuer_log TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_log TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.pgqueuer_log_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_log_id_seq TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer_schedules TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_schedules TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.pgqueuer_schedules_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_schedules_id_seq TO guildhall_jobs;

GRANT SELECT ON TABLE core.pgqueuer_statistics TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.pgqueuer_statistics TO guildhall_jobs;

GRANT USAGE ON SEQUENCE core.pgqueuer_statistics_id_seq TO guildhall_app;

GRANT USAGE ON SEQUENCE core.pgqueuer_statistics_id_seq TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.profiles TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.profiles TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.recovery_codes TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.recovery_codes TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.reports TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.reports TO guildhall_jobs;

GRANT SELECT ON TABLE core.revision_digests TO guildhall_app;

GRANT SELECT ON TABLE core.revision_digests TO guildhall_jobs;

GRANT SELECT ON TABLE core.revocations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.revocations TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE core.security_events TO guildhall_app;

GRANT SELECT,INSERT ON TABLE core.security_events TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sessions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sessions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sign_in_attempts TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sign_in_attempts TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sign_in_challenges TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.sign_in_challenges TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.spent_refresh_tokens TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.spent_refresh_tokens TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE ON TABLE core.storage_files TO guildhall_app;

GRANT SELECT,INSERT,DELETE ON TABLE core.storage_files TO guildhall_jobs;

GRANT SELECT,INSERT ON TABLE core.storage_objects TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.storage_objects TO guildhall_jobs;

GRANT UPDATE(loosened_at) ON TABLE core.storage_objects TO guildhall_app;

GRANT SELECT,INSERT,UPDATE ON TABLE core.storage_variants TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.storage_variants TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_customers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_customers TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_events TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_events TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_subscriptions TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.stripe_subscriptions TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.totp TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.totp TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.upstream_budgets TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.upstream_budgets TO guildhall_jobs;

GRANT SELECT ON TABLE core.user_achievements TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_achievements TO guildhall_jobs;

GRANT UPDATE(revoked_at) ON TABLE core.user_achievements TO guildhall_app;

GRANT UPDATE(revoked_by) ON TABLE core.user_achievements TO guildhall_app;

GRANT UPDATE(reason) ON TABLE core.user_achievements TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_follows TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_follows TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_settings TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_settings TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_states TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.user_states TO guildhall_jobs;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.users TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.users TO guildhall_jobs;

GRANT SELECT ON TABLE core.vault_rotations TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.vault_rotations TO guildhall_jobs;

GRANT SELECT ON TABLE core.workers TO guildhall_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE core.workers TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT USAGE ON SEQUENCES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT USAGE ON SEQUENCES TO guildhall_jobs;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_app;

ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA core GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO guildhall_jobs;
