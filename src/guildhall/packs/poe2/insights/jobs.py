"""Jobs of insights."""

from datetime import datetime

from guildhall.core.jobs.bindings import Due, On, hourly, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.insights import messages
from guildhall.packs.poe2.insights.actions import figures
from guildhall.packs.poe2.insights.queries.counts import anything_changed
from guildhall.packs.poe2.settings import Poe2Settings


async def count_meta(_: messages.CountMeta, db: Database, settings: Poe2Settings) -> figures.Counted:
    """Count what has changed, and make the figures anew that it changes."""
    return await figures.count_meta(db, settings)


async def keep_meta(_: messages.KeepMeta, db: Database, settings: Poe2Settings) -> dict[str, int]:
    """Drop from the meta what is too old, and count weeks anew where a start has become known."""
    return {"moved": await figures.keep_meta(db, settings)}


def _least(_: datetime, settings: Poe2Settings) -> tuple[int]:
    return (settings.meta_people_least,)


WORKER = WorkerPart(
    handlers=(
        On(messages.CountMeta, count_meta, schedule=minutely(due=Due(anything_changed, _least))),
        On(messages.KeepMeta, keep_meta, schedule=hourly(minute=25)),
    )
)
