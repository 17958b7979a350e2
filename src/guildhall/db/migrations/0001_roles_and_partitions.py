"""Roles, the core schema, and partitions by month."""

from guildhall.db.policies import APP, JOBS, READONLY, create_schema, drop_schema
from guildhall.db.revision import steps

revision = "db_0001"
down_revision = None
branch_labels = ("db",)
depends_on = None

# Roles belong to the server, not to the database: another database here may have made them, and a
# migration that goes down leaves them to it.
ROLES = "\n".join(
    f"""
    do $$ begin
        create role {role} nologin noinherit nosuperuser nocreatedb nocreaterole nobypassrls;
    exception when duplicate_object or unique_violation then null;
    end $$;
    grant {role} to current_user;
    """
    for role in (APP, JOBS, READONLY)
)

UP = f"""
{ROLES}

{create_schema("core")}

-- Tables cut into months. A row here is a slice's permission to have partitions made and dropped for it,
-- since the roles that work own no table.
create table core.partitioned_tables (
    table_name text primary key,
    -- months made ahead of the present one
    ahead      int not null default 3 check (ahead between 1 and 24),
    -- the first month that has a partition of its own; older rows stand together in one
    first_month date not null check (extract(day from first_month) = 1)
);
revoke insert, update, delete on core.partitioned_tables from {APP}, {JOBS};

-- Makes the month's partition unless it is there. Rows of that month that were caught by the default
-- partition move over, so a partition that was missing has lost nothing. True when it was made. Months are
-- UTC's. The working roles reach the rows through the table alone, where its policies are.
create function core.make_month_partition(parent text, month date) returns boolean
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
declare
    first  date := date_trunc('month', month)::date;
    until  date := (date_trunc('month', month) + interval '1 month')::date;
    child  text := format('%s_%s', parent, to_char(month, 'YYYY_MM'));
    key    text;
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
    select a.attname into strict key
    from pg_partitioned_table p
    join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent::regclass;
    execute format('create table %s (like %s including all)', child, parent);
    execute format('revoke all on %s from {APP}, {JOBS}, {READONLY}', child);
    execute format('with caught as (delete from %s_default where %I >= %L and %I < %L returning *)
                    insert into %s select * from caught', parent, key, first, key, until, child);
    execute format('alter table %s attach partition %s for values from (%L) to (%L)', parent, child, first, until);
    return true;
end $$;

-- Drops the partitions of the months before `before`, but never the one for all older rows.
create function core.drop_month_partitions(parent text, before date) returns setof text
language plpgsql security definer set search_path = pg_catalog set timezone = 'UTC' as $$
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
          and c.relname ~ '_[0-9]{{4}}_[0-9]{{2}}$'
          and to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', before)
        order by c.relname
    loop
        execute format('alter table %s detach partition %s', parent, child);
        execute format('drop table %s', child);
        return next child;
    end loop;
end $$;

revoke execute on function core.make_month_partition(text, date) from public;
revoke execute on function core.drop_month_partitions(text, date) from public;
grant execute on function core.make_month_partition(text, date) to {APP}, {JOBS};
grant execute on function core.drop_month_partitions(text, date) to {JOBS};
"""

DOWN = f"""
drop function core.drop_month_partitions(text, date);
drop function core.make_month_partition(text, date);
drop table core.partitioned_tables;
{drop_schema("core")}
"""

upgrade, downgrade = steps(UP, DOWN)
