"""Every statement of the house is used by the house: one that only a test calls, or nobody, is refused."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import guildhall
from guildhall.db.statements import Command, Query
from tests.db.test_checked_queries import STATEMENTS

ROOT = Path(guildhall.__file__).parent


class Module:
    """The names that a module of the house uses, each by the module that it is from."""

    def __init__(self, name: str, text: str) -> None:
        tree = ast.parse(text)
        imported = dict(_imports(tree))
        self.used: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.used.add(imported.get(node.id, f"{name}.{node.id}"))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
                self.used.add(f"{imported[node.value.id]}.{node.attr}")


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def used(modules: dict[str, str]) -> set[str]:
    """What the modules, texts by name, use of each other: `guildhall.core.jobs.queries.add_jobs`."""
    return set().union(*(Module(name, text).used for name, text in modules.items()))


def place(name: str, statement: Query[..., Any] | Command[...]) -> str:
    """Where a statement is declared; of those that a function makes, where they are kept."""
    if "<locals>" in statement.signature.__qualname__:
        return f"guildhall.{name.partition('[')[0]}"
    return f"{statement.signature.__module__}.{statement.signature.__qualname__}"


def test_every_statement_is_used():
    paths = {path: ".".join(path.relative_to(ROOT.parent).with_suffix("").parts) for path in ROOT.rglob("*.py")}
    house = used({name.removesuffix(".__init__"): path.read_text() for path, name in paths.items()})

    assert [name for name, statement in STATEMENTS.items() if place(name, statement) not in house] == []


DECLARED = """
@rows(int, "select 1")
def used_here() -> None: ...
@rows(int, "select 2")
def used_there() -> None: ...
@rows(int, "select 3")
def used_by_module() -> None: ...
@rows(int, "select 4")
def unused(used_elsewhere: int) -> None: ...
TABLE = {"a": used_here}
"""
CALLER = """
from guildhall.a import queries
from guildhall.a.queries import used_there as there, unused
def unused_here(tx): return there.one(tx), queries.used_by_module.one(tx), other.unused
"""


def test_what_is_declared_or_only_imported_is_not_used():
    found = used({"guildhall.a.queries": DECLARED, "guildhall.a.actions": CALLER})

    assert {name.rpartition(".")[2] for name in found if name.startswith("guildhall.a.queries.")} >= {
        "used_here", "used_there", "used_by_module",
    }  # fmt: skip
    assert "guildhall.a.queries.unused" not in found
