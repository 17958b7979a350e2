"""A person's profile and permissions on a server or in a channel: every other action checks them first."""

from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.judging import judge, require_write
from guildhall.packs.realm.access.errors.permissions import Banned, NoProfile, ServerNotFound
from guildhall.packs.realm.access.queries.permissions import channel_facts, profile_of
from guildhall.packs.realm.access.schemas.permissions import ChannelAccess, Profile
from guildhall.packs.realm.ids import ChannelId, ServerId


async def profile_for(tx: Transaction) -> Profile:
    """The viewer's character. Raises NoProfile, Banned (from the server)."""
    profile = await profile_of.one_or_none(tx, tx.viewer.id, tx.now)
    if profile is None or not profile.is_active:
        raise NoProfile
    if profile.banned_until is not None:
        raise Banned(detail="You are banned from this server.")
    return profile


async def profile_on(tx: Transaction, server_id: ServerId) -> Profile:
    """The viewer's character on that very server. Raises NoProfile, Banned, ServerNotFound for another server."""
    profile = await profile_for(tx)
    if profile.server_id != server_id:
        raise ServerNotFound
    return profile


async def reading(tx: Transaction, channel_id: ChannelId) -> ChannelAccess:
    """The viewer's access to a channel that they may read. Raises ChannelNotFound, Banned, LevelTooLow."""
    return judge(await channel_facts.one_or_none(tx, tx.viewer.id, tx.now, channel_id))


async def writing(tx: Transaction, channel_id: ChannelId) -> ChannelAccess:
    """The viewer's access to a channel that they may write in. Raises as `reading`, Muted, ReadOnly."""
    facts = await channel_facts.one_or_none(tx, tx.viewer.id, tx.now, channel_id)
    access = judge(facts)
    assert facts is not None
    require_write(access, facts, tx.now)
    return access
