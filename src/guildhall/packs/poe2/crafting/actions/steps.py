"""Steps that are logged while somebody crafts."""

import msgspec

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.crafting.actions.logged_odds import logged_odds
from guildhall.packs.poe2.crafting.actions.sessions import locked_session, shown
from guildhall.packs.poe2.crafting.errors import SessionClosed, StepTaken, TooManySteps
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.pricing import prices_at
from guildhall.packs.poe2.crafting.queries import sessions as queries
from guildhall.packs.poe2.crafting.rules.prices import cost_of
from guildhall.packs.poe2.crafting.rules.units import NEW_BASE, summed, units_of
from guildhall.packs.poe2.crafting.schemas.sessions import (
    LoggedStep,
    LoggedStepAdded,
    SessionRow,
    SessionTarget,
    StepRequest,
)
from guildhall.packs.poe2.ids import CraftingSessionId


async def add_step(
    tx: Transaction, id: CraftingSessionId, wanted: StepRequest, games: Games, hours: int, most: int
) -> LoggedStepAdded:
    """Log the next step of a session, with its cost at the prices of its time and its odds.

    The same step may be sent again: it is logged once. Prices older than `hours` do not count. Raises SessionNotFound,
    SessionClosed, TooManySteps; StepTaken when the step is not the next one.
    """
    row = await locked_session(tx, id)
    if row.completed_at is not None:
        raise SessionClosed
    if wanted.number != row.step_count + 1:
        return await _logged_before(tx, row, wanted)
    if row.step_count >= most:
        raise TooManySteps(most=most)
    step = await _priced(tx, row, wanted, games, hours)
    await queries.add_step.run(tx, id, step.number, tx.viewer.id, step)
    used = summed(row.currency_used, step.units)
    counted = await queries.count_step.one(tx, id, step.cost, used, int(step.action == NEW_BASE))
    return LoggedStepAdded(step, shown(counted), again=False)


async def _logged_before(tx: Transaction, row: SessionRow, wanted: StepRequest) -> LoggedStepAdded:
    """Return a step that was logged before with the same content. Raises StepTaken."""
    found = await queries.step_page.many(tx, row.id, wanted.number - 1, 1)
    step = msgspec.convert(found[0], LoggedStep) if found else None
    if step is not None and _is_same(step, wanted):
        return LoggedStepAdded(step, shown(row), again=True)
    last = await queries.step_page.many(tx, row.id, row.step_count - 1, 1) if row.step_count else []
    raise StepTaken(number=wanted.number, step_count=row.step_count, last=last[0]["action"] if last else "none")


def _is_same(step: LoggedStep, wanted: StepRequest) -> bool:
    return (step.number, step.action, step.omens, step.before, step.after, step.note) == (
        wanted.number, wanted.action, list(wanted.omens), wanted.before, wanted.after, wanted.note or None,
    ) and wanted.units in (None, step.units)  # fmt: skip


async def _priced(tx: Transaction, row: SessionRow, wanted: StepRequest, games: Games, hours: int) -> LoggedStep:
    game = await games.find(tx, row.patch)
    at = wanted.at or tx.now
    units = units_of(game, wanted.action, wanted.omens) if wanted.units is None else wanted.units
    known = await prices_at(tx, row.league, at, hours, row.price_base, row.prices | wanted.prices)
    prices = known.of(units)
    targets = msgspec.convert(row.target_mods, list[SessionTarget])
    odds = None
    if game is not None and wanted.action != NEW_BASE:
        use = wanted.action, wanted.omens
        odds = logged_odds(game, row.item_base, row.item_level, wanted.before, wanted.after, use, targets)
    return LoggedStep(
        number=wanted.number, action=wanted.action, omens=list(wanted.omens), before=wanted.before,
        after=wanted.after, units=units, league=row.league, at=at, logged_at=tx.now, prices=prices,
        price_base=row.price_base, cost=cost_of(units, prices), odds=odds, note=wanted.note or None,
    )  # fmt: skip
