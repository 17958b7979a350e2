"""Rules of achievements, each for many people at once, and the people whom messages are about."""

from guildhall.core.achievements.schemas import Measured
from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, CommentId, CraftingSessionId, ReviewId


@rows(
    Measured,
    """
    select b.user_id, count(*) as value,
           jsonb_build_object('build_id', (array_agg(b.id order by b.published_at, b.id))[1]) as evidence
    from poe2.build_templates b
    where b.user_id = any(:users::uuid[]) and b.is_public
    group by b.user_id
    """,
    hot=True,
    proven=("value",),
)
def public_builds(users: list[UserId]) -> None:
    """Count public builds; the evidence is the one that was published first."""


@rows(
    Measured,
    """
    select distinct on (b.user_id) b.user_id, l.likes as value, jsonb_build_object('build_id', b.id) as evidence
    from poe2.build_templates b
    cross join lateral (select count(*) as likes from poe2.build_likes x where x.build_template_id = b.id) l
    where b.user_id = any(:users::uuid[]) and b.is_public
    order by b.user_id, l.likes desc, b.id
    """,
    hot=True,
    proven=("value",),
)
def most_likes(users: list[UserId]) -> None:
    """Count the likes of the public build that has most. Nobody likes their own."""


@rows(
    Measured,
    """
    select b.user_id, count(*) as value, null::jsonb as evidence
    from poe2.build_templates b join poe2.build_reviews r on r.build_template_id = b.id
    where b.user_id = any(:users::uuid[]) and b.is_public
      and r.is_verified_clear and r.withheld_at is null and r.user_id <> b.user_id
    group by b.user_id
    """,
    hot=True,
    proven=("value",),
)
def verified_reviews_received(users: list[UserId]) -> None:
    """Count verified reviews of public builds by others."""


@rows(
    Measured,
    """
    select r.user_id, count(*) as value,
           jsonb_build_object('review_id', (array_agg(r.id order by r.id))[1]) as evidence
    from poe2.build_reviews r
    where r.user_id = any(:users::uuid[]) and r.is_verified_clear and r.withheld_at is null
    group by r.user_id
    """,
    hot=True,
    proven=("value",),
)
def verified_clears(users: list[UserId]) -> None:
    """Count the builds that somebody has reviewed and played, as the game has shown."""


@rows(
    Measured,
    """
    select distinct on (c.user_id) c.user_id, c.level::bigint as value,
           jsonb_build_object('character_id', c.id, 'class', c.class) as evidence
    from poe2.characters c
    where c.user_id = any(:users::uuid[])
    order by c.user_id, c.level desc, c.id
    """,
    hot=True,
    proven=("value",),
)
def highest_level(users: list[UserId]) -> None:
    """Select the level of the highest character, as the game has shown it."""


@rows(
    Measured,
    """
    select c.user_id, count(*) as value, null::jsonb as evidence
    from poe2.characters c
    where c.user_id = any(:users::uuid[]) and c.watched
    group by c.user_id
    """,
    hot=True,
    proven=("value",),
)
def watched_characters(users: list[UserId]) -> None: ...


@rows(
    Measured,
    """
    select s.user_id, count(*) as value,
           jsonb_build_object('session_id', (array_agg(s.id order by s.completed_at, s.id))[1]) as evidence
    from poe2.crafting_sessions s
    where s.user_id = any(:users::uuid[]) and s.completed_at is not null and s.origin = 'live' and s.step_count > 0
    group by s.user_id
    """,
    hot=True,
    proven=("value",),
)
def completed_sessions(users: list[UserId]) -> None:
    """Count completed sessions that were logged step by step, not imported; the evidence is the first one."""


@rows(
    Measured,
    """
    select s.user_id, max(s.step_count)::bigint as value,
           jsonb_build_object('session_id', (array_agg(s.id order by s.step_count desc, s.id))[1]) as evidence
    from poe2.crafting_sessions s
    where s.user_id = any(:users::uuid[]) and s.completed_at is not null and s.origin = 'live' and s.success is false
    group by s.user_id
    """,
    hot=True,
    proven=("value",),
)
def longest_failure(users: list[UserId]) -> None:
    """Count the steps of the longest session that has failed."""


@rows(
    Measured,
    """
    select distinct on (s.user_id) s.user_id, floor(s.success_low * 100)::bigint as value,
           jsonb_build_object('strategy_id', s.id, 'sessions', s.known_count, 'successes', s.success_count) as evidence
    from poe2.crafting_strategies s
    where s.user_id = any(:users::uuid[]) and s.is_public and s.withheld_at is null
    order by s.user_id, s.success_low desc, s.id
    """,
    hot=True,
    proven=("value",),
)
def surest_strategy(users: list[UserId]) -> None:
    """Select the whole percent at which the interval of success begins, of the public strategy with the best one."""


@rows(
    Measured,
    """
    select distinct on (c.user_id) c.user_id, i.builds as value, jsonb_build_object('collection_id', c.id) as evidence
    from poe2.build_collections c
    cross join lateral (
        select count(*) as builds from poe2.build_collection_items x where x.collection_id = c.id
    ) i
    where c.user_id = any(:users::uuid[]) and c.is_public
    order by c.user_id, i.builds desc, c.id
    """,
    hot=True,
    proven=("value",),
)
def largest_shared_collection(users: list[UserId]) -> None:
    """Count the builds of the largest public collection."""


@rows(
    Measured,
    """
    select a.user_id, count(distinct a.parent_comment_id) as value, null::jsonb as evidence
    from poe2.comments a join poe2.comments p on p.id = a.parent_comment_id
    where a.user_id = any(:users::uuid[]) and a.deleted_at is null and a.withheld_at is null
      and p.user_id is distinct from a.user_id
    group by a.user_id
    """,
    hot=True,
    proven=("user_id", "value"),
)
def comments_answered(users: list[UserId]) -> None:
    """Count the comments of others that somebody has answered, each once."""


@rows(UserId, "select user_id from poe2.build_templates where id = :build_id")
def author_of_build(build_id: BuildId) -> None: ...


@rows(
    UserId,
    """
    select r.user_id from poe2.build_reviews r where r.id = :review_id
    union
    select b.user_id from poe2.build_reviews r join poe2.build_templates b on b.id = r.build_template_id
    where r.id = :review_id
    """,
    proven=("user_id",),
)
def people_of_review(review_id: ReviewId) -> None:
    """Select the reviewer, and the author of the build."""


@rows(UserId, "select user_id from poe2.comments where id = :comment_id and user_id is not null", proven=("user_id",))
def writer_of_comment(comment_id: CommentId) -> None: ...


@rows(
    UserId,
    """
    select t.user_id
    from poe2.crafting_sessions s join poe2.crafting_strategies t on t.id = s.strategy_id
    where s.id = :session_id
    """,
)
def author_of_strategy(session_id: CraftingSessionId) -> None: ...
