"""Sizes, indexes and statements, as PostgreSQL knows them."""

from guildhall.core.monitoring.schemas import IndexUse, TableSize
from guildhall.db.statements import rows


@rows(
    TableSize,
    """
    select coalesce(p.oid, c.oid)::regclass::text as "table",
           (count(*) filter (where p.oid is not null))::int as partitions,
           sum(greatest(c.reltuples, 0))::bigint as rows,
           coalesce(sum(s.n_dead_tup), 0)::bigint as dead_rows,
           sum(pg_table_size(c.oid))::bigint as table_bytes,
           sum(pg_indexes_size(c.oid))::bigint as index_bytes,
           sum(pg_total_relation_size(c.oid))::bigint as total_bytes
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_class p on p.oid = i.inhparent
    left join pg_stat_user_tables s on s.relid = c.oid
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and (:schema::text is null or n.nspname = :schema)
    group by coalesce(p.oid, c.oid)
    order by total_bytes desc, 1
    limit 500
    """,
    proven=("table", "partitions", "rows", "dead_rows", "table_bytes", "index_bytes", "total_bytes"),
)
def table_sizes(schema: str | None) -> None:
    """The sizes of the tables of a schema, or of all."""


@rows(
    IndexUse,
    """
    select coalesce(pt.oid, t.oid)::regclass::text as "table", coalesce(px.relname, x.relname)::text as index,
           bool_or(d.indisunique) as unique,
           coalesce(sum(s.idx_scan), 0)::bigint as scans,
           sum(pg_relation_size(x.oid))::bigint as bytes
    from pg_index d
    join pg_class x on x.oid = d.indexrelid and x.relkind = 'i'
    join pg_class t on t.oid = d.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    left join pg_inherits xi on xi.inhrelid = x.oid
    left join pg_class px on px.oid = xi.inhparent
    left join pg_inherits ti on ti.inhrelid = t.oid
    left join pg_class pt on pt.oid = ti.inhparent
    left join pg_stat_user_indexes s on s.indexrelid = x.oid
    where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and (:schema::text is null or n.nspname = :schema)
    group by 1, 2
    order by scans, bytes desc, 1, 2
    limit 1000
    """,
    proven=("table", "index", "unique", "scans", "bytes"),
)
def index_use(schema: str | None) -> None:
    """The indexes of a schema, or of all; those that nobody uses come first."""


@rows(
    tuple[str, str, int, float, float],
    """
    select source, left(statement, 2000) as statement, calls, mean_ms, worst_ms
    from core.slow_statements(:over_ms)
    """,
)
def slow_statements(over_ms: float) -> None:
    """Statements that take more than so many milliseconds: source, text, calls, mean and worst time."""


@rows(
    bool, "select exists (select from pg_extension where extname = 'pg_stat_statements') as counts", proven=("counts",)
)
def counts_statements() -> None: ...
