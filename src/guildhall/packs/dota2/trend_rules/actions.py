"""Trend rules: made, judged, and the notifications of those that fire."""

from datetime import timedelta

from guildhall.core.identity.subscriptions.gates import Gate, hold, require_room
from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.heroes.queries import hero_names
from guildhall.packs.dota2.ids import RuleId
from guildhall.packs.dota2.players.queries import player_profile
from guildhall.packs.dota2.ranks.messages import PlayerRankChanged
from guildhall.packs.dota2.ranks.rules import decode_rank, rank_change
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.trend_rules import queries
from guildhall.packs.dota2.trend_rules.messages import TrendRuleFired
from guildhall.packs.dota2.trend_rules.notices import HERO_TREND, PLAYER_RANK
from guildhall.packs.dota2.trend_rules.schemas import TrendRule
from guildhall.packs.dota2.trends.rules import HeroTrend
from guildhall.packs.dota2.trends.views import window_trends


async def judge_hero_rules(tx: Transaction, minimum_games: int) -> int:
    """Fire the rules whose hero's win rate has moved far enough; how many.

    Only full days count: the window ends yesterday. A rule that fired is armed again when the change has
    fallen to half its threshold, so that one that hovers there does not fire every hour.
    """
    fired = 0
    yesterday = tx.now.date() - timedelta(days=1)
    windows: dict[tuple[int, int | None], dict[int, HeroTrend]] = {}
    for rule in await queries.hero_rules.many(tx):
        days = rule.window_days or 1
        key = (days, rule.bracket)
        if key not in windows:
            first = yesterday - timedelta(days=days - 1)
            found = await window_trends(
                tx, first, yesterday, first - timedelta(days=days), rule.bracket, None, minimum_games
            )
            windows[key] = {trend.hero_id: trend for trend in found}
        trend = windows[key].get(rule.hero_id or 0)
        if trend is None or trend.change is None:
            continue
        moved = abs(trend.change)
        if rule.armed and moved >= rule.threshold and trend.significant:
            await _fire(tx, rule, trend.hero_id, trend.change)
            fired += 1
        elif not rule.armed and moved <= rule.threshold / 2:
            await queries.set_rule.run(tx, rule.id, True, None)
    return fired


async def judge_rank_rules(tx: Transaction, changed: PlayerRankChanged) -> int:
    """Fire the rules that wait for a player's rank to move by so many stars; how many."""
    change = rank_change(
        decode_rank(changed.before, changed.leaderboard_before),
        decode_rank(changed.after, changed.leaderboard_after),
    )
    fired = 0
    for rule in await queries.player_rules.many(tx, changed.account_id):
        if abs(change.stars) >= rule.threshold or change.direction in ("calibrated", "lost"):
            await _fire(tx, rule, changed.account_id, float(change.stars))
            fired += 1
    return fired


async def _fire(tx: Transaction, rule: TrendRule, subject: int, change: float) -> None:
    """A rank is an event of its own and may fire each time; a win rate that stays moved fires once."""
    await queries.set_rule.run(tx, rule.id, rule.kind == "player_rank", tx.now)
    await send(tx, TrendRuleFired(rule.id, rule.kind, subject, change, tx.now))


async def add_hero_rule(
    tx: Transaction,
    hero_id: int,
    bracket: int | None,
    window_days: int,
    threshold: float,
    user_id: UserId | None = None,
) -> RuleId:
    """Wait for a hero's win rate to move by `threshold` (a share) from one window of days to the next."""
    rule_id = RuleId(uuid7())
    await queries.add_rule.run(tx, rule_id, "hero_win_rate", hero_id, bracket, window_days, threshold, None, user_id)
    return rule_id


async def add_rank_rule(tx: Transaction, account_id: int, stars: float, user_id: UserId | None = None) -> RuleId:
    """Wait for a player's rank to move by `stars`."""
    rule_id = RuleId(uuid7())
    await queries.add_rule.run(tx, rule_id, "player_rank", None, None, None, stars, account_id, user_id)
    return rule_id


async def remove_rule(tx: Transaction, rule_id: RuleId) -> bool:
    """Forget a rule; whether it was there."""
    return bool(await queries.remove_rule.run(tx, rule_id))


async def require_room_for_rule(tx: Transaction, user_id: UserId, settings: Dota2Settings) -> None:
    """Raises LimitReached when the user has as many rules as the tier allows. Others of the user's wait for the end."""
    await hold(tx, user_id)
    gate = Gate("Trend rules", free=settings.rules_free, premium=settings.rules_premium)
    await require_room(tx, user_id, gate, await queries.count_rules_for.one(tx, user_id))


async def tell(tx: Transaction, fired: TrendRuleFired) -> int:
    """Notify the user whose rule has fired; return how many were notified. The operator's rules have no user."""
    rule = await queries.rule_of.one_or_none(tx, fired.rule_id)
    if rule is None or rule.user_id is None:
        return 0
    if rule.kind == "hero_win_rate":
        names = dict(await hero_names.many(tx))
        name = names.get(fired.subject, f"Hero {fired.subject}")
        title = f"{name} {'wins more' if fired.change > 0 else 'wins less'}"
        body = f"The win rate moved by {fired.change * 100:+.1f} points against the {rule.window_days} days before."
        type, data = HERO_TREND.type, {"rule_id": str(rule.id), "hero_id": fired.subject}
    else:
        profile = await player_profile.one_or_none(tx, AccountId(fired.subject))
        name = (profile.personaname if profile is not None else None) or f"Player {fired.subject}"
        rank = decode_rank(profile.rank_tier, profile.leaderboard_rank) if profile is not None else None
        medal = " ".join(map(str, filter(None, (rank.medal_name, rank.stars)))) if rank is not None else "no rank"
        title, body = f"{name} is {medal} now", f"The rank moved by {fired.change:+.0f} stars."
        type, data = PLAYER_RANK.type, {"rule_id": str(rule.id), "account_id": str(fired.subject)}
    occurrence = f"dota2.trend_rule:{rule.id}:{fired.fired_at.isoformat()}"
    return await notify(tx, [Notice(rule.user_id, type, title, body, occurrence, fired.fired_at, data=data)])
