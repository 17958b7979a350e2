"""Every statement of every slice, prepared on the migrated database and compared with its declaration."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import psycopg
import pytest
from msgspec import Struct

import guildhall
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.db.policies import JOBS
from guildhall.db.statements import ALL, Command, Query, command, rows

pytestmark = pytest.mark.database

POSTGRES_NAMES: dict[Any, set[str]] = {
    int: {"int2", "int4", "int8"},
    str: {"text", "varchar", "bpchar", "name"},
    float: {"float4", "float8"},
    Decimal: {"numeric"},
    datetime: {"timestamptz"},
    date: {"date"},
    timedelta: {"interval"},
    UUID: {"uuid"},
    bool: {"bool"},
    bytes: {"bytea", "json"},
    None: {"void"},
}


def _statements() -> dict[str, Query[..., Any] | Command[...]]:
    """The statements of the house by where they stand: `core.jobs.queries.add_jobs`."""
    for one in (*FEATURES, *all_packs()):
        for load in (one.process_parts, one.web_parts, one.worker_parts):
            load()
    for found in pkgutil.walk_packages(guildhall.__path__, "guildhall."):
        if ".queries" in found.name or found.name == "guildhall.db.partitions":
            importlib.import_module(found.name)
    names: dict[int, str] = {}
    for module_name, module in sorted(sys.modules.items()):
        if module_name.startswith("guildhall."):
            for name, value in sorted(vars(module).items()):
                for path, statement in _in(name, value):
                    # the module that defines a statement sorts before those that import it only by luck
                    place = f"{module_name.removeprefix('guildhall.')}.{path}"
                    if id(statement) not in names or ".queries" in module_name:
                        names[id(statement)] = place
    return {names[id(one)]: one for one in ALL if id(one) in names}


def _in(name: str, value: object) -> Iterator[tuple[str, Query[..., Any] | Command[...]]]:
    if isinstance(value, Query | Command):
        yield name, value
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _in(f"{name}[{index}]", item)
    elif isinstance(value, dict) and not name.startswith("__"):
        for key, item in value.items():
            yield from _in(f"{name}[{key}]", item)


STATEMENTS = _statements()


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

    def describe(self, sql: str) -> tuple[list["Column"], list[int]]:
        """The columns that a statement returns and the type oids of its parameters."""
        inner = self.connection.pgconn
        prepared = inner.prepare(b"", sql.encode())
        assert prepared.status == psycopg.pq.ExecStatus.COMMAND_OK, prepared.error_message.decode()
        described = inner.describe_prepared(b"")
        columns = [
            Column(
                (described.fname(i) or b"").decode(), described.ftype(i), described.ftable(i), described.ftablecol(i)
            )
            for i in range(described.nfields)
        ]
        return columns, [described.param_type(i) for i in range(described.nparams)]

    def outer_tables(self, sql: str) -> set[int]:
        """The tables whose rows an outer join of the statement may leave out."""
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
    """Where the parenthesis that a text begins with is closed."""
    depth = 0
    for index, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return index
    return len(text)


def _plain(declared: Any) -> tuple[Any, bool]:
    """The type under NewType, Annotated and Literal, and whether None is allowed beside it."""
    if isinstance(declared, NewType):
        return _plain(declared.__supertype__)
    origin = get_origin(declared)
    if origin is Annotated:
        return _plain(get_args(declared)[0])
    if origin is Literal:
        return type(get_args(declared)[0]), False
    if origin in (Union, UnionType):
        others = [part for part in get_args(declared) if part is not type(None)]
        assert len(others) == 1, f"{declared} is several types"
        return _plain(others[0])[0], True
    if declared is Any:
        return Any, True
    return declared, declared is None


def _fits(server: Server, declared: Any, oid: int) -> bool:
    """Whether a value of PostgreSQL's type arrives as, or is made from, the declared one."""
    name, base, element = server.types[oid]
    if base != oid:
        return _fits(server, declared, base)
    kind, _ = _plain(declared)
    if get_origin(kind) is list:
        return element != 0 and _fits(server, get_args(kind)[0], element)
    if kind is Any or get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, Struct)):
        return name in ("json", "jsonb")
    return name in POSTGRES_NAMES.get(kind, set())


def _declared_columns(row: Any) -> Mapping[str, Any] | list[Any]:
    """A struct's fields by name; otherwise the types of the columns, whose names are free."""
    if isinstance(row, type) and issubclass(row, Struct):
        hints = get_type_hints(row, include_extras=True)
        return {field: hints[field] for field in row.__struct_fields__}
    if get_origin(row) is tuple:
        return list(get_args(row))
    return [row]


def faults(server: Server, statement: Query[..., Any] | Command[...]) -> list[str]:
    """What a statement's declaration says otherwise than the database."""
    columns, params = server.describe(statement.sql)
    found = [
        f":{name} is {server.types[oid][0]}, declared {declared}"
        for name, oid, declared in zip(statement.names, params, statement.params, strict=True)
        if not _fits(server, declared, oid)
    ]
    if isinstance(statement, Command):
        return found + ([f"returns {[c.name for c in columns]}, which a Command throws away"] if columns else [])
    declared_columns = _declared_columns(statement.row)
    if isinstance(declared_columns, Mapping):
        if [column.name for column in columns] != list(declared_columns):
            return [*found, f"returns {[c.name for c in columns]}, declares {list(declared_columns)}"]
        kinds = list(declared_columns.values())
    else:
        kinds = declared_columns
        if len(kinds) != len(columns):
            return [*found, f"returns {len(columns)} columns, declares {len(kinds)}"]
    outer = server.outer_tables(statement.sql)
    unknown = set(statement.proven) - {column.name for column in columns}
    if unknown:
        found.append(f"proves columns that it does not return: {sorted(unknown)}")
    for column, declared in zip(columns, kinds, strict=True):
        if not _fits(server, declared, column.type):
            found.append(f"{column.name} is {server.types[column.type][0]}, declared {declared}")
        _, nullable = server.nullable.get((column.table, column.number), ("", False))
        may_be_null = (nullable or column.table in outer) and column.name not in statement.proven
        if may_be_null and not _plain(declared)[1]:
            found.append(f"{column.name} may be null, declared {declared}")
    return found


@pytest.fixture(scope="module")
def server(worker_url: str) -> Iterator[Server]:
    opened = Server(worker_url)
    yield opened
    opened.connection.close()


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_what_it_declares(server, name):
    assert faults(server, STATEMENTS[name]) == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_worker_may_run_a_statement(server, name):
    explain = f"explain (generic_plan) {STATEMENTS[name].sql}".encode()

    server.connection.execute(f"set role {JOBS}")
    result = server.connection.pgconn.exec_(explain)
    server.connection.execute("reset role")

    assert result.error_message == b""


def test_every_slice_is_walked():
    slices = {".".join(name.split(".")[:2]) for name in STATEMENTS if ".queries" in name}

    assert slices >= {"core.jobs", "core.cache", "core.upstream", "packs.dota2"}
    assert "db.partitions.partition_made" in STATEMENTS


@pytest.fixture
def unlisted() -> Iterator[None]:
    """Statements that a test makes are not the house's."""
    before = len(ALL)
    yield
    del ALL[before:]


class Table(Struct):
    table_name: str
    ahead: int


class Swapped(Struct):
    ahead: int
    table_name: str


class Textual(Struct):
    table_name: str
    ahead: str


class Died(Struct):
    id: UUID
    error: str


class Played(Struct):
    account_id: int
    win: int


TABLES = "select table_name, ahead from core.partitioned_tables where ahead > :ahead"
OUTER = """
select p.account_id, w.win from dota2.player_profiles p left join dota2.player_winloss w using (account_id)
"""
LATERAL = """
select p.account_id, w.win from dota2.player_profiles p
left join lateral (select win from dota2.player_winloss where account_id = p.account_id limit 1) w on true
"""


def nothing() -> None: ...


def ahead_of(ahead: int) -> None: ...


def ahead_of_text(ahead: str) -> None: ...


def of_ids(ids: list[str]) -> None: ...


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (
            lambda: rows(Swapped, TABLES)(ahead_of),
            "returns ['table_name', 'ahead'], declares ['ahead', 'table_name']",
        ),
        (lambda: rows(Textual, TABLES)(ahead_of), "ahead is int4, declared <class 'str'>"),
        (lambda: rows(Table, TABLES)(ahead_of_text), ":ahead is int4, declared <class 'str'>"),
        (lambda: rows(Table, TABLES, proven=("win",))(ahead_of), "proves columns that it does not return: ['win']"),
        (lambda: rows(tuple[str], TABLES)(ahead_of), "returns 2 columns, declares 1"),
        (lambda: rows(Died, "select id, error from core.jobs")(nothing), "error may be null, declared <class 'str'>"),
        (lambda: rows(Played, OUTER)(nothing), "win may be null, declared <class 'int'>"),
        (lambda: rows(Played, LATERAL)(nothing), "win may be null, declared <class 'int'>"),
        (lambda: rows(str, "select error from core.jobs")(nothing), "error may be null, declared <class 'str'>"),
        (
            lambda: rows(Decimal, "select 1.5::float8")(nothing),
            "float8 is float8, declared <class 'decimal.Decimal'>",
        ),
        (
            lambda: command("delete from core.jobs returning job_type")(nothing),
            "returns ['job_type'], which a Command throws away",
        ),
        (
            lambda: command("delete from core.jobs where id = any(:ids)")(of_ids),
            ":ids is _uuid, declared list[str]",
        ),
    ],
)
@pytest.mark.usefixtures("unlisted")
def test_a_false_declaration_is_found(server, make, fault):
    assert faults(server, make()) == [fault]


@pytest.mark.usefixtures("unlisted")
def test_a_statement_that_does_not_parse_is_found(server):
    with pytest.raises(AssertionError, match='column "lost" does not exist'):
        faults(server, rows(str, "select lost from core.jobs")(nothing))


@pytest.mark.usefixtures("unlisted")
def test_what_a_statement_proves_is_believed(server):
    text = "select id, error from core.jobs where error is not null"
    proven = rows(Died, text, proven=("error",))(nothing)

    assert faults(server, proven) == []
