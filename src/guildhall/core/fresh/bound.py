"""A declaration in a worker: its functions with what they ask for, and the budget of its game API."""

from collections.abc import Callable
from inspect import signature
from typing import Any, get_type_hints
from uuid import UUID

from guildhall.core.fresh.declaration import Fresh, Tuning
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
        self.a_round = tuning.a_round or fresh.a_round or _UNLIMITED
        self._refresh = _Call(fresh.refresh, provided, fresh.name)
        self._gone = None if fresh.gone is None else _Call(fresh.gone, provided, fresh.name)
        self._client = None
        if fresh.upstream is not None:
            if fresh.upstream not in clients.by_name:
                raise Miswired(f"{fresh.name} is refreshed from '{fresh.upstream}': there is no such game API.")
            self._client = clients.by_name[fresh.upstream]

    async def room(self, tx: Transaction, *, wanted: bool) -> int:
        """Return how many keys the budget lets a round refresh now; people who wait may use their share of it."""
        if self._client is None:
            return _UNLIMITED
        calls = await self._client.budget.room(tx, interactive=wanted)
        return _UNLIMITED if calls is None else calls // self.fresh.calls

    async def refresh(self, row: Claimed) -> Any:
        """Run the declaration's function for a key."""
        return await self._refresh(row.key, Attempt(row.wanted_at is not None, row.failures, row.refreshed_at))

    async def tell_gone(self, row: Claimed) -> None:
        """Tell the pack that there is no such key, if it wants to know."""
        if self._gone is not None:
            await self._gone(row.key, Attempt(row.wanted_at is not None, row.failures, row.refreshed_at))


class _Call:
    """A function of a key with what it asked for beside it."""

    def __init__(self, function: "Callable[..., Any] | Reference[Any]", provided: Provided, name: str) -> None:
        self._function = function.load() if isinstance(function, Reference) else function
        asked = asked_for(self._function, {**provided, Attempt: None}, f"A function of {name}")
        hints = get_type_hints(self._function)
        self._attempt = next((parameter for parameter in asked if hints[parameter] is Attempt), None)
        self._extra = asked
        first = next(iter(signature(self._function).parameters), None)
        if first is None:
            raise Miswired(f"A function of {name} takes no key.")
        kind = hints.get(first, str)
        kind = getattr(kind, "__supertype__", kind)
        if kind not in (str, int, UUID):
            raise Miswired(f"A function of {name} takes its key as {kind}; it can be str, int or UUID.")
        self._key: Callable[[str], Any] = kind

    async def __call__(self, key: str, attempt: Attempt) -> Any:
        extra = self._extra if self._attempt is None else {**self._extra, self._attempt: attempt}
        return await self._function(self._key(key), **extra)


def _asked(function: Callable[..., object], provided: Provided, name: str) -> dict[str, object]:
    """Return the arguments of a function, all found by type."""
    hints = get_type_hints(function)
    found: dict[str, object] = {}
    for parameter in signature(function).parameters:
        if hints.get(parameter) not in provided:
            raise Miswired(f"The tuning of {name} asks for {parameter}, which nothing provides.")
        found[parameter] = provided[hints[parameter]]
    return found
