"""Reviews of builds, and the ratings that follow. Row-level security hides those of builds that are not shared."""

from datetime import datetime

from guildhall.core.social.blocks.fragments import not_blocked
from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, ReviewId
from guildhall.packs.poe2.opinions.schemas.reviews import OwnReview, RatingLine, Review

_REVIEW = """r.id, r.build_template_id as build_id, r.user_id, r.author, r.rating, r.review, r.is_verified_clear,
    r.version_number, r.withheld_at, r.created_at, r.updated_at"""
_NO_BLOCK = not_blocked(":viewer::uuid", "r.user_id")


@rows(Review, f"select {_REVIEW} from poe2.build_reviews r where r.id = :id", hot=True)
def review(id: ReviewId) -> None: ...


@rows(
    Review,
    f"select {_REVIEW} from poe2.build_reviews r where r.build_template_id = :build and r.user_id = :user",
    hot=True,
)
def review_by(build: BuildId, user: UserId) -> None: ...


@rows(
    Review,
    f"""
    select {_REVIEW} from poe2.build_reviews r
    where r.build_template_id = :build and (:rating::int is null or r.rating = :rating)
      and (not :verified::boolean or r.is_verified_clear)
      and (:after::uuid is null or r.id < :after) and {_NO_BLOCK}
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def reviews_of(
    build: BuildId, rating: int | None, verified: bool, viewer: UserId | None, after: ReviewId | None, limit: int
) -> None:
    """Reviews of a build, the latest first, without those of people who block the viewer or whom the viewer blocks."""


@rows(
    RatingLine,
    """
    select rating, count(*) as reviews, count(*) filter (where is_verified_clear) as verified
    from poe2.build_reviews where build_template_id = :build and withheld_at is null
    group by rating order by rating
    """,
    hot=True,
    proven=("reviews", "verified"),
)
def ratings_of(build: BuildId) -> None: ...


@rows(
    OwnReview,
    """
    select r.id, r.build_template_id as build_id, b.short_id, b.title, r.rating, r.review, r.is_verified_clear,
           r.withheld_at, r.created_at, r.updated_at
    from poe2.build_reviews r left join poe2.build_templates b on b.id = r.build_template_id
    where r.user_id = :user and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def reviews_for(user: UserId, after: ReviewId | None, limit: int) -> None: ...


@rows(
    bool,
    """
    insert into poe2.build_reviews as r (
        id, build_template_id, user_id, author, rating, review, is_verified_clear, version_number, created_at,
        updated_at
    ) values (:id, :build, :user, :author, :rating, :review, :verified, :version, :now, :now)
    on conflict (build_template_id, user_id) do update
    set author = excluded.author, rating = excluded.rating, review = excluded.review,
        is_verified_clear = r.is_verified_clear or excluded.is_verified_clear, version_number = excluded.version_number,
        updated_at = excluded.updated_at
    returning id = :id as added
    """,
    proven=("added",),
)
def put_review(
    id: ReviewId,
    build: BuildId,
    user: UserId,
    author: str,
    rating: int,
    review: str | None,
    verified: bool,
    version: int,
    now: datetime,
) -> None:
    """Insert a person's review of a build, or write it anew; true for the first."""


@command("delete from poe2.build_reviews where build_template_id = :build and user_id = :user")
def remove_review(build: BuildId, user: UserId) -> None: ...


@command("update poe2.build_reviews set withheld_at = :now where id = :id and withheld_at is null")
def withhold_review(id: ReviewId, now: datetime) -> None: ...


@rows(bool, "select exists (select from poe2.build_rating_changes) as changed", proven=("changed",))
def ratings_changed() -> None: ...


@rows(
    int,
    """
    with changes as (
        delete from poe2.build_rating_changes
        where id in (select id from poe2.build_rating_changes order by id limit :limit)
        returning build_template_id, reviews, rating
    ), sums as (
        select c.build_template_id, sum(c.reviews) as reviews, sum(c.rating) as rating
        from changes c join poe2.build_templates b on b.id = c.build_template_id
        group by c.build_template_id
    ), summed as (
        select s.build_template_id, s.reviews + coalesce(r.reviews, 0) as reviews,
               s.rating + coalesce(r.rating_sum, 0) as rating_sum
        from sums s left join poe2.build_ratings r on r.build_template_id = s.build_template_id
    ), written as (
        insert into poe2.build_ratings (build_template_id, reviews, rating_sum, lower_bound)
        select build_template_id, reviews, rating_sum, case when reviews = 0 then 0 else
            1 + 4 * greatest(0, ((rating_sum::float8 / reviews - 1) / 4 + 3.8416 / (2 * reviews) - 1.96 * sqrt(
                ((rating_sum::float8 / reviews - 1) / 4 * (1 - (rating_sum::float8 / reviews - 1) / 4)
                 + 3.8416 / (4 * reviews)) / reviews)) / (1 + 3.8416 / reviews)) end
        from summed
        on conflict (build_template_id) do update
        set reviews = excluded.reviews, rating_sum = excluded.rating_sum, lower_bound = excluded.lower_bound
    )
    select count(*)::int as changes from changes
    """,
    proven=("changes",),
)
def add_up_ratings(limit: int) -> None:
    """Add changes to the ratings of their builds; how many changes. One worker at a time does it.

    The lower bound is that of `rules.ratings`.
    """


@rows(
    ReviewId,
    """
    update poe2.build_reviews r set is_verified_clear = true
    from (
        select v.id from poe2.build_reviews v join poe2.build_templates b on b.id = v.build_template_id
        where not v.is_verified_clear and exists (
            select from poe2.character_leagues c
            where c.user_id = v.user_id and c.class = b.class and c.level >= b.level
              and (b.ascendancy is null or c.ascendancy = b.ascendancy) and (b.league is null or c.league = b.league)
        )
        limit :limit
    ) found
    where r.id = found.id
    returning r.id
    """,
)
def verify_reviews(limit: int) -> None:
    """Verify reviews of people whose character was seen at the game, of the build's class, level and league."""
