"""The dashboard: everything of a person in one answer, kept for a minute in the tiers of the cache."""

from datetime import timedelta
from typing import TypeVar

import msgspec

from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.views import achieved_in
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.templates import key_part
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.insights.kinds import DASHBOARD, MOVERS
from guildhall.packs.poe2.insights.queries import figures, own
from guildhall.packs.poe2.insights.schemas.own import CharacterNow, Dashboard, DashboardCharacter, Movers, WeekChange
from guildhall.packs.poe2.insights.views.meta import MetaNow
from guildhall.packs.poe2.market.queries import leagues
from guildhall.packs.poe2.settings import Poe2Settings

Number = TypeVar("Number", int, float)
_encode = msgspec.json.Encoder().encode
_CHARACTERS, _BUILDS, _SESSIONS, _ACHIEVEMENTS, _MOVERS = 20, 10, 5, 5, 10
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


class Dashboards:
    """The dashboards of people. No table holds them."""

    def __init__(
        self, cache: Cache, db: Database, meta: MetaNow, achievements: Achievements, settings: Poe2Settings
    ) -> None:
        self._cache = cache
        self._db = db
        self._meta = meta
        self._achievements = achievements
        self._settings = settings

    async def find(self, viewer: Viewer) -> Answer:
        """Find the dashboard of somebody."""

        async def read() -> Fetched:
            async with self._db.read(viewer, snapshot=True) as tx:
                seen = await own.characters_now.many(tx, viewer.id, tx.now - _WEEK, _CHARACTERS)
                builds = await own.newest_builds.many(tx, viewer.id, _BUILDS)
                sessions = await own.newest_sessions.many(tx, viewer.id, _SESSIONS)
                costs = await own.crafting_costs.many(tx, viewer.id, tx.now - _MONTH)
                achieved = await achieved_in(tx, viewer.id, self._achievements, "poe2", _ACHIEVEMENTS)
                league = next((one.league for one in seen if one.league and not one.private_league), None)
                if league is None:
                    newest = await figures.newest_league.one_or_none(tx)
                    league = None if newest is None else newest.league
                now = tx.now
            market = None if league is None else await self._movers(league)
            meta = None if league is None else await self._meta.headline(league)
            body = Dashboard(
                now, [_character(one) for one in seen], builds, sessions, costs, achieved, league, market, meta
            )
            return Fetched(_encode(body), now, ttl=DASHBOARD.ttl)

        return await self._cache.get(DASHBOARD, DASHBOARD.key(viewer.id), read, read)

    async def _movers(self, league: str) -> Movers | None:
        """Find the movers of a league's market, the same for everybody; None for a league without a market."""

        async def read() -> Fetched:
            async with self._db.read() as tx:
                row = await leagues.league.one_or_none(tx, league)
                found = None
                if row is not None:
                    since = (tx.now - timedelta(days=2)).date()
                    items = await own.movers.many(tx, league, since, self._settings.market_low_volume, _MOVERS)
                    found = Movers(league, row.base_currency, items)
                return Fetched(_encode(found), tx.now, ttl=MOVERS.ttl)

        answer = await self._cache.get(MOVERS, MOVERS.key(key_part(league)), read, read)
        return msgspec.json.decode(answer.body, type=Movers | None)


def _character(row: CharacterNow) -> DashboardCharacter:
    return DashboardCharacter(
        row.id, row.name, row.class_name, row.ascendancy, row.league, row.private_league, row.watched, row.level,
        row.experience, row.dps, row.ehp, row.calculated_by, row.snapshot_at, _change(row),
    )  # fmt: skip


def _change(row: CharacterNow) -> WeekChange | None:
    if row.before_at is None or row.before_level is None or row.before_at == row.snapshot_at:
        return None
    same = row.calculated_by is not None and row.calculated_by == row.before_calculated_by
    return WeekChange(
        row.before_at, row.level - row.before_level, _less(row.experience, row.before_experience),
        _less(row.dps, row.before_dps) if same else None, _less(row.ehp, row.before_ehp) if same else None,
    )  # fmt: skip


def _less(now: Number | None, before: Number | None) -> Number | None:
    return None if now is None or before is None else now - before
