"""Docstrings begin with what a thing does or is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
CLAUSE = re.compile(
    r"\W*(what|who|whose|whom|whether|how|where|when|why|which|(what|who|where|when|which)ever|of|as|that|those|each"
    r"|(no|some|every|any)body|(no|some|every|any)thing"
    r"|it|its|they|there|this|these|by|for|from|in|on|to|up|with|without|within|under|over|above|after|before|until|since"
    r"|so|only|be|told|telling|saying)\b",
    re.IGNORECASE,
)
"""The beginning of a relative clause, of a phrase without its noun, or of a sentence about nobody in particular."""


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Return the docstrings of a module, its classes, functions and attributes, with their lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Module(body=body) | ast.ClassDef(body=body):
                statements = body
            case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
                statements = body[:1]
            case _:
                continue
        for statement in statements:
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield statement.lineno, text


def test_a_clause_is_known_by_its_first_word():
    assert CLAUSE.match("What a session is.")
    assert CLAUSE.match("`Whether` it is over.")
    assert CLAUSE.match("\n    Somebody's name.")
    assert CLAUSE.match("For members.")
    assert not CLAUSE.match("Return whether it is over.")
    assert not CLAUSE.match("Offer a passkey.")


def test_docstrings_begin_with_what_a_thing_does_or_is():
    found = {path.relative_to(SOURCE): list(docstrings(path)) for path in sorted(SOURCE.rglob("*.py"))}
    clauses = [
        f"{path}:{line}: {text.strip().splitlines()[0]}"
        for path, texts in found.items()
        for line, text in texts
        if CLAUSE.match(text)
    ]

    assert sum(map(len, found.values())) > 4000
    assert clauses == []
