"""The demo of the dota2 pack: players of the sandbox, synced."""

from collections.abc import Sequence
from datetime import timedelta

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.pack import Demo
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.heroes import messages as heroes_messages
from guildhall.packs.dota2.heroes.queries import constants_synced_at
from guildhall.packs.dota2.sandbox import RECORDED_PLAYER, player_ids
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.stand_ins import recordings, sandbox_options
from guildhall.packs.dota2.sync import messages as sync_messages
from guildhall.packs.dota2.tracking.actions import track_players
from guildhall.packs.dota2.tracking.queries import sync_start
from guildhall.packs.dota2.trend_rules import messages as trend_rules_messages

_DEMO_PLAYERS = 8
_JOBS_OWN = timedelta(minutes=5)
"""The time in which new players are left to the first jobs."""


def demo_players(settings: Dota2Settings) -> list[AccountId]:
    """The sandbox's players that the demo shows, and the recorded one where recordings are."""
    made_up = player_ids(sandbox_options(settings))[:_DEMO_PLAYERS]
    recorded = [RECORDED_PLAYER] if recordings(settings).is_dir() else []
    return [AccountId(account_id) for account_id in [*made_up, *recorded]]


async def _prepare_demo(tx: Transaction, settings: Dota2Settings) -> None:
    accounts = demo_players(settings)
    await track_players(tx, accounts, settings.most_tracked, due_at=tx.now + _JOBS_OWN)
    if await constants_synced_at.one(tx) is None:
        await send(tx, heroes_messages.SyncHeroConstants(), priority=20)
    for account_id in accounts:  # those of an earlier start are kept fresh by the schedule, as everybody is
        start = await sync_start.one_or_none(tx, account_id)
        if start is None or start.matches_synced_at is None:
            await send(tx, sync_messages.SyncPlayer(account_id, requested=True))


async def _finish_demo(tx: Transaction, _: Dota2Settings) -> None:
    await send(tx, trend_rules_messages.AnalyseMetaTrends())


def _demo_lines(settings: Dota2Settings) -> Sequence[str]:
    first, second = demo_players(settings)[:2]
    return (
        f"/api/v1/opendota_proxy/players/{first}",
        f"/api/v1/opendota_proxy/players/{first}/matches?limit=5",
        f"/api/v1/analytics/players/{first}/rank-progression",
        f"/api/v1/analytics/players/compare?ids={first},{second}",
        "/api/v1/analytics/heroes/meta-trends?window=30",
    )


DEMO = Demo(_prepare_demo, _demo_lines, _finish_demo)
