"""Topics that a pack's source publishes to, compared with the kinds that slices declare."""

import ast
import inspect
import textwrap
from collections.abc import Collection, Iterator
from pathlib import Path
from types import FunctionType, ModuleType

from guildhall.boot.faults import modules_of
from guildhall.core.realtime.actions import publish

_TOPIC = 1
"""The place of the topic among the arguments of `publish`."""


def undeclared_topics(packages: frozenset[str], kinds: Collection[str]) -> Iterator[str]:
    """Return the calls of `publish` to a kind of topics that is not among `kinds`, as far as the source says the kind.

    The topic may be made by a function of the pack that returns a text. One that begins with a value does not say its
    kind: a test that publishes it does.
    """
    for module in modules_of(packages):
        if not isinstance(module, ModuleType) or module.__file__ is None:
            continue
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(module)))
        except OSError:  # without source, or empty
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _meant(module, call.func) is publish:
                for kind in sorted({*_kinds_of(module, _topic(call))} - {*kinds}):
                    place = f"{Path(module.__file__).name}:{call.lineno}"
                    yield f"publish to '{kind}:…' ({place}), topics that no TopicKind declares: nobody can follow"


def _kinds_of(module: ModuleType, topic: ast.expr | None) -> Iterator[str]:
    """Return the kinds that an expression says, or a function that it calls returns."""
    if isinstance(topic, ast.Call) and isinstance(made := _meant(module, topic.func), FunctionType):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(made)))
        except OSError:
            return
        found = [_kind(node.value) for node in ast.walk(tree) if isinstance(node, ast.Return)]
    else:
        found = [_kind(topic)]
    yield from (kind for kind in found if kind is not None)


def _meant(module: ModuleType, name: ast.expr) -> object:
    """Return the object of a module's name, or of one after a dot."""
    if isinstance(name, ast.Attribute):
        return getattr(_meant(module, name.value), name.attr, None)
    return vars(module).get(name.id) if isinstance(name, ast.Name) else None


def _topic(call: ast.Call) -> ast.expr | None:
    if len(call.args) > _TOPIC:
        return call.args[_TOPIC]
    return next((one.value for one in call.keywords if one.arg == "topic"), None)


def _kind(topic: ast.expr | None) -> str | None:
    """Return the kind that a text says, or None."""
    if isinstance(topic, ast.JoinedStr):
        topic = topic.values[0] if topic.values else None
        if isinstance(topic, ast.Constant) and ":" not in str(topic.value):
            return None
    if isinstance(topic, ast.Constant) and isinstance(topic.value, str):
        return topic.value.partition(":")[0]
    return None
