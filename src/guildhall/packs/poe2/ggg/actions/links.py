"""Links kept by a sign-in, ended when the game refuses, and deleted by their people."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.cache.actions import invalidate
from guildhall.core.identity.sign_in.schemas import Grant
from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.packs.poe2.ggg.errors import AccountNotLinked, OtherAccountLinked
from guildhall.packs.poe2.ggg.kinds import kinds_of
from guildhall.packs.poe2.ggg.messages import LinkBegun, LinkLost, RevokeTokens
from guildhall.packs.poe2.ggg.oauth import NAME
from guildhall.packs.poe2.ggg.queries import accounts as queries
from guildhall.packs.poe2.ggg.schemas import ACCESS_TOKEN, REFRESH_TOKEN, Ended, Ending, Why
from guildhall.packs.poe2.ids import Sub
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)
_CONFIDENTIAL, _PUBLIC = 90.0, 7.0
"""Days that refresh tokens last: of a client with a secret, and of one without."""


async def keep_account(tx: Transaction, grant: Grant, vault: Vault, settings: Poe2Settings) -> None:
    """Take over what a sign-in with Path of Exile has brought, in its transaction.

    A user has one account here. A second one that is just being linked is refused; one that was linked before there
    was such a rule is good for signing in alone. Raises OtherAccountLinked.
    """
    sub, name = Sub(UUID(grant.claims.subject)), grant.claims.name
    for row in await queries.accounts_of_sign_in.many(tx, sub, grant.user_id, name):
        if row.user_id == grant.user_id and row.sub != sub:
            if await queries.linked_just_now.one(tx, NAME, grant.claims.subject, tx.now):
                raise OtherAccountLinked(poe_account_name=row.poe_account_name)
            log.warning("poe2_second_account", user_id=str(grant.user_id))
            return
        if row.sub == sub and row.user_id != grant.user_id:  # it was unlinked there, and came here
            await _delete(tx, row.user_id)
        elif row.sub != sub and row.poe_account_name == name:
            await queries.forget_name.run(tx, row.sub)
    days = settings.refresh_days or (_PUBLIC if settings.client_secret is None else _CONFIDENTIAL)
    refresh = grant.refresh_token
    await queries.keep.run(
        tx,
        grant.user_id,
        sub,
        name,
        list(grant.scopes if grant.scopes is not None else settings.scopes),
        vault.seal(ACCESS_TOKEN, grant.user_id, grant.access_token.reveal()),
        None if refresh is None else vault.seal(REFRESH_TOKEN, grant.user_id, refresh.reveal()),
        grant.expires_at,
        grant.expires_at if refresh is None else tx.now + timedelta(days=days),
        tx.now,
    )
    await forget_answers(tx, grant.user_id)
    await send(tx, LinkBegun(grant.user_id))


async def end_link(
    tx: Transaction, user_id: UserId, why: Why, error: str, settings: Poe2Settings, *, lease: int | None = None
) -> bool:
    """End a link as the game has done; false if it has ended already, or the lease is not the row's any more."""
    forget_at = tx.now + timedelta(days=settings.revoked_keep_days) if why == "revoked" else None
    ended = await queries.end_link.one_or_none(tx, user_id, why, forget_at, error[:300], lease, tx.now)
    if ended is None:
        return False
    log.warning("poe2_link_ended", user_id=str(user_id), why=why, error=error)
    await forget_answers(tx, user_id)
    await send(tx, LinkLost(user_id))
    return True


async def unlink(tx: Transaction, user_id: UserId) -> None:
    """Delete everything that is kept of a user's account at Path of Exile. Raises AccountNotLinked."""
    if not await _delete(tx, user_id):
        raise AccountNotLinked


async def unlink_identity(tx: Transaction, user_id: UserId, sub: Sub) -> bool:
    """Delete an account whose sign-in was unlinked, unless it is linked again; return whether it was there."""
    if await queries.still_linked.one_or_none(tx, NAME, str(sub), user_id):
        return False
    if await queries.delete_account_of.one_or_none(tx, user_id, sub) is None:
        return False
    await forget_answers(tx, user_id)
    await send(tx, RevokeTokens())
    return True


async def _delete(tx: Transaction, user_id: UserId) -> bool:
    """Delete an account with its characters. A trigger leaves its token, sealed, to a job that revokes it."""
    if await queries.delete_account.one_or_none(tx, user_id) is None:
        return False
    await forget_answers(tx, user_id)
    await send(tx, RevokeTokens())
    return True


async def forget_answers(tx: Transaction, user_id: UserId) -> None:
    """Have every process forget the game's answers about a user."""
    await invalidate(tx, prefixes=kinds_of(user_id))


async def tell_lost(tx: Transaction, ended: Ended, forget_at: datetime | None) -> int:
    """Tell a user that the link has ended, once for each sign-in."""
    kept = "Nothing is lost." if forget_at is None else f"What we keep of it is deleted on {forget_at:%d %B} otherwise."
    return await _tell(
        tx,
        ended.user_id,
        "poe2_link_ended",
        "Sign in with Path of Exile again",
        f"Path of Exile no longer lets us read {ended.poe_account_name}. Sign in with it again. {kept}",
        ended.signed_in_at,
    )


async def tell_ending(tx: Transaction, ending: Ending) -> int:
    """Tell a user that the link ends soon, once for each sign-in."""
    return await _tell(
        tx,
        ending.user_id,
        "poe2_link_ends",
        "Your link with Path of Exile ends soon",
        f"Path of Exile lets us read {ending.poe_account_name} until {ending.refresh_expires_at:%d %B}. Sign in with "
        "it again before, so that your characters go on being watched.",
        ending.signed_in_at,
    )


async def _tell(tx: Transaction, user_id: UserId, kind: str, title: str, body: str, since: datetime) -> int:
    key = f"{kind}:{user_id}:{int(since.timestamp())}"
    return await notify(tx, [Notice(user_id, kind, title, body, key, tx.now)])
