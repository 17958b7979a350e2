"""Errors of the vault."""

from guildhall.errors import GuildhallError


class SealBroken(GuildhallError):
    """A key is missing, or the sealed text was changed or moved. The row is left as it is."""

    says = "A stored secret cannot be opened: no key opens {column} of row {row}."
    column: str
    row: str
