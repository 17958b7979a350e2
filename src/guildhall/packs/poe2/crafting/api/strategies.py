"""Strategies: added, found, changed, made of a session."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.crafting import errors
from guildhall.packs.poe2.crafting.actions import strategies as actions
from guildhall.packs.poe2.crafting.api.odds import UNKNOWN, UNSOLVED
from guildhall.packs.poe2.crafting.api.parameters import (
    READ,
    WRITE,
    CursorNumber,
    CursorShare,
    OfBase,
    OfClass,
    PathSessionId,
    PathStrategyId,
)
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.queries import strategies as queries
from guildhall.packs.poe2.crafting.schemas.strategies import (
    SharedSession,
    Strategy,
    StrategyChange,
    StrategyLine,
    StrategyRequest,
)
from guildhall.packs.poe2.crafting.views.odds import Calculator
from guildhall.packs.poe2.crafting.views.strategies import expected_of, line_of, seen_strategy, shown
from guildhall.packs.poe2.ids import StrategyId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2/crafting")

_OWN = Cursor("poe2.own_strategies", 1, StrategyId)
_NEW = Cursor("poe2.new_strategies", 1, StrategyId)
_USED = Cursor("poe2.used_strategies", 1, tuple[CursorNumber, StrategyId])
_GOOD = Cursor("poe2.good_strategies", 1, tuple[CursorShare, StrategyId])


@routes.get("/strategies", scope=PUBLIC, pages=Pages(_NEW))
async def list_strategies(
    db: Database, asked: Asked[StrategyId], base: OfBase = None, class_: OfClass = None
) -> Page[StrategyLine]:
    """Public strategies, newest first."""
    async with db.read(custom_plans=True) as tx:
        rows = await queries.newest.many(tx, class_, base, asked.after, asked.rows)
    return _NEW.page([line_of(row) for row in rows], asked.limit, lambda row: row.id)


@routes.get("/strategies/most-used", scope=PUBLIC, pages=Pages(_USED))
async def list_most_used(
    db: Database, asked: Asked[tuple[CursorNumber, StrategyId]], base: OfBase = None, class_: OfClass = None
) -> Page[StrategyLine]:
    """Public strategies, those with the most completed sessions first."""
    uses, after = asked.after or (None, None)
    async with db.read(custom_plans=True) as tx:
        rows = await queries.most_used.many(tx, class_, base, uses, after, asked.rows)
    return _USED.page([line_of(row) for row in rows], asked.limit, lambda row: (row.uses_count, row.id))


@routes.get("/strategies/most-successful", scope=PUBLIC, pages=Pages(_GOOD))
async def list_most_successful(
    db: Database, asked: Asked[tuple[CursorShare, StrategyId]], base: OfBase = None, class_: OfClass = None
) -> Page[StrategyLine]:
    """Public strategies, by the lower end of the interval of their success.

    The Wilson interval of 95 %: a strategy of which few sessions tell ranks low, however they ended.
    """
    low, after = asked.after or (None, None)
    async with db.read(custom_plans=True) as tx:
        rows = await queries.most_successful.many(tx, class_, base, low, after, asked.rows)
    lows = {row.id: row.success_low for row in rows}
    return _GOOD.page([line_of(row) for row in rows], asked.limit, lambda row: (lows[row.id], row.id))


@routes.get("/own-strategies", scope=READ, pages=Pages(_OWN))
async def list_own_strategies(viewer: Viewer, tx: Read, asked: Asked[StrategyId]) -> Page[StrategyLine]:
    """Your strategies, the latest first."""
    rows = await queries.own_strategies.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page([line_of(row) for row in rows], asked.limit, lambda row: row.id)


@routes.post("/strategies", scope=WRITE, raises=(*UNKNOWN, *UNSOLVED, errors.TooManyStrategies))
async def post_strategy(
    data: StrategyRequest,
    viewer: Viewer,
    db: Database,
    games: Games,
    calculator: Calculator,
    settings: Poe2Settings,
) -> Strategy:
    """Add a strategy.

    With a plan its expected cost is calculated: estimated, with what it stands on.
    """
    cost, expected = await expected_of(db, viewer, data, games, calculator, settings)
    async with db.write(viewer) as tx:
        row = await actions.add_strategy(tx, data, cost, expected, settings.crafting_strategies_most)
    return shown(row, viewer)


@routes.get("/strategies/{strategy_id:uuid}", scope=PUBLIC, raises=(errors.StrategyNotFound,))
async def get_strategy(strategy_id: PathStrategyId, principal: Principal | None, db: Database) -> Strategy:
    """A strategy: a public one, or one of yours."""
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        return shown(await seen_strategy(tx, strategy_id), viewer)


@routes.patch(
    "/strategies/{strategy_id:uuid}",
    scope=WRITE,
    raises=(errors.StrategyNotFound, errors.StrategyWithheld),
)
async def patch_strategy(strategy_id: PathStrategyId, data: StrategyChange, viewer: Viewer, tx: Write) -> Strategy:
    """Change what is said of a strategy, or who sees it.

    Its steps stay as they are, for sessions tell of them. What is left out stays.
    """
    return shown(await actions.change_strategy(tx, strategy_id, data), viewer)


@routes.delete("/strategies/{strategy_id:uuid}", scope=WRITE, raises=(errors.StrategyNotFound,), empty="It is deleted.")
async def delete_strategy(strategy_id: PathStrategyId, tx: Write) -> None:
    """Delete a strategy; sessions that name it stay."""
    await actions.delete_strategy(tx, strategy_id)


@routes.post(
    "/sessions/{session_id:uuid}/strategy",
    scope=WRITE,
    raises=(errors.SessionNotFound, errors.SessionOpen, errors.NothingToShare, errors.TooManyStrategies),
)
async def share_session(
    session_id: PathSessionId, data: SharedSession, viewer: Viewer, tx: Write, settings: Poe2Settings
) -> Strategy:
    """Make a strategy of a completed session.

    Of what was done to its last item; the session is the first that names it.
    """
    row = await actions.share_session(tx, session_id, data, settings.crafting_strategies_most)
    return shown(row, viewer)
