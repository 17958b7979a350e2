"""Checked queries: SQL as text beside the type it returns, proven against the migrated schema by a test."""

from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from types import UnionType
from typing import Any, Generic, TypeVar, get_origin

from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.db.slow import SLOW

Row = TypeVar("Row")

ALL: "list[Query[Any] | Command]" = []
"""Every statement of every imported slice; the test of checked queries walks it."""


def _row_maker(row: Any) -> Any:
    """How a record becomes a row: a struct takes the columns in order, so does a tuple; a scalar is the first."""
    if isinstance(row, type) and issubclass(row, Struct):
        return lambda record: row(*record)
    if get_origin(row) is tuple:
        return tuple
    return lambda record: record[0]


class Query(Generic[Row]):
    """A statement that returns rows of one type.

    `row` is a struct whose fields are the columns in order, a tuple of them, or a scalar for a single column.
    `params` are the Python types of $1, $2, … in order. `hot` statements are EXPLAINed on a populated
    database by a test that fails on a sequential scan of a large table. `custom_plan` has every execution
    planned anew, for statements whose generic plan (taken from the sixth call on) is a trap.
    `proven` names columns that the table lets be null but this statement does not.
    """

    __slots__ = ("_make", "custom_plan", "hot", "params", "proven", "row", "sql")

    def __init__(
        self,
        row: type[Row] | UnionType | None,
        sql: str,
        *params: Any,
        hot: bool = False,
        custom_plan: bool = False,
        proven: tuple[str, ...] = (),
    ) -> None:
        self.row = row
        self.sql = sql
        self.params = params
        self.hot = hot
        self.custom_plan = custom_plan
        self.proven = proven
        self._make = _row_maker(row)
        ALL.append(self)

    async def one(self, tx: Transaction, *args: object) -> Row:
        """The single row. Raises LookupError when there is none."""
        began = perf_counter()
        try:
            record = await self._prepare(tx).fetchrow(self.sql, *args)
        finally:
            if (took := perf_counter() - began) > SLOW.seconds:
                SLOW.tell(self.sql, took)
        if record is None:
            raise LookupError("the statement returned no row")
        row: Row = self._make(record)
        return row

    async def one_or_none(self, tx: Transaction, *args: object) -> Row | None:
        """The first row, or None."""
        began = perf_counter()
        try:
            record = await self._prepare(tx).fetchrow(self.sql, *args)
        finally:
            if (took := perf_counter() - began) > SLOW.seconds:
                SLOW.tell(self.sql, took)
        if record is None:
            return None
        row: Row = self._make(record)
        return row

    async def many(self, tx: Transaction, *args: object) -> list[Row]:
        """All rows, in the statement's order."""
        make = self._make
        began = perf_counter()
        try:
            records = await self._prepare(tx).fetch(self.sql, *args)
        finally:
            if (took := perf_counter() - began) > SLOW.seconds:
                SLOW.tell(self.sql, took)
        return [make(record) for record in records]

    async def stream(self, tx: Transaction, *args: object, prefetch: int = 500) -> AsyncIterator[Row]:
        """The rows one by one through a server-side cursor; needs a transaction."""
        async for record in self._prepare(tx).cursor(self.sql, *args, prefetch=prefetch):
            yield self._make(record)

    async def prepared(self, tx: Transaction) -> "Prepared[Row]":
        """The statement for many calls on one connection, within the block of `tx`, for half the driver's work."""
        return Prepared(await self._prepare(tx).prepare(self.sql), self._make)

    def _prepare(self, tx: Transaction) -> Any:
        if self.custom_plan and not tx.custom_plans:
            raise RuntimeError("a custom_plan query runs in db.read(custom_plans=True)")
        return tx.connection


class Prepared(Generic[Row]):
    """A query on the connection that it was prepared on."""

    __slots__ = ("_make", "_statement")

    def __init__(self, statement: Any, make: Any) -> None:
        self._statement = statement
        self._make = make

    async def one(self, *args: object) -> Row:
        """The single row. Raises LookupError when there is none."""
        began = perf_counter()
        try:
            record = await self._statement.fetchrow(*args)
        finally:
            if (took := perf_counter() - began) > SLOW.seconds:
                SLOW.tell(self._statement.get_query(), took)
        if record is None:
            raise LookupError("the statement returned no row")
        row: Row = self._make(record)
        return row


class Command:
    """A statement that changes rows and returns none."""

    __slots__ = ("params", "sql")

    def __init__(self, sql: str, *params: Any) -> None:
        self.sql = sql
        self.params = params
        ALL.append(self)

    async def run(self, tx: Transaction, *args: object) -> int:
        """Execute once; the number of rows that it touched."""
        began = perf_counter()
        try:
            status: str = await tx.connection.execute(self.sql, *args)
        finally:
            if (took := perf_counter() - began) > SLOW.seconds:
                SLOW.tell(self.sql, took)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def run_many(self, tx: Transaction, rows: Iterable[tuple[object, ...]]) -> None:
        """Execute once for each row of arguments, in one round trip of the protocol's pipeline."""
        await tx.connection.executemany(self.sql, rows)
