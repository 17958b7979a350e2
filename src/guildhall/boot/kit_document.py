"""The published interface as documents: the list of names for people, and the one for type checkers."""

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path

from guildhall.boot.kit_signatures import modules_of, signatures_of
from guildhall.kit.published import DEPRECATED, MODULES, PUBLISHED

_OUTSIDE = {
    "Meta": "Bounds and a description of a value, in `Annotated`: msgspec's.",
    "Struct": "The base of wire types, rows and answers: msgspec's.",
    "field": "A field's default factory or its name on the wire: msgspec's.",
    "SecretStr": "A setting that is never printed: pydantic's.",
}
"""The names of other libraries."""
_GIVEN = {
    "guildhall.core.jobs.schemas": ("Job",),
    "guildhall.core.upstream.routes": ("BoundRoute",),
    "guildhall.db.statements": ("Command", "Query"),
}
"""Types of objects that a pack is given, and never imports."""
_INTRODUCTION = """\
A pack imports from `guildhall.kit` alone: `from guildhall.kit import Message`, or `from guildhall import kit` and then
`kit.Message`. A name is loaded when it is first asked for. A stand-in imports from `guildhall.sandbox`
([stand-ins.md](stand-ins.md)), tests from `guildhall.testing`. [stability.md](stability.md) describes how long a name
stays. Below each list are the signatures, with defaults, fields and methods. Made by `make docs` from the code."""


def kit_document() -> str:
    """docs/packs/kit.md."""
    lines = ["# The published interface", "", *_INTRODUCTION.splitlines()]
    for title, modules in PUBLISHED.items():
        lines += ["", f"## {title}", "", "| name | meaning |", "|---|---|"]
        meanings = {name: meaning_of(module, name) for module, names in modules.items() for name in names}
        lines += [f"| `{name}` | {meanings[name]} |" for name in sorted(meanings, key=str.casefold)]
        lines += _signatures({name: module for module, names in modules.items() for name in names})
    lines += ["", "## Objects that a pack is given", "", "What declarations make and tests return; not imported."]
    lines += _signatures({name: module for module, names in _GIVEN.items() for name in names})
    lines += ["", "## `guildhall.sandbox`", "", "[stand-ins.md](stand-ins.md) describes the use of these names."]
    lines += _signatures(modules_of("guildhall.sandbox"))
    lines += [
        "",
        "## `guildhall.testing`",
        "",
        "[testing.md](testing.md) describes the fixtures that have these types.",
    ]
    lines += _signatures(modules_of("guildhall.testing"))
    if DEPRECATED:
        lines += ["", "## Deprecated", ""]
        lines += [f"- `{name}`: use `{old.instead}`; gone in {old.gone}" for name, old in sorted(DEPRECATED.items())]
    return "\n".join(lines) + "\n"


def _signatures(modules: Mapping[str, str]) -> list[str]:
    """Return a block of the signatures of names, by the modules that define them."""
    own = sorted((name for name, module in modules.items() if name not in _OUTSIDE), key=str.casefold)
    found = [lines for name in own if (lines := signatures_of(modules[name], name))]
    return ["", "```python", *"\n\n".join("\n".join(lines) for lines in found).splitlines(), "```"]


def kit_stub() -> str:
    """The type checkers' view of the kit: each name imported from the module that defines it."""
    names = [(module, name, name) for name, module in MODULES.items()]
    names += [(MODULES[old.instead], old.instead, name) for name, old in DEPRECATED.items()]
    outside = [one for one in names if not one[0].startswith("guildhall.")]
    own = [one for one in names if one[0].startswith("guildhall.")]
    blocks = [_imports(part) for part in (outside, own)]
    return '"""The published names, by their modules; made by `guildhall docs`."""\n\n' + "\n\n".join(blocks) + "\n"


def meaning_of(module: str, name: str) -> str:
    """The first paragraph of a name's docstring, on one line."""
    if name in _OUTSIDE:
        return _OUTSIDE[name]
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    body = ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body
    said = dict(_docstrings(body)).get(name, "")
    return " ".join(said.partition("\n\n")[0].split()).replace("|", "\\|")


def _docstrings(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The docstrings of a module's names, and of constants with a text below them."""
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match node, after:
            case ((ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef()), _):
                yield node.name, ast.get_docstring(node) or _says(node)
            case (
                (ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, text


def _says(node: ast.stmt) -> str:
    """The text of an error that has no docstring: what it says."""
    for line in getattr(node, "body", ()):
        match line:
            case ast.Assign(targets=[ast.Name(id="says")], value=ast.Constant(value=str(text))):
                return text
    return ""


def _imports(names: list[tuple[str, str, str]]) -> str:
    return "\n".join(f"from {module} import {name} as {alias}" for module, name, alias in sorted(names, key=_order))


def _order(name: tuple[str, str, str]) -> tuple[str, int, str]:
    """The order of ruff: by module, constants first, then classes, then functions."""
    kind = 0 if name[1].isupper() else 1 if name[1][0].isupper() else 2
    return name[0], kind, name[1]
