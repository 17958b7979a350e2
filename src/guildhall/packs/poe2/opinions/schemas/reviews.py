"""Structs of reviews."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, ReviewId, ShortId
from guildhall.text import TEXT

Rating = Annotated[int, Meta(ge=1, le=5, examples=[4])]
ReviewText = Annotated[str, Meta(max_length=10_000, pattern=TEXT, examples=["Cleared everything on a tight budget."])]


class ReviewRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Your review of a build."""

    rating: Rating
    review: ReviewText | None = None


class Review(Struct, frozen=True):
    """A review. `is_verified_clear` is the server's word: it saw a character of theirs of the build's class and level.

    `version_number` is the build's version that was the latest one when it was written.
    """

    id: ReviewId
    build_id: BuildId
    user_id: UserId
    author: str
    rating: int
    review: str | None
    is_verified_clear: bool
    version_number: int
    withheld_at: datetime | None
    created_at: datetime
    updated_at: datetime


class OwnReview(Struct, frozen=True):
    """A review of yours, with its build; null where the build is shared no longer."""

    id: ReviewId
    build_id: BuildId
    short_id: ShortId | None
    title: str | None
    rating: int
    review: str | None
    is_verified_clear: bool
    withheld_at: datetime | None
    created_at: datetime
    updated_at: datetime


class RatingLine(Struct, frozen=True):
    """The number of reviews with a rating, and how many of them are verified."""

    rating: int
    reviews: int
    verified: int


class OpinionSummary(Struct, frozen=True):
    """The opinions of a build in figures.

    `average` is null without reviews. `lower_bound` is the lower end of the 95 % Wilson interval of the rating, by
    which builds are sorted. `ratings` has the number of reviews for one to five stars.
    """

    reviews: int
    verified: int
    average: float | None
    lower_bound: float | None
    ratings: list[int]
    comments: int
