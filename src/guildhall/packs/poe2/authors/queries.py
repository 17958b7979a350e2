"""Statements about authors: their public builds, alone and in figures."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.poe2.authors.schemas import AuthorBuild, Totals
from guildhall.packs.poe2.ids import BuildId


@rows(
    Totals,
    """
    select count(b.id) as builds, count(b.id) filter (where b.is_featured) as featured,
           coalesce(sum(b.views), 0)::int as views, coalesce(sum(b.likes), 0)::int as likes,
           coalesce(sum(r.reviews), 0)::int as reviews,
           sum(r.rating_sum)::float8 / nullif(sum(r.reviews), 0) as average,
           (select count(*) from poe2.build_collections c where c.user_id = :author and c.is_public) as collections,
           max(b.published_at) as last_published_at
    from poe2.build_templates b left join poe2.build_ratings r on r.build_template_id = b.id
    where b.user_id = :author and b.is_public
    """,
    proven=("builds", "featured", "views", "likes", "reviews", "collections"),
)
def totals_of(author: UserId) -> None: ...


@rows(
    AuthorBuild,
    """
    select b.id, b.short_id, b.title, b.class as class_name, b.ascendancy, b.level, b.main_skill, b.calculator, b.dps,
           b.ehp, b.league, b.patch_version, b.tags, b.is_featured, b.views, b.likes, b.latest_version, b.published_at,
           b.updated_at
    from poe2.build_templates b
    where b.user_id = :author and b.is_public
      and (:at::timestamptz is null or (b.published_at, b.id) < (:at, :after::uuid))
    order by b.published_at desc, b.id desc
    limit :limit
    """,
    hot=True,
    proven=("published_at",),
)
def builds_by(author: UserId, at: datetime | None, after: BuildId | None, limit: int) -> None:
    """Public builds of an author, the latest published first."""
