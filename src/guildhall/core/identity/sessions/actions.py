"""Sessions: begun, carried on, ended."""

from datetime import timedelta
from typing import Literal

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.tokens import AccessTokens, random_token, token_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions import queries
from guildhall.core.identity.sessions.errors import (
    AccountSuspended,
    RefreshRaced,
    RefreshTokenInvalid,
    RefreshTokenReused,
    SessionNotFound,
)
from guildhall.core.identity.sessions.schemas import Device, SessionTokens, SessionView
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Transaction
from guildhall.errors import GuildhallError
from guildhall.ids import UserId, uuid7

EndReason = Literal["signed_out", "replaced", "token_reused", "password_changed", "suspended", "revoked"]
_PREFIX = "ghr_"
"""Begins every refresh token, so that scanners for leaked secrets know one."""


async def start_session(
    tx: Transaction, user_id: UserId, *, method: str, device: Device, tokens: AccessTokens
) -> SessionTokens:
    """Begin a session of a person who has proven who they are, and give its tokens.

    The person's former session on the same device ends; a former person's gets no more pushes there.
    Wants a transaction of the DOORKEEPER or the worker. Raises AccountSuspended, Unauthenticated for a user
    who is gone.
    """
    standing = await queries.standing.one_or_none(tx, user_id)
    if standing is None:
        raise Unauthenticated(detail="There is no such account.")
    if standing.suspended_at is not None:
        raise AccountSuspended
    session_id = SessionId(uuid7())
    if device.token is not None:
        await queries.free_device.one(tx, device.token)
        await queries.replace_sessions_on_device.run(tx, device.token, user_id, tx.now)
        await queries.take_device_from_others.run(tx, device.token, session_id)
    refresh_token = random_token(_PREFIX)
    await queries.add_session.run(
        tx, session_id, user_id, token_hash(refresh_token), tx.now + tokens.session_lifetime, tx.now, method,
        device.name, device.type, device.token,
    )  # fmt: skip
    access_token = tokens.issue(user_id, session_id, standing.role)
    return SessionTokens(access_token, refresh_token, tokens.lifetime, session_id)


async def rotate(
    tx: Transaction, refresh_token: str, *, tokens: AccessTokens, settings: IdentitySettings, caller: Caller | None
) -> SessionTokens | GuildhallError:
    """New tokens for a refresh token, which is spent by it; or why not.

    The refusal is returned, not raised, for what it has written must be committed: a spent token that comes
    again ends its session (RefreshTokenReused). Others are RefreshTokenInvalid, RefreshRaced, AccountSuspended.
    """
    spent = token_hash(refresh_token)
    holder = await queries.holder_of_token.one_or_none(tx, spent)
    if holder is None:
        return await _refuse_spent(tx, spent, settings, caller)
    if holder.ended_at is not None or holder.expires_at <= tx.now:
        return RefreshTokenInvalid(detail="The session has ended; sign in again.")
    if holder.suspended_at is not None:
        return AccountSuspended()
    fresh = random_token(_PREFIX)
    await queries.spend_token.run(tx, spent, holder.id, holder.user_id, tx.now)
    await queries.set_token.run(tx, holder.id, token_hash(fresh), tx.now, tx.now + tokens.session_lifetime)
    access_token = tokens.issue(holder.user_id, holder.id, holder.role)
    return SessionTokens(access_token, fresh, tokens.lifetime, holder.id)


async def _refuse_spent(
    tx: Transaction, spent: bytes, settings: IdentitySettings, caller: Caller | None
) -> GuildhallError:
    known = await queries.spent_token.one_or_none(tx, spent)
    if known is None:
        return RefreshTokenInvalid()
    if known.ended_at is not None:
        return RefreshTokenReused()
    if tx.now < known.spent_at + timedelta(seconds=settings.refresh_grace_seconds):
        return RefreshRaced()
    await end_session(tx, known.session_id, "token_reused")
    await record(
        tx, "token_reused", "refused", user_id=known.user_id, caller=caller, session_id=known.session_id
    )  # fmt: skip
    return RefreshTokenReused()


async def end_session(tx: Transaction, session_id: SessionId, reason: EndReason) -> bool:
    """End a session at once, its access tokens with it; whether it had not ended before."""
    return await queries.mark_session_ended.one_or_none(tx, session_id, tx.now, reason) is not None


async def end_sessions(tx: Transaction, user_id: UserId, reason: EndReason, but: SessionId | None = None) -> int:
    """End all sessions of a person but one; how many."""
    return await queries.mark_sessions_ended.run(tx, user_id, tx.now, reason, but)


async def end_session_of(tx: Transaction, user_id: UserId, session_id: SessionId, caller: Caller | None) -> None:
    """End one of a person's own sessions. Raises SessionNotFound."""
    if await queries.session_of.one_or_none(tx, session_id, user_id) is None:
        raise SessionNotFound(session_id=session_id)
    await end_session(tx, session_id, "signed_out")
    await record(tx, "session_ended", "ok", user_id=user_id, caller=caller, session_id=session_id)


async def set_device(tx: Transaction, user_id: UserId, session_id: SessionId, device: Device) -> SessionView:
    """Name the device of a session and say where its pushes go; another session there gets none any more.

    Wants a transaction of the DOORKEEPER. Raises SessionNotFound.
    """
    if device.token is not None:
        await queries.free_device.one(tx, device.token)
        await queries.take_device_from_others.run(tx, device.token, session_id)
    changed = await queries.set_device.one_or_none(tx, session_id, user_id, device.name, device.type, device.token)
    if changed is None:
        raise SessionNotFound(session_id=session_id)
    return changed
