"""Tokens that are revoked at the game."""

from guildhall.core.identity.sign_in.oauth.errors import ProviderDown, ProviderMisconfigured
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.log import get_logger
from guildhall.packs.poe2.ggg.oauth import PoeOAuth
from guildhall.packs.poe2.ggg.queries import accounts as queries
from guildhall.packs.poe2.ggg.schemas import REFRESH_TOKEN, PendingRevocation

log = get_logger(__name__)
_TRIES = 12
"""Attempts to have the game forget a token before it is forgotten here."""


async def revoke_tokens(db: Database, vault: Vault, oauth: PoeOAuth, limit: int = 50) -> dict[str, int]:
    """Revoke the tokens of unlinked accounts; return how many were revoked, and how many wait."""
    counts = {"revoked": 0, "waiting": 0}
    async with db.write() as tx:
        claimed = await queries.claim_revocations.many(tx, limit)
    for one in claimed:
        try:
            counts["revoked"] += await _revoke(db, vault, oauth, one)
        except (ProviderDown, ProviderMisconfigured) as error:
            log.warning("poe2_not_revoked", why=str(error), tries=one.tries)
            counts["waiting"] += 1
    return counts


async def _revoke(db: Database, vault: Vault, oauth: PoeOAuth, one: PendingRevocation) -> int:
    """Revoke one token and delete its row; return 1 if the game did. The last try deletes the row anyway."""
    revoked = 0
    try:
        await oauth.revoke(vault.open(REFRESH_TOKEN, one.id, one.refresh_token))
        revoked = 1
    except SealBroken:
        pass  # the vault logs it; a token that no key opens is of no use to anybody
    except (ProviderDown, ProviderMisconfigured) as error:
        if one.tries < _TRIES:
            raise
        log.error("poe2_never_revoked", why=str(error), tries=one.tries)
    async with db.write() as tx:
        await queries.revoked.run(tx, one.id, one.created_at)
    return revoked
