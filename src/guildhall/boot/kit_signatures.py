"""The signatures of published names, read from the sources: for documents that are the same on every Python."""

import ast
import importlib.util
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_SHOWN = frozenset({"property", "classmethod", "staticmethod", "asynccontextmanager", "contextmanager", "overload"})
"""Decorators that say how a function is called."""
_WIDTH = 120

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def signatures_of(module: str, name: str) -> list[str]:
    """Return the signatures of a function, or a class with its fields and methods; none for a constant."""
    found: list[str] = []
    for node in _body(module):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name == name:
                found += _function(node, "")
            case ast.ClassDef() if node.name == name:
                found += _class(node)
    return found


def modules_of(package: str) -> dict[str, str]:
    """Return the modules of the names that a package brings together in its `__init__.py`."""
    imports = [node for node in _body(package) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: node.module for node in imports for alias in node.names if node.module}


@cache
def _body(module: str) -> list[ast.stmt]:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body


def _class(node: ast.ClassDef) -> list[str]:
    head = ", ".join([*map(ast.unparse, node.bases), *map(ast.unparse, node.keywords)])
    members = list(_members(node.body))
    first = f"class {node.name}({head}):" if head else f"class {node.name}:"
    return [first, *members] if members else [f"{first} ..."]


def _members(body: list[ast.stmt]) -> Iterator[str]:
    """The public fields and methods of a class, each below the first paragraph of its text."""
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match node, after:
            case ast.AnnAssign(target=ast.Name(id=name)), _ if not name.startswith("_"):
                match after:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield from _comment(text)
                yield f"    {ast.unparse(node)}"
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()), _ if name.isupper():
                yield f"    {ast.unparse(node)}"
            case ((ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name)), _) if not name.startswith(
                "_"
            ) or name in ("__init__", "__call__"):
                yield from _comment(ast.get_docstring(node) or "")
                yield from _function(node, "    ")


def _comment(text: str) -> list[str]:
    words = " ".join(text.partition("\n\n")[0].split())
    return textwrap.wrap(words, _WIDTH, initial_indent="    # ", subsequent_indent="    # ")


def _function(node: _Function, indent: str) -> list[str]:
    """Return the lines of a function without its body; one that is long has a line for each parameter."""
    decorators = [ast.unparse(one) for one in node.decorator_list]
    found = [f"{indent}@{one}" for one in decorators if one.rpartition(".")[2] in _SHOWN]
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returned = "" if node.returns is None else f" -> {ast.unparse(node.returns)}"
    parameters = ast.unparse(node.args)
    whole = f"{indent}{kind} {node.name}({parameters}){returned}: ..."
    if len(whole) <= _WIDTH:
        return [*found, whole]
    lines = [f"{indent}    {one}," for one in _separated(parameters)]
    return [*found, f"{indent}{kind} {node.name}(", *lines, f"{indent}){returned}: ..."]


def _separated(text: str) -> list[str]:
    """Return a list's items: split at the commas that are in no brackets or quotes."""
    found, depth, quote = [""], 0, ""
    for one in text:
        if quote:
            quote = "" if one == quote else quote
        elif one in "'\"":
            quote = one
        depth += 0 if quote else (one in "([{") - (one in ")]}")
        if one == "," and not depth and not quote:
            found.append("")
        else:
            found[-1] += one
    return [one.strip() for one in found]
