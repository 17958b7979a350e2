"""Accounts as a whole: renamed, promoted, suspended, deleted."""

from uuid import UUID

from guildhall.core.identity.actions.audit import record
from guildhall.core.identity.actions.sessions import end_sessions
from guildhall.core.identity.errors import UserNotFound
from guildhall.core.identity.messages import AccountDeleted, AccountSuspended
from guildhall.core.identity.queries import accounts as queries
from guildhall.core.identity.queries.accounts import UserLine
from guildhall.core.identity.schemas import Principal, Role
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.log import get_logger

log = get_logger(__name__)


async def rename(tx: Transaction, principal: Principal, name: str) -> None:
    """Call the viewer something else."""
    await queries.rename_user.run(tx, principal.viewer.id, name, tx.now)


async def set_role(tx: Transaction, user_id: UUID, role: Role) -> UserLine:
    """Give a user a role; access tokens that say another are not believed any more. Raises UserNotFound."""
    before = await _user(tx, user_id)
    if before.role != role:
        await queries.set_role.run(tx, user_id, role, tx.now)
        details = {"from": before.role, "to": role}
        await record(tx, "role_changed", "ok", user_id=user_id, details=details)
    return await _user(tx, user_id)


async def suspend(tx: Transaction, user_id: UUID) -> int:
    """Close an account to its owner and end its sessions; how many. Raises UserNotFound."""
    user = await _user(tx, user_id)
    if user.suspended_at is None:
        await queries.set_suspended.run(tx, user_id, tx.now, tx.now)
        await send(tx, AccountSuspended(user_id))
    ended = await end_sessions(tx, user_id, "suspended")
    await record(tx, "suspended", "ok", user_id=user_id, details={"sessions_ended": ended})
    return ended


async def restore(tx: Transaction, user_id: UUID) -> None:
    """Open a suspended account again. Raises UserNotFound."""
    await _user(tx, user_id)
    await queries.set_suspended.run(tx, user_id, None, tx.now)
    await record(tx, "restored", "ok", user_id=user_id)


async def delete_account(tx: Transaction, user_id: UUID) -> None:
    """Delete a user with every row, tell the packs, and take the person out of the log of security events.

    Sessions are dead when this commits. Wants a transaction of the DOORKEEPER or the worker. Raises UserNotFound.
    """
    if await queries.lock_user.one_or_none(tx, user_id) is None:
        raise UserNotFound
    renewing = await queries.renewing_subscription.one_or_none(tx, user_id)
    await send(tx, AccountDeleted(user_id))
    await queries.drop_user.run(tx, user_id)
    await queries.forget_security_events.one(tx, user_id)
    await record(tx, "account_deleted", "ok")  # that one was, not whose or by whom
    if renewing is not None:  # Stripe goes on charging until somebody ends it there
        log.warning("account_deleted_with_subscription", subscription=renewing)


async def _user(tx: Transaction, user_id: UUID) -> UserLine:
    user = await queries.user_of_id.one_or_none(tx, user_id)
    if user is None:
        raise UserNotFound
    return user
