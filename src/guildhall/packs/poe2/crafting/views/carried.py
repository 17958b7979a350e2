"""Sessions as an export has them."""

from typing import Any

import msgspec

from guildhall.packs.poe2.crafting.actions.sessions import shown
from guildhall.packs.poe2.crafting.schemas.carried import CarriedRow
from guildhall.packs.poe2.crafting.schemas.sessions import LoggedStep

_COUNTED = ("id", "strategy_id", "step_count", "total_cost", "priced_cost", "unpriced_steps", "currency_used")
"""The fields that a server counts or knows by itself; an import counts them again."""


def carried_of(row: CarriedRow) -> dict[str, Any]:
    """Return a session with its steps in the form that `carry_session` takes; what is unknown is left out."""
    found = msgspec.to_builtins(shown(row))
    told = {name: value for name, value in found.items() if value is not None and name not in _COUNTED}
    if row.export_hash is not None:
        told["export_hash"] = row.export_hash
    return {**told, "steps": [_step(one) for one in row.steps]}


def _step(stored: Any) -> dict[str, Any]:
    found = msgspec.to_builtins(msgspec.convert(stored, LoggedStep))
    for name in ("number", "league", "price_base"):
        del found[name]
    if found["odds"] is not None:
        found["odds"] = {name: value for name, value in found["odds"].items() if value is not None}
    return {name: value for name, value in found.items() if value is not None}
