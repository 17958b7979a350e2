"""Imports, archives, and what they count."""

from guildhall.db.policies import APP, JOBS, READONLY, private_to_owner

# What is taken in from SQLite files, what has left for them, and what operators look at.
KEEPING = f"""
-- A file that is being taken in, or was.
create table realm.imports (
    id            uuid primary key,
    -- SHA-256 of what tells one file's contents from another's
    fingerprint   bytea not null unique check (octet_length(fingerprint) = 32),
    -- the file's ids that are no UUIDs become UUIDs of this namespace
    namespace     uuid not null,
    file_name     text not null check (char_length(file_name) between 1 and 255),
    -- ids of the oldest and newest message that came in: between them words are made
    first_message uuid,
    last_message  uuid,
    -- up to here they are made
    words_done    uuid,
    started_at    timestamptz not null default now(),
    finished_at   timestamptz,
    check ((first_message is null) = (last_message is null))
);
-- How far a table of the file is. A part of it and its mark are one transaction.
create table realm.import_tables (
    import_id  uuid not null references realm.imports on delete cascade,
    table_name text not null check (char_length(table_name) between 1 and 40),
    -- the file's row up to which all rows are done
    last_row   bigint not null default -9223372036854775808,
    -- rows that the file has, that were added, that were here already, that were set aside
    total      bigint not null check (total >= 0),
    added      bigint not null default 0,
    known      bigint not null default 0,
    rejected   bigint not null default 0,
    finished   boolean not null default false,
    primary key (import_id, table_name)
);
-- Rows that were set aside, or taken in without a part of them that was no good (kept). No address of e-mail and no
-- hash of a password is in `contents`.
create table realm.import_rejects (
    import_id  uuid not null references realm.imports on delete cascade,
    table_name text not null,
    row_number bigint not null,
    kept       boolean not null default false,
    reason     text not null,
    contents   json not null,
    at         timestamptz not null default now()
);
create index import_rejects_of_import on realm.import_rejects (import_id, table_name, row_number);
create index import_rejects_by_age on realm.import_rejects (at);

-- A file of messages that have left the table, or are about to. A month that gets more of them later gets another part.
-- begun: nothing is done yet; detached: the month is out of its table; written: the file is whole and was read back;
-- archived: the detached tables are gone; restored: the messages are in their table again and the file is not.
create table realm.archives (
    id          uuid primary key,
    month       date not null check (extract(day from month) = 1),
    part        int not null check (part > 0),
    state       text not null check (state in ('begun', 'detached', 'written', 'archived', 'restored')),
    file_name   text unique check (file_name ~ '^[a-z0-9.-]+$'),
    -- counts how often the file was written: it is never changed in place
    generation  int not null default 1 check (generation > 0),
    -- files that this one took the place of and that may still be there
    superseded  text[] not null default '{{}}',
    sha256      bytea check (octet_length(sha256) = 32),
    messages    bigint not null default 0 check (messages >= 0),
    reactions   bigint not null default 0 check (reactions >= 0),
    bytes       bigint not null default 0 check (bytes >= 0),
    first_id    uuid,
    last_id     uuid,
    begun_at    timestamptz not null,
    archived_at timestamptz,
    -- a month that was restored stays until then
    hold_until  timestamptz,
    unique (month, part),
    check (state not in ('written', 'archived') or num_nulls(file_name, sha256) = 0)
);
-- One part of a month is made at a time.
create unique index archives_unfinished on realm.archives (month) where state in ('begun', 'detached', 'written');
create index archives_by_last on realm.archives (last_id desc) where state in ('written', 'archived');
-- Whose messages and of which channel are in a file, so that a recount needs no file.
create table realm.archived_counts (
    archive_id uuid not null references realm.archives on delete cascade,
    month      date not null,
    channel_id uuid,
    -- null for a sender who had no character any more
    user_id    uuid references realm.users on delete cascade,
    messages   bigint not null check (messages > 0)
);
create unique index archived_counts_of_archive on realm.archived_counts (archive_id, user_id, channel_id) nulls not distinct;
create index archived_counts_by_user on realm.archived_counts (user_id);
create index archived_counts_by_channel on realm.archived_counts (channel_id);
revoke all on realm.imports, realm.import_tables, realm.import_rejects, realm.archives from {APP}, {READONLY};
revoke insert, update, delete on realm.archived_counts from {APP};
{private_to_owner("realm.archived_counts", "user_id")}

-- What a month that was detached holds; it is no part of its table any more and has a name of its own.
create function realm.detached_messages(of_month date, behind uuid, most int) returns setof realm.messages
language plpgsql stable set search_path = pg_catalog as $$
begin
    return query execute format('select * from realm.messages_%s where id > $1 order by id limit $2',
                                to_char(of_month, 'YYYY_MM')) using behind, most;
end $$;
-- Deletes what somebody said in a month that is detached: rows.
create function realm.forget_detached(of_month date, whom uuid) returns bigint
language plpgsql set search_path = pg_catalog as $$
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
end $$;

-- Statements that take long, for operators. The text of other sessions' statements is the owner's to see, so this runs
-- as the owner. Where pg_stat_statements is loaded it says what took long on average or at worst; without it there is
-- only what runs just now. Times are in milliseconds.
create function realm.slow_statements(over_ms double precision)
returns table (source text, statement text, calls bigint, mean_ms double precision, worst_ms double precision)
language plpgsql security definer set search_path = pg_catalog as $$
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
end $$;
revoke execute on function realm.slow_statements(double precision) from public;
grant execute on function realm.slow_statements(double precision) to {APP}, {JOBS};
"""
