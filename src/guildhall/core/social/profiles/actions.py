"""Profiles: chosen and changed by the person, marked and cleared by moderators."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.actions import record_act
from guildhall.core.social.profiles import queries
from guildhall.core.social.profiles.errors import (
    AppSettingsRefused,
    HandleChangedLately,
    HandleReserved,
    HandleTaken,
    NoProfile,
    ProfileNotFound,
)
from guildhall.core.social.profiles.rules import clean_handle, handle_key, is_reserved
from guildhall.core.social.profiles.schemas import (
    AppSettings,
    MyProfile,
    MyProfileRow,
    ProfileCard,
    ProfileMarks,
    ProfileRequest,
    ProfileRow,
)
from guildhall.core.social.profiles.state_queries import keep_app_settings
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The character that jsonb cannot hold, as JSON writes it."""


async def my_profile(tx: Transaction, settings: SocialSettings) -> MyProfile:
    """Return the viewer's own profile. Raises NoProfile."""
    row = await queries.own_profile.one_or_none(tx, tx.viewer.id)
    if row is None:
        raise NoProfile
    return _shown(tx, row, settings)


def _shown(tx: Transaction, row: MyProfileRow, settings: SocialSettings) -> MyProfile:
    changes_at = None
    if row.handle_changed_at is not None:
        at = row.handle_changed_at + timedelta(days=settings.handle_change_days)
        changes_at = at if at > tx.now else None
    same = {name: getattr(row, name) for name in MyProfileRow.__struct_fields__ if name != "handle_changed_at"}
    return MyProfile(**same, handle_changes_at=changes_at)


async def keep_profile(tx: Transaction, wanted: ProfileRequest, settings: SocialSettings) -> MyProfile:
    """Make or change the viewer's profile.

    A handle that is changed is held for its former owner, and takes the mark of a verified person with it. Raises
    HandleRefused, HandleReserved, HandleTaken, HandleChangedLately.
    """
    handle = clean_handle(wanted.handle)
    bio = (wanted.bio or "").strip() or None
    user = tx.viewer.id
    await queries.lock_profile.one(tx, user)
    known = await queries.profile_to_change.one_or_none(tx, user)
    if known is None:
        await _take(tx, user, handle, settings)
        await queries.add_profile.run(
            tx, user, handle, wanted.avatar_url, bio, wanted.hides_follows, wanted.hides_achievements, tx.now
        )
        return _shown(tx, await queries.own_profile.one(tx, user), settings)
    changed_at, verified = known.handle_changed_at, known.is_verified
    if handle != known.handle:
        _require_time(tx, known, settings)
        await _move(tx, known, handle, user, settings)
        changed_at, verified = tx.now, False
    await queries.change_profile.run(
        tx, user, handle, wanted.avatar_url, bio, wanted.hides_follows, wanted.hides_achievements, changed_at, verified,
        tx.now,
    )  # fmt: skip
    return _shown(tx, await queries.own_profile.one(tx, user), settings)


def _require_time(tx: Transaction, known: ProfileRow, settings: SocialSettings) -> None:
    """Raises HandleChangedLately."""
    if known.handle_changed_at is not None:
        until = known.handle_changed_at + timedelta(days=settings.handle_change_days)
        if until > tx.now:
            raise HandleChangedLately(until=f"{until:%Y-%m-%d %H:%M} UTC")


async def _take(tx: Transaction, user: UserId, handle: str, settings: SocialSettings) -> None:
    """Raises HandleReserved, HandleTaken."""
    if is_reserved(handle, settings.reserved_handles):
        raise HandleReserved
    if await queries.take_handle.one_or_none(tx, handle_key(handle), user, tx.now) is None:
        raise HandleTaken


async def _move(
    tx: Transaction, known: ProfileRow, handle: str, keeper: UserId | None, settings: SocialSettings
) -> None:
    """Take another handle, and hold the present one for its keeper. Raises HandleReserved, HandleTaken."""
    await _take(tx, known.user_id, handle, settings)
    if handle_key(handle) != known.handle_key:
        until = tx.now + timedelta(days=settings.handle_hold_days)
        await queries.give_up_handle.run(tx, known.handle_key, known.user_id, keeper, until)


async def rename_profile(tx: Transaction, handle: str, new: str, settings: SocialSettings) -> str:
    """Give somebody another handle, as an operator, and return it; nobody gets the present one for a while.

    Raises ProfileNotFound, HandleRefused, HandleReserved, HandleTaken.
    """
    known = await _profile_to_change(tx, handle)
    wanted = clean_handle(new)
    await _move(tx, known, wanted, None, settings)
    await queries.rename_handle.run(tx, known.user_id, wanted, tx.now)
    await record_act(tx, "social", "handle_changed", actor=None, subject=known.user_id)
    return wanted


async def _profile_to_change(tx: Transaction, handle: str) -> ProfileRow:
    user = await queries.user_of_handle.one_or_none(tx, handle_key(handle))
    if user is None:
        raise ProfileNotFound
    await queries.lock_profile.one(tx, user)
    found = await queries.profile_to_change.one_or_none(tx, user)
    if found is None or found.handle_key != handle_key(handle):  # changed or gone meanwhile
        raise ProfileNotFound
    return found


async def mark_profile(
    tx: Transaction,
    principal: Principal | None,
    handle: str,
    *,
    is_verified: bool | None = None,
    is_content_creator: bool | None = None,
) -> ProfileMarks:
    """Give or take the marks of a profile, as a moderator or an operator (None); None leaves a mark as it is.

    Raises RoleMissing, ProfileNotFound.
    """
    if principal is not None:
        require_role(principal, "moderator")
    known = await _profile_to_change(tx, handle)
    marks = ProfileMarks(
        known.is_verified if is_verified is None else is_verified,
        known.is_content_creator if is_content_creator is None else is_content_creator,
    )
    if marks != ProfileMarks(known.is_verified, known.is_content_creator):
        await queries.mark_profile.run(tx, known.user_id, marks.is_verified, marks.is_content_creator, tx.now)
        await record_act(
            tx, "social", "profile_marked", actor=None if principal is None else principal.viewer.id,
            subject=known.user_id, details=msgspec.to_builtins(marks),
        )  # fmt: skip
    return marks


async def clear_profile(tx: Transaction, principal: Principal, handle: str) -> None:
    """Take away picture and text of a profile, as a moderator. Raises RoleMissing, ProfileNotFound."""
    require_role(principal, "moderator")
    known = await _profile_to_change(tx, handle)
    await queries.clear_profile.run(tx, known.user_id, tx.now)
    await record_act(tx, "social", "profile_cleared", actor=principal.viewer.id, subject=known.user_id)


async def keep_settings(tx: Transaction, given: AppSettings, most_kb: int) -> AppSettings:
    """Keep the settings of the viewer's apps in place of those before. Raises AppSettingsRefused."""
    text = msgspec.json.encode(given.settings)
    if len(text) > most_kb * 1024 or _NUL.search(text):
        raise AppSettingsRefused(most=most_kb)
    await keep_app_settings.run(tx, tx.viewer.id, given.settings)
    return given


async def cards_of(tx: Transaction, people: Iterable[UserId]) -> dict[UserId, ProfileCard]:
    """Return what lists show of people, by their ids: of those who have a profile and are not suspended."""
    found = await queries.profile_cards.many(tx, sorted(set(people)))
    return {card.user_id: card for card in found}


async def require_profile(tx: Transaction) -> ProfileCard:
    """Return what lists show of the viewer. Raises NoProfile."""
    own: Sequence[ProfileCard] = await queries.profile_cards.many(tx, [tx.viewer.id])
    if not own:
        raise NoProfile
    return own[0]
