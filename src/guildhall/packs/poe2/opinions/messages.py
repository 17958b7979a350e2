"""Facts about opinions, sent in the transaction of the act, and scheduled jobs."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.poe2.ids import CommentId, ReviewId


class ReviewWritten(Message, frozen=True):
    """A build has a review of somebody new."""

    review_id: ReviewId


class CommentWritten(Message, frozen=True):
    """A build has a new comment, or a comment an answer."""

    comment_id: CommentId


class AddUpRatings(Message, frozen=True):
    """Add the reviews since the last time to the ratings of their builds."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2


class VerifyReviews(Message, frozen=True):
    """Verify the reviews of people whose character was seen since they wrote."""

    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 2
