"""The conditions of schedules: one statement asks all those that come due together."""

import re
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from guildhall.core.jobs.bindings import Due, Provided, asked_for
from guildhall.db.pool import Transaction
from guildhall.log import get_logger

log = get_logger(__name__)

_PARAMETER = re.compile(r"\$(\d+)")


class Condition:
    """A condition with what its arguments are made from. Raises Misconfigured for what nothing provides."""

    def __init__(self, name: str, due: Due, provided: Provided) -> None:
        self.name = name
        self._due = due
        self._extra: dict[str, object] = {}
        if due.arguments is not None:
            self._extra = asked_for(due.arguments, provided, f"The condition of {name}")

    def column(self, before: int) -> str:
        """Return the condition's query as a column of a statement, with `before` arguments in front of its own."""
        sql = _PARAMETER.sub(lambda found: f"${int(found[1]) + before}", self._due.query.sql)
        return f"({sql}\n)"

    def arguments(self, now: datetime) -> tuple[object, ...]:
        """The arguments of its query at an instant."""
        if self._due.arguments is None:
            return (now,) * len(self._due.query.names)
        return self._due.arguments(now, **self._extra)


async def holding(tx: Transaction, conditions: Sequence[Condition]) -> list[bool]:
    """Return for each condition whether it holds, by one statement.

    A condition that fails counts as true: its job reports what is wrong.
    """
    if not conditions:
        return []
    await tx.connection.execute("savepoint conditions")
    try:
        columns: list[str] = []
        arguments: list[object] = []
        for condition in conditions:
            columns.append(condition.column(len(arguments)))
            arguments += condition.arguments(tx.now)
        answers = await tx.connection.fetchrow(f"select {', '.join(columns)}", *arguments)
    except Exception as error:
        if tx.connection.is_closed():
            raise
        await tx.connection.execute("rollback to savepoint conditions")
        if len(conditions) == 1 or isinstance(error, asyncpg.QueryCanceledError):
            log.warning("condition_failed", of=[one.name for one in conditions], why=str(error))
            return [True] * len(conditions)
        return [(await holding(tx, [one]))[0] for one in conditions]  # so that the others keep their say
    return [answer is not False for answer in answers]
