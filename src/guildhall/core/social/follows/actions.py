"""Following people, and following them no longer."""

from datetime import timedelta

import asyncpg

from guildhall.core.social.blocks.actions import require_unblocked
from guildhall.core.social.blocks.errors import ToYourself
from guildhall.core.social.blocks.queries import lock_pair
from guildhall.core.social.follows import queries
from guildhall.core.social.follows.errors import FollowsHidden, FollowsTooFast, TooManyFollows
from guildhall.core.social.follows.schemas import ListOwner
from guildhall.core.social.profiles.actions import cards_of, require_profile
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

_HOUR = timedelta(hours=1)


async def follow(tx: Transaction, person: UserId, settings: SocialSettings) -> None:
    """Follow somebody as the viewer. Twice is once.

    Raises ToYourself, NoProfile, ProfileNotFound, Blocked, BlockedByYou, TooManyFollows, FollowsTooFast.
    """
    viewer = tx.viewer.id
    if person == viewer:
        raise ToYourself
    await require_profile(tx)
    if person not in await cards_of(tx, [person]):
        raise ProfileNotFound
    await lock_pair.one(tx, viewer, person)
    await require_unblocked(tx, person)
    await queries.lock_follows.one(tx, viewer)
    try:
        if await queries.add_follow.one_or_none(tx, viewer, person, tx.now) is None:
            return
    except asyncpg.ForeignKeyViolationError as error:  # they are gone since the question above
        raise ProfileNotFound from error
    if await queries.follows_count.one(tx, viewer, settings.follows_most + 1) > settings.follows_most:
        raise TooManyFollows(most=settings.follows_most)
    made, since = await queries.count_new_follow.one(tx, viewer, tx.now, tx.now - _HOUR)
    if made > settings.follows_per_hour:
        wait = (since + _HOUR - tx.now).total_seconds()
        raise FollowsTooFast(most=settings.follows_per_hour, retry_after=max(1, int(wait) + 1))


async def unfollow(tx: Transaction, person: UserId) -> None:
    """Follow somebody no longer. Twice is once. Raises ProfileNotFound."""
    if not await queries.remove_follow.run(tx, tx.viewer.id, person):
        await _require_profile_of(tx, person)


async def remove_follower(tx: Transaction, person: UserId) -> None:
    """End the follow of somebody who follows the viewer. Twice is once. Raises ProfileNotFound."""
    if not await queries.remove_follow.run(tx, person, tx.viewer.id):
        await _require_profile_of(tx, person)


async def _require_profile_of(tx: Transaction, person: UserId) -> None:
    """Raises ProfileNotFound; that of somebody whose account is suspended is there."""
    if not await queries.has_profile.one(tx, person):
        raise ProfileNotFound


async def owner_of_list(tx: Transaction, handle: str, viewer: UserId | None) -> ListOwner:
    """Return the person whose follows somebody wants to see. Raises ProfileNotFound, FollowsHidden."""
    owner = await queries.list_owner.one_or_none(tx, handle_key(handle))
    if owner is None:
        raise ProfileNotFound
    if owner.hides_follows and owner.user_id != viewer:
        raise FollowsHidden
    return owner
