"""Reviews of builds."""

from typing import Annotated

from litestar.params import QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.blocks.errors import Blocked, BlockedByYou
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.views.builds import visible
from guildhall.packs.poe2.ids import ReviewId
from guildhall.packs.poe2.opinions import errors
from guildhall.packs.poe2.opinions.actions import reviews as actions
from guildhall.packs.poe2.opinions.queries import comments
from guildhall.packs.poe2.opinions.queries import reviews as queries
from guildhall.packs.poe2.opinions.rules.ratings import lower_bound
from guildhall.packs.poe2.opinions.schemas.reviews import OpinionSummary, OwnReview, Rating, Review, ReviewRequest
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_REVIEWS = Cursor("poe2.reviews", 1, ReviewId)
_OWN = Cursor("poe2.own_reviews", 1, ReviewId)
OfRating = Annotated[Rating | None, QueryParameter(name="rating", description="Those of this rating", required=False)]
OnlyVerified = Annotated[
    bool, QueryParameter(name="verified", description="Those alone whose writer's character we have seen")
]


@routes.get("/builds/{build:str}/reviews", scope=PUBLIC, pages=Pages(_REVIEWS), raises=NO_BUILD)
async def list_reviews(
    build: PathBuild,
    principal: Principal | None,
    db: Database,
    asked: Asked[ReviewId],
    rating: OfRating = None,
    verified: OnlyVerified = False,
) -> Page[Review]:
    """Reviews of a build, newest first.

    Those of people whom you block, or who block you, are left out.
    """
    viewer = None if principal is None else principal.viewer
    async with db.read(viewer) as tx:
        found = await visible(tx, Named(build))
        rows = await queries.reviews_of.many(
            tx, found.id, rating, verified, None if viewer is None else viewer.id, asked.after, asked.rows
        )
    return _REVIEWS.page(rows, asked.limit, lambda row: row.id)


@routes.get("/builds/{build:str}/opinions", scope=PUBLIC, raises=NO_BUILD)
async def get_opinions(build: PathBuild, principal: Principal | None, db: Database) -> OpinionSummary:
    """Opinions of a build in figures.

    The rating with its interval, the reviews by rating, and the number of comments.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        found = await visible(tx, Named(build))
        lines = {line.rating: line for line in await queries.ratings_of.many(tx, found.id)}
        written = await comments.comments_count.one(tx, found.id)
    total = sum(line.reviews for line in lines.values())
    stars = sum(line.rating * line.reviews for line in lines.values())
    return OpinionSummary(
        reviews=total,
        verified=sum(line.verified for line in lines.values()),
        average=stars / total if total else None,
        lower_bound=lower_bound(total, stars) if total else None,
        ratings=[lines[rating].reviews if rating in lines else 0 for rating in range(1, 6)],
        comments=written,
    )


@routes.get("/builds/{build:str}/review", scope=READ, raises=(*NO_BUILD, errors.ReviewNotFound))
async def get_own_review(build: PathBuild, tx: Read) -> Review:
    """Your review of a build."""
    found = await visible(tx, Named(build))
    review = await queries.review_by.one_or_none(tx, found.id, tx.viewer.id)
    if review is None:
        raise errors.ReviewNotFound
    return review


@routes.put(
    "/builds/{build:str}/review", scope=WRITE, raises=(*NO_BUILD, errors.OwnBuildReviewed, Blocked, BlockedByYou)
)
async def put_review(build: PathBuild, data: ReviewRequest, tx: Write) -> Review:
    """Review a build, or write your review anew.

    Each person has one. It is marked as verified when this server has seen, at the game itself, a character of yours of
    the build's class and ascendancy, in its league, and of its level at least.
    """
    return await actions.put_review(tx, await visible(tx, Named(build)), data)


@routes.delete(
    "/builds/{build:str}/review",
    scope=WRITE,
    raises=(*NO_BUILD, errors.ReviewNotFound),
    empty="Your review is deleted.",
)
async def delete_review(build: PathBuild, tx: Write) -> None:
    """Delete your review of a build."""
    await actions.remove_review(tx, await visible(tx, Named(build)))


@routes.get("/me/reviews", scope=READ, pages=Pages(_OWN))
async def list_own_reviews(viewer: Viewer, tx: Read, asked: Asked[ReviewId]) -> Page[OwnReview]:
    """Your reviews, newest first."""
    rows = await queries.reviews_for.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)
