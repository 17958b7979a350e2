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
    messages=(
        messages.SyncPlayer,
        messages.SyncDuePlayers,
        messages.SyncHeroConstants,
        messages.AnalyseMetaTrends,
        messages.RecountMeta,
        messages.PlayerRankChanged,
        messages.TrendRuleFired,
    ),
    handlers=(
        On(messages.SyncPlayer, jobs.sync_player),
        On(messages.SyncDuePlayers, jobs.sync_due_players),
        On(messages.SyncHeroConstants, jobs.sync_hero_constants),
        On(messages.AnalyseMetaTrends, jobs.analyse_meta_trends),
        On(messages.RecountMeta, jobs.recount_meta),
        On(messages.PlayerRankChanged, jobs.judge_rank_rules),
        On(messages.TrendRuleFired, jobs.tell_of_trend),
    ),
    schedule=(
        minutely(messages.SyncDuePlayers(), due=jobs.PLAYERS_DUE),
        daily(messages.SyncHeroConstants(), hour=1, minute=10),
        hourly(messages.AnalyseMetaTrends(), minute=2),
    ),
    keep_months=_keep_months,
)
