"""The errors that a function can raise, read from the source of everything that it calls."""

import ast
import contextlib
import functools
import inspect
import textwrap
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any

from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.errors import TooManyKept
from guildhall.core.upstream.routes import UpstreamRoute
from guildhall.core.upstream.serving import Answers
from guildhall.errors import GuildhallError

Errors = frozenset[type[GuildhallError]]
_NOTHING: Errors = frozenset()
_FETCHES = frozenset({"fetch", "fetch_now", "fetcher"})
"""The calls of a declared route, which raise its `missing`."""
_DECLARED = (Fresh, UpstreamRoute, Answers)
"""Declarations: what their methods raise depends on what they say."""

_HERE = ("guildhall.core", "guildhall.db.group_commit", "guildhall.packs")
"""The packages of the product whose functions raise errors of a slice."""


class Raised:
    """Finds the errors. A call is followed when its function is known: by name, by module, by the type of an object.

    Functions of the product and of `packages` are followed.
    """

    def __init__(self, packages: Iterable[str] = ()) -> None:
        self._packages = (*_HERE, *packages)
        self._known: dict[Any, Errors] = {}
        self._attributes: dict[type[Any], dict[str, Any]] = {}
        self._open: set[Any] = set()

    def of(self, function: Any, owner: type[Any] | None = None) -> Errors:
        """Return the errors that reach the caller of a function; `owner` is the class of a method's object."""
        function = inspect.unwrap(getattr(function, "__func__", function))
        key = (function, owner)
        if key in self._known:
            return self._known[key]
        if key in self._open or not self.follows(function):
            return _NOTHING
        self._open.add(key)
        try:
            found = _Function(self, function, owner).errors() | _missing(function)
        finally:
            self._open.discard(key)
        if not self._open:  # inside of a circle the set may not be whole yet
            self._known[key] = found
        return found

    def follows(self, value: Any) -> bool:
        """Return whether a function or class is in one of the packages."""
        module = getattr(value, "__module__", None) or ""
        return any(module == one or module.startswith(f"{one}.") for one in self._packages)

    def is_function(self, value: Any) -> bool:
        """Return whether a value is a function that is followed."""
        value = getattr(value, "__func__", value)
        return inspect.isfunction(value) and self.follows(inspect.unwrap(value))

    def attribute_types(self, kind: type[Any]) -> dict[str, Any]:
        """Return the types of an object's attributes: annotated ones, and those that the constructor sets."""
        if kind not in self._attributes:
            self._attributes[kind] = self._attribute_types(kind)
        return self._attributes[kind]

    def _attribute_types(self, kind: type[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for one in reversed(kind.__mro__):
            if not self.follows(one):
                continue
            with contextlib.suppress(NameError, TypeError):
                found |= typing.get_type_hints(one, include_extras=True)
            made = one.__dict__.get("__init__")
            if made is None or not inspect.isfunction(made):
                continue
            found |= _Function(self, made, one).kept()
        return found


class _Function:
    def __init__(self, raised: Raised, function: Any, owner: type[Any] | None) -> None:
        self._raised = raised
        self._owner = owner
        self._names = {**vars(typing), **_closure(function), **function.__globals__}
        self._tree = _tree_of(function)
        self._locals: dict[str, ast.AST] = {}
        self._types: dict[str, Any] = {}
        self._declared: dict[str, Any] = {}
        """Declarations that have got a name of this function."""
        hints = _hints(function)
        for name in inspect.signature(function).parameters:
            if name in hints:
                self._types[name] = hints[name]
        if owner is not None:
            self._types["self"] = owner

    def errors(self) -> Errors:
        return self._all(self._tree.body)

    def kept(self) -> dict[str, Any]:
        """The types of the attributes that a constructor sets."""
        return {
            target.attr: self._type_of(node.value)
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
        }

    def _all(self, nodes: Any) -> Errors:
        return frozenset().union(*(self._of(node) for node in nodes)) if nodes else _NOTHING

    def _of(self, node: ast.AST) -> Errors:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._locals[node.name] = node
                return self._all(node.body)
            case ast.Try():
                return self._of_try(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._types[name] = self._type_of(value)
                self._declared[name] = self._declaration(value)
                return self._of(value)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                found = self._all(items)
                for item in items:
                    if isinstance(item.optional_vars, ast.Name):
                        self._types[item.optional_vars.id] = self._type_of(item.context_expr)
                suppressed = [self._value(argument) for item in items for argument in _suppressed(item)]
                return (found | self._all(node.body)) - _caught(found | self._all(node.body), suppressed)
            case ast.Call(func=called):
                given = self._all([called, *node.args, *[one.value for one in node.keywords]])
                return self._of_call(called) | self._of_limit(called, node.keywords) | given
            case ast.Raise(exc=ast.Name() | ast.Attribute() as kind):
                value = self._value(kind)
                return frozenset([value]) if _is_error(value) else _NOTHING
            case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
                value = self._value(node)
                below = _NOTHING if isinstance(node, ast.Name) else self._of(node.value)
                found = self._raised.of(value, self._owner_of(node)) if self._raised.is_function(value) else _NOTHING
                return below | (found if isinstance(node, ast.Name) else self._as_declared(node, found))
        return self._all(list(ast.iter_child_nodes(node)))

    def _of_try(self, node: ast.Try) -> Errors:
        inside = self._all(node.body)
        found = self._all([*node.orelse, *node.finalbody])
        for handler in node.handlers:
            kinds = [] if handler.type is None else _kinds(self._value(handler.type, handler.type))
            caught = _caught(inside, kinds)
            again = any(isinstance(one, ast.Raise) and one.exc is None for one in ast.walk(handler))
            inside = inside if again else inside - caught
            found |= self._all(handler.body)
        return inside | found

    def _of_call(self, called: ast.expr) -> Errors:
        value = self._value(called)
        if _is_error(value):
            return frozenset([value])
        if inspect.isclass(value) and self._raised.follows(value) and "__init__" in value.__dict__:
            return self._raised.of(value.__init__, value)
        return _NOTHING  # a function is followed where it is named

    def _of_limit(self, called: ast.expr, keywords: list[ast.keyword]) -> Errors:
        """The error of a call that gives a declaration its limit."""
        limited = any(one.arg == "most" for one in keywords)
        kept = isinstance(called, ast.Attribute) and isinstance(self._declaration(called.value), Fresh)
        return frozenset([TooManyKept]) if limited and kept else _NOTHING

    def _as_declared(self, node: ast.Attribute, found: Errors) -> Errors:
        """The errors of a method that is named, as the declaration says them whose method it is."""
        match self._declaration(node.value):
            case Fresh(most=None):
                return found - {TooManyKept}
            case UpstreamRoute(missing=missing) if node.attr in _FETCHES and missing is not None:
                return found | {missing}
            case Answers(route=UpstreamRoute(missing=missing)) if node.attr == "find" and missing is not None:
                return found | {missing}
        return found

    def _declaration(self, node: ast.AST) -> Any:
        """The declaration that a name or an attribute is, or None."""
        if isinstance(node, ast.Name) and node.id in self._declared:
            return self._declared[node.id]
        value = self._value(node)
        return value if isinstance(value, _DECLARED) else None

    def _owner_of(self, node: ast.AST) -> type[Any] | None:
        if isinstance(node, ast.Attribute):
            kind = _plain(self._type_of(node.value))
            if inspect.isclass(kind):
                return kind
        return None

    def _value(self, node: ast.AST, kinds: ast.AST | None = None) -> Any:
        match kinds:
            case ast.Tuple(elts=several):
                return tuple(self._value(one, one) for one in several)
        match node:
            case ast.Name(id=name):
                return None if name in self._locals or name in self._types else self._names.get(name)
            case ast.Attribute(value=inner, attr=name):
                kind = _plain(self._type_of(inner))
                if kind is not None and not isinstance(kind, types.ModuleType):
                    return inspect.getattr_static(kind, name, None) if inspect.isclass(kind) else None
                owner = self._value(inner)
                return (
                    getattr(owner, name, None)
                    if isinstance(owner, types.ModuleType) or inspect.isclass(owner)
                    else None
                )
        return None

    def _type_of(self, node: ast.AST) -> Any:
        match node:
            case ast.Await(value=inner):
                return self._type_of(inner)
            case ast.Name(id=name) if self._types.get(name) is not None:
                return self._types[name]
            case ast.Attribute(value=inner, attr=name) if inspect.isclass(kind := _plain(self._type_of(inner))):
                return self._raised.attribute_types(kind).get(name)
            case ast.Name() | ast.Attribute():
                declared = self._declaration(node)
                return None if declared is None else type(declared)
            case ast.Call(func=called):
                value = self._value(called)
                if inspect.isclass(value):
                    return value
                if self._raised.is_function(value):
                    return _yielded(_hints(value).get("return"))
        return None


def _missing(function: Any) -> Errors:
    """The error of an endpoint that serves a game API's route, for a 404 of the game."""
    missing: Any = getattr(getattr(function, "upstream_route", None), "missing", None)
    return frozenset([missing]) if _is_error(missing) else _NOTHING


def _yielded(kind: Any) -> Any:
    arguments = typing.get_args(kind)
    name = getattr(typing.get_origin(kind), "__name__", "")
    return arguments[0] if arguments and name in ("AsyncIterator", "Iterator", "AsyncGenerator") else kind


def _plain(kind: Any) -> Any:
    """The class of a hint: of `X | None` and `Annotated[X, ...]` it is X, of `list[X]` list."""
    if typing.get_origin(kind) is typing.Annotated:
        return _plain(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        several = [one for one in typing.get_args(kind) if one is not type(None)]
        return _plain(several[0]) if len(several) == 1 else None
    return typing.get_origin(kind) or kind


def _suppressed(item: ast.withitem) -> Iterator[ast.expr]:
    match item.context_expr:
        case ast.Call(func=ast.Attribute(attr="suppress") | ast.Name(id="suppress"), args=arguments):
            yield from arguments


def _kinds(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]


def _caught(errors: Errors, kinds: list[Any]) -> Errors:
    classes = tuple(one for one in kinds if inspect.isclass(one))
    return frozenset(one for one in errors if issubclass(one, classes))


def _is_error(value: Any) -> bool:
    return inspect.isclass(value) and issubclass(value, GuildhallError)


def _closure(function: Any) -> dict[str, Any]:
    return dict(inspect.getclosurevars(function).nonlocals)


@functools.cache
def _hints(function: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(getattr(function, "__func__", function), include_extras=True)
    except (NameError, TypeError):
        return {}


@functools.cache
def _tree_of(function: Any) -> ast.FunctionDef | ast.AsyncFunctionDef:
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef)
    return tree
