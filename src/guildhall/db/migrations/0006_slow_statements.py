"""Slow statements, for operators of every slice."""

from guildhall.db.policies import APP, JOBS
from guildhall.db.revision import steps

revision = "db_0006"
down_revision = "db_0005"
branch_labels = None
depends_on = None

UP = f"""
-- Statements that take long, for operators. The text of other sessions' statements is the owner's to see, so this runs
-- as the owner. Where pg_stat_statements is loaded it says what took long on average or at worst; without it there is
-- only what runs just now. Times are in milliseconds.
create function core.slow_statements(over_ms double precision)
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
revoke execute on function core.slow_statements(double precision) from public;
grant execute on function core.slow_statements(double precision) to {APP}, {JOBS};
"""

DOWN = """
drop function core.slow_statements(double precision);
"""

upgrade, downgrade = steps(UP, DOWN)
