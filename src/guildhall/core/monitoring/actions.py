"""Slow statements, from pg_stat_statements or of this moment."""

from guildhall.core.monitoring import queries
from guildhall.core.monitoring.schemas import SlowStatement, SlowStatements
from guildhall.db.pool import Transaction


async def look_for_slow_statements(tx: Transaction, over_ms: float) -> SlowStatements:
    """Statements that take more than so many milliseconds, as far as the server counts them, or that run just now."""
    found = await queries.slow_statements.many(tx, over_ms)
    if found:
        counted = found[0][0] == "pg_stat_statements"
    else:
        counted = await queries.counts_statements.one(tx)
    statements = [SlowStatement(" ".join(row[1].split()), *row[2:]) for row in found]
    return SlowStatements("pg_stat_statements" if counted else "running", over_ms, statements)
