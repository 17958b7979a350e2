"""Functions that commands run: their parameters are filled by type, from what a worker holds."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar, get_type_hints

from guildhall.errors import Misconfigured

Result = TypeVar("Result")


def wanted_by(action: "partial[Awaitable[Any]]") -> dict[str, Any]:
    """Return the types of the parameters that are still to be filled, by name. Raises Misconfigured.

    A parameter with a default that is no object of the process keeps it.
    """
    function = action.func
    hints = get_type_hints(function.func if isinstance(function, partial) else function)
    try:
        parameters = inspect.signature(action).parameters
    except TypeError as error:
        raise Misconfigured(
            f"The command gives {getattr(function, '__qualname__', function)} too much: {error}."
        ) from error
    return {name: hints.get(name) for name, one in parameters.items() if one.default is inspect.Parameter.empty}


async def call_filled(action: Callable[..., Awaitable[Result]], provided: Mapping[Any, object]) -> Result:
    """Call a function with what its parameters ask for by type. Raises Misconfigured for what nothing provides."""
    wanted = wanted_by(partial(action))
    missing = [name for name, kind in wanted.items() if kind not in provided]
    if missing:
        raise Misconfigured(f"The command asks for {missing[0]}, which nothing provides.")
    return await action(**{name: provided[kind] for name, kind in wanted.items()})
