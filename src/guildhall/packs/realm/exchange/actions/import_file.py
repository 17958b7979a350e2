"""A game server's SQLite file, read as it was at one instant."""

import hashlib
import sqlite3
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from guildhall.packs.realm.exchange.errors import UnreadableFile
from guildhall.packs.realm.exchange.rules.raw_row import Undecodable
from guildhall.packs.realm.exchange.schemas.sqlite import COLUMNS, SINCE_1_1

Row = tuple[Any, ...]

_NAMES = UUID("0f3c1a52-6c0e-4c39-9a5b-5d2f4c7b9e11")
"""The namespace of files' namespaces."""
_LEADERS = {"guilds": ("guild_members", "guild_id"), "parties": ("party_members", "party_id")}
EXTRA: dict[str, tuple[str, ...]] = {
    "guilds": ("leader_joined_at", "leader_contribution"),
    "parties": ("leader_joined_at",),
    "message_reactions": ("message_created_at", "message_row"),
}
"""Columns that are read from other tables along with a row, after its own columns."""


class SourceFile:
    """An open file. Its methods block, and are for one thread at a time. Raises UnreadableFile."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = sqlite3.connect(
                path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise UnreadableFile(detail=f"{path} cannot be opened: {error}.") from error
        try:
            # What a stranger's schema would have run when it is read is not run.
            self._file.executescript("pragma trusted_schema = off; pragma cache_size = -65536; begin;")
            self._sources = self._look()
        except BaseException as error:
            self._file.close()
            if isinstance(error, sqlite3.Error):
                raise UnreadableFile(detail=f"{path} is not a SQLite file that can be read: {error}.") from error
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def tables(self) -> list[str]:
        """The tables of the schema that the file has, in the order in which they are read."""
        return list(self._sources)

    def total(self, table: str) -> int:
        """Return the number of rows that `read` gives in all."""
        return int(self._one(f"select count(*) {self._sources[table][1]} true")[0])

    def read(self, table: str, after: int, limit: int) -> list[Row]:
        """The next rows behind a row's number: their number, the columns of COLUMNS, then those of EXTRA."""
        columns, source = self._sources[table]
        sql = f"select {columns} {source} t.rowid > ? order by t.rowid limit ?"
        try:
            try:
                return self._file.execute(sql, (after, limit)).fetchall()
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
            self._file.text_factory = _text
            try:
                return self._file.execute(sql, (after, limit)).fetchall()
            finally:
                self._file.text_factory = str
        except sqlite3.Error as error:
            raise UnreadableFile(detail=f"{self.path} is damaged in {table}: {error}.") from error

    def fingerprint(self) -> bytes:
        """SHA-256 of the schema, and of each table's number of rows, first row and last row.

        A copy of the file has the same, wherever it is and however it was vacuumed; one with more rows has another.
        """
        digest = hashlib.sha256()
        for (sql,) in self._raw("select sql from sqlite_master where sql is not null order by type, name"):
            digest.update(repr(sql).encode())
        for table in self._sources:
            for order in ("", "desc"):
                for row in self._raw(f"select rowid, * from {table} order by rowid {order} limit 1"):
                    digest.update(repr(row).encode())
            digest.update(repr(self._one(f"select count(*) from {table}")).encode())
        return digest.digest()

    def namespace(self) -> UUID:
        """Return the uuid5 namespace for ids that are no UUIDs: the same for every later copy of the game server."""
        marks = [
            self._raw(f"select cast(id as blob), cast(created_at as blob) from {table} order by rowid limit 1")
            for table in ("servers", "users")
        ]
        return uuid5(_NAMES, repr(marks))

    def _look(self) -> dict[str, tuple[str, str]]:
        """Return the columns and the source of each table. Raises UnreadableFile for a file of another kind."""
        kinds = dict(self._file.execute("select lower(name), type from sqlite_master where type in ('table', 'view')"))
        found: dict[str, tuple[str, str]] = {}
        for table, wanted in COLUMNS.items():
            if kinds.get(table) != "table":
                if table == "message_reactions" and table not in kinds:
                    continue
                raise UnreadableFile(detail=f"{self.path} has no table {table}.")
            there = {
                str(name).lower() for (name,) in self._file.execute("select name from pragma_table_info(?)", (table,))
            }
            missing = [one for one in wanted if one not in there and (table, one) not in SINCE_1_1]
            if missing:
                raise UnreadableFile(detail=f"{self.path}: {table} has no column {missing[0]}.")
            self._file.execute(f"select rowid from {table} limit 0")
            columns = ["t.rowid", *(f't."{one}"' if one in there else "null" for one in wanted)]
            found[table] = _source(table, columns)
        return found

    def _one(self, sql: str) -> Row:
        return self._raw(sql)[0]

    def _raw(self, sql: str) -> list[Row]:
        self._file.text_factory = bytes
        try:
            return self._file.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise UnreadableFile(detail=f"{self.path} is damaged: {error}.") from error
        finally:
            self._file.text_factory = str


def _source(table: str, columns: list[str]) -> tuple[str, str]:
    """The columns and the source of a table's rows; the source ends where a condition can follow.

    A leader's membership is read with the guild or party, and left out of the members.
    """
    if table in _LEADERS:
        members, key = _LEADERS[table]
        more = ("joined_at", "contribution") if table == "guilds" else ("joined_at",)
        led_by = f"from {members} l where l.{key} = t.id and l.user_id = t.leader_id"
        columns.extend(f"(select l.{column} {led_by})" for column in more)
    for leading, (members, key) in _LEADERS.items():
        if table == members:
            led = f"select 1 from {leading} g where g.id = t.{key} and g.leader_id = t.user_id"
            return ", ".join(columns), f"from {table} t where not exists ({led}) and"
    if table == "message_reactions":
        columns += ["m.created_at", "m.rowid"]
        return ", ".join(columns), f"from {table} t left join messages m on m.id = t.message_id where"
    return ", ".join(columns), f"from {table} t where"


def _text(raw: bytes) -> str | Undecodable:
    """Text of a file that has some that is no UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Undecodable(raw)
