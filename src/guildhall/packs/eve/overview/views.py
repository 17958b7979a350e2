"""The overview of a user's characters, kept as bytes until something of it changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from msgspec import Struct

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.eve.characters.schemas import OVERVIEW
from guildhall.packs.eve.overview.queries import overview_for
from guildhall.packs.eve.overview.schemas import (
    JobsGlance,
    OrdersGlance,
    Overview,
    OverviewCharacter,
    OverviewRow,
    PlaceGlance,
    PlanetsGlance,
    QueueGlance,
    Training,
)
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.skills.rules import ends_at, left, queue_state

_encode = msgspec.json.Encoder().encode
_LEAST = timedelta(seconds=1)
_ACCESS = {"needs_authorisation": "token_needs_authorisation", "sold": "character_sold"}


class _Entry(Struct, frozen=True, array_like=True):
    skill_id: int
    skill_name: str | None
    finished_level: int
    start_date: datetime | None
    finish_date: datetime | None

    @property
    def queue_position(self) -> int:
        """Entries come in their order."""
        return 0


class _Job(Struct, frozen=True, array_like=True):
    status: str
    end_date: datetime


class Overviews:
    """The overviews of users, through the cache: a user's key is the user's id, so that none reaches another."""

    def __init__(self, db: Database, cache: Cache, settings: EveSettings) -> None:
        self._db = db
        self._cache = cache
        self._ending = timedelta(hours=settings.queue_ends_hours)

    async def of(self, viewer: Viewer) -> Answer:
        """The viewer's overview. Raises Unavailable."""

        async def stored() -> Fetched:
            async with self._db.read(viewer) as tx:
                rows = await overview_for.many(tx, viewer.id)
            overview, good_until = overview_of(rows, tx.now, self._ending)
            ttl = OVERVIEW.ttl if good_until is None else min(max(good_until - tx.now, _LEAST), OVERVIEW.ttl)
            return Fetched(_encode(overview), overview.as_of or tx.now, ttl=ttl)

        return await self._cache.get(OVERVIEW, OVERVIEW.key(viewer.id), stored, stored)


def overview_of(rows: Iterable[OverviewRow], now: datetime, ending: timedelta) -> tuple[Overview, datetime | None]:
    """The overview at a moment, and the next moment at which the clock alone changes what it says."""
    changes: list[datetime] = []
    characters = [_character(row, now, ending, changes) for row in rows]
    characters.sort(key=lambda one: not one.is_default)
    seen = [one.last_sync_at for one in characters if one.last_sync_at is not None]
    overview = Overview(
        characters,
        sum(one.total_sp or 0 for one in characters),
        sum((one.balance or Decimal(0) for one in characters), Decimal(0)),
        sum(one.mail_unread for one in characters),
        sum(len(one.alerts) for one in characters),
        min(seen, default=None),
    )
    return overview, min((change for change in changes if change > now), default=None)


def _character(row: OverviewRow, now: datetime, ending: timedelta, changes: list[datetime]) -> OverviewCharacter:
    entries = msgspec.convert(row.queue, list[_Entry])
    jobs = msgspec.convert(row.jobs, list[_Job])
    extractors = msgspec.convert(row.extractors, list[datetime | None])
    synced_at = msgspec.convert(row.sections, dict[str, datetime | None])
    queue = _queue(entries, now, synced_at.get("skill_queue"))
    alerts: list[str] = []
    if (alert := _ACCESS.get(row.token_state)) is not None:
        alerts.append(alert)
    if queue.state in ("empty", "paused"):
        alerts.append(f"queue_{queue.state}")
    elif queue.ends_at is not None and queue.ends_at - now <= ending:
        alerts.append("queue_ending")
    running = [job for job in jobs if job.status in ("active", "ready")]
    ready = sum(job.end_date <= now for job in running)
    if ready:
        alerts.append("jobs_ready")
    expired = sum(expiry is None or expiry <= now for expiry in extractors)
    if expired:
        alerts.append("extractors_expired")
    changes += [entry.finish_date for entry in entries if entry.finish_date is not None]
    changes += [job.end_date for job in running]
    changes += [expiry for expiry in extractors if expiry is not None]
    if queue.ends_at is not None:
        changes.append(queue.ends_at - ending)
    return OverviewCharacter(
        row.character_id, row.character_name, row.corporation_id, row.corporation_name, row.alliance_id,
        row.is_default, row.token_state, row.total_sp, row.unallocated_sp, row.balance, row.mail_unread, queue,
        OrdersGlance(row.sell_orders, row.buy_orders, row.unknown_orders, row.sell_value, row.escrow),
        JobsGlance(
            len(running) - ready, ready, len(jobs) - len(running),
            min((job.end_date for job in running if job.end_date > now), default=None),
        ),
        PlanetsGlance(
            row.planets, len(extractors), expired,
            min((expiry for expiry in extractors if expiry is not None and expiry > now), default=None),
        ),
        PlaceGlance(row.solar_system_id, row.solar_system_name, row.ship_type_id, row.ship_name, row.online),
        alerts, row.last_sync_at, synced_at,
    )  # fmt: skip


def _queue(entries: list[_Entry], now: datetime, synced_at: datetime | None) -> QueueGlance:
    if synced_at is None:
        return QueueGlance("unknown", 0, None, None)
    rest = left(entries, now)
    state = queue_state(entries, now)
    first = rest[0] if rest else None
    training = None
    if first is not None and state == "training":
        training = Training(first.skill_id, first.skill_name, first.finished_level, first.start_date, first.finish_date)
    return QueueGlance(state, len(rest), ends_at(entries) if state == "training" else None, training)
