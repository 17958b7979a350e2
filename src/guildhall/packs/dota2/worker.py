"""The part of the dota2 pack that workers hold."""

from collections.abc import Mapping

from guildhall.core.jobs.bindings import On, daily, hourly, minutely
from guildhall.pack import WorkerPart
from guildhall.packs.dota2 import jobs, messages
from guildhall.packs.dota2.actions.matches import TABLE
from guildhall.packs.dota2.settings import Dota2Settings


def _keep_months(settings: Dota2Settings) -> Mapping[str, int]:
    return {} if settings.keep_match_months is None else {TABLE: settings.keep_match_months}


WORKER = WorkerPart(
    handlers=(
        On(messages.SyncPlayer, jobs.sync_player),
        On(messages.SyncDuePlayers, jobs.sync_due_players, schedule=minutely(due=jobs.PLAYERS_DUE)),
        On(messages.SyncHeroConstants, jobs.sync_hero_constants, schedule=daily(hour=1, minute=10)),
        On(messages.AnalyseMetaTrends, jobs.analyse_meta_trends, schedule=hourly(minute=2)),
        On(messages.RecountMeta, jobs.recount_meta),
        On(messages.PlayerRankChanged, jobs.judge_rank_rules),
        On(messages.TrendRuleFired, jobs.tell_of_trend),
    ),
    keep_months=_keep_months,
)
