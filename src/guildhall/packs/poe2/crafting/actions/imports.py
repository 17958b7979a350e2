"""Sessions that are imported from other programs."""

from datetime import datetime
from decimal import Decimal

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.crafting.actions.sessions import (
    SessionLimits,
    price_base_of,
    require_room,
    require_strategy,
    shown,
)
from guildhall.packs.poe2.crafting.pricing import prices_at
from guildhall.packs.poe2.crafting.queries import sessions as queries
from guildhall.packs.poe2.crafting.rules.craft_of_exile import ExportedItem, ExportedSession, ExportedStep
from guildhall.packs.poe2.crafting.rules.prices import Prices, cost_of
from guildhall.packs.poe2.crafting.rules.units import summed
from guildhall.packs.poe2.crafting.schemas.sessions import (
    ExportRequest,
    LoggedItem,
    LoggedMod,
    LoggedOdds,
    LoggedStep,
    SessionImported,
)
from guildhall.packs.poe2.ids import CraftingSessionId
from guildhall.text import clean_line

_EMULATOR = "the emulator of Craft of Exile"


async def import_export(
    tx: Transaction, wanted: ExportRequest, exported: ExportedSession, hours: int, limits: SessionLimits
) -> SessionImported:
    """Store an export as a completed session; the same export is one session, however often it is sent.

    Raises TooManySessions, StrategyNotFound, BadText.
    """
    await queries.lock_crafter.one(tx, tx.viewer.id)
    known = await queries.imported_session.one_or_none(tx, tx.viewer.id, exported.digest)
    if known is not None:
        return SessionImported(shown(known), again=True)
    await require_room(tx, limits)
    await require_strategy(tx, wanted.strategy_id)
    at = wanted.at or tx.now
    base = await price_base_of(tx, wanted.league, wanted.price_base)
    prices = await prices_at(tx, wanted.league, at, hours, base, wanted.prices)
    steps = [_step(number, one, prices, wanted.league, at, tx.now) for number, one in enumerate(exported.steps, 1)]
    used: dict[str, int] = {}
    for step in steps:
        used = summed(used, step.units)
    id = CraftingSessionId(uuid7())
    await queries.add_imported_session.run(
        tx, id, tx.viewer.id, clean_line(wanted.item_base, 1, 255), clean_line(wanted.item_class, 1, 100),
        exported.item_level, wanted.target_mods, wanted.title and clean_line(wanted.title, 1, 120),
        wanted.league and clean_line(wanted.league, 1, 100), wanted.patch, wanted.strategy_id, base, wanted.prices,
        "craft_of_exile", at, wanted.success, _item(exported.final), steps, len(steps),
        sum((step.cost for step in steps if step.cost is not None), Decimal(0)),
        sum(step.cost is None for step in steps), used, exported.digest,
    )  # fmt: skip
    return SessionImported(shown(await queries.session.one(tx, id)), again=False)


def _step(number: int, one: ExportedStep, known: Prices, league: str | None, at: datetime, now: datetime) -> LoggedStep:
    prices = known.of(one.units)
    odds = None if one.chance is None else LoggedOdds(patch=None, source=_EMULATOR, chance=one.chance)
    return LoggedStep(
        number=number, action=one.action, omens=one.omens, before=_item(one.before), after=_item(one.after),
        units=one.units, league=league, at=at, logged_at=now, prices=prices, price_base=known.base,
        cost=cost_of(one.units, prices), odds=odds, note=None,
    )  # fmt: skip


def _item(exported: ExportedItem) -> LoggedItem:
    mods = [LoggedMod(text=one.text, side=one.side, rolls=one.rolls, fractured=one.fractured) for one in exported.mods]
    return LoggedItem(rarity=exported.rarity, item_level=exported.item_level, mods=mods)
