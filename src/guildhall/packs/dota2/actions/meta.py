"""Writes about heroes: constants, patches, daily figures, trend rules."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.dota2.messages import PlayerRankChanged, RecountMeta, TrendRuleFired
from guildhall.packs.dota2.queries import meta
from guildhall.packs.dota2.rules.meta import HeroTrend
from guildhall.packs.dota2.rules.ranks import decode_rank, rank_change
from guildhall.packs.dota2.schemas.given import GivenHeroConstant, GivenPatch
from guildhall.packs.dota2.schemas.heroes import TrendRule


async def save_hero_constants(tx: Transaction, heroes: Sequence[GivenHeroConstant], as_of: datetime) -> int:
    """Store the heroes; how many."""
    return await meta.save_hero_constants.run(
        tx, [h.id for h in heroes], [h.name for h in heroes], [h.localized_name for h in heroes],
        [h.primary_attr for h in heroes], [h.attack_type for h in heroes],
        [msgspec.json.encode(h.roles) for h in heroes], [h.img for h in heroes], [h.icon for h in heroes],
        [msgspec.json.encode(h) for h in heroes], as_of,
    )  # fmt: skip


async def save_patches(tx: Transaction, given: Sequence[GivenPatch]) -> date | None:
    """Store the patches; the day from which the daily figures are counted anew, if a date became known.

    Matches are put to a patch when they are stored, so those played since a patch that was not known yet
    stand under the one before.
    """
    known = {patch.patch_id: patch.starts_at for patch in await meta.patches.many(tx)}
    news = [patch.date for patch in given if known.get(patch.id) != patch.date]
    if not news:
        return None
    await meta.save_patches.run(tx, [p.id for p in given], [p.name for p in given], [p.date for p in given])
    first = min(news).date()
    await send(tx, RecountMeta(first.isoformat()))
    return first


async def apply_meta(tx: Transaction) -> int:
    """Add what has changed to the daily figures; the number of day rows touched."""
    await meta.lock_meta.one(tx)
    return await meta.apply_deltas.run(tx)


async def recount_meta(tx: Transaction, from_day: date) -> int:
    """Count the daily figures of a day and all later ones from the matches; the number of day rows."""
    await meta.lock_meta.one(tx)
    await meta.forget_days.run(tx, from_day)
    return await meta.recount_meta.one(tx, from_day)


async def judge_hero_rules(tx: Transaction, minimum_games: int) -> int:
    """Fire the rules whose hero's win rate has moved far enough; how many.

    Only full days count: the window ends yesterday. A rule that fired is armed again when the change has
    fallen to half its threshold, so that one that hovers there does not fire every hour.
    """
    fired = 0
    yesterday = tx.now.date() - timedelta(days=1)
    windows: dict[tuple[int, int | None], dict[int, HeroTrend]] = {}
    for rule in await meta.hero_rules.many(tx):
        days = rule.window_days or 1
        key = (days, rule.bracket)
        if key not in windows:
            first = yesterday - timedelta(days=days - 1)
            found = await meta.window_trends(
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
            await meta.set_rule.run(tx, rule.id, True, None)
    return fired


async def judge_rank_rules(tx: Transaction, changed: PlayerRankChanged) -> int:
    """Fire the rules that wait for a player's rank to move by so many stars; how many."""
    change = rank_change(
        decode_rank(changed.before, changed.leaderboard_before),
        decode_rank(changed.after, changed.leaderboard_after),
    )
    fired = 0
    for rule in await meta.player_rules.many(tx, changed.account_id):
        if abs(change.stars) >= rule.threshold or change.direction in ("calibrated", "lost"):
            await _fire(tx, rule, changed.account_id, float(change.stars))
            fired += 1
    return fired


async def _fire(tx: Transaction, rule: TrendRule, subject: int, change: float) -> None:
    """A rank is an event of its own and may fire each time; a win rate that stays moved fires once."""
    await meta.set_rule.run(tx, rule.id, rule.kind == "player_rank", tx.now)
    await send(tx, TrendRuleFired(rule.id, rule.kind, subject, change))


async def add_hero_rule(tx: Transaction, hero_id: int, bracket: int | None, window_days: int, threshold: float) -> UUID:
    """Wait for a hero's win rate to move by `threshold` (a share) from one window of days to the next."""
    rule_id = uuid7()
    await meta.add_rule.run(tx, rule_id, "hero_win_rate", hero_id, bracket, window_days, threshold, None)
    return rule_id


async def add_rank_rule(tx: Transaction, account_id: int, stars: float) -> UUID:
    """Wait for a player's rank to move by `stars`."""
    rule_id = uuid7()
    await meta.add_rule.run(tx, rule_id, "player_rank", None, None, None, stars, account_id)
    return rule_id


async def remove_rule(tx: Transaction, rule_id: UUID) -> bool:
    """Forget a rule; whether it was there."""
    return bool(await meta.remove_rule.run(tx, rule_id))
