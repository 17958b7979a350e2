"""Reviews written, removed, taken back."""

from guildhall.core.jobs.actions import send
from guildhall.core.social.blocks.actions import require_unblocked
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.builds.queries.builds import account_name
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.characters.queries.snapshots import has_cleared
from guildhall.packs.poe2.ids import ReviewId
from guildhall.packs.poe2.opinions.errors import OwnBuildReviewed, ReviewNotFound
from guildhall.packs.poe2.opinions.messages import ReviewWritten
from guildhall.packs.poe2.opinions.queries import reviews as queries
from guildhall.packs.poe2.opinions.schemas.reviews import Review, ReviewRequest


async def put_review(tx: Transaction, build: BuildDetails, wanted: ReviewRequest) -> Review:
    """Write the viewer's one review of a build that they see, or write it anew.

    It is verified when we have seen a character of theirs, at the game itself, of the build's class and at least its
    level, in its league where it has one. Raises OwnBuildReviewed, Blocked, BlockedByYou.
    """
    viewer = tx.viewer.id
    if build.user_id == viewer:
        raise OwnBuildReviewed
    await require_unblocked(tx, build.user_id)
    verified = await has_cleared.one(tx, viewer, build.class_name, build.ascendancy, build.level, build.league)
    review_id = ReviewId(uuid7())
    words = None if wanted.review is None else wanted.review.strip() or None
    author = await account_name.one(tx, viewer)
    added = await queries.put_review.one(
        tx, review_id, build.id, viewer, author, wanted.rating, words, verified, build.latest_version, tx.now
    )
    if added:
        await send(tx, ReviewWritten(review_id))
    return await queries.review_by.one(tx, build.id, viewer)


async def remove_review(tx: Transaction, build: BuildDetails) -> None:
    """Remove the viewer's review of a build. Raises ReviewNotFound."""
    if not await queries.remove_review.run(tx, build.id, tx.viewer.id):
        raise ReviewNotFound
