"""The viewer's trend rules."""

from typing import Annotated, cast
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter

from guildhall.core.identity.principal import requires
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.dota2.actions import trend_rules as actions
from guildhall.packs.dota2.actions.players import track_players
from guildhall.packs.dota2.api.parameters import After, Limit, account
from guildhall.packs.dota2.errors import RuleNotFound
from guildhall.packs.dota2.queries.trend_rules import rule_of, rules_for
from guildhall.packs.dota2.schemas.trend_rules import (
    HeroRuleRequest,
    Kind,
    RankRuleRequest,
    TrendRule,
    TrendRuleView,
)
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_RULES = Cursor("trend_rules", 1, UUID)


def view(rule: TrendRule) -> TrendRuleView:
    """A rule as its user reads it."""
    return TrendRuleView(
        rule.id, cast(Kind, rule.kind), rule.hero_id, rule.bracket, rule.window_days, rule.threshold, rule.account_id,
        rule.armed, rule.fired_at, rule.created_at,
    )  # fmt: skip


@get("/", summary="Your trend rules", responses=documented(400, 401, 403))
async def get_rules(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[TrendRuleView]:
    """The viewer's trend rules, the newest first."""
    before = _RULES.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await rules_for.many(tx, viewer.id, before, limit + 1)
    return _RULES.page([view(row) for row in rows], limit, lambda row: row.id)


@post("/", summary="Add a trend rule for a hero or a player", responses=documented(400, 401, 403, 409))
async def post_rule(
    data: JSONBody[HeroRuleRequest | RankRuleRequest],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[Dota2Settings],
) -> TrendRuleView:
    """Add a rule that notifies when a hero's win rate or a player's rank moves.

    The player is kept fresh from then on.
    """
    async with db.write(viewer) as tx:
        await actions.require_room_for_rule(tx, viewer.id, settings)
        if isinstance(data, HeroRuleRequest):
            rule_id = await actions.add_hero_rule(
                tx, data.hero_id, data.bracket, data.window_days, data.threshold, viewer.id
            )
        else:
            player = account(data.account_id)
            await track_players(tx, [player], settings.most_tracked)
            rule_id = await actions.add_rank_rule(tx, player, data.threshold, viewer.id)
        return view(await rule_of.one(tx, rule_id))


@delete("/{rule_id:uuid}", summary="Remove a trend rule", responses=documented(400, 401, 403, 404))
async def delete_rule(
    rule_id: Annotated[
        UUID,
        PathParameter(
            description="Id of one of the viewer's rules",
            examples=[Example(value="01a1fbc2-2260-702f-9fb1-1844b266cfbd")],
        ),
    ],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
) -> None:
    """Remove one of the viewer's rules."""
    async with db.write(viewer) as tx:
        if not await actions.remove_rule(tx, rule_id):
            raise RuleNotFound(rule_id=rule_id)


routes = below(
    "/api/v1/analytics/trend-rules",
    [get_rules, post_rule, delete_rule],
    guards=[requires("dota2:rules")],
)
