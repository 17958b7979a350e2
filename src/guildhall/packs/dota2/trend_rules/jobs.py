"""Jobs of trend rules: the judging of all, the notifications of those that fire."""

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.bindings import On, hourly
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.dota2.ranks.messages import PlayerRankChanged
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.trend_rules import actions
from guildhall.packs.dota2.trend_rules.messages import AnalyseMetaTrends, TrendRuleFired
from guildhall.packs.dota2.trends import actions as trends_actions


async def analyse_meta_trends(_: AnalyseMetaTrends, db: Database, settings: Dota2Settings) -> dict[str, int]:
    """Add what is new to the daily figures and judge the rules; day rows touched, rules fired."""
    days = await db.transact(trends_actions.apply_meta)
    async with db.write() as tx:
        fired = await actions.judge_hero_rules(tx, settings.minimum_games)
        await invalidate(tx, prefixes=("meta_trends:",), stored=True)
    return {"days": days, "fired": fired}


async def judge_rank_rules(message: PlayerRankChanged, db: Database) -> dict[str, int]:
    """Fire the rules that wait for this player's rank."""
    async with db.write() as tx:
        return {"fired": await actions.judge_rank_rules(tx, message)}


async def tell_of_trend(message: TrendRuleFired, db: Database) -> dict[str, int]:
    """Tell the user whose rule has fired."""
    async with db.write() as tx:
        return {"told": await actions.tell(tx, message)}


WORKER = WorkerPart(
    handlers=(
        On(AnalyseMetaTrends, analyse_meta_trends, schedule=hourly(minute=2)),
        On(PlayerRankChanged, judge_rank_rules),
        On(TrendRuleFired, tell_of_trend),
    ),
)
