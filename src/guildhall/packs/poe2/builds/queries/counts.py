"""Views and likes: who saw and liked what, and the counts that follow."""

from datetime import date, datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.builds.schemas.builds import LikedBuild
from guildhall.packs.poe2.ids import BuildId, ShortId


@command(
    """
    insert into poe2.build_likes (build_template_id, user_id, created_at) values (:build, :user, :now)
    on conflict (build_template_id, user_id) do nothing
    """
)
def add_like(build: BuildId, user: UserId, now: datetime) -> None: ...


@command("delete from poe2.build_likes where build_template_id = :build and user_id = :user")
def remove_like(build: BuildId, user: UserId) -> None: ...


@rows(
    bool,
    """
    select exists (select from poe2.build_likes where build_template_id = :build and user_id = :user) as liked
    """,
    hot=True,
    proven=("liked",),
)
def is_liked(build: BuildId, user: UserId) -> None: ...


@rows(
    LikedBuild,
    """
    select l.build_template_id as build_id, l.created_at as liked_at, b.short_id, b.title, b.author
    from poe2.build_likes l left join poe2.build_templates b on b.id = l.build_template_id
    where l.user_id = :user
      and (:at::timestamptz is null or (l.created_at, l.build_template_id) < (:at, :after::uuid))
    order by l.created_at desc, l.build_template_id desc
    limit :limit
    """,
    hot=True,
)
def likes_of(user: UserId, at: datetime | None, after: BuildId | None, limit: int) -> None:
    """The likes of a person, the latest first. A build that they may no longer see has no title."""


@rows(
    bytes,
    """
    with added as (
        insert into poe2.visitor_keys (day, key) values (:day, :key) on conflict (day) do nothing returning key
    )
    select key from added
    union all
    select key from poe2.visitor_keys where day = :day
    limit 1
    """,
    proven=("key",),
)
def visitor_key(day: date, key: bytes) -> None:
    """The key of a day; the given one if the day has none yet. None at all when another process adds it right now."""


@rows(
    int,
    """
    with seen as (
        insert into poe2.build_views (day, build_template_id, visitor)
        select :day, b.id, v.visitor
        from unnest(:short_ids::text[], :visitors::bytea[], :users::uuid[]) v (short_id, visitor, user_id)
        join poe2.build_templates b on b.short_id = v.short_id
        where b.visibility <> 'draft' and b.user_id is distinct from v.user_id
        order by b.id, v.visitor
        on conflict (day, build_template_id, visitor) do nothing
        returning build_template_id
    ), added as (
        insert into poe2.build_count_changes (build_template_id, day, views)
        select build_template_id, :day, count(*) from seen group by build_template_id
        returning views
    )
    select coalesce(sum(views), 0)::int as counted from added
    """,
    proven=("counted",),
)
def count_views(day: date, short_ids: list[ShortId], visitors: list[bytes], users: list[UserId | None]) -> None:
    """Count visits of a day; how many count. Not those of drafts, of authors, and of a visitor's second time."""


@rows(bool, "select exists (select from poe2.build_count_changes) as changed", proven=("changed",))
def counts_changed() -> None: ...


@rows(
    int,
    """
    with changes as (
        delete from poe2.build_count_changes
        where id in (select id from poe2.build_count_changes order by id limit :limit)
        returning build_template_id, day, views, likes
    ), sums as (
        select c.build_template_id, sum(c.views) as views, sum(c.likes) as likes
        from changes c group by c.build_template_id
    ), days as (
        insert into poe2.build_view_days as d (build_template_id, day, views)
        select c.build_template_id, c.day, sum(c.views)
        from changes c join poe2.build_templates b on b.id = c.build_template_id
        where c.views > 0
        group by c.build_template_id, c.day
        on conflict (build_template_id, day) do update set views = d.views + excluded.views
    ), counted as (
        update poe2.build_templates b set views = b.views + s.views, likes = b.likes + s.likes
        from sums s where b.id = s.build_template_id
    )
    select count(*)::int as changes from changes
    """,
    proven=("changes",),
)
def add_up_counts(limit: int) -> None:
    """Add changes to the counts of their builds; how many changes. One worker at a time does it."""


@rows(
    ShortId,
    """
    update poe2.build_templates b
    set views = r.views, likes = r.likes
    from (
        select t.id,
               coalesce((select sum(d.views) from poe2.build_view_days d where d.build_template_id = t.id), 0) as views,
               (select count(*) from poe2.build_likes l where l.build_template_id = t.id)
               - coalesce((select sum(c.likes) from poe2.build_count_changes c where c.build_template_id = t.id), 0)
                   as likes
        from poe2.build_templates t
    ) r
    where b.id = r.id and (b.views <> r.views or b.likes <> r.likes)
    returning b.short_id
    """,
)
def recount() -> None:
    """Count views and likes anew; the builds whose counts were wrong. What is not added up yet stays to be."""


@command("delete from poe2.build_views where day < :day")
def forget_visitors(day: date) -> None: ...


@command("delete from poe2.visitor_keys where day < :day")
def forget_visitor_keys(day: date) -> None: ...
