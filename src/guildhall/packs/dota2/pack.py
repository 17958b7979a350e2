"""The manifest of the dota2 pack."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from aiohttp import web

from guildhall.core.identity.schemas import Export
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import On, daily, hourly, minutely
from guildhall.db.migrate import Branch
from guildhall.db.pool import Transaction
from guildhall.pack import Demo, LaneRoute, Pack, Sandbox
from guildhall.packs.dota2 import cli, jobs, messages
from guildhall.packs.dota2.actions.matches import TABLE
from guildhall.packs.dota2.actions.players import track_players
from guildhall.packs.dota2.actions.trend_rules import HERO_TREND, PLAYER_RANK
from guildhall.packs.dota2.api import analytics, heroes, players, trend_rules, trends
from guildhall.packs.dota2.queries.meta import constants_synced_at
from guildhall.packs.dota2.queries.players import sync_start
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.sandbox import RECORDED_PLAYER, SandboxOptions, make_app, player_ids
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.upstream import OPENDOTA

_DEMO_PLAYERS = 8


def _recordings(settings: Dota2Settings) -> Path:
    """The folder of recorded answers, which need not be there."""
    return settings.recordings or Path.cwd().parent / "shared" / "data" / "dota2"


def _sandbox_options(settings: Dota2Settings) -> SandboxOptions:
    return SandboxOptions(
        seed=settings.sandbox_seed,
        players=settings.sandbox_players,
        minute_limit=settings.sandbox_minute_limit,
        day_limit=settings.sandbox_day_limit,
        recordings=_recordings(settings),
    )


def _make_sandbox(settings: Dota2Settings) -> web.Application:
    return make_app(_sandbox_options(settings))


def _sandbox_overrides(_: Dota2Settings, address: str) -> Mapping[str, str]:
    return {"GUILDHALL_DOTA2_OPENDOTA_URL": f"{address}/api"}


def demo_players(settings: Dota2Settings) -> list[AccountId]:
    """The sandbox's players that the demo shows, and the recorded one where recordings are."""
    made_up = player_ids(_sandbox_options(settings))[:_DEMO_PLAYERS]
    recorded = [RECORDED_PLAYER] if _recordings(settings).is_dir() else []
    return [AccountId(account_id) for account_id in [*made_up, *recorded]]


async def _prepare_demo(tx: Transaction, settings: Dota2Settings) -> None:
    accounts = demo_players(settings)
    await track_players(tx, accounts, settings.most_tracked)
    if await constants_synced_at.one(tx) is None:
        await send(tx, messages.SyncHeroConstants(), priority=20)
    for account_id in accounts:  # those of an earlier start are kept fresh by the schedule, as everybody is
        start = await sync_start.one_or_none(tx, account_id)
        if start is None or start.matches_synced_at is None:
            await send(tx, messages.SyncPlayer(account_id, requested=True))


async def _finish_demo(tx: Transaction, _: Dota2Settings) -> None:
    await send(tx, messages.AnalyseMetaTrends())


def _demo_lines(settings: Dota2Settings) -> Sequence[str]:
    first, second = demo_players(settings)[:2]
    return (
        f"/api/v1/opendota_proxy/players/{first}",
        f"/api/v1/opendota_proxy/players/{first}/matches?limit=5",
        f"/api/v1/analytics/players/{first}/rank-progression",
        f"/api/v1/analytics/players/compare?ids={first},{second}",
        "/api/v1/analytics/heroes/meta-trends?window=30",
    )


def _keep_months(settings: Dota2Settings) -> Mapping[str, int]:
    return {} if settings.keep_match_months is None else {TABLE: settings.keep_match_months}


DOTA2 = Pack(
    name="dota2",
    title="Dota 2",
    settings=Dota2Settings,
    migrations=Branch("dota2", "guildhall.packs.dota2.migrations"),
    lane=(LaneRoute("/api/v1/opendota_proxy/players/", players.Players, players.Players.find_profile),),
    routes=(players.routes, heroes.routes, analytics.routes, trends.routes, trend_rules.routes),
    provides={"players_known": players.Players},
    upstreams=(OPENDOTA,),
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
        minutely(messages.SyncDuePlayers()),
        daily(messages.SyncHeroConstants(), hour=1, minute=10),
        hourly(messages.AnalyseMetaTrends(), minute=2),
    ),
    notices=(HERO_TREND, PLAYER_RANK),
    exports=(
        Export(
            "dota2.trend_rules",
            """
            select id, kind, hero_id, bracket, window_days, threshold, account_id, armed, fired_at, created_at
            from dota2.trend_rules where user_id = $1 order by id
            """,
        ),
    ),
    sandboxes=(Sandbox("opendota", _make_sandbox, _sandbox_overrides),),
    commands=cli.commands,
    demo=Demo(_prepare_demo, _demo_lines, _finish_demo),
    keep_months=_keep_months,
)
