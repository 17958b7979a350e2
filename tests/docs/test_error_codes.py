"""Every error code is raised in some test."""

import ast
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from guildhall.boot.error_codes import error_classes

TESTS = Path(__file__).parents[1]


def named(tree: ast.AST) -> Iterator[str]:
    """Return the words of a module that may be codes, and the classes that it expects in `raises` or by their code.

    A word without a dot or an underscore means many things. It counts where something is equal to it, and beside a
    status.
    """
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if "." in text or "_" in text:
                yield text
            case ast.Compare(ops=[ast.Eq()]):
                constants = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
                yield from (value for value in constants if isinstance(value, str))
            case ast.Tuple(elts=[ast.Constant(value=int()), ast.Constant(value=str(text)), *_]):
                yield text
            case ast.Call(func=ast.Attribute(attr="raises"), args=[kinds, *_]):
                yield from _classes(kinds)
            case ast.Attribute(value=kind, attr="code"):
                yield from _classes(kind)


def _classes(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Tuple(elts=several):
            for one in several:
                yield from _classes(one)


def test_codes_are_named_by_what_a_test_expects():
    tests = """
        assert answer.code == "forbidden"  # not "unauthenticated"
        assert "internal" not in answer.body
        with pytest.raises((GuildFull, errors.InGuild)):
            fault("unavailable")
        assert told == [WarEnded.code, "realm.war_ended"]
        refused = [(409, "conflict")]
    """
    found = set(named(ast.parse(textwrap.dedent(tests))))

    assert {"forbidden", "conflict", "GuildFull", "InGuild", "WarEnded", "realm.war_ended"} <= found
    assert not {"unauthenticated", "internal", "unavailable"} & found


def test_every_error_code_is_raised_in_a_test():
    kinds = error_classes()
    several = {name for name, count in Counter(kind.__name__ for kind in kinds).items() if count > 1}
    trees = [ast.parse(path.read_text()) for path in TESTS.rglob("*.py") if path != Path(__file__)]
    found = {name for tree in trees for name in named(tree)} - several

    assert len(kinds) > 200
    assert [kind.code for kind in kinds if not {kind.code, kind.__name__} & found] == []
