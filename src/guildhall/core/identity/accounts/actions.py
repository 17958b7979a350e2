"""Accounts as a whole: renamed, promoted, suspended, deleted."""

from typing import Annotated, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.core.identity.accounts import queries
from guildhall.core.identity.accounts.errors import UserNotFound
from guildhall.core.identity.accounts.messages import AccountDeleted, AccountRenamed, AccountSuspended
from guildhall.core.identity.accounts.queries import (
    UserLine,
    UserSettings,
    change_settings,
    make_settings,
    settings_for,
)
from guildhall.core.identity.credentials.queries import lock_user
from guildhall.core.identity.principals.schemas import Principal, Role
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.sessions.actions import end_sessions
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.log import get_logger
from guildhall.text import LANGUAGE

log = get_logger(__name__)


async def rename(tx: Transaction, principal: Principal, name: str) -> None:
    """Call the viewer something else, and tell the packs."""
    await queries.rename_user.run(tx, principal.viewer.id, name, tx.now)
    await send(tx, AccountRenamed(principal.viewer.id))


async def set_role(tx: Transaction, user_id: UserId, role: Role) -> UserLine:
    """Give a user a role; access tokens that say another are not believed any more. Raises UserNotFound."""
    before = await _user(tx, user_id)
    if before.role != role:
        await queries.set_role.run(tx, user_id, role, tx.now)
        details = {"from": before.role, "to": role}
        await record(tx, "role_changed", "ok", user_id=user_id, details=details)
    return await _user(tx, user_id)


async def suspend(tx: Transaction, user_id: UserId) -> int:
    """Close an account to its owner and end its sessions; how many. Raises UserNotFound."""
    user = await _user(tx, user_id)
    if user.suspended_at is None:
        await queries.set_suspended.run(tx, user_id, tx.now, tx.now)
        await send(tx, AccountSuspended(user_id))
    ended = await end_sessions(tx, user_id, "suspended")
    await record(tx, "suspended", "ok", user_id=user_id, details={"sessions_ended": ended})
    return ended


async def restore(tx: Transaction, user_id: UserId) -> None:
    """Open a suspended account again. Raises UserNotFound."""
    await _user(tx, user_id)
    await queries.set_suspended.run(tx, user_id, None, tx.now)
    await record(tx, "restored", "ok", user_id=user_id)


async def delete_account(tx: Transaction, user_id: UserId) -> None:
    """Delete a user with every row, tell the packs, and take the person out of the log of security events.

    Sessions are dead when this commits. Wants a transaction of the DOORKEEPER or the worker. Raises UserNotFound.
    """
    if await lock_user.one_or_none(tx, user_id) is None:
        raise UserNotFound
    renewing = await queries.renewing_subscription.one_or_none(tx, user_id)
    await send(tx, AccountDeleted(user_id))
    await queries.drop_user.run(tx, user_id)
    await queries.forget_security_events.one(tx, user_id)
    await record(tx, "account_deleted", "ok")  # that one was, not whose or by whom
    if renewing is not None:  # Stripe goes on charging until somebody ends it there
        log.warning("account_deleted_with_subscription", subscription=renewing)


async def _user(tx: Transaction, user_id: UserId) -> UserLine:
    user = await queries.user_of_id.one_or_none(tx, user_id)
    if user is None:
        raise UserNotFound
    return user


Given = TypeVar("Given")


class SettingsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A change of settings; a field that is left out stays."""

    theme: Literal["light", "dark", "auto"] | UnsetType = UNSET
    default_character_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | UnsetType | None = UNSET
    language: Annotated[str, Meta(pattern=LANGUAGE, min_length=2, max_length=35, examples=["en"])] | UnsetType = UNSET
    notify_skill_complete: bool | UnsetType = UNSET
    notify_market_orders: bool | UnsetType = UNSET
    notify_industry_jobs: bool | UnsetType = UNSET
    notify_pi_extractors: bool | UnsetType = UNSET
    notify_eve_mail: bool | UnsetType = UNSET
    share_activity_stats: bool | UnsetType = UNSET


async def read_settings(tx: Transaction, user_id: UserId) -> UserSettings:
    """The preferences, made with the defaults when nobody has asked for them before. Wants a write transaction."""
    found = await settings_for.one_or_none(tx, user_id)
    return found if found is not None else await make_settings.one(tx, uuid7(), user_id, tx.now)


async def update_settings(tx: Transaction, user_id: UserId, change: SettingsChange) -> UserSettings:
    """Change some preferences; all of them, as they are then."""
    await read_settings(tx, user_id)

    def given(value: Given | UnsetType) -> Given | None:
        return None if value is UNSET else value

    return await change_settings.one(
        tx, user_id, given(change.theme), given(change.language),
        change.default_character_id is not UNSET, given(change.default_character_id),
        given(change.notify_skill_complete), given(change.notify_market_orders), given(change.notify_industry_jobs),
        given(change.notify_pi_extractors), given(change.notify_eve_mail), given(change.share_activity_stats), tx.now,
    )  # fmt: skip
