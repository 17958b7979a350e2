"""Parameters of paths and queries: a type with msgspec's bounds, as the framework checks and describes it."""

from typing import Annotated, Any, get_args, get_origin

from litestar.openapi.spec import Example
from litestar.params import ParameterKwarg, QueryParameter
from msgspec import Meta

_LONGEST = 200
"""Characters of a text in a path or query whose type does not say a bound."""
_BOUNDS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "title", "description")


def framework_type(hint: Any, of: type[ParameterKwarg], name: str, *, required: bool) -> Any:
    """Return a parameter's type with its bounds and texts as the framework has them; a text is never without a bound.

    `of` is where the parameter stands. A type that is annotated for the framework is returned as it is.
    """
    plain = hint
    extras: tuple[Any, ...] = ()
    while get_origin(plain) is Annotated:
        plain, *outer = get_args(plain)
        extras = (*outer, *extras)
    plain = getattr(plain, "__supertype__", plain)  # of a NewType
    if any(isinstance(one, ParameterKwarg) for one in extras):
        return hint
    said: dict[str, Any] = {}
    for one in extras:
        if isinstance(one, Meta):
            said |= {key: value for key in _BOUNDS if (value := getattr(one, key)) is not None}
            if one.examples:
                said["examples"] = [Example(value=value) for value in one.examples]
    if plain is str or str in get_args(plain):
        said.setdefault("max_length", _LONGEST)
    if of is QueryParameter:
        said |= {"name": name, "required": required}
    return Annotated[plain, of(**said)]
