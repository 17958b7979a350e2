"""Access kept: tokens refreshed ahead of their end, given back when it is over, and owners told."""

from guildhall.core.identity.messages import AccountDeleted, IdentityUnlinked
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.notify.actions.notices import notify
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.packs.eve.actions.characters import remove_character
from guildhall.packs.eve.actions.tokens import Refresher, access_notice, revoke_tokens
from guildhall.packs.eve.errors import CharacterNotFound
from guildhall.packs.eve.messages import CharacterSold, RefreshTokens, RevokeTokens
from guildhall.packs.eve.queries.characters import character, still_linked
from guildhall.packs.eve.queries.tokens import refresh_due, revocation_due
from guildhall.packs.eve.upstream.sso import NAME, Sso


async def refresh_tokens(_: RefreshTokens, refresher: Refresher) -> dict[str, int]:
    """Refresh what ends soon and is needed."""
    return await refresher.refresh_due()


async def revoke(_: RevokeTokens, db: Database, vault: Vault, sso: Sso) -> dict[str, int]:
    """Revoke the tokens of removed characters at the SSO."""
    return await revoke_tokens(db, vault, sso)


async def tell_sold(message: CharacterSold, db: Database) -> dict[str, int]:
    """Tell the former owner of a character that it has another one."""
    async with db.write() as tx:
        found = await character.one_or_none(tx, message.character)
        if found is None:
            return {"told": 0}
        notice = access_notice(found.id, found.user_id, found.character_id, found.character_name, "sold", tx.now)
        return {"told": await notify(tx, [notice])}


async def forget_identity(message: IdentityUnlinked, db: Database) -> dict[str, int]:
    """End access to the character whose sign-in was unlinked."""
    if message.provider != NAME or not message.subject.isdecimal():
        return {"removed": 0}
    async with db.write() as tx:
        if await still_linked.one_or_none(tx, NAME, message.subject, message.user_id):
            return {"removed": 0}
        try:
            await remove_character(tx, message.user_id, int(message.subject))
        except CharacterNotFound:
            return {"removed": 0}
    return {"removed": 1}


async def forget_account(_: AccountDeleted, db: Database, vault: Vault, sso: Sso) -> dict[str, int]:
    """The rows of the account are gone; their tokens are on their way to be revoked."""
    return await revoke_tokens(db, vault, sso)


HANDLERS = (
    On(RefreshTokens, refresh_tokens),
    On(RevokeTokens, revoke),
    On(CharacterSold, tell_sold),
    On(IdentityUnlinked, forget_identity),
    On(AccountDeleted, forget_account),
)
SCHEDULE = (
    minutely(RefreshTokens(), due=Due(refresh_due)),
    minutely(RevokeTokens(), every=5, due=Due(revocation_due)),
)
