"""Achievements taken from people, and given back."""

from guildhall.core.achievements.errors import AchievementNotFound, AlreadyRevoked, NotAchieved, NotRevoked
from guildhall.core.achievements.messages import AchievementRevoked
from guildhall.core.achievements.queries import people as queries
from guildhall.core.achievements.queries.catalogue import known_version
from guildhall.core.achievements.schemas import Held
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.jobs.actions import send
from guildhall.core.moderation.actions import record_act
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


async def revoke(tx: Transaction, principal: Principal | None, user: UserId, achievement: str, reason: str) -> None:
    """Take an achievement from somebody, as a moderator or an operator (None); no look grants it again.

    They are told with the reason. Raises RoleMissing, AchievementNotFound, NotAchieved, AlreadyRevoked.
    """
    held = await _held(tx, principal, user, achievement)
    if held.revoked_at is not None:
        raise AlreadyRevoked(achievement=achievement)
    by = None if principal is None else principal.viewer.id
    await queries.set_revoked.run(tx, user, achievement, tx.now, by, reason)
    await _note(tx, "achievement_revoked", by, user, achievement, reason)


async def restore(tx: Transaction, principal: Principal | None, user: UserId, achievement: str) -> None:
    """Give an achievement back to somebody from whom it was taken, as of when they had it.

    Raises RoleMissing, AchievementNotFound, NotAchieved, NotRevoked.
    """
    held = await _held(tx, principal, user, achievement)
    if held.revoked_at is None:
        raise NotRevoked(achievement=achievement)
    by = None if principal is None else principal.viewer.id
    await queries.set_revoked.run(tx, user, achievement, None, None, None)
    await _note(tx, "achievement_restored", by, user, achievement, None)


async def _held(tx: Transaction, principal: Principal | None, user: UserId, achievement: str) -> Held:
    """Lock what somebody was granted. Raises RoleMissing, AchievementNotFound, NotAchieved."""
    if principal is not None:
        require_role(principal, "moderator")
    found = await queries.grant_to_change.one_or_none(tx, user, achievement)
    if found is None or found.version is None:
        if await known_version.one_or_none(tx, achievement) is None:
            raise AchievementNotFound(achievement=achievement)
        raise NotAchieved(achievement=achievement)
    return found


async def _note(
    tx: Transaction, act: str, by: UserId | None, user: UserId, achievement: str, reason: str | None
) -> None:
    await record_act(
        tx, "achievements", act, actor=by, subject=user, reason=reason, details={"achievement": achievement}
    )
    await send(tx, AchievementRevoked(user, achievement))
