"""Invitations that expire, to guilds and to parties."""

from guildhall.core.jobs.bindings import On, hourly
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.guilds.messages import ForgetInvitations
from guildhall.packs.realm.guilds.queries.invitations import forget_guild_invitations
from guildhall.packs.realm.parties.queries import forget_party_invitations


async def forget_invitations(message: ForgetInvitations, db: Database) -> int:
    """Delete the expired invitations; return how many."""
    async with db.write() as tx:
        return await forget_party_invitations.run(tx, tx.now) + await forget_guild_invitations.run(tx, tx.now)


WORKER = WorkerPart(handlers=(On(ForgetInvitations, forget_invitations, schedule=hourly(minute=25)),))
