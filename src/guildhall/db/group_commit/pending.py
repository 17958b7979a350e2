"""Rows that wait for their commit."""

import asyncio
from typing import Generic, TypeVar

from msgspec import Struct

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")


class Pending(Struct, Generic[Row, Outcome], kw_only=True, eq=False):
    """A row that waits for its commit until some time of the loop's clock. A subclass hears the outcome."""

    row: Row
    until: float = 0.0

    def written(self, outcome: Outcome) -> None:
        """Called after the commit."""

    def failed(self, error: Exception) -> None:
        """Called on failure; with the writer's `uncertain` error the row may be stored all the same."""


def resolve(future: "asyncio.Future[Outcome]", outcome: Outcome | Exception) -> None:
    """Set a future's result or exception, unless its caller is gone."""
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


class Awaited(Pending[Row, Outcome], Generic[Row, Outcome], kw_only=True, eq=False):
    """A row whose outcome a coroutine awaits."""

    future: "asyncio.Future[Outcome]"

    def written(self, outcome: Outcome) -> None:
        resolve(self.future, outcome)

    def failed(self, error: Exception) -> None:
        resolve(self.future, error)
