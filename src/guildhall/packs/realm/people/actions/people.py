"""Having a character, moving it, and what administrators and the game change of it."""

import asyncpg
from msgspec import UNSET, to_builtins

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on, require_above
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import Forbidden, ServerNotFound, UserNotFound
from guildhall.packs.realm.access.queries.permissions import server_is_there
from guildhall.packs.realm.access.rules.names import clean_username
from guildhall.packs.realm.access.rules.ranks import ADMIN, rank_of
from guildhall.packs.realm.people import queries
from guildhall.packs.realm.people.actions.succession import pass_leads_on
from guildhall.packs.realm.people.errors import NameRefused, NameTaken, StillBound
from guildhall.packs.realm.people.schemas import MyCharacter, Person, PersonChange, PersonRow
from guildhall.packs.realm.servers.actions.sessions import end_sessions_of
from guildhall.packs.realm.servers.queries import end_session_for


async def keep_character(tx: Transaction, wanted: MyCharacter) -> Person:
    """Make or change the viewer's character.

    On another server it begins without the badge, the channels and the session of the old one. Raises NameRefused,
    NameTaken, ServerNotFound; StillBound for a character in a guild, party or raid; Banned for a change of looks while
    banned, and Forbidden for an inactive character.
    """
    name = clean_username(wanted.username)
    if name is None:
        raise NameRefused
    if await server_is_there.one_or_none(tx, wanted.server_id) is None:
        raise ServerNotFound
    try:
        known = await queries.person_to_change.one_or_none(tx, tx.viewer.id)
        if known is None:
            made = await queries.add_person.one_or_none(
                tx, tx.viewer.id, name, wanted.avatar_url, wanted.server_id, tx.now
            )
            if made is not None:
                return made
            known = await queries.person_to_change.one(tx, tx.viewer.id)  # made by another request just now
        return await _change_character(tx, known, wanted, name)
    except asyncpg.UniqueViolationError as error:
        raise NameTaken from error


async def _change_character(tx: Transaction, known: PersonRow, wanted: MyCharacter, name: str) -> Person:
    if not known.is_active:
        raise Forbidden(detail="Your character was deactivated.")
    if known.server_id == wanted.server_id:
        await profile_for(tx)
        return await queries.rename_person.one(tx, tx.viewer.id, name, wanted.avatar_url, tx.now)
    ties = await queries.ties_of.one(tx, tx.viewer.id)
    bound = [
        what
        for what, held in (("your guild", ties.guild), ("your party", ties.party), ("your raids", ties.raid))
        if held
    ]
    if bound:
        raise StillBound(ties=", ".join(bound))
    await end_session_for.one_or_none(tx, tx.viewer.id, None, tx.now)
    await queries.leave_channels_of.run(tx, tx.viewer.id, known.server_id)
    moved = await queries.move_person.one(tx, tx.viewer.id, name, wanted.avatar_url, tx.now, wanted.server_id)
    await revoke_access(tx, "*", tx.viewer.id)
    return moved


async def change_person(tx: Transaction, principal: Principal, user_id: UserId, change: PersonChange) -> Person:
    """Change a person's badge, level, experience or activity, as an administrator of their server.

    The leads of a person who is made inactive pass on. Raises UserNotFound, Forbidden for people who are no
    administrators, or take a badge from one.
    """
    known = await queries.person_to_change.one_or_none(tx, user_id)
    if known is None:
        raise UserNotFound
    actor = await acting_on(tx, principal, known.server_id, ADMIN)
    badge = known.badge if change.badge is UNSET else change.badge
    level = known.level if change.level is UNSET else change.level
    active = known.is_active if change.is_active is UNSET else change.is_active
    experience = known.experience if change.experience is UNSET else change.experience
    if badge != known.badge or active != known.is_active:
        require_above(actor, user_id, rank_of(known.badge))
    changed = await queries.change_person.one(tx, user_id, badge, level, experience, active, tx.now)
    if level < known.level or rank_of(badge) < rank_of(known.badge) or (known.is_active and not active):
        await revoke_access(tx, "*", user_id)
    if known.is_active and not active:
        await end_sessions_of(tx, user_id)
        await pass_leads_on(tx, user_id, guild=True)
    told = {
        name: value for name, value in to_builtins(change).items() if name != "reason" and getattr(known, name) != value
    }
    if told:
        await publish(tx, f"realm.user:{user_id}", "character_changed", told)
        await record(
            tx, "person_changed", actor=actor.id, server=known.server_id, subject=user_id, reason=change.reason,
            details=told,
        )  # fmt: skip
    return changed
