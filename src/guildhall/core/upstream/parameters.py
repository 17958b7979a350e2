"""The parameters of a game API's route, as a signature declares them."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from guildhall.core.upstream.templates import BadRoute
from guildhall.errors import BadRequest

BODY = "data"
"""The parameter that is the JSON body."""
_REQUIRED: Any = inspect.Parameter.empty


class Normal(Struct, frozen=True):
    """The function that gives the one spelling of a parameter, for the call and for the key of its answer in the cache.

    `Annotated[str, Normal(str.casefold)]` for names whose case does not matter. The function may raise the pack's error
    for a value that cannot be. A parameter of an endpoint may have it too: the endpoint gets the normal value.
    """

    make: Callable[[Any], object]


class Parameter(Struct, frozen=True):
    """A parameter: its type without `Normal`, and its default if it has one."""

    name: str
    kind: Any
    default: Any
    normal: Callable[[Any], object] | None

    @property
    def required(self) -> bool:
        """Return whether a call must give it."""
        return self.default is _REQUIRED


class Parameters:
    """The parameters of a route, in the order of its signature, which begins with `self`. Raises BadRoute."""

    def __init__(self, signature: Callable[..., object]) -> None:
        self._of = signature.__qualname__
        own, *declared = inspect.signature(signature).parameters.values()
        if own.name != "self":
            raise BadRoute(f"{self._of} is declared in the class of its API, with `self` first")
        hints = get_type_hints(signature, include_extras=True)
        self.all: list[Parameter] = []
        for one in declared:
            if one.kind not in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY):
                raise BadRoute(f"{self._of} has the parameter {one}; each is named")
            if one.name not in hints:
                raise BadRoute(f"{self._of} does not say the type of {one.name}")
            self.all.append(_parameter(one, hints[one.name]))
        self.names = tuple(one.name for one in self.all)
        self._known = frozenset(self.names)
        self._normal = tuple((place, one.normal) for place, one in enumerate(self.all) if one.normal is not None)

    def values(self, args: Sequence[object], given: Mapping[str, object]) -> tuple[Any, ...]:
        """Return the normal values of a call's arguments, in order. Raises TypeError, or what `Normal` raises."""
        return self._normalised(self._in_order(args, given))

    def bounded(self, args: Sequence[object], given: Mapping[str, object]) -> tuple[Any, ...]:
        """Return the normal values of a call from code, which nothing has compared with their types yet.

        Raises BadRequest, and as `values`.
        """
        found = self._in_order(args, given)
        for one, value in zip(self.all, found, strict=True):
            try:
                msgspec.convert(value, one.kind)
            except msgspec.ValidationError as error:
                raise BadRequest(detail=f"{one.name} of {self._of} may not be that: {error}.") from error
        return self._normalised(found)

    def _in_order(self, args: Sequence[object], given: Mapping[str, object]) -> list[Any]:
        if not given and len(args) == len(self.names):
            return list(args)
        if not args and given.keys() == self._known:
            return [given[name] for name in self.names]
        found = [*args, *[given.get(one.name, one.default) for one in self.all[len(args) :]]]
        if len(found) > len(self.all) or _REQUIRED in found or not given.keys() <= set(self.names[len(args) :]):
            raise self._misfit(args, given)
        return found

    def _normalised(self, found: list[Any]) -> tuple[Any, ...]:
        for place, normal in self._normal:
            if (value := found[place]) is not None:
                found[place] = normal(value)
        return tuple(found)

    def _misfit(self, args: Sequence[object], given: Mapping[str, object]) -> TypeError:
        """Return the error for arguments that are missing, unknown, or given twice."""
        missing = [one.name for one in self.all[len(args) :] if one.required and one.name not in given]
        unknown = [*map(repr, args[len(self.all) :]), *(name for name in given if name not in self.names)]
        twice = [name for name in self.names[: len(args)] if name in given]
        return TypeError(f"{self._of}: missing {missing}, unknown {unknown}, given twice {twice}")


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    kind, normal = without_normal(hint)
    return Parameter(declared.name, kind, declared.default, normal)


def without_normal(hint: Any) -> tuple[Any, Callable[[Any], object] | None]:
    """Return a parameter's type without `Normal`, and the function of it; `Normal` may stand at a member of a union."""
    plain, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    normals = [one.make for one in extras if isinstance(one, Normal)]
    rest = [one for one in extras if not isinstance(one, Normal)]
    if get_origin(plain) in (Union, UnionType):
        members = [without_normal(member) for member in get_args(plain)]
        normals += [normal for _, normal in members if normal is not None]
        plain = Union[tuple(member for member, _ in members)]  # noqa: UP007 (of a tuple)
    if not normals:
        return hint, None
    return Annotated[(plain, *rest)] if rest else plain, normals[0]
