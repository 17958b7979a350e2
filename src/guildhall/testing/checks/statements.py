"""The check of statements: each is prepared on the migrated database and compared with its declaration."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from guildhall.db.policies import JOBS
from guildhall.db.statements import ALL, Command, Query
from guildhall.testing.checks.declarations import faults
from guildhall.testing.checks.findings import require_none
from guildhall.testing.checks.modules import belongs, packages_of, references
from guildhall.testing.checks.server import NotPrepared, Server
from guildhall.testing.pack import PackUnderTest


def check_statements(pack: PackUnderTest) -> None:
    """Check that every statement of the pack is what it declares, and that the worker may run it.

    Columns and parameters have the declared types and names; a column that may be null says so. Raises PackIsWrong.
    """
    for _, reference in references(pack.manifest):
        reference.load()
    packages = packages_of(pack)
    name = pack.clones.wait(pack.clones.take())
    try:
        with closing(Server(pack.clones.url(name))) as server:
            found = [
                f"{_place(one)}: {fault}"
                for one in ALL
                if belongs(one.signature.__module__, packages)
                for fault in _faults(server, one)
            ]
    finally:
        pack.clones.wait(pack.clones.drop(name))
    require_none("Statements", pack.name, found)


def _place(statement: Query[..., Any] | Command[...]) -> str:
    return f"{statement.signature.__module__}.{statement.signature.__qualname__}"


def _faults(server: Server, statement: Query[..., Any] | Command[...]) -> Iterator[str]:
    try:
        yield from faults(server, statement)
    except NotPrepared as error:
        yield f"PostgreSQL refuses it: {error}"
        return
    if refused := server.refused(statement.sql, JOBS):
        yield f"the worker may not run it: {refused}"
