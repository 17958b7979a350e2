"""Characters: corporations looked up, former owners notified, unlinked ones removed."""

from guildhall.core.identity.sign_in.messages import IdentityUnlinked
from guildhall.core.jobs.bindings import On, hourly
from guildhall.core.jobs.errors import RetryLater
from guildhall.core.notify.actions.notices import notify
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.characters import actions
from guildhall.packs.eve.characters.actions import unlink_character
from guildhall.packs.eve.characters.errors import CharacterNotFound
from guildhall.packs.eve.characters.messages import CharacterSold, SyncAffiliations
from guildhall.packs.eve.characters.queries import character, still_linked
from guildhall.packs.eve.tokens.actions import access_notice
from guildhall.packs.eve.tokens.sso import NAME
from guildhall.packs.eve.upstream.client import Esi


async def sync_affiliations(message: SyncAffiliations, db: Database, esi: Esi) -> dict[str, int]:
    """Look up corporations and alliances."""
    try:
        return await actions.sync_affiliations(db, esi, message.only_new)
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error


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
            await unlink_character(tx, message.user_id, int(message.subject))
        except CharacterNotFound:
            return {"removed": 0}
    return {"removed": 1}


WORKER = WorkerPart(
    handlers=(
        On(SyncAffiliations, sync_affiliations, schedule=hourly(minute=17)),
        On(CharacterSold, tell_sold),
        On(IdentityUnlinked, forget_identity),
    )
)
