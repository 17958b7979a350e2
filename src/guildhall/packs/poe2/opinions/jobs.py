"""Jobs of opinions: ratings, what is verified later, and what people are told."""

from guildhall.core.identity.accounts.messages import AccountRenamed
from guildhall.core.jobs.bindings import Due, On, hourly, minutely
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.social.blocks.actions import blocked_between
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.builds.queries import builds
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.opinions import messages
from guildhall.packs.poe2.opinions.kinds import ANSWERED, COMMENTED, REVIEWED
from guildhall.packs.poe2.opinions.queries import comments, reviews

_CHANGES = 20_000
"""Changes of ratings that one transaction adds up."""
_VERIFIED = 1_000
"""Reviews that one transaction verifies."""
_QUOTED = 140
"""Characters of a text that a notification shows."""


async def add_up_ratings(_: messages.AddUpRatings, db: Database) -> dict[str, int]:
    """Add the reviews since the last time to the ratings of their builds."""
    total = 0
    while True:
        added = await db.transact(lambda tx: reviews.add_up_ratings.one(tx, _CHANGES))
        total += added
        if added < _CHANGES:
            return {"changes": total}


async def verify_reviews(_: messages.VerifyReviews, db: Database) -> dict[str, int]:
    """Verify the reviews of people whose character was seen since they wrote."""
    total = 0
    while True:
        found = await db.transact(lambda tx: reviews.verify_reviews.many(tx, _VERIFIED))
        total += len(found)
        if len(found) < _VERIFIED:
            return {"verified": total}


async def tell_reviewed(message: messages.ReviewWritten, db: Database) -> dict[str, int]:
    """Notify the author of a build that somebody reviewed it."""
    async with db.write() as tx:
        review = await reviews.review.one_or_none(tx, message.review_id)
        build = None if review is None else await builds.build.one_or_none(tx, review.build_id)
        if review is None or build is None or review.withheld_at is not None:
            return {"notices": 0}
        if await blocked_between(tx, build.user_id, review.user_id):
            return {"notices": 0}
        notice = Notice(
            user_id=build.user_id, type=REVIEWED.type,
            title=f"{review.author} gave {build.title} {review.rating} of 5", body=_quoted(review.review),
            data={"build_id": str(build.id), "short_id": build.short_id, "review_id": str(review.id)},
            occurrence_key=f"poe2.review:{review.id}", happened_at=review.created_at,
        )  # fmt: skip
        return {"notices": await notify(tx, [notice])}


async def tell_commented(message: messages.CommentWritten, db: Database) -> dict[str, int]:
    """Notify whoever is answered, and the author of the build; nobody of their own words, and nobody twice."""
    async with db.write() as tx:
        comment = await comments.comment.one_or_none(tx, message.comment_id, None)
        build = None if comment is None else await builds.build.one_or_none(tx, comment.build_id)
        if comment is None or build is None or comment.content is None or comment.user_id is None:
            return {"notices": 0}
        answered: UserId | None = None
        if comment.parent_comment_id is not None:
            parent = await comments.comment_to_answer.one_or_none(tx, comment.parent_comment_id)
            answered = None if parent is None else parent.user_id
        kinds = {build.user_id: COMMENTED} | ({answered: ANSWERED} if answered is not None else {})
        notices = [
            Notice(
                user_id=person,
                type=kind.type,
                title=_title(kind.type, str(comment.author), build),
                body=_quoted(comment.content),
                data={"build_id": str(build.id), "short_id": build.short_id, "comment_id": str(comment.id)},
                occurrence_key=f"poe2.comment:{comment.id}",
                happened_at=comment.created_at,
            )
            for person, kind in kinds.items()
            if person != comment.user_id and await _may_hear(tx, person, comment.user_id, build)
        ]
        return {"notices": await notify(tx, notices) if notices else 0}


async def _may_hear(tx: Transaction, person: UserId, writer: UserId, build: BuildDetails) -> bool:
    """Return whether a person sees a build, and is not kept apart from a writer by a block."""
    if build.visibility == "draft" and build.user_id != person:
        return False
    return not await blocked_between(tx, person, writer)


def _title(kind: str, author: str, build: BuildDetails) -> str:
    return f"{author} answered you" if kind == ANSWERED.type else f"{author} commented on {build.title}"


def _quoted(text: str | None) -> str:
    words = " ".join((text or "").split())
    return words if len(words) <= _QUOTED else f"{words[: _QUOTED - 1]}…"


async def rename_author(message: AccountRenamed, db: Database) -> dict[str, int]:
    """Put a person's new name on their reviews and comments."""
    async with db.write() as tx:
        name = await builds.account_name.one_or_none(tx, message.user_id)
        if name is None:
            return {"reviews": 0, "comments": 0}
        return {
            "reviews": await comments.rename_reviewer.run(tx, message.user_id, name),
            "comments": await comments.rename_commenter.run(tx, message.user_id, name),
        }


WORKER = WorkerPart(
    handlers=(
        On(messages.AddUpRatings, add_up_ratings, schedule=minutely(due=Due(reviews.ratings_changed))),
        On(messages.VerifyReviews, verify_reviews, schedule=hourly(minute=20)),
        On(messages.ReviewWritten, tell_reviewed),
        On(messages.CommentWritten, tell_commented),
        On(AccountRenamed, rename_author),
    ),
)
