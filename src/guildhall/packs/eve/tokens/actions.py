"""The end of access: its notification, and tokens that are revoked at the SSO."""

from datetime import datetime

from guildhall.core.identity.sign_in.oauth.errors import ProviderDown, ProviderMisconfigured
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.kept import CHARACTERS
from guildhall.packs.eve.tokens import queries
from guildhall.packs.eve.tokens.schemas import REFRESH_TOKEN, Leased, PendingRevocation
from guildhall.packs.eve.tokens.sso import Sso

log = get_logger(__name__)
_TRIES = 12
"""Attempts to have the SSO forget a token before it is forgotten here."""


async def close_access(tx: Transaction, id: CharacterId, state: str, why: str) -> bool:
    """End access to a character: its tokens go, nothing of it is due any more. Return whether this is news."""
    news = await queries.end_access.one_or_none(tx, id, state, why[:300], tx.now)
    await CHARACTERS.forget(tx, id)  # behind the character's row, as a sync locks them
    return bool(news)


async def end_access(tx: Transaction, leased: Leased, state: str, why: str) -> None:
    """End access to a character as the worker, and tell its user if this is news.

    `state` is "needs_authorisation" or "sold".
    """
    if not await close_access(tx, leased.id, state, why):
        return
    log.warning("eve_access_ended", character_id=leased.character_id, state=state, why=why)
    await notify(
        tx, [access_notice(leased.id, leased.user_id, leased.character_id, leased.character_name, state, tx.now)]
    )


def access_notice(
    character: CharacterId, user_id: UserId, character_id: int, name: str, state: str, now: datetime
) -> Notice:
    """Return the notification that access to a character has ended.

    A sold character is final; other ends can be mended.
    """
    if state == "sold":
        kind, title, key = "character_sold", f"{name} has a new owner", f"character_sold:{character}"
        body = f"{name} was transferred to another account. What was recorded until now stays yours."
    else:
        kind, title = "token_needs_authorisation", f"Sign in again with {name}"
        key = f"{kind}:{character}:{int(now.timestamp())}"
        body = f"EVE no longer lets us read {name}. Sign in with it once more; nothing is lost."
    data = {"character_id": str(character_id)}
    return Notice(user_id, kind, title, body, key, now, character_id=character_id, data=data)


async def revoke_tokens(db: Database, vault: Vault, sso: Sso, limit: int = 50) -> dict[str, int]:
    """Revoke the tokens of removed characters at the SSO; return how many were revoked, and how many wait."""
    counts = {"revoked": 0, "waiting": 0}
    async with db.write() as tx:
        claimed = await queries.claim_revocations.many(tx, limit)
    for one in claimed:
        try:
            counts["revoked"] += await _revoke(db, vault, sso, one)
        except (ProviderDown, ProviderMisconfigured) as error:
            log.warning("eve_not_revoked", why=str(error), tries=one.tries)
            counts["waiting"] += 1
        except Unavailable:
            raise
        except Exception as error:  # a fault with one row is no matter of the others
            log.error("eve_revocation_broken", exc_info=error, tries=one.tries)
            counts["waiting"] += 1
    return counts


async def _revoke(db: Database, vault: Vault, sso: Sso, one: PendingRevocation) -> int:
    """Revoke one token at the SSO and delete its row; return 1 if the SSO did. The last try deletes the row anyway."""
    revoked = 0
    try:
        await sso.revoke(vault.open(REFRESH_TOKEN, one.id, one.refresh_token))
        revoked = 1
    except SealBroken:
        pass  # the vault logs it; a token that no key opens is of no use to anybody
    except Exception as error:
        if one.tries < _TRIES:
            raise
        log.error("eve_never_revoked", exc_info=error, tries=one.tries)
    async with db.write() as tx:
        await queries.revoked.run(tx, one.id, one.created_at)
    return revoked
