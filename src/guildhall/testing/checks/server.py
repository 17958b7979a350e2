"""The migrated database as it describes statements: their columns with their origin, and their parameters."""

import re

import psycopg
from msgspec import Struct


class NotPrepared(AssertionError):
    """PostgreSQL refuses the statement."""


class Server:
    """A session on the migrated database that describes statements."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        rows = self.connection.execute(
            """
            select oid, typname, case when typtype = 'd' then typbasetype else oid end,
                   case when typcategory = 'A' then typelem else 0 end
            from pg_type
            """
        ).fetchall()
        self.types = {oid: (name, base, element) for oid, name, base, element in rows}
        self.nullable = {
            (table, column): (name, not not_null)
            for table, column, name, not_null in self.connection.execute(
                """
                select a.attrelid, a.attnum, a.attname, a.attnotnull or t.typnotnull
                from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attnum > 0
                """
            )
        }

    def close(self) -> None:
        """Close the session."""
        self.connection.close()

    def describe(self, sql: str) -> tuple[list["Column"], list[int]]:
        """Return the columns of a statement and the type oids of its parameters. Raises NotPrepared."""
        inner = self.connection.pgconn
        prepared = inner.prepare(b"", sql.encode())
        if prepared.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise NotPrepared(prepared.error_message.decode().strip())
        described = inner.describe_prepared(b"")
        columns = [
            Column(
                (described.fname(i) or b"").decode(), described.ftype(i), described.ftable(i), described.ftablecol(i)
            )
            for i in range(described.nfields)
        ]
        return columns, [described.param_type(i) for i in range(described.nparams)]

    def refused(self, sql: str, role: str) -> str:
        """Return why a role may not run a statement; an empty text where it may."""
        self.connection.execute(f"set role {role}")
        try:
            return self.connection.pgconn.exec_(f"explain (generic_plan) {sql}".encode()).error_message.decode().strip()
        finally:
            self.connection.execute("reset role")

    def outer_tables(self, sql: str) -> set[int]:
        """Return the tables whose rows an outer join of the statement may leave out."""
        text = re.sub(r"--.*", "", sql.lower())
        if re.search(r"\b(right|full)\b(\s+outer)?\s+join", text):
            return {table for table, _ in self.nullable}
        found: set[str] = set()
        for match in re.finditer(r"\bleft\b(?:\s+outer)?\s+join\s+(?:lateral\s+)?", text):
            rest = text[match.end() :]
            joined = rest[: _closing(rest)] if rest.startswith("(") else rest.split()[0]
            found |= set(re.findall(r"[a-z_0-9]+\.[a-z_0-9]+", joined))
        rows = self.connection.execute("select to_regclass(name)::oid::int from unnest(%s::text[]) name", [list(found)])
        return {oid for (oid,) in rows if oid is not None}


class Column(Struct, frozen=True):
    """A column of an answer; `table` and `number` say which table's column it is, or are 0."""

    name: str
    type: int
    table: int
    number: int


def _closing(text: str) -> int:
    """Find the end of the parenthesis that a text begins with."""
    depth = 0
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return index
    return len(text)
