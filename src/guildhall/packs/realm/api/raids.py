"""Raids: listed, shown, prepared, changed, passed on, called off."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import raids as actions
from guildhall.packs.realm.actions.access import profile_on
from guildhall.packs.realm.api.parameters import AN_ID, READ, WRITE, After, Limit, ServerId
from guildhall.packs.realm.queries import raids as queries
from guildhall.packs.realm.rules.loot import Difficulty
from guildhall.packs.realm.rules.raids import Status
from guildhall.packs.realm.schemas.raids import LeaderRequest, Raid, RaidChange, RaidDetails, RaidRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_RAIDS = Cursor("raids", 1, UUID)

RaidId = Annotated[UUID, PathParameter(description="The raid's id", examples=AN_ID)]
OfStatus = Annotated[Status | None, QueryParameter(name="status", description="Only of this status", required=False)]
OfDifficulty = Annotated[
    Difficulty | None, QueryParameter(name="difficulty", description="Only of this difficulty", required=False)
]
OfBoss = Annotated[
    str | None,
    QueryParameter(
        name="boss", description="Only against this boss, however its name is written", min_length=1, max_length=100,
        pattern=r"^[^\x00]*$", required=False, examples=[Example(value="Ragnaros")],
    ),
]  # fmt: skip
Active = Annotated[bool, QueryParameter(name="active", description="Only those that prepare or are in progress")]


@get("/servers/{server_id:uuid}/raids", summary="Raids of a server, newest first",
     responses=documented(400, 401, 403, 404, 409))  # fmt: skip
async def list_raids(
    server_id: ServerId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    active: Active = False,
    status: OfStatus = None,
    boss: OfBoss = None,
    difficulty: OfDifficulty = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Raid]:
    """The raids of the viewer's server: all, the active ones, or by status, boss and difficulty."""
    below = _RAIDS.decode_or_none(after)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        if boss is not None:
            rows = await queries.raids_of_boss.many(tx, server_id, status, difficulty, below, limit + 1, boss, active)
        else:
            listed = queries.active_raids if active else queries.raids_of_server
            rows = await listed.many(tx, server_id, status, difficulty, below, limit + 1)
    return _RAIDS.page(rows, limit, lambda row: row.id)


@get("/raids/{raid_id:uuid}", summary="A raid with everything of it", responses=documented(400, 401, 403, 404, 409))
async def get_raid(
    raid_id: RaidId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> RaidDetails:
    """The raid, its pulls, who takes part and who has signed up, its loot."""
    async with db.read(principal.viewer, snapshot=True) as tx:
        return await actions.raid_details(tx, principal, raid_id)


@post(
    "/servers/{server_id:uuid}/raids", summary="Prepare a raid",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)  # fmt: skip
async def post_raid(
    server_id: ServerId,
    data: JSONBody[RaidRequest],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> Raid:
    """A raid that the viewer leads, with a channel for those who come."""
    async with db.write(viewer) as tx:
        return await actions.prepare_raid(tx, viewer, server_id, data, settings)


@patch("/raids/{raid_id:uuid}", summary="Change a raid", responses=documented(400, 401, 403, 404, 409, 413, 422))
async def patch_raid(
    raid_id: RaidId, data: JSONBody[RaidChange], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Raid:
    """The raid as it is then. The boss and the difficulty stay once it has begun; new places go to the bench."""
    async with db.write(viewer) as tx:
        return await actions.change_raid(tx, viewer, raid_id, data)


@put(
    "/raids/{raid_id:uuid}/leader",
    summary="Hand a raid to another leader",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def put_leader(
    raid_id: RaidId,
    data: JSONBody[LeaderRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Raid:
    """Make a person who has signed up or takes part the leader.

    For the leader, moderators of the server and administrators of the platform.
    """
    async with db.write(principal.viewer) as tx:
        return await actions.pass_on_raid(tx, principal, raid_id, data.user_id)


@delete("/raids/{raid_id:uuid}", summary="Call a raid off", responses=documented(400, 401, 403, 404, 409))
async def delete_raid(raid_id: RaidId, principal: NamedDependency[Principal], db: NamedDependency[Database]) -> None:
    """Remove a raid that has not begun, with its channel and its sign-ups. For its leader, and who moderates the server
    or administers the platform, who also remove one that has begun and that nobody else could lead.
    """
    async with db.write(principal.viewer) as tx:
        await actions.call_off_raid(tx, principal, raid_id)


reads = below("/api/v1/realm", [list_raids, get_raid], guards=[requires(READ)])
writes = below(
    "/api/v1/realm", [post_raid, patch_raid, put_leader, delete_raid], guards=[requires(WRITE)],
)  # fmt: skip
