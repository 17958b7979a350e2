"""Boards, their scores, and the counts by which ranks are found."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "boards_0001"
down_revision = None
branch_labels = ("boards",)
depends_on = ("db_0001", "identity_0001")

TABLES = """
-- A list of ranks: a board of all time, or of a league, a season or a week. Its order was declared by a pack.
create table core.board_windows (
    id         bigint generated always as identity primary key,
    -- the declared name, and the subject behind a colon
    board      text collate "C" not null check (char_length(board) between 1 and 120),
    kind       text collate "C" not null check (kind in ('all', 'league', 'season', 'week')),
    -- the name of the league or season, the week as 2026-W28, empty for all time
    key        text collate "C" not null check (char_length(key) <= 100 and (kind = 'all') = (key = '')),
    descending boolean not null,
    -- of equal scores, the one that was reached earlier is ahead; otherwise the tie-break is declared with the score
    earlier    boolean not null,
    opened_at  timestamptz not null default now(),
    -- the end of a week
    ends_at    timestamptz check ((ends_at is null) = (kind <> 'week')),
    -- no score is taken after it
    closed_at  timestamptz,
    -- it is being deleted, and shown no more
    dropped_at timestamptz,
    unique (board, kind, key)
);
-- What the hourly round closes, and deletes.
create index board_windows_to_close on core.board_windows (ends_at) where closed_at is null and ends_at is not null;
create index board_windows_closed on core.board_windows (closed_at) where closed_at is not null;

create table core.board_scores (
    -- no foreign key: it would lock the window's row in every transaction that sets a score
    window_id  bigint not null,
    member     text collate "C" not null check (member ~ '^[0-9A-Za-z._:@~+-]{1,100}$'),
    -- the person whose score it is, if it is anybody's
    user_id    uuid references core.users on delete cascade,
    score      numeric not null,
    -- the lower one of equal scores is ahead; microseconds since the epoch where the earlier one is
    tie        bigint not null,
    -- score, tie and member as bytes, whose order is that of the ranks
    place      bytea not null,
    -- false for who opted out or is suspended
    shown      boolean not null default true,
    updated_at timestamptz not null,
    primary key (window_id, member)
);
create unique index board_scores_in_order on core.board_scores (window_id, place) where shown;
create index board_scores_by_user on core.board_scores (user_id) where user_id is not null;

-- The number of shown scores from a place on, up to the next row's place: a rank is the sum of some hundreds of these,
-- and a count of some hundreds of scores. Written by one process at a time.
create table core.board_counts (
    window_id bigint not null,
    low       bytea not null,
    members   int not null,
    primary key (window_id, low)
)
-- An update of a number finds room on the page of its row.
with (fillfactor = 50);

-- What statements did to the shown scores, until it is added to the counts. Scores of one board are set by many at
-- once, and would wait for each other at the rows of the counts; here each adds rows of its own.
create table core.board_changes (
    -- orders the rows so that those that may still appear are behind core.board_state.horizon
    tx        xid8 not null default pg_current_xact_id(),
    id        bigint generated always as identity,
    window_id bigint,
    member    text collate "C",
    place     bytea,
    delta     smallint not null,
    -- somebody who has hidden or shows again: scores that were being set meanwhile are looked at once more
    person    uuid,
    primary key (tx, id)
)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
      autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
      -- cut to nothing, it would be read from end to end by plans that were made then
      vacuum_truncate = false);

-- How far the counts are, and which copy in Redis, if there is one, is the right one.
create table core.board_state (
    one        boolean primary key default true check (one),
    -- no older transaction has rows in core.board_changes that are not counted
    horizon    xid8 not null,
    -- the number of batches that were counted
    position   bigint not null default 0,
    -- the copy that follows the batches; null while there is none
    copy       uuid
);
insert into core.board_state (horizon) values (pg_current_xact_id());

-- People who are on no board, and why.
create table core.board_hidden (
    user_id   uuid not null references core.users on delete cascade,
    reason    text not null check (reason in ('opted_out', 'suspended')),
    hidden_at timestamptz not null default now(),
    primary key (user_id, reason)
);
"""

RIGHTS = f"""
-- Not forced on the owner: the functions below look past it.
alter table core.board_hidden enable row level security;
create policy owner_only on core.board_hidden to {APP}
    using (user_id = nullif(current_setting('app.user_id', true), '')::uuid)
    with check (user_id = nullif(current_setting('app.user_id', true), '')::uuid and reason = 'opted_out');
create policy jobs_all on core.board_hidden to {JOBS} using (true) with check (true);
"""

PLACE = """
-- Score, tie and member as bytes that sort by rank. Every score has one form: a sign byte, the decimal exponent and
-- the digits up to a zero byte, each complemented for scores below zero. rules/places.py has the same in Python, and a
-- test compares them. Raises numeric_value_out_of_range.
create function core.board_place(score numeric, descending boolean, tie bigint, member text) returns bytea
language plpgsql immutable strict parallel safe set search_path = pg_catalog as $$
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
        head := '\\x80';
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
            head := '\\x81'::bytea || int2send((exponent + 1000)::smallint) || convert_to(digits, 'UTF8') || '\\x00'::bytea;
        else
            head := '\\x7f'::bytea || int2send((1000 - exponent)::smallint)
                 || convert_to(translate(digits, '0123456789', '9876543210'), 'UTF8') || '\\xff'::bytea;
        end if;
    end if;
    return head || int8send(tie # (-9223372036854775808)::bigint) || convert_to(member, 'UTF8');
end $$;
"""

WRITES = """
-- Set scores, make the lists that they are for, and return the number of scores that changed; or a list that is closed,
-- or was made for another order, and change nothing. `how` is 'set', 'best' (only a better one) or 'add'.
create function core.set_board_scores(
    boards text[], kinds text[], keys text[], members text[], scores numeric[], ties bigint[], user_ids uuid[],
    descending boolean, earlier boolean, how text, moment timestamptz, week_ends timestamptz,
    out changed bigint, out refused_board text, out refused_key text, out closed boolean
)
language plpgsql security definer set search_path = pg_catalog as $$
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

-- Every statement that touches scores says what it did to those that are shown.
create function core.note_board_scores() returns trigger
language plpgsql set search_path = pg_catalog as $$
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
create trigger note_board_insert after insert on core.board_scores
    referencing new table as new_rows for each statement execute function core.note_board_scores();
create trigger note_board_update after update on core.board_scores
    referencing new table as new_rows old table as old_rows for each statement execute function core.note_board_scores();
create trigger note_board_delete after delete on core.board_scores
    referencing old table as old_rows for each statement execute function core.note_board_scores();

-- Who hides leaves all boards in the same transaction, and comes back with the scores of before.
create function core.note_board_hidden() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    who uuid := coalesce(new.user_id, old.user_id);
begin
    update core.board_scores s
    set shown = not exists (select from core.board_hidden h where h.user_id = who)
    where s.user_id = who and s.shown = exists (select from core.board_hidden h where h.user_id = who);
    insert into core.board_changes (delta, person) values (0, who);
    return null;
end $$;
create trigger note_board_hidden after insert or delete on core.board_hidden
    for each row execute function core.note_board_hidden();

create function core.hide_suspended() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if new.suspended_at is null then
        delete from core.board_hidden where user_id = new.id and reason = 'suspended';
    else
        insert into core.board_hidden (user_id, reason) values (new.id, 'suspended') on conflict do nothing;
    end if;
    return null;
end $$;
create trigger board_suspended after update of suspended_at on core.users
    for each row when ((old.suspended_at is null) <> (new.suspended_at is null)) execute function core.hide_suspended();
-- The owner is told no people, unless it is a superuser.
alter table core.users no force row level security;
insert into core.board_hidden (user_id, reason) select id, 'suspended' from core.users where suspended_at is not null;
alter table core.users force row level security;
"""

COUNTS = """
-- Add up to `most` changes to the counts, one process at a time: the row of core.board_state is locked until the
-- transaction ends. Returns the number of changes, -1 while another process is at it; the position; whether a count has
-- grown beyond `largest`; and which scores changed.
create function core.count_board_changes(
    most int, largest int,
    out changes int, out at_position bigint, out grown boolean, out window_ids bigint[], out members text[]
)
language plpgsql security definer set search_path = pg_catalog as $$
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

-- Delete up to `most` scores of a list that is being deleted, then its counts and the list itself. Returns the number.
create function core.drop_board_scores(list bigint, most int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
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
"""

FUNCTIONS = {
    "core.set_board_scores(text[], text[], text[], text[], numeric[], bigint[], uuid[], boolean, boolean, text,"
    " timestamptz, timestamptz)": (APP, JOBS),
    "core.count_board_changes(int, int)": (APP, JOBS),
    "core.drop_board_scores(bigint, int)": (JOBS,),
}

GRANTS = "".join(
    f"revoke all on function {function} from public; grant execute on function {function} to {', '.join(roles)};\n"
    for function, roles in FUNCTIONS.items()
)

UP = TABLES + RIGHTS + PLACE + WRITES + COUNTS + GRANTS

DOWN = """
drop trigger board_suspended on core.users;
drop function core.hide_suspended();
drop table core.board_hidden, core.board_state, core.board_changes, core.board_counts, core.board_scores,
    core.board_windows;
drop function core.note_board_hidden();
drop function core.note_board_scores();
drop function core.set_board_scores(text[], text[], text[], text[], numeric[], bigint[], uuid[], boolean, boolean, text,
    timestamptz, timestamptz);
drop function core.count_board_changes(int, int);
drop function core.drop_board_scores(bigint, int);
drop function core.board_place(numeric, boolean, bigint, text);
"""

upgrade, downgrade = steps(UP, DOWN)
