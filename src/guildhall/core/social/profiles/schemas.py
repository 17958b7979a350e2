"""Profiles, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.text import TEXT, WITHOUT_NUL

Avatar = Annotated[
    str,
    Meta(
        max_length=500,
        pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s\x00-\x1f\x7f]*)?$(?!\n)",
        examples=["https://cdn.example.org/mirelle.png"],
    ),
]
Bio = Annotated[str, Meta(max_length=1000, pattern=TEXT, examples=["Healer, mostly."])]


class ProfileRequest(Struct, frozen=True):
    """The profile that somebody wants to have. What is left out is empty.

    `hides_follows` shows nobody else whom they follow and who follows them; the numbers stay.
    `hides_achievements` shows nobody else their achievements.
    """

    handle: Annotated[str, Meta(min_length=1, max_length=100, pattern=WITHOUT_NUL, examples=["mirelle"])]
    avatar_url: Avatar | None = None
    bio: Bio | None = None
    hides_follows: bool = False
    hides_achievements: bool = False


class ProfileCard(Struct, frozen=True):
    """A person in a line: what a list, a comment or a build shows of them."""

    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool


class Profile(Struct, frozen=True):
    """A public profile. `display_name` is the account's name.

    The numbers are those of the lists as the viewer sees them: without people whose account is suspended, and without
    those with whom a block stands between.
    """

    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool
    bio: str | None
    hides_follows: bool
    hides_achievements: bool
    followers: int
    following: int
    created_at: datetime
    followed_by_you: bool
    follows_you: bool
    blocked_by_you: bool


class MyProfile(Struct, frozen=True):
    """The viewer's own profile. `handle_changes_at` is when the handle may be changed again; null is now."""

    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool
    bio: str | None
    hides_follows: bool
    hides_achievements: bool
    followers: int
    following: int
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime | None
    handle_changes_at: datetime | None = None


class MyProfileRow(Struct, frozen=True):
    """The viewer's own profile. The columns of queries.own_profile."""

    user_id: UserId
    handle: str
    display_name: str
    avatar_url: str | None
    is_content_creator: bool
    is_verified: bool
    bio: str | None
    hides_follows: bool
    hides_achievements: bool
    followers: int
    following: int
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime | None
    handle_changed_at: datetime | None


class ProfileRow(Struct, frozen=True):
    """A locked profile, to be changed. The columns of queries.profile_to_change."""

    user_id: UserId
    handle: str
    handle_key: str
    is_content_creator: bool
    is_verified: bool
    handle_changed_at: datetime | None


class ProfileMarks(Struct, frozen=True):
    """The marks that moderators give: the person is who they say, they make content."""

    is_verified: bool
    is_content_creator: bool


class AppSettings(Struct, frozen=True):
    """The settings that apps keep for a person, of any shape."""

    settings: dict[str, Any]
