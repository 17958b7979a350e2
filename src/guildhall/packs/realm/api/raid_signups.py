"""Sign-ups for a raid."""

from litestar import patch, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from guildhall.core.identity.principal import requires
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import raid_signups as actions
from guildhall.packs.realm.api.parameters import WRITE, UserId
from guildhall.packs.realm.api.raids import RaidId
from guildhall.packs.realm.schemas.raids import Attendance, Raid, Signup, SignupChange, SignupRequest
from guildhall.web.problems import documented
from guildhall.web.routes import below


@put("/raids/{raid_id:uuid}/signups/me", summary="Sign up, or off", responses=documented(400, 401, 403, 404, 409, 413))
async def put_signup(
    raid_id: RaidId, data: JSONBody[SignupRequest], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Signup:
    """Save the viewer's sign-up: `confirmed` while their role has a place, else on the `bench`, in the order of coming.

    A place that becomes free goes to the first on the bench.
    """
    async with db.write(viewer) as tx:
        return await actions.sign_up(tx, viewer, raid_id, data)


@patch(
    "/raids/{raid_id:uuid}/signups/{user_id:uuid}", summary="Change somebody's sign-up",
    responses=documented(400, 401, 403, 404, 409, 413),
)  # fmt: skip
async def patch_signup(
    raid_id: RaidId,
    user_id: UserId,
    data: JSONBody[SignupChange],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
) -> Signup:
    """Change a sign-up as the leader or an officer. Only the leader and moderators make officers."""
    async with db.write(viewer) as tx:
        return await actions.change_signup(tx, viewer, raid_id, user_id, data)


@post(
    "/raids/{raid_id:uuid}/attendance", status_code=200, summary="Record the attendance of a raid",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)  # fmt: skip
async def post_attendance(
    raid_id: RaidId, data: JSONBody[Attendance], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Raid:
    """Make the present people participants; the absent are no-shows, and their places go to the first on the bench."""
    async with db.write(viewer) as tx:
        return await actions.confirm_attendance(tx, viewer, raid_id, data)


routes = below(
    "/api/v1/realm", [put_signup, patch_signup, post_attendance], guards=[requires(WRITE)],
)  # fmt: skip
