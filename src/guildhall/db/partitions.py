"""Tables cut into months: partitions made before they are needed, and dropped when retention says so."""

from collections.abc import Iterable
from datetime import date

from guildhall.db.pool import Transaction
from guildhall.db.statements import rows


@rows(bool, "select core.make_month_partition(:table, :month)")
def partition_made(table: str, month: date) -> None: ...


@rows(str, "select core.drop_month_partitions(:table, :before) as name")
def partitions_dropped(table: str, before: date) -> None: ...


@rows(
    tuple[str, int],
    """
    select table_name, ahead from core.partitioned_tables where to_regclass(table_name) is not null order by table_name
    """,
)
def partitioned_tables() -> None:
    """Select the partitioned tables that are there: one may have been dropped by hand, with its pack's schema."""


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return date(day.year, day.month, 1)


def following(month: date, count: int = 1) -> date:
    """The first day of the month `count` months later; earlier when negative."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


async def make_months(tx: Transaction, table: str, months: Iterable[date]) -> list[date]:
    """Make the missing partitions; return the months that were made.

    Months before the table's first one have none of their own and are skipped.
    """
    return [month for month in sorted(set(months)) if await partition_made.one(tx, table, month)]


async def make_ahead(tx: Transaction, table: str, ahead: int) -> list[date]:
    """Make the present month's and so many coming months' partitions of a table; return the months that were made."""
    this_month = month_of(tx.now.date())
    return await make_months(tx, table, [following(this_month, step) for step in range(ahead + 1)])


async def drop_before(tx: Transaction, table: str, keep_months: int) -> list[str]:
    """Drop the partitions older than `keep_months` full months; their names."""
    before = following(month_of(tx.now.date()), -keep_months)
    return await partitions_dropped.many(tx, table, before)
