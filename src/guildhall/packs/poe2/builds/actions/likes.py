"""Likes: one of each person for a build. Counts follow by triggers and a job."""

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.builds.errors import OwnBuild
from guildhall.packs.poe2.builds.queries import counts
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails


async def like_build(tx: Transaction, build: BuildDetails) -> None:
    """Note that the viewer likes a build that they see; again changes nothing. Raises OwnBuild."""
    if build.user_id == tx.viewer.id:
        raise OwnBuild
    await counts.add_like.run(tx, build.id, tx.viewer.id, tx.now)


async def take_like_back(tx: Transaction, build: BuildDetails) -> None:
    """Note that the viewer does not like a build, any more or at all."""
    await counts.remove_like.run(tx, build.id, tx.viewer.id)
