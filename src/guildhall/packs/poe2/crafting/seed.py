"""Crafting of a development database: a made-up table of modifiers, a strategy, and sessions that used it."""

from guildhall.clock import Clock
from guildhall.db.policies import Viewer
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.poe2.crafting.actions.game import import_game
from guildhall.packs.poe2.crafting.actions.sessions import SessionLimits, begin_session, complete_session
from guildhall.packs.poe2.crafting.actions.steps import add_step
from guildhall.packs.poe2.crafting.actions.strategies import add_strategy
from guildhall.packs.poe2.crafting.games import Games
from guildhall.packs.poe2.crafting.queries import game as game_queries
from guildhall.packs.poe2.crafting.queries import sessions
from guildhall.packs.poe2.crafting.rules.files import read_game
from guildhall.packs.poe2.crafting.rules.game import Game
from guildhall.packs.poe2.crafting.rules.items import CraftItem
from guildhall.packs.poe2.crafting.rules.plan import Condition, CraftTarget
from guildhall.packs.poe2.crafting.rules.prices import USUAL_BASE, Prices
from guildhall.packs.poe2.crafting.rules.units import NEW_BASE
from guildhall.packs.poe2.crafting.schemas.sessions import (
    CompletionRequest,
    LoggedItem,
    LoggedMod,
    SessionRequest,
    SessionTarget,
    StepRequest,
)
from guildhall.packs.poe2.crafting.schemas.strategies import StrategyPlan, StrategyRequest, StrategyStep
from guildhall.packs.poe2.crafting.views.odds import PlanPrices, plan_odds
from guildhall.packs.poe2.crafting.views.strategies import expected_by, plan_of
from guildhall.packs.poe2.ids import StrategyId
from guildhall.packs.poe2.sandbox import make_mods

PATCH, _SEED, _BASE = "0.5", 20, "Copper Band"
_PRICES = {"transmute": 0.07, "aug": 0.12, "regal": 0.6, "alch": 0.4, "chaos": 0.9, "annul": 5.0}
_LIMITS = SessionLimits(100, 100, 100)
_HOURS, _MOST = 24, 100
_TRANSITIONS = 200_000
_SOURCE = "made up for the demo"


async def seed_crafting(tx: Transaction, user: UserId) -> int:
    """Add the table where none is imported, and somebody's strategy and sessions once; how many of these."""
    if await game_queries.patch_row.one_or_none(tx, PATCH) is None:
        await import_game(tx, PATCH, _SOURCE, read_game(make_mods(_SEED), PATCH))
    acting = tx.acting_for(Viewer(user))
    kept, _ = await sessions.session_counts.one(tx, user)
    game = await Games(Clock()).of(tx, PATCH)
    if kept or game.source != _SOURCE:
        return 0
    wanted = _wanted(game)
    strategy = await _strategy(acting, game, wanted)
    for tries, success in ((2, True), (3, False), (1, None)):
        await _session(acting, game, wanted, strategy, tries, success)
    return 3


def _wanted(game: Game) -> str:
    """Return the type of prefixes of rings with the most tiers."""
    tiers: dict[str, int] = {}
    for mod in game.mods.values():
        if mod.id.startswith("RingPrefix"):
            tiers[mod.type] = tiers.get(mod.type, 0) + 1
    return max(sorted(tiers), key=lambda one: tiers[one])


async def _strategy(tx: Transaction, game: Game, wanted: str) -> StrategyId:
    met = Condition(targets=[1])
    plan = StrategyPlan(item=CraftItem(base=_BASE, item_level=82), targets=[CraftTarget(type=wanted, level=40)])
    request = StrategyRequest(
        name="One good prefix, then see", description="Cheap bases and patience.", item_base=_BASE, item_class="Ring",
        steps=[
            StrategyStep(use="transmute", wants=met, on_failure="restart", note="Any base of level 82 will do"),
            StrategyStep(use="aug"),
            StrategyStep(use="regal"),
        ],
        plan=plan, patch=PATCH, prices=_PRICES, item_price=1, is_public=True,
    )  # fmt: skip
    prices = Prices(USUAL_BASE, tx.now, _PRICES, None)
    odds = plan_odds(game, plan_of(request, plan), PlanPrices(prices, None, 1.0), [0.5], _TRANSITIONS)
    return (await add_strategy(tx, request, *expected_by(odds, USUAL_BASE, tx.now), _MOST)).id


async def _session(
    tx: Transaction, game: Game, wanted: str, strategy: StrategyId, tries: int, success: bool | None
) -> None:
    """Log a session: bases that came to nothing, the last of them good where it succeeds; open without `success`."""
    request = SessionRequest(
        item_base=_BASE, item_class="Ring", item_level=82, patch=PATCH, strategy_id=strategy, prices=_PRICES,
        target_mods=[SessionTarget(text="the good prefix", type=wanted, level=40)], title=f"After {tries} bases",
    )  # fmt: skip
    session = await begin_session(tx, request, _LIMITS)
    other = min(id for id in game.mods if id.startswith("RingSuffix"))
    good = max((one for one in game.mods.values() if one.type == wanted), key=lambda one: one.level).id
    came = [other] * (tries - 1) + [good if success else other]
    games = Games(Clock())
    for place, mod in enumerate(came):
        after = LoggedItem(rarity="magic", mods=[LoggedMod(mod=mod)])
        step = StepRequest(number=2 * place + 1, action="transmute", before=LoggedItem(), after=after)
        await add_step(tx, session.id, step, games, _HOURS, _MOST)
        if place < tries - 1:
            again = StepRequest(number=2 * place + 2, action=NEW_BASE)
            await add_step(tx, session.id, again, games, _HOURS, _MOST)
    if success is not None:
        await complete_session(tx, session.id, CompletionRequest(success=success))
