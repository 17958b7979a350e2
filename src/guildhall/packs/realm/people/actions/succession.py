"""Succession of leaders who may not come any more."""

from datetime import datetime, timedelta

from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.guilds.actions.members import pass_guild_on
from guildhall.packs.realm.guilds.queries import members as guild_members
from guildhall.packs.realm.guilds.queries.guilds import guild_of, held_guild
from guildhall.packs.realm.parties import queries as parties
from guildhall.packs.realm.parties.actions.parties import remove_from_party
from guildhall.packs.realm.people.queries import is_suspended
from guildhall.packs.realm.raids.actions.raids import let_lead
from guildhall.packs.realm.raids.queries import raids
from guildhall.packs.realm.settings import RealmSettings


def ends_guild_lead(tx: Transaction, until: datetime | None, settings: RealmSettings) -> bool:
    """Return whether a ban takes the lead of a guild: one for good, or longer than the settings let a guild wait."""
    return until is None or until - tx.now > timedelta(days=settings.guild_lead_days)


async def pass_leads_on(tx: Transaction, user_id: UserId, *, guild: bool) -> None:
    """Pass on the leads of a person who may not come any more, wherever there is an heir.

    Parties and raids pass on at once, and the person leaves the party. A guild passes on if `guild` says so, and its
    leader stays a member. Without an heir it stays as it is: a moderator of the server hands it on or ends it. Raises
    LostRace.
    """
    party_id = await parties.party_of.one_or_none(tx, user_id)
    if party_id is not None and (party := await parties.held_party.one_or_none(tx, party_id)) is not None:
        await remove_from_party(tx, party, user_id, "removed", user_id)
    if guild:
        await _pass_guild_on(tx, user_id)
    for raid in await raids.lock_raids.many(tx, await raids.open_raids_of.many(tx, user_id)):
        heir = await raids.raid_heir.one_or_none(tx, raid.id, tx.now)
        if heir is not None and raid.leader_id == user_id:
            await let_lead(tx, raid, heir)


async def pass_on_if_suspended(tx: Transaction, user_id: UserId) -> bool:
    """Pass on what somebody leads whose account is suspended; False when it was restored meanwhile. Raises LostRace."""
    if not await is_suspended.one_or_none(tx, user_id):
        return False
    await pass_leads_on(tx, user_id, guild=True)
    return True


async def _pass_guild_on(tx: Transaction, user_id: UserId) -> None:
    guild_id = await guild_of.one_or_none(tx, user_id)
    led = None if guild_id is None else await held_guild.one_or_none(tx, guild_id)
    if led is None or led.leader_id != user_id:
        return
    heir = await guild_members.able_guild_heir.one_or_none(tx, led.id, tx.now)
    if heir is not None:
        await pass_guild_on(tx, led, heir, "member")
    elif await guild_members.has_able_heir.one(tx, led.id, tx.now):
        raise LostRace  # they are leaving Guildhall at this very moment, or stay after all
