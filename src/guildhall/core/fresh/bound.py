"""A declaration in a worker: its functions with what they ask for, its tuning, and the budget of its game API."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from inspect import signature
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from guildhall.core.fresh.declaration import Fresh, Tuning
from guildhall.core.fresh.held import HeldKey
from guildhall.core.fresh.schemas import Attempt, Claimed
from guildhall.core.jobs.bindings import Provided, asked_for
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.pool import Transaction
from guildhall.errors import Miswired
from guildhall.references import Reference

_UNLIMITED = 1_000_000


class Bound:
    """A declaration with its functions and their arguments. Raises Miswired for what nothing provides."""

    def __init__(self, fresh: Fresh, provided: Provided, clients: UpstreamClients) -> None:
        self.fresh = fresh
        tuning = Tuning() if fresh.tuned is None else fresh.tuned(**_asked(fresh.tuned, provided, fresh.name))
        self.at_once = tuning.at_once or fresh.at_once
        self.a_round = tuning.a_round or fresh.a_round
        self.rounds = tuning.rounds or fresh.rounds
        self.batch = tuning.batch or fresh.batch
        self.people_first = tuning.people_first or fresh.people_first
        self._refresh = None if fresh.refresh is None else _Call(fresh.refresh, provided, fresh.name)
        self._many = None if fresh.refresh_many is None else _CallOfMany(fresh.refresh_many, provided, fresh.name)
        self._gone = None if fresh.gone is None else _Call(fresh.gone, provided, fresh.name)
        self._client = None
        if fresh.upstream is not None:
            if fresh.upstream not in clients.by_name:
                raise Miswired(f"{fresh.name} is refreshed from '{fresh.upstream}': there is no such game API.")
            self._client = clients.by_name[fresh.upstream]

    @property
    def together(self) -> bool:
        """True if the keys of a batch are refreshed together."""
        return self._many is not None

    async def room(self, tx: Transaction, *, wanted: bool) -> int:
        """Return how many keys the budget lets a round refresh now; people who wait may use their share of it."""
        if self._client is None:
            return _UNLIMITED
        calls = await self._client.budget.room(tx, interactive=wanted)
        return _UNLIMITED if calls is None else calls // self.fresh.calls

    async def refresh(self, held: HeldKey[str]) -> Any:
        """Run the declaration's function for a key."""
        assert self._refresh is not None
        return await self._refresh(held)

    def typed(self, claimed: Claimed, holder: UUID) -> HeldKey[Any]:
        """Return a key as the declaration's function of many takes it. Raises ValueError for one of another type."""
        assert self._many is not None
        return HeldKey(self._many.key(claimed.key), claimed, holder)

    async def refresh_many(self, held: Sequence[HeldKey[Any]]) -> Mapping[Any, datetime | Exception | None]:
        """Run the declaration's function of many for a batch."""
        assert self._many is not None
        return await self._many(held) or {}

    async def tell_gone(self, held: HeldKey[Any]) -> None:
        """Tell the pack that there is no such key, if it wants to know."""
        if self._gone is not None:
            await self._gone(held)


class _Call:
    """A function of a key with what it asked for beside it."""

    def __init__(self, function: "Callable[..., Any] | Reference[Any]", provided: Provided, name: str) -> None:
        self._function = function.load() if isinstance(function, Reference) else function
        asked = asked_for(self._function, {**provided, Attempt: None}, f"A function of {name}")
        hints = get_type_hints(self._function)
        self._attempt = next((parameter for parameter in asked if hints[parameter] is Attempt), None)
        self._extra = asked
        self._key = _type_of_keys(_first_hint(self._function, name, str), name)

    async def __call__(self, held: HeldKey[Any]) -> Any:
        extra = self._extra if self._attempt is None else {**self._extra, self._attempt: held.attempt}
        return await self._function(self._key(held.claimed.key), **extra)


class _CallOfMany:
    """A function of a batch of keys with what it asked for beside it."""

    def __init__(self, function: "Callable[..., Any] | Reference[Any]", provided: Provided, name: str) -> None:
        self._function = function.load() if isinstance(function, Reference) else function
        self._extra = asked_for(self._function, provided, f"A function of {name}")
        hint = _first_hint(self._function, name, None)
        (of_batch,) = get_args(hint) or (None,)
        if get_origin(hint) is not Sequence or get_origin(of_batch) is not HeldKey:
            raise Miswired(f"A function of {name} takes its keys as {hint}; it can be a Sequence of HeldKey.")
        self.key = _type_of_keys(get_args(of_batch)[0], name)

    async def __call__(self, held: Sequence[HeldKey[Any]]) -> Any:
        return await self._function(held, **self._extra)


def _first_hint(function: Callable[..., object], name: str, otherwise: Any) -> Any:
    """Return the type of a function's first parameter. Raises Miswired for a function without one."""
    first = next(iter(signature(function).parameters), None)
    if first is None:
        raise Miswired(f"A function of {name} takes no key.")
    return get_type_hints(function).get(first, otherwise)


def _type_of_keys(hint: Any, name: str) -> Callable[[str], Any]:
    """Return what makes a key of its text. Raises Miswired."""
    kind = getattr(hint, "__supertype__", hint)
    if kind not in (str, int, UUID):
        raise Miswired(f"A function of {name} takes its key as {kind}; it can be str, int or UUID.")
    made: Callable[[str], Any] = kind
    return made


def _asked(function: Callable[..., object], provided: Provided, name: str) -> dict[str, object]:
    """Return the arguments of a function, all found by type."""
    hints = get_type_hints(function)
    found: dict[str, object] = {}
    for parameter in signature(function).parameters:
        if hints.get(parameter) not in provided:
            raise Miswired(f"The tuning of {name} asks for {parameter}, which nothing provides.")
        found[parameter] = provided[hints[parameter]]
    return found
