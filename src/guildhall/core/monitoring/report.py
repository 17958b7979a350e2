"""The state of the database in a terminal, for commands."""

import typer
from msgspec import Struct

from guildhall.core.monitoring import queries
from guildhall.core.monitoring.actions import look_for_slow_statements
from guildhall.core.monitoring.schemas import IndexUse, SlowStatements, TableSize
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.terminal import print_json, print_table


class Monitored(Struct, frozen=True):
    """Tables, indexes, slow statements."""

    tables: list[TableSize]
    indexes: list[IndexUse]
    slow: SlowStatements


def print_state(session: Session, schema: str | None, over_ms: float, as_json: bool) -> None:
    """Print the sizes of tables and the use of indexes of a schema or of all, and slow statements."""

    async def run(db: Database) -> Monitored:
        async with db.read() as tx:
            return Monitored(
                await queries.table_sizes.many(tx, schema),
                await queries.index_use.many(tx, schema),
                await look_for_slow_statements(tx, over_ms),
            )

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("table", "partitions", "rows", "dead", "table MB", "indexes MB"),
        [
            (
                one.table, str(one.partitions or ""), f"{one.rows:,}", f"{one.dead_rows:,}", _mb(one.table_bytes),
                _mb(one.index_bytes),
            )
            for one in found.tables
        ],
        title="Sizes; rows are estimates",
    )  # fmt: skip
    print_table(
        ("index", "of", "searched", "MB"),
        [(use.index, use.table, f"{use.scans:,}", _mb(use.bytes)) for use in found.indexes],
        title="Indexes, the unused first",
    )
    where = "of all there were" if found.slow.source == "pg_stat_statements" else "that run just now"
    print_table(
        ("calls", "mean ms", "worst ms", "statement"),
        [
            (f"{slow.calls:,}", f"{slow.mean_ms:,.0f}", f"{slow.worst_ms:,.0f}", slow.statement)
            for slow in found.slow.statements
        ],
        title=f"Statements over {over_ms:,.0f} ms {where}",
    )
    if found.slow.source == "running":
        typer.echo("The server has no pg_stat_statements: what took long before is in the log, as slow_statement.")


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f}"
