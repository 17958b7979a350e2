"""Links told of, ended and deleted, and tokens revoked."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.poe2.ggg.actions.links import end_link, forget_answers, tell_ending, tell_lost, unlink_identity
from guildhall.packs.poe2.ggg.actions.revocations import revoke_tokens
from guildhall.packs.poe2.ggg.messages import KeepLinks, LinkLost, RevokeTokens
from guildhall.packs.poe2.ggg.oauth import NAME, PoeOAuth
from guildhall.packs.poe2.ggg.queries import accounts as queries
from guildhall.packs.poe2.ids import Sub
from guildhall.packs.poe2.settings import Poe2Settings

_BATCH = 200


def _upkeep_due(now: datetime, settings: Poe2Settings) -> tuple[datetime, datetime]:
    return now, now + timedelta(days=settings.ending_days)


async def keep_links(_: KeepLinks, db: Database, settings: Poe2Settings) -> dict[str, int]:
    """Tell people whose link ends soon, end those whose time is over, and delete what was revoked long ago."""
    counts = {"ended": 0, "told": 0, "deleted": 0}
    async with db.write() as tx:
        for user in await queries.expired.many(tx, tx.now, _BATCH):
            counts["ended"] += await end_link(tx, user, "expired", "the time of the link is over", settings)
    async with db.write() as tx:
        until = tx.now + timedelta(days=settings.ending_days)
        for ending in await queries.claim_ending.many(tx, tx.now, until, _BATCH):
            counts["told"] += await tell_ending(tx, ending)
    async with db.write() as tx:
        for user in await queries.forget_revoked.many(tx, tx.now, _BATCH):
            await forget_answers(tx, user)
            counts["deleted"] += 1
    return counts


async def tell_of_loss(message: LinkLost, db: Database) -> dict[str, int]:
    """Tell a user that the link has ended, unless it has begun again."""
    async with db.write() as tx:
        ended = await queries.ended_link.one_or_none(tx, message.user_id)
        if ended is None:
            return {"told": 0}
        card = await queries.account_card.one(tx, message.user_id)
        return {"told": await tell_lost(tx, ended, card.forget_at)}


async def forget_identity(message: IdentityUnlinked, db: Database) -> dict[str, int]:
    """Delete the account whose sign-in was unlinked."""
    if message.provider != NAME:
        return {"deleted": 0}
    async with db.write() as tx:
        return {"deleted": await unlink_identity(tx, message.user_id, Sub(UUID(message.subject)))}


async def revoke(_: RevokeTokens, db: Database, vault: Vault, oauth: PoeOAuth) -> dict[str, int]:
    """Revoke the tokens of unlinked accounts."""
    return await revoke_tokens(db, vault, oauth)


async def forget_account(_: AccountDeleted, db: Database, vault: Vault, oauth: PoeOAuth) -> dict[str, int]:
    """The rows of the account are gone; its token is on its way to be revoked."""
    return await revoke_tokens(db, vault, oauth)


WORKER = WorkerPart(
    handlers=(
        On(KeepLinks, keep_links, schedule=minutely(every=15, due=Due(queries.upkeep_due, _upkeep_due))),
        On(LinkLost, tell_of_loss),
        On(RevokeTokens, revoke, schedule=minutely(every=5, due=Due(queries.revocation_due))),
        On(IdentityUnlinked, forget_identity),
        On(AccountDeleted, forget_account),
    )
)
