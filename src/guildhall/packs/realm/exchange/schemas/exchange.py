"""Reports of an export and of an import."""

from msgspec import Struct

from guildhall.packs.realm.ids import ImportId


class Exported(Struct, frozen=True):
    """A file that was written: rows by table, and rows of each that were left out because they refer to nothing."""

    file: str
    bytes: int
    rows: dict[str, int]
    left_out: dict[str, int]


class TableDone(Struct, frozen=True):
    """The progress of a file's table: rows in it, added, known before, rejected."""

    table: str
    total: int
    added: int
    known: int
    rejected: int
    finished: bool


class Imported(Struct, frozen=True):
    """A file that was read. `reasons` counts rows by table and why they were set aside, or kept with a part missing."""

    import_id: ImportId
    again: bool
    """True if the import was finished before, so that nothing was done now."""
    tables: list[TableDone]
    reasons: list["Reason"]
    words: int
    seconds: float


class Reason(Struct, frozen=True):
    """The reason for which rows were rejected, or for which a part of kept rows was left out."""

    table: str
    reason: str
    kept: bool
    rows: int


class Reject(Struct, frozen=True):
    """A row that was set aside, or was kept without a part of it. `contents` is its JSON."""

    table: str
    row: int
    kept: bool
    reason: str
    contents: bytes
