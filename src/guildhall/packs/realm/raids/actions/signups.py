"""Sign-ups for a raid: places, the bench, attendance."""

from datetime import timedelta

from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import Forbidden
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.actions.raids import (
    fill_places,
    hold_as_officer,
    hold_raid,
    lock_person,
    take_from_channel,
    tell_raid,
    tell_signup,
)
from guildhall.packs.realm.raids.errors import NotConfirmed, RaidOver, SignupNotFound, SignupsClosed, TookPart
from guildhall.packs.realm.raids.queries import participants as raid_participants
from guildhall.packs.realm.raids.queries import signups as queries
from guildhall.packs.realm.raids.schemas.raids import (
    Attendance,
    HeldSignup,
    LockedRaid,
    Raid,
    Signup,
    SignupChange,
    SignupRequest,
    SignupState,
)

_FIRST = timedelta(microseconds=1)
_COMES = ("confirmed", "bench")
_AWAY = ("declined", "no_show")


async def sign_up(tx: Transaction, raid_id: RaidId, request: SignupRequest) -> Signup:
    """Save and return the viewer's sign-up: with a place while their role has one, else on the bench.

    An unchanged sign-up keeps its place in line. Raises as hold_raid, RaidOver, SignupsClosed.
    """
    await lock_person(tx)
    _, raid = await hold_raid(tx, raid_id)
    if raid.status == "victory":
        raise RaidOver
    before = await queries.held_signups.one_or_none(tx, raid_id, [tx.viewer.id])
    state: SignupState = "bench" if request.state == "coming" else request.state
    signed_at = tx.now
    if before is not None and before.role == request.role and _still(before.state, state):
        state, signed_at = before.state, before.signed_at
    elif not raid.signups_open and state != "declined":
        raise SignupsClosed
    officer = before is not None and before.officer and state != "declined"
    admitted_at = before.admitted_at if before is not None and before.state not in _AWAY else None
    if raid.chat_open and admitted_at is None:
        admitted_at = tx.now
    if state in _AWAY:
        admitted_at = None
    await _save(
        tx, raid,
        HeldSignup(tx.viewer.id, request.role, request.class_, state, officer, request.note, signed_at, admitted_at),
    )  # fmt: skip
    return await queries.signup_of.one(tx, raid_id, tx.viewer.id)


def _still(before: SignupState, asked: SignupState) -> bool:
    """Return whether a person already has the state that they ask for."""
    return before == asked or (asked == "bench" and before == "confirmed")


async def change_signup(tx: Transaction, raid_id: RaidId, user_id: UserId, change: SignupChange) -> Signup:
    """Change a person's sign-up as an officer, the leader or a moderator, and return it.

    Raises as hold_as_officer, Forbidden for an officer who makes officers, SignupNotFound, RaidOver.
    """
    raid = await hold_as_officer(tx, raid_id, "signup_changed")
    if change.officer is not None and raid.leader_id != tx.viewer.id:
        profile = await profile_for(tx)
        if not profile.moderates:
            raise Forbidden(detail="Only the raid's leader may make officers.")
    if raid.status == "victory":
        raise RaidOver
    before = await queries.held_signups.one_or_none(tx, raid_id, [user_id])
    if before is None:
        raise SignupNotFound
    role = change.role or before.role
    state, signed_at = before.state, before.signed_at
    if change.state is not None and change.state != before.state:
        state = change.state
        if state != "no_show":
            signed_at = tx.now
    elif role != before.role and state in _COMES:
        state, signed_at = "bench", tx.now
    if state == "confirmed" and (state, role) != (before.state, before.role):
        state = "bench"  # first in line: the place is theirs when there is one
        first = await queries.first_on_bench.one(tx, raid_id, role)
        signed_at = tx.now if first is None else min(tx.now, first - _FIRST)
    officer = before.officer if change.officer is None else change.officer
    officer = officer and state not in _AWAY
    admitted_at = before.admitted_at
    if admitted_at is None and (change.state == "confirmed" or officer or (raid.chat_open and before.state in _AWAY)):
        admitted_at = tx.now
    if state in _AWAY:
        admitted_at = None
    await _save(tx, raid, HeldSignup(user_id, role, before.class_, state, officer, before.note, signed_at, admitted_at))
    return await queries.signup_of.one(tx, raid_id, user_id)


async def _save(tx: Transaction, raid: LockedRaid, signup: HeldSignup) -> None:
    """Write a sign-up of a held raid, and give the places that are free to the first in line."""
    await queries.save_signup.run(
        tx, raid.id, signup.user_id, signup.role, signup.class_, signup.state, signup.officer, signup.note,
        signup.signed_at, signup.admitted_at,
    )  # fmt: skip
    moved_up = {
        user_id
        for user_id, _ in await queries.fill_places.many(
            tx, raid.id, raid.tank_slots, raid.healer_slots, raid.dps_slots
        )
    }
    for user_id in sorted({signup.user_id, *moved_up}):
        await tell_signup(tx, raid.id, user_id)
    if signup.state in _AWAY:
        await take_from_channel(tx, raid.id, [signup.user_id])


async def confirm_attendance(tx: Transaction, raid_id: RaidId, attendance: Attendance) -> Raid:
    """Make the present people participants; give the places of the absent to the first on the bench.

    Raises as hold_as_officer, RaidOver, NotConfirmed for people without a place, TookPart for absent people who have
    fought.
    """
    raid = await hold_as_officer(tx, raid_id, "attendance_told")
    if raid.status == "victory":
        raise RaidOver
    present, absent = set(attendance.present), set(attendance.absent)
    held = {one.user_id: one for one in await queries.held_signups.many(tx, raid_id, sorted(present | absent))}
    if present & absent or any(
        one not in held or held[one].state != "confirmed" for one in present | absent
    ):  # fmt: skip
        raise NotConfirmed
    await raid_participants.admit_confirmed.run(tx, raid_id, sorted(present), tx.now)
    if absent:
        await raid_participants.remove_idle.run(tx, raid_id, sorted(absent))
        if await raid_participants.those_who_take_part.many(tx, raid_id, sorted(absent)):
            raise TookPart
        for user_id in sorted(await queries.mark_absent.many(tx, raid_id, sorted(absent))):
            await tell_signup(tx, raid_id, user_id)
        await take_from_channel(tx, raid_id, sorted(absent))
        await fill_places(tx, raid_id, raid.tank_slots, raid.healer_slots, raid.dps_slots)
    await raid_participants.count_participants.run(tx, [raid_id], tx.now)
    return await tell_raid(tx, raid_id, raid.server_id)
