"""Raids made, changed, passed on, called off."""

from collections.abc import Sequence
from datetime import datetime
from secrets import randbits
from typing import TypeVar

from msgspec import Struct, structs

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish, revoke_access
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.permissions import profile_for, profile_on
from guildhall.packs.realm.access.errors.permissions import Forbidden, NoProfile
from guildhall.packs.realm.access.rules.names import clean_name
from guildhall.packs.realm.access.schemas.permissions import Profile
from guildhall.packs.realm.chat.actions.channels import open_channel
from guildhall.packs.realm.ids import RaidId, ServerId
from guildhall.packs.realm.raids.errors import (
    BadTime,
    NotSignedUp,
    RaidBegun,
    RaidNotFound,
    RaidOver,
    SlotsTaken,
    TooManyRaids,
)
from guildhall.packs.realm.raids.queries import participants as raid_participants
from guildhall.packs.realm.raids.queries import raids as queries
from guildhall.packs.realm.raids.queries import signups as raid_signups
from guildhall.packs.realm.raids.rules.raids import may_be_planned
from guildhall.packs.realm.raids.schemas.raids import LockedRaid, Raid, RaidChange, RaidDetails, RaidRequest
from guildhall.packs.realm.settings import RealmSettings

SEED_BITS = 52
"""A seed is a whole number in every language's JSON."""

Named = TypeVar("Named", RaidRequest, RaidChange)
_NAME_MOST = 100


class NewRaid(Struct, frozen=True):
    """A raid to be made, its leader, and the game's own name for it."""

    leader_id: UserId
    request: RaidRequest
    external_id: str | None = None


async def readable_raid(tx: Transaction, raid_id: RaidId) -> Raid:
    """A raid of the viewer's server. Raises as profile_for, RaidNotFound."""
    profile = await profile_for(tx)
    raid = await queries.raid_of.one_or_none(tx, raid_id)
    if raid is None or raid.server_id != profile.server_id:
        raise RaidNotFound
    return raid


async def raid_details(tx: Transaction, principal: Principal, raid_id: RaidId) -> RaidDetails:
    """A raid of the viewer's server, or any for an administrator of the platform, with everything of it.

    Raises as readable_raid.
    """
    if principal.role == "admin":
        found = await queries.raid_of.one_or_none(tx, raid_id)
        if found is None:
            raise RaidNotFound
        raid = found
    else:
        raid = await readable_raid(tx, raid_id)
    return RaidDetails(
        raid,
        await queries.pulls_of.many(tx, raid_id),
        await raid_participants.participants_of.many(tx, raid_id),
        await raid_signups.signups_of.many(tx, raid_id),
        await raid_participants.loot_of.many(tx, raid_id),
    )


async def lock_person(tx: Transaction) -> None:
    """Keep the viewer's character from going meanwhile. Before a raid is held. Raises NoProfile."""
    if await queries.lock_person.one_or_none(tx, tx.viewer.id) is None:
        raise NoProfile


async def hold_raid(tx: Transaction, raid_id: RaidId) -> tuple[Profile, LockedRaid]:
    """The viewer's character and a raid of their server, held for a change. Raises as readable_raid."""
    profile = await profile_for(tx)
    raid = await queries.lock_raids.one_or_none(tx, [raid_id])
    if raid is None or raid.server_id != profile.server_id:
        raise RaidNotFound
    return profile, raid


async def hold_as_leader(tx: Transaction, principal: Principal, raid_id: RaidId, act: str) -> LockedRaid:
    """A raid that the viewer leads, or on whose server they keep order, held for an act, which the audit keeps then.

    An administrator of the platform needs no character. Raises as readable_raid, Forbidden.
    """
    if principal.role == "admin":
        found = await queries.lock_raids.one_or_none(tx, [raid_id])
        if found is None:
            raise RaidNotFound
        if found.leader_id != tx.viewer.id:
            await _record(tx, found, act)
        return found
    profile, raid = await hold_raid(tx, raid_id)
    if raid.leader_id != tx.viewer.id:
        if not profile.moderates:
            raise Forbidden(detail="Only the raid's leader may do this.")
        await _record(tx, raid, act)
    return raid


async def hold_as_officer(tx: Transaction, raid_id: RaidId, act: str) -> LockedRaid:
    """Lock a raid as hold_as_leader does, for officers of the raid too."""
    profile, raid = await hold_raid(tx, raid_id)
    if raid.leader_id != tx.viewer.id and not await raid_signups.is_officer.one(tx, raid_id, tx.viewer.id):
        if not profile.moderates:
            raise Forbidden(detail="Only the raid's leader and officers may do this.")
        await _record(tx, raid, act)
    return raid


async def _record(tx: Transaction, raid: LockedRaid, act: str) -> None:
    """Keep what a moderator does with somebody else's raid."""
    await record(
        tx, f"raid_{act}", actor=tx.viewer.id, server=raid.server_id, subject=raid.leader_id,
        details={"raid_id": raid.id},
    )  # fmt: skip


async def prepare_raid(tx: Transaction, server_id: ServerId, request: RaidRequest, settings: RealmSettings) -> Raid:
    """A new raid that the viewer leads, with a channel of its own.

    Raises as profile_on, BadTime, TooManyRaids, ContentRefused.
    """
    await profile_on(tx, server_id)
    request = with_clean_names(request)
    _require_plan(tx, request.scheduled_at)
    await lock_person(tx)
    if await queries.open_raids_led.one(tx, tx.viewer.id) >= settings.raids_led_most:
        raise TooManyRaids(most=settings.raids_led_most)
    (raid_id,) = await add_raids(tx, server_id, [NewRaid(tx.viewer.id, request)], tx.viewer.id)
    return await queries.raid_of.one(tx, raid_id)


def with_clean_names(given: Named) -> Named:
    """A request with its names as they are stored. Raises ContentRefused."""
    name = clean_name(given.name, _NAME_MOST) if given.name is not None else None
    boss = clean_name(given.boss_name, _NAME_MOST) if given.boss_name is not None else None
    return structs.replace(given, name=name, boss_name=boss)


def _require_plan(tx: Transaction, at: datetime | None) -> None:
    """Raises BadTime for a plan that cannot be meant."""
    if at is not None and not may_be_planned(at, tx.now):
        raise BadTime


async def add_raids(tx: Transaction, server_id: ServerId, raids: Sequence[NewRaid], by: UserId) -> list[RaidId]:
    """Ids of the raids that were new, each with a channel of its own; those whose external id is taken are left out."""
    requests = [one.request for one in raids]
    given = {RaidId(uuid7()): one for one in raids}
    added = await queries.add_raids.many(
        tx,
        list(given),
        server_id,
        [one.name for one in requests],
        [one.boss_name for one in requests],
        [one.difficulty for one in requests],
        [one.leader_id for one in raids],
        [one.description for one in requests],
        [one.scheduled_at for one in requests],
        [one.tank_slots for one in requests],
        [one.healer_slots for one in requests],
        [one.dps_slots for one in requests],
        [one.external_id for one in raids],
        [randbits(SEED_BITS) for _ in raids],
        tx.now,
        [one.chat_open for one in requests],
    )
    for raid_id in added:
        new = given[raid_id]
        await open_channel(tx, new.request.name, server_id, raid_id=raid_id, created_by=new.leader_id)
        await publish(tx, f"realm.server:{server_id}", "raid_changed", await queries.raid_of.one(tx, raid_id), by=by)
    return added


async def tell_raid(tx: Transaction, raid_id: RaidId, server_id: ServerId) -> Raid:
    """Tell everybody how a raid is now, on its board and in its server's list; the raid."""
    raid = await queries.raid_of.one(tx, raid_id)
    await publish(tx, f"realm.raid:{raid_id}", "raid_changed", raid, by=raid.leader_id)
    await publish(tx, f"realm.server:{server_id}", "raid_changed", raid, by=raid.leader_id)
    return raid


async def change_raid(tx: Transaction, raid_id: RaidId, change: RaidChange) -> Raid:
    """The raid after a change by its leader, an officer or a moderator; new places are taken from the bench.

    Raises as hold_as_officer, RaidOver, BadTime, RaidBegun for another boss, SlotsTaken, ContentRefused.
    """
    change = with_clean_names(change)
    raid = await hold_as_officer(tx, raid_id, "changed")
    if raid.status == "victory":
        raise RaidOver
    _require_plan(tx, change.scheduled_at)
    boss, difficulty = change.boss_name or raid.boss_name, change.difficulty or raid.difficulty
    if raid.start_time is not None and (boss, difficulty) != (raid.boss_name, raid.difficulty):
        raise RaidBegun
    slots = {
        "tank": raid.tank_slots if change.tank_slots is None else change.tank_slots,
        "healer": raid.healer_slots if change.healer_slots is None else change.healer_slots,
        "dps": raid.dps_slots if change.dps_slots is None else change.dps_slots,
    }
    for role, taken in await raid_signups.confirmed_by_role.many(tx, raid_id):
        if taken > slots[role]:
            raise SlotsTaken(taken=taken, role=role)
    await queries.change_raid.run(
        tx,
        raid_id,
        name=change.name or raid.name,
        boss_name=boss,
        difficulty=difficulty,
        description=change.description,
        scheduled_at=change.scheduled_at,
        tank_slots=slots["tank"],
        healer_slots=slots["healer"],
        dps_slots=slots["dps"],
        signups_open=raid.signups_open if change.signups_open is None else change.signups_open,
        now=tx.now,
        chat_open=raid.chat_open if change.chat_open is None else change.chat_open,
    )
    if change.chat_open:
        await raid_signups.admit_all.run(tx, raid_id, tx.now)
    await fill_places(tx, raid_id, **{f"{role}_slots": count for role, count in slots.items()})
    return await tell_raid(tx, raid_id, raid.server_id)


async def fill_places(tx: Transaction, raid_id: RaidId, tank_slots: int, healer_slots: int, dps_slots: int) -> None:
    """Give free places to the first on the bench, and publish them. The raid must be locked."""
    for user_id, _ in await raid_signups.fill_places.many(tx, raid_id, tank_slots, healer_slots, dps_slots):
        await tell_signup(tx, raid_id, user_id)


async def tell_signup(tx: Transaction, raid_id: RaidId, user_id: UserId) -> None:
    """Tell the raid's board how somebody's sign-up is now."""
    signup = await raid_signups.signup_of.one(tx, raid_id, user_id)
    await publish(tx, f"realm.raid:{raid_id}", "signup_changed", signup, by=user_id)


async def take_from_channel(tx: Transaction, raid_id: RaidId, user_ids: Sequence[UserId]) -> None:
    """Check permissions in the raid's channel again for people who do not come any more."""
    channel_id = await queries.channel_of_raid.one_or_none(tx, raid_id)
    if channel_id is not None:
        for user_id in user_ids:
            await revoke_access(tx, f"realm.channel:{channel_id}", user_id)


async def pass_on_raid(tx: Transaction, principal: Principal, raid_id: RaidId, heir: UserId) -> Raid:
    """Make another participant the leader. Raises as hold_as_leader, RaidOver, NotSignedUp."""
    raid = await hold_as_leader(tx, principal, raid_id, "passed_on")
    if raid.status == "victory":
        raise RaidOver
    if heir != raid.leader_id:
        signup = await raid_signups.signup_of.one_or_none(tx, raid_id, heir)
        comes = signup is not None and signup.state in ("confirmed", "bench", "tentative")
        if not comes and not await raid_participants.takes_part.one(tx, raid_id, heir):
            raise NotSignedUp
        return await let_lead(tx, raid, heir)
    return await tell_raid(tx, raid_id, raid.server_id)


async def let_lead(tx: Transaction, raid: LockedRaid, heir: UserId) -> Raid:
    """Set the leader of a locked raid."""
    await queries.set_raid_leader.run(tx, raid.id, heir, tx.now)
    await take_from_channel(tx, raid.id, [raid.leader_id])
    return await tell_raid(tx, raid.id, raid.server_id)


async def call_off_raid(tx: Transaction, principal: Principal, raid_id: RaidId) -> None:
    """Remove a raid that has not begun, with its channel; moderators also one that has nobody else to lead it.

    Raises as hold_as_leader, RaidBegun.
    """
    raid = await hold_as_leader(tx, principal, raid_id, "called_off")
    alone = raid.leader_id != principal.viewer.id and await queries.raid_heir.one_or_none(tx, raid_id, tx.now) is None
    if raid.start_time is not None and not alone:
        raise RaidBegun
    gone = {"id": str(raid_id)}
    await publish(tx, f"realm.raid:{raid_id}", "raid_gone", gone)
    await publish(tx, f"realm.server:{raid.server_id}", "raid_gone", gone)
    await queries.remove_raid.run(tx, raid_id)
