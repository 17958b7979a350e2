"""Sign-ups for a raid."""

from guildhall.packs.realm.access.api.parameters import PROFILE, WRITE, PathUserId
from guildhall.packs.realm.raids.actions import signups as actions
from guildhall.packs.realm.raids.api.raids import RAID, PathRaidId
from guildhall.packs.realm.raids.errors import (
    NotConfirmed,
    RaidNotFound,
    RaidOver,
    SignupNotFound,
    SignupsClosed,
    TookPart,
)
from guildhall.packs.realm.raids.schemas.raids import Attendance, Raid, Signup, SignupChange, SignupRequest
from guildhall.web.route import Routes, Write

routes = Routes("/api/v1/realm")


@routes.put("/raids/{raid_id:uuid}/signups/me", scope=WRITE, raises=(*PROFILE, RaidNotFound, RaidOver, SignupsClosed))
async def put_signup(raid_id: PathRaidId, data: SignupRequest, tx: Write) -> Signup:
    """Sign up, or off.

    Save the viewer's sign-up: `confirmed` while their role has a place, else on the `bench`, in the order of coming.

    A place that becomes free goes to the first on the bench.
    """
    return await actions.sign_up(tx, raid_id, data)


@routes.patch("/raids/{raid_id:uuid}/signups/{user_id:uuid}", scope=WRITE, raises=(*RAID, SignupNotFound, RaidOver))
async def patch_signup(raid_id: PathRaidId, user_id: PathUserId, data: SignupChange, tx: Write) -> Signup:
    """Change somebody's sign-up.

    Change a sign-up as the leader or an officer. Only the leader and moderators make officers.
    """
    return await actions.change_signup(tx, raid_id, user_id, data)


@routes.post(
    "/raids/{raid_id:uuid}/attendance", scope=WRITE, status=200, raises=(*RAID, RaidOver, TookPart, NotConfirmed)
)
async def post_attendance(raid_id: PathRaidId, data: Attendance, tx: Write) -> Raid:
    """Record the attendance of a raid.

    Make the present people participants; the absent are no-shows, and their places go to the first on the bench.
    """
    return await actions.confirm_attendance(tx, raid_id, data)
