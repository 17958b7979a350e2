"""Parameters of paths and queries: a type with msgspec's bounds, as the framework checks and describes it."""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from litestar.openapi.spec import Example
from litestar.params import ParameterKwarg, QueryParameter
from msgspec import Meta

_LONGEST = 200
"""Characters of a text in a path or query whose type does not say a bound."""
_MOST = 50
"""Values of a list in a query whose type does not say a bound."""
_UNIONS = (Union, UnionType)
_BOUNDS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "title", "description")
_WORDS = ("title", "description")


def framework_type(hint: Any, of: type[ParameterKwarg], name: str, *, required: bool) -> Any:
    """Return a parameter's type with its bounds and texts as the framework has them.

    No text or list is without a bound. `of` is where the parameter stands. A type that is annotated for the framework
    is returned as it is. Raises TypeError for a bound that the type does not have.
    """
    plain, extras = _parts(hint)
    if any(isinstance(one, ParameterKwarg) for one in extras):
        return hint
    said: dict[str, Any] = {}
    for one in extras:
        if isinstance(one, Meta):
            said |= {key: value for key in _BOUNDS if (value := getattr(one, key)) is not None}
            if one.examples:
                said["examples"] = [Example(value=value) for value in one.examples]
            if one.tz is False or (one.tz and not has_times(plain)):
                raise TypeError(f"Meta(tz={one.tz}) is for no parameter but a datetime, which always has an offset")
    _check_bounds(plain, {key: said[key] for key in _BOUNDS if key in said and key not in _WORDS})
    members = get_args(plain) if get_origin(plain) in _UNIONS else (plain,)
    if any(get_origin(member) is list for member in members):
        bounds = {"min_items": said.pop("min_length", None), "max_items": said.pop("max_length", _MOST)}
        said |= {key: bound for key, bound in bounds.items() if bound is not None}
    elif str in members:
        said.setdefault("max_length", _LONGEST)
    if of is QueryParameter:
        said |= {"name": name, "required": required}
    return Annotated[plain, of(**said)]


def has_times(hint: Any) -> bool:
    """Return whether values of a parameter's type are times: itself, a member of a union, the items of a list."""
    plain, _ = _parts(hint)
    return plain is datetime or any(has_times(one) for one in get_args(plain))


def _check_bounds(plain: Any, bounds: Mapping[str, Any]) -> None:
    """Raise TypeError for bounds that a type does not have, and which would be found at the first request."""
    for member in get_args(plain) if get_origin(plain) in _UNIONS else (plain,):
        if bounds and member is not NoneType:
            msgspec.json.Decoder(Annotated[member, Meta(**bounds)])


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without what it is annotated with, and the annotations, those of a union's members too."""
    extras: tuple[Any, ...] = ()
    while get_origin(hint) is Annotated:
        hint, *outer = get_args(hint)
        extras = (*outer, *extras)
    if get_origin(hint) in _UNIONS:
        members = [_parts(member) for member in get_args(hint)]
        of_members = (one for _, found in members for one in found)
        return Union[tuple(member for member, _ in members)], (*extras, *of_members)  # noqa: UP007 (of a tuple)
    return getattr(hint, "__supertype__", hint), extras  # of a NewType
