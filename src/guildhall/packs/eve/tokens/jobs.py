"""Tokens refreshed ahead of their end, and revoked when access is over."""

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.tokens.actions import revoke_tokens
from guildhall.packs.eve.tokens.messages import RefreshTokens, RevokeTokens
from guildhall.packs.eve.tokens.queries import refresh_due, revocation_due
from guildhall.packs.eve.tokens.refresh import Refresher
from guildhall.packs.eve.tokens.sso import Sso


async def refresh_tokens(_: RefreshTokens, refresher: Refresher) -> dict[str, int]:
    """Refresh what ends soon and is needed."""
    return await refresher.refresh_due()


async def revoke(_: RevokeTokens, db: Database, vault: Vault, sso: Sso) -> dict[str, int]:
    """Revoke the tokens of removed characters at the SSO."""
    return await revoke_tokens(db, vault, sso)


async def forget_account(_: AccountDeleted, db: Database, vault: Vault, sso: Sso) -> dict[str, int]:
    """The rows of the account are gone; their tokens are on their way to be revoked."""
    return await revoke_tokens(db, vault, sso)


WORKER = WorkerPart(
    handlers=(
        On(RefreshTokens, refresh_tokens, schedule=minutely(due=Due(refresh_due))),
        On(RevokeTokens, revoke, schedule=minutely(every=5, due=Due(revocation_due))),
        On(AccountDeleted, forget_account),
    )
)
