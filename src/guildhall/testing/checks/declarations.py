"""Declarations of statements, compared with what the database says of them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import Command, Query
from guildhall.testing.checks.server import Server

_POSTGRES_NAMES: dict[Any, set[str]] = {
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
    """Return whether a value of PostgreSQL's type arrives as, or is made from, the declared one."""
    name, base, element = server.types[oid]
    if base != oid:
        return _fits(server, declared, base)
    kind, _ = _plain(declared)
    if get_origin(kind) is list:
        return element != 0 and _fits(server, get_args(kind)[0], element)
    if kind is Any or get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, Struct)):
        return name in ("json", "jsonb")
    return name in _POSTGRES_NAMES.get(kind, set())


def _declared_columns(row: Any) -> Mapping[str, Any] | list[Any]:
    """A struct's fields by name; otherwise the types of the columns, whose names are free."""
    if isinstance(row, type) and issubclass(row, Struct):
        hints = get_type_hints(row, include_extras=True)
        return {field: hints[field] for field in row.__struct_fields__}
    if get_origin(row) is tuple:
        return list(get_args(row))
    return [row]


def faults(server: Server, statement: Query[..., Any] | Command[...]) -> list[str]:
    """Return how a statement's declaration differs from the database. Raises NotPrepared."""
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
