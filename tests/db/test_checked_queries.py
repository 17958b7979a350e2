"""Every statement of every slice, prepared on the migrated database and compared with its declaration."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec import Struct

import guildhall
from guildhall.boot.features import FEATURES
from guildhall.boot.packs import all_packs
from guildhall.db.policies import JOBS
from guildhall.db.statements import ALL, Command, Query, command, rows
from guildhall.testing.checks.declarations import faults
from guildhall.testing.checks.server import Server

pytestmark = pytest.mark.database


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
                if value is ALL:  # it has those that tests declare too
                    continue
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


@pytest.fixture(scope="module")
def server(worker_url: str) -> Iterator[Server]:
    with closing(Server(worker_url)) as opened:
        yield opened


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_is_what_it_declares(server, name):
    assert faults(server, STATEMENTS[name]) == []


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_worker_may_run_a_statement(server, name):
    assert server.refused(STATEMENTS[name].sql, JOBS) == ""


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
