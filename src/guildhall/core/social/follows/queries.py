"""Statements of follows, and of the numbers that are summed from their deltas."""

from datetime import datetime

from guildhall.core.social.blocks.fragments import not_blocked
from guildhall.core.social.follows.schemas import FollowRow, ListOwner
from guildhall.core.social.profiles.queries import CARD
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.follows:' || :user::uuid, 0))")
def lock_follows(user: UserId) -> None:
    """Lock a person's follows, so that those that begin at once are counted one after the other."""


@rows(
    bool,
    """
    insert into core.user_follows (follower_id, following_id, created_at) values (:follower, :following, :now)
    on conflict do nothing
    returning true as is_new
    """,
    proven=("is_new",),
)
def add_follow(follower: UserId, following: UserId, now: datetime) -> None:
    """Insert a follow. No row if it is there."""


@command("delete from core.user_follows where follower_id = :follower and following_id = :following")
def remove_follow(follower: UserId, following: UserId) -> None: ...


@rows(
    bool,
    "select exists (select from core.profiles where user_id = :user) as has_profile",
    proven=("has_profile",),
)
def has_profile(user: UserId) -> None: ...


@rows(
    int,
    """
    select count(*) from (select from core.user_follows where follower_id = :follower limit :limit) f
    """,
    hot=True,
)
def follows_count(follower: UserId, limit: int) -> None:
    """Count the people whom somebody follows, up to a limit."""


@rows(
    tuple[int, datetime],
    """
    insert into core.user_states as s (user_id, follows_since, follows_made) values (:user, :now, 1)
    on conflict (user_id) do update
    set follows_since = case when s.follows_since > :hour_ago then s.follows_since else excluded.follows_since end,
        follows_made = case when s.follows_since > :hour_ago then s.follows_made + 1 else 1 end
    returning follows_made, follows_since
    """,
    proven=("follows_since",),
)
def count_new_follow(user: UserId, now: datetime, hour_ago: datetime) -> None:
    """Count a follow that begins; return the number in its hour, and when that began."""


@rows(
    ListOwner,
    """
    select user_id, hides_follows from core.profiles where handle_key = :handle_key and not suspended
    """,
    hot=True,
)
def list_owner(handle_key: str) -> None: ...


@rows(
    FollowRow,
    f"""
    select {CARD}, f.created_at as since
    from core.user_follows f join core.profiles p on p.user_id = f.follower_id
    where f.following_id = :user and not p.suspended and {not_blocked(":viewer", "p.user_id")}
      and (:before::timestamptz is null or (f.created_at, f.follower_id) < (:before, :before_id::uuid))
    order by f.created_at desc, f.follower_id desc
    limit :limit
    """,
    hot=True,
)
def followers_of(
    user: UserId, viewer: UserId | None, before: datetime | None, before_id: UserId | None, limit: int
) -> None:
    """Select those who follow somebody, the newest first."""


@rows(
    FollowRow,
    f"""
    select {CARD}, f.created_at as since
    from core.user_follows f join core.profiles p on p.user_id = f.following_id
    where f.follower_id = :user and not p.suspended and {not_blocked(":viewer", "p.user_id")}
      and (:before::timestamptz is null or (f.created_at, f.following_id) < (:before, :before_id::uuid))
    order by f.created_at desc, f.following_id desc
    limit :limit
    """,
    hot=True,
)
def following_of(
    user: UserId, viewer: UserId | None, before: datetime | None, before_id: UserId | None, limit: int
) -> None:
    """Select those whom somebody follows, the newest first."""


@rows(bool, "select exists (select from core.follow_deltas) as waits", proven=("waits",))
def deltas_wait() -> None: ...


@rows(
    int,
    """
    with taken as (
        delete from core.follow_deltas d
        using (select ctid from core.follow_deltas limit :limit for update skip locked) t
        where d.ctid = t.ctid
        returning d.user_id, d.followers, d.following
    ),
    -- a person who goes at this moment is waited for, and one who is gone needs no numbers
    there as (
        select p.user_id from core.profiles p where p.user_id in (select user_id from taken)
        order by p.user_id for key share
    ),
    summed as (
        insert into core.follow_counts as c (user_id, followers, following)
        select t.user_id, sum(t.followers), sum(t.following)
        from taken t join there h on h.user_id = t.user_id
        group by t.user_id order by t.user_id
        on conflict (user_id) do update
        set followers = c.followers + excluded.followers, following = c.following + excluded.following
    )
    select count(*) from taken
    """,
)
def sum_deltas(limit: int) -> None:
    """Add changes to the numbers and delete them, in one statement: a number is the same before and after.

    Return the number of changes.
    """
