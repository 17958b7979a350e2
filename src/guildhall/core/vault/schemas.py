"""Structs of the vault: sealed columns, and secrets whose text is not shown by accident."""

from msgspec import Struct


class Secret:
    """A text that no log, error, repr or JSON shows. `reveal` is the one way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself: for a header or a request body, never for a log."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return repr(self)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("A secret is not pickled.")


class SealedColumn(Struct, frozen=True):
    """A column of sealed text. `key` is the column whose value names the row, `key_type` its PostgreSQL type.

    Table, column and key are the additional data of each seal: what is moved to another row does not open there.
    """

    table: str
    column: str
    key: str = "id"
    key_type: str = "uuid"

    def place(self, row: object) -> bytes:
        """The additional data of one row's seal."""
        return f"{self.table}.{self.column}:{row}".encode()


class SealedColumns(Struct, frozen=True):
    """All sealed columns of everything that is on."""

    columns: tuple[SealedColumn, ...]
