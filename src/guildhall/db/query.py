"""Statements with numbered parameters: the form before `guildhall.db.statements`, until the last one is converted."""

from typing import TYPE_CHECKING, Any, TypeVar

from guildhall.db import statements
from guildhall.db.statements import ALL as ALL

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Row = TypeVar("Row")

Prepared = statements.Prepared[..., Row]


class Query(statements.Query[..., Row]):
    """A statement that returns rows of one type; `params` are the Python types of $1, $2, … in order."""

    __slots__ = ("_params",)

    def __init__(
        self,
        row: "TypeForm[Row]",
        sql: str,
        *params: Any,
        hot: bool = False,
        custom_plan: bool = False,
        proven: tuple[str, ...] = (),
    ) -> None:
        self._params, self.names = params, tuple(map(str, range(1, len(params) + 1)))
        self.row, self.sql, self.hot, self.custom_plan, self.proven = row, sql, hot, custom_plan, proven
        self.prefetch = 500
        self._make = statements._row_maker(row)
        ALL.append(self)

    @property
    def params(self) -> tuple[Any, ...]:
        """The declared types of the parameters, in order."""
        return self._params


class Command(statements.Command[...]):
    """A statement that changes rows and returns none."""

    __slots__ = ("_params",)

    def __init__(self, sql: str, *params: Any) -> None:
        self.sql, self._params, self.names = sql, params, tuple(map(str, range(1, len(params) + 1)))
        ALL.append(self)

    @property
    def params(self) -> tuple[Any, ...]:
        """The declared types of the parameters, in order."""
        return self._params
