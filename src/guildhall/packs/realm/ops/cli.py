"""`guildhall realm monitor`."""

from typing import Annotated

import typer
from msgspec import Struct

from guildhall.arguments import taken_as
from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.realm.ops import queries
from guildhall.packs.realm.ops.actions import look_for_slow_statements
from guildhall.packs.realm.ops.schemas import IndexUse, OverMs, SlowStatements, TableSize
from guildhall.terminal import AsJson, print_json, print_table


class Monitored(Struct, frozen=True):
    """Tables, indexes, slow statements."""

    tables: list[TableSize]
    indexes: list[IndexUse]
    slow: SlowStatements


def monitor(
    ctx: typer.Context,
    schema: Annotated[str, typer.Option(help="The schema whose tables and indexes are shown.")] = "realm",
    over_ms: Annotated[
        float,
        typer.Option(parser=taken_as(OverMs), metavar="FLOAT", help="Statements that take more milliseconds."),
    ] = 1000.0,
    as_json: AsJson = False,
) -> None:
    """Show the sizes of tables, the use of indexes, and slow statements."""
    session: Session = ctx.obj

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
