"""Sizes of tables, use of indexes and slow statements, for operators."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

SLOW_LEAST, SLOW_MOST = 1, 3_600_000
"""Milliseconds: the bounds of what may be asked for as slow."""
OverMs = Annotated[float, Meta(ge=SLOW_LEAST, le=SLOW_MOST)]


class TableSize(Struct, frozen=True):
    """A table with all its partitions. `rows` and `dead_rows` are the server's estimates; sizes are in bytes."""

    table: str
    partitions: int
    rows: int
    dead_rows: int
    table_bytes: int
    index_bytes: int
    total_bytes: int


class IndexUse(Struct, frozen=True):
    """An index with those of all partitions: how often it was searched since the server began to count."""

    table: str
    index: str
    unique: bool
    scans: int
    bytes: int


class SlowStatement(Struct, frozen=True):
    """A statement; times are in milliseconds. One that runs just now has one call."""

    statement: str
    calls: int
    mean_ms: float
    worst_ms: float


class SlowStatements(Struct, frozen=True):
    """Statements that take long, those first that cost the most in all.

    `source` says where that is known from: pg_stat_statements counts all there were; without it there are only those
    that run just now, and the log has what took long before.
    """

    source: Literal["pg_stat_statements", "running"]
    over_ms: float
    statements: list[SlowStatement]
