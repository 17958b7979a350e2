"""Jobs of discovery."""

from guildhall.core.jobs.bindings import Due, On, hourly, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.discovery import messages
from guildhall.packs.poe2.discovery.actions import upkeep as actions
from guildhall.packs.poe2.discovery.queries import upkeep


async def follow_ranks(_: messages.FollowRanks, db: Database) -> dict[str, int]:
    """Bring the ranks of builds up to likes, views and reviews that were added up, and bitmaps up to all changes."""
    return {"changes": await actions.follow_ranks(db)}


async def take_census(_: messages.TakeCensus, db: Database) -> None:
    """Count how common words, blocks and values of facets are, and make the bitmaps of those that are."""
    await actions.take_census(db)


WORKER = WorkerPart(
    handlers=(
        On(messages.FollowRanks, follow_ranks, schedule=minutely(due=Due(upkeep.ranks_changed))),
        On(messages.TakeCensus, take_census, schedule=hourly()),
    )
)
