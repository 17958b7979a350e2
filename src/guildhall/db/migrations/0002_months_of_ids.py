"""Months of tables whose key is a time-ordered id, and months that leave their table without being lost."""

from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.revision import steps

revision = "db_0002"
down_revision = "db_0001"
branch_labels = None
depends_on = None


def make_month_partition(bound: str) -> str:
    """SQL of the function that makes a month's partition; `bound` gives a day as a value of the key's type."""
    return f"""
-- Makes the month's partition unless it is there. Rows of that month that were caught by the default
-- partition move over, so a partition that was missing has lost nothing. True when it was made. Months are
-- UTC's. The working roles reach the rows through the table alone, where its policies are.
create or replace function core.make_month_partition(parent text, month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
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
    execute format('revoke all on %s from {APP}, {JOBS}, {READONLY}', child);
    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, {bound.format("first")}, key, {bound.format("until")}, child);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child,
                   {bound.format("first")}, {bound.format("until")});
    return true;
end $$;
"""


UP = f"""
-- The first value of a day in a partition key: the day itself, or the smallest UUIDv7 of its first millisecond.
create function core.first_of_day(kind regtype, day date) returns text
language sql immutable set search_path = pg_catalog set timezone = 'UTC' as $$
    select case kind
        when 'uuid'::regtype then rpad(lpad(to_hex((extract(epoch from day::timestamptz) * 1000)::bigint), 12, '0'), 32, '0')
        else day::text
    end
$$;
{make_month_partition("core.first_of_day(kind, {})")}

-- Takes a month's partition out of its table. It stays as a table of its own, which the worker may read, until it is
-- dropped; rows of that month that come later are caught by the default partition. Its name, or null when there is
-- no such month.
create function core.detach_month_partition(parent text, month date) returns text
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
declare
    child text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
begin
    if not exists (select 1 from core.partitioned_tables t where t.table_name = parent)
       or to_regclass(child) is null then
        return null;
    end if;
    if exists (select 1 from pg_inherits i where i.inhrelid = child::regclass and i.inhparent = parent::regclass) then
        execute format('alter table %s detach partition %s', parent, child);
        execute format('grant select, delete on %s to {JOBS}', child);
    end if;
    return child;
end $$;

-- Puts a detached month back where it was. False when it is not a detached month.
create function core.attach_month_partition(parent text, month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
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
    execute format('revoke all on %s from {APP}, {JOBS}, {READONLY}', child);
    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, core.first_of_day(kind, first),
                   key, core.first_of_day(kind, until), child);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child,
                   core.first_of_day(kind, first), core.first_of_day(kind, until));
    return true;
end $$;

-- Drops a month that was detached; never one that is still part of its table. False when there is nothing to drop.
create function core.drop_detached_month(parent text, month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
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

revoke execute on function core.detach_month_partition(text, date) from public;
revoke execute on function core.attach_month_partition(text, date) from public;
revoke execute on function core.drop_detached_month(text, date) from public;
grant execute on function core.detach_month_partition(text, date) to {JOBS};
grant execute on function core.attach_month_partition(text, date) to {JOBS};
grant execute on function core.drop_detached_month(text, date) to {JOBS};
"""

DOWN = f"""
drop function core.drop_detached_month(text, date);
drop function core.attach_month_partition(text, date);
drop function core.detach_month_partition(text, date);
{make_month_partition("{}")}
drop function core.first_of_day(regtype, date);
"""

upgrade, downgrade = steps(UP, DOWN)
