"""Statements of profiles and handles."""

from datetime import datetime

from guildhall.core.social.profiles.schemas import MyProfileRow, Profile, ProfileCard, ProfileRow
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

CARD = "p.user_id, p.handle, p.display_name, p.avatar_url, p.is_content_creator, p.is_verified"
"""The columns of a ProfileCard, of core.profiles p."""
_ROW = "user_id, handle, handle_key, is_content_creator, is_verified, handle_changed_at"
_NUMBERS = """
    from core.profiles p
    left join core.follow_counts c on c.user_id = p.user_id
    cross join lateral (
        select coalesce(sum(d.followers), 0) + coalesce(c.followers, 0) as followers,
               coalesce(sum(d.following), 0) + coalesce(c.following, 0) as following
        from core.follow_deltas d where d.user_id = p.user_id
    ) n
"""
"""A profile with its numbers of followers and followed, exact at any instant."""


@rows(
    Profile,
    f"""
    with hidden as (
        select b.id from (
            select blocked_id as id from core.blocks where user_id = :viewer
            union
            select user_id from core.blocks where blocked_id = :viewer
        ) b
        join core.profiles s on s.user_id = b.id and not s.suspended
    )
    select {CARD}, p.bio, p.hides_follows, p.hides_achievements,
           n.followers - (select count(*) from hidden h join core.user_follows f
                          on f.follower_id = h.id and f.following_id = p.user_id) as followers,
           n.following - (select count(*) from hidden h join core.user_follows f
                          on f.following_id = h.id and f.follower_id = p.user_id) as following,
           p.created_at,
           exists (select from core.user_follows f where f.follower_id = :viewer and f.following_id = p.user_id)
               as followed_by_you,
           exists (select from core.user_follows f where f.follower_id = p.user_id and f.following_id = :viewer)
               as follows_you,
           exists (select from core.blocks b where b.user_id = :viewer and b.blocked_id = p.user_id) as blocked_by_you
    {_NUMBERS}
    where p.handle_key = :handle_key and not p.suspended
    """,
    hot=True,
    proven=("followers", "following", "followed_by_you", "follows_you", "blocked_by_you"),
)
def public_profile(handle_key: str, viewer: UserId | None) -> None:
    """Select a profile as somebody sees it, or nobody: without the people with whom a block stands between."""


@rows(
    MyProfileRow,
    f"""
    select {CARD}, p.bio, p.hides_follows, p.hides_achievements, n.followers, n.following, p.created_at, p.updated_at,
           s.last_seen_at, p.handle_changed_at
    {_NUMBERS}
    left join core.user_states s on s.user_id = p.user_id
    where p.user_id = :user
    """,
    proven=("followers", "following"),
)
def own_profile(user: UserId) -> None: ...


@rows(ProfileCard, f"select {CARD} from core.profiles p where p.user_id = any(:users) and not p.suspended", hot=True)
def profile_cards(users: list[UserId]) -> None: ...


@rows(ProfileCard, f"select {CARD} from core.profiles p where p.handle_key = :handle_key and not p.suspended", hot=True)
def card_of_handle(handle_key: str) -> None: ...


@rows(UserId, "select user_id from core.profiles where handle_key = :handle_key")
def user_of_handle(handle_key: str) -> None:
    """Select the person of a handle, also one whose account is suspended."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.profiles:' || :user::uuid, 0))")
def lock_profile(user: UserId) -> None:
    """Lock a person's profile, also one that is not there yet."""


@rows(ProfileRow, f"select {_ROW} from core.profiles where user_id = :user for update")
def profile_to_change(user: UserId) -> None: ...


@rows(
    str,
    """
    insert into core.handles as h (handle_key, user_id) values (:handle_key, :user)
    on conflict (handle_key) do update set user_id = excluded.user_id, held_until = null
        where h.user_id = excluded.user_id or h.held_until <= :now
    returning handle_key
    """,
)
def take_handle(handle_key: str, user: UserId, now: datetime) -> None:
    """Take a handle: one that is free, that nobody holds any more, or that this person gave up. No row otherwise."""


@command(
    """
    update core.handles set held_until = :until, user_id = :keeper where handle_key = :handle_key and user_id = :user
    """,
)
def give_up_handle(handle_key: str, user: UserId, keeper: UserId | None, until: datetime) -> None:
    """Hold a person's handle until an instant, for its `keeper` or for nobody."""


@command(
    """
    insert into core.profiles (user_id, handle, display_name, avatar_url, bio, hides_follows, hides_achievements,
                               suspended, created_at, updated_at)
    select u.id, :handle, u.name, :avatar_url, :bio, :hides_follows, :hides_achievements, u.suspended_at is not null,
           :now, :now
    from core.users u where u.id = :user
    for share of u
    """,
)
def add_profile(
    user: UserId,
    handle: str,
    avatar_url: str | None,
    bio: str | None,
    hides_follows: bool,
    hides_achievements: bool,
    now: datetime,
) -> None:
    """Insert a profile. The account is locked, so that its name and its suspension do not change meanwhile."""


@command(
    """
    update core.profiles
    set handle = :handle, avatar_url = :avatar_url, bio = :bio, hides_follows = :hides_follows,
        hides_achievements = :hides_achievements, handle_changed_at = :handle_changed_at,
        is_verified = :is_verified, updated_at = :now
    where user_id = :user
    """,
)
def change_profile(
    user: UserId,
    handle: str,
    avatar_url: str | None,
    bio: str | None,
    hides_follows: bool,
    hides_achievements: bool,
    handle_changed_at: datetime | None,
    is_verified: bool,
    now: datetime,
) -> None: ...


@command(
    """
    update core.profiles set handle = :handle, handle_changed_at = :now, is_verified = false, updated_at = :now
    where user_id = :user
    """,
)
def rename_handle(user: UserId, handle: str, now: datetime) -> None: ...


@command(
    """
    update core.profiles set is_verified = :is_verified, is_content_creator = :is_content_creator, updated_at = :now
    where user_id = :user
    """,
)
def mark_profile(user: UserId, is_verified: bool, is_content_creator: bool, now: datetime) -> None: ...


@command("update core.profiles set avatar_url = null, bio = null, updated_at = :now where user_id = :user")
def clear_profile(user: UserId, now: datetime) -> None: ...


@command(
    """
    update core.handles set held_until = :until
    where handle_key in (
        select handle_key from core.handles where user_id is null and held_until is null limit :limit
    )
    """,
)
def hold_handles_of_the_gone(until: datetime, limit: int) -> None:
    """Hold the handles whose accounts were deleted, until an instant."""


@command(
    """
    delete from core.handles
    where handle_key in (
        select handle_key from core.handles where held_until <= :before order by held_until limit :limit
    )
    """,
)
def free_handles(before: datetime, limit: int) -> None:
    """Delete handles that nobody holds any more."""
