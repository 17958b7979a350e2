#!/usr/bin/env python
"""Finds code that nothing uses: vulture, told what it cannot see of this house.

Four kinds of use are invisible to vulture: a field of a struct is read by whoever gets the JSON, a parameter of a
declared statement stands in its SQL, a `Reference` names its object in a string, and so does an annotation in quotes.
What frameworks call is in `[tool.vulture]` of pyproject.toml. Tests do not count as use.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture.config import make_config
from vulture.core import Vulture

_REFERENCE = re.compile(r"[\w.]+:(\w+)")


def quoted(node: ast.AST) -> Iterator[str]:
    """The names in the strings of an annotation."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield from re.findall(r"\w+", part.value)


def names_in_strings(tree: ast.AST) -> Iterator[str]:
    """The names that a module uses in strings: references, annotations, the types of casts and of generic calls."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if found := _REFERENCE.fullmatch(text):
                yield found[1]
            case ast.arg(annotation=ast.AST() as kind) | ast.AnnAssign(annotation=kind):
                yield from quoted(kind)
            case ast.FunctionDef(returns=ast.AST() as kind) | ast.AsyncFunctionDef(returns=ast.AST() as kind):
                yield from quoted(kind)
            case ast.Call(func=ast.Name(id="cast"), args=[kind, *_]) | ast.Subscript(slice=kind):
                yield from quoted(kind)


def fields(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The annotated fields of a module's classes: name and line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    yield line.target.id, line.lineno


def parameters(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The parameters of a module's statements, which are functions without a body: name and line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(body=[ast.Expr(value=ast.Constant())]) if node.decorator_list:
                for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                    yield one.arg, one.lineno


def main() -> int:
    """Print what is unused, a line each; the exit status is 1 when there is any."""
    config = make_config()
    found = Vulture(ignore_names=config["ignore_names"], ignore_decorators=config["ignore_decorators"])
    found.scavenge(config["paths"], exclude=config["exclude"])
    files = [file for path in config["paths"] for file in Path(path).rglob("*.py")]
    trees = {file.resolve(): ast.parse(file.read_bytes()) for file in files}
    used = {name for tree in trees.values() for name in names_in_strings(tree)}
    read_elsewhere = {(file, *field) for file, tree in trees.items() for field in (*fields(tree), *parameters(tree))}
    field_names = {name for _, name, _ in read_elsewhere}
    unused = [
        item
        for item in found.get_unused_code(min_confidence=config["min_confidence"])
        if item.name not in used
        and not (item.typ == "attribute" and item.name in field_names)
        and (Path(item.filename).resolve(), item.name, item.first_lineno) not in read_elsewhere
    ]
    for item in unused:
        sys.stdout.write(f"{item.get_report()}\n")
    return 1 if unused else 0


if __name__ == "__main__":
    sys.exit(main())
