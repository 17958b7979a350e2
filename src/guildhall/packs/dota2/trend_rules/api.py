"""The viewer's trend rules."""

from typing import Annotated, cast

from litestar.openapi.spec import Example
from litestar.params import PathParameter

from guildhall.core.identity.subscriptions.errors import LimitReached
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.pack import WebPart
from guildhall.packs.dota2.accounts.errors import BadAccountId
from guildhall.packs.dota2.accounts.parameters import account
from guildhall.packs.dota2.ids import RuleId
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.tracking.actions import track_players
from guildhall.packs.dota2.tracking.errors import TooManyTracked
from guildhall.packs.dota2.trend_rules import actions
from guildhall.packs.dota2.trend_rules.errors import RuleNotFound
from guildhall.packs.dota2.trend_rules.queries import rule_of, rules_for
from guildhall.packs.dota2.trend_rules.schemas import HeroRuleRequest, Kind, RankRuleRequest, TrendRule, TrendRuleView
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/analytics/trend-rules")

_RULES = Cursor("trend_rules", 1, RuleId)


def view(rule: TrendRule) -> TrendRuleView:
    """A rule as its user reads it."""
    return TrendRuleView(
        rule.id, cast(Kind, rule.kind), rule.hero_id, rule.bracket, rule.window_days, rule.threshold, rule.account_id,
        rule.armed, rule.fired_at, rule.created_at,
    )  # fmt: skip


@routes.get("/", scope="dota2:rules", pages=Pages(_RULES, 50))
async def get_rules(viewer: Viewer, tx: Read, asked: Asked[RuleId]) -> Page[TrendRuleView]:
    """Your trend rules.

    The viewer's trend rules, the newest first.
    """
    before = asked.after
    rows = await rules_for.many(tx, viewer.id, before, asked.rows)
    return _RULES.page([view(row) for row in rows], asked.limit, lambda row: row.id)


@routes.post("/", scope="dota2:rules", raises=(BadAccountId, LimitReached, TooManyTracked))
async def post_rule(
    data: HeroRuleRequest | RankRuleRequest, viewer: Viewer, tx: Write, settings: Dota2Settings
) -> TrendRuleView:
    """Add a trend rule for a hero or a player.

    Add a rule that notifies when a hero's win rate or a player's rank moves.

    The player is kept fresh from then on.
    """
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


@routes.delete("/{rule_id:uuid}", scope="dota2:rules", raises=(RuleNotFound,))
async def delete_rule(
    rule_id: Annotated[
        RuleId,
        PathParameter(
            description="Id of one of the viewer's rules",
            examples=[Example(value="01a1fbc2-2260-702f-9fb1-1844b266cfbd")],
        ),
    ],
    tx: Write,
) -> None:
    """Remove a trend rule.

    Remove one of the viewer's rules.
    """
    if not await actions.remove_rule(tx, rule_id):
        raise RuleNotFound(rule_id=rule_id)


WEB = WebPart(routes=routes)
