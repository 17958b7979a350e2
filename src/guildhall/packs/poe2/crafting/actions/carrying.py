"""Sessions that are carried in: out of a browser, or out of an export."""

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.crafting.actions.sessions import SessionLimits, price_base_of, require_room
from guildhall.packs.poe2.crafting.errors import TooManyOpenSessions, TooManySteps
from guildhall.packs.poe2.crafting.pricing import prices_at
from guildhall.packs.poe2.crafting.queries import carried as queries
from guildhall.packs.poe2.crafting.queries.sessions import add_step, lock_crafter
from guildhall.packs.poe2.crafting.rules.prices import Price, Prices, cost_of
from guildhall.packs.poe2.crafting.rules.units import NEW_BASE, summed, units_of
from guildhall.packs.poe2.crafting.schemas.carried import CarriedSession, CarriedStep, NewSession
from guildhall.packs.poe2.crafting.schemas.sessions import LoggedOdds, LoggedStep, SessionTarget
from guildhall.packs.poe2.ids import CraftingSessionId
from guildhall.text import clean_line


class Carried(Struct, frozen=True):
    """A session that was carried in: its id, and whether it is new."""

    id: CraftingSessionId
    is_new: bool


async def carry_session(tx: Transaction, given: CarriedSession, hours: int, limits: SessionLimits) -> Carried:
    """Store a session with its steps, as it was logged elsewhere; one that is there already stays as it is.

    No strategy counts it: it was counted where it was logged. Prices of the market older than `hours` do not count.
    Raises TooManySessions, TooManyOpenSessions, TooManySteps, BadText.
    """
    if len(given.steps) > limits.steps:
        raise TooManySteps(most=limits.steps)
    new = await _columns(tx, given)
    prices = None
    if any(one.prices is None and one.cost is None for one in given.steps):
        prices = await prices_at(tx, new.league, new.created_at, hours, new.price_base, new.prices)
    steps = [_step(number, one, new, prices) for number, one in enumerate(given.steps, 1)]
    used: dict[str, int] = {}
    for step in steps:
        used = summed(used, step.units)
    await lock_crafter.one(tx, tx.viewer.id)
    there = await queries.same_session.one_or_none(
        tx, tx.viewer.id, new.content_hash, new.item_base, new.item_class, new.created_at, new.origin, len(steps),
        used, new.target_mods, new.title, new.final_item,
    )  # fmt: skip
    if there is not None:
        return Carried(there, is_new=False)
    are_open = await require_room(tx, limits)
    if new.completed_at is None and are_open >= limits.open:
        raise TooManyOpenSessions(most=limits.open)
    id = CraftingSessionId(uuid7())
    await queries.add_carried_session.run(
        tx, id, tx.viewer.id, new.item_base, new.item_class, new.item_level, new.target_mods, new.title, new.note,
        new.league, new.patch, new.price_base, new.prices, new.origin, new.content_hash, new.created_at,
        new.completed_at, new.success, new.final_item, new.session_duration, new.attempt_count,
        [] if new.completed_at is None else steps, len(steps),
        sum((step.cost for step in steps if step.cost is not None), Decimal(0)),
        sum(step.cost is None for step in steps), used,
    )  # fmt: skip
    if new.completed_at is None:
        await add_step.run_many(tx, [add_step.arguments(id, step.number, tx.viewer.id, step) for step in steps])
    return Carried(id, is_new=True)


async def _columns(tx: Transaction, given: CarriedSession) -> NewSession:
    league = given.league and clean_line(given.league, 1, 100)
    times = [one.at for one in given.steps if one.at is not None]
    created_at = given.created_at or min(times, default=given.completed_at or tx.now)
    has_ended = given.completed_at is not None or given.success is not None or given.final_item is not None
    return NewSession(
        item_base=clean_line(given.item_base, 1, 255),
        item_class=clean_line(given.item_class, 1, 100),
        item_level=given.item_level,
        target_mods=[SessionTarget(text=one) if isinstance(one, str) else one for one in given.target_mods],
        title=given.title and clean_line(given.title, 1, 120),
        note=given.note or None,
        league=league,
        patch=given.patch,
        price_base=await price_base_of(tx, league, given.price_base),
        prices=given.prices,
        origin=given.origin,
        content_hash=None if given.export_hash is None else bytes.fromhex(given.export_hash),
        created_at=created_at,
        completed_at=_end_of(given, created_at, times) if has_ended else None,
        success=given.success,
        final_item=given.final_item,
        session_duration=given.session_duration if has_ended else None,
        attempt_count=given.attempt_count or 1 + sum(one.action == NEW_BASE for one in given.steps),
    )


def _end_of(given: CarriedSession, created_at: datetime, times: list[datetime]) -> datetime:
    return max(created_at, given.completed_at or max(times, default=created_at))


def _step(number: int, one: CarriedStep, session: NewSession, market: Prices | None) -> LoggedStep:
    units = units_of(None, one.action, one.omens) if one.units is None else one.units
    at = one.at or session.created_at
    if one.prices is None and one.cost is None and market is not None:
        prices, cost = market.of(units), None
    else:
        prices = {name: Price(price.price, price.source, price.at) for name, price in (one.prices or {}).items()}
        cost = one.cost
    counted = cost_of(units, prices)
    return LoggedStep(
        number=number, action=one.action, omens=one.omens, before=one.before, after=one.after, units=units,
        league=session.league, at=at, logged_at=one.logged_at or at, prices=prices, price_base=session.price_base,
        cost=cost if counted is None or (not units and cost is not None) else counted,
        odds=None if one.odds is None else msgspec.convert(one.odds, LoggedOdds, from_attributes=True),
        note=one.note or None,
    )  # fmt: skip
