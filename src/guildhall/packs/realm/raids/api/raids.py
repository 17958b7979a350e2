"""Raids: listed, shown, prepared, changed, passed on, called off."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE, READ, SERVER, WRITE, PathServerId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import Forbidden
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.actions import raids as actions
from guildhall.packs.realm.raids.errors import (
    BadTime,
    NotSignedUp,
    RaidBegun,
    RaidNotFound,
    RaidOver,
    SlotsTaken,
    TooManyRaids,
)
from guildhall.packs.realm.raids.queries import raids as queries
from guildhall.packs.realm.raids.rules.loot import Difficulty
from guildhall.packs.realm.raids.rules.raids import Status
from guildhall.packs.realm.raids.schemas.raids import LeaderRequest, Raid, RaidChange, RaidDetails, RaidRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_RAIDS = Cursor("raids", 1, RaidId)

RAID = (*PROFILE, Forbidden, RaidNotFound)
PathRaidId = Annotated[RaidId, PathParameter(description="The raid's id", examples=AN_ID)]
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


@routes.get("/servers/{server_id:uuid}/raids", scope=READ, pages=Pages(_RAIDS, 50), raises=SERVER)
async def list_raids(
    server_id: PathServerId,
    tx: Read,
    asked: Asked[RaidId],
    active: Active = False,
    status: OfStatus = None,
    boss: OfBoss = None,
    difficulty: OfDifficulty = None,
) -> Page[Raid]:
    """Raids of a server, newest first.

    The raids of the viewer's server: all, the active ones, or by status, boss and difficulty.
    """
    below = asked.after
    await profile_on(tx, server_id)
    if boss is not None:
        rows = await queries.raids_of_boss.many(tx, server_id, status, difficulty, below, asked.rows, boss, active)
    else:
        listed = queries.active_raids if active else queries.raids_of_server
        rows = await listed.many(tx, server_id, status, difficulty, below, asked.rows)
    return _RAIDS.page(rows, asked.limit, lambda row: row.id)


@routes.get("/raids/{raid_id:uuid}", scope=READ, raises=(*PROFILE, RaidNotFound))
async def get_raid(raid_id: PathRaidId, principal: Principal, db: Database) -> RaidDetails:
    """A raid with everything of it.

    The raid, its pulls, who takes part and who has signed up, its loot.
    """
    async with db.read(principal.viewer, snapshot=True) as tx:
        return await actions.raid_details(tx, principal, raid_id)


@routes.post("/servers/{server_id:uuid}/raids", scope=WRITE, raises=(*SERVER, TooManyRaids, BadTime, ContentRefused))
async def post_raid(server_id: PathServerId, data: RaidRequest, tx: Write, settings: RealmSettings) -> Raid:
    """Prepare a raid.

    A raid that the viewer leads, with a channel for those who come.
    """
    return await actions.prepare_raid(tx, server_id, data, settings)


@routes.patch(
    "/raids/{raid_id:uuid}", scope=WRITE, raises=(*RAID, RaidBegun, RaidOver, SlotsTaken, BadTime, ContentRefused)
)
async def patch_raid(raid_id: PathRaidId, data: RaidChange, tx: Write) -> Raid:
    """Change a raid.

    The raid as it is then. The boss and the difficulty stay once it has begun; new places go to the bench.
    """
    return await actions.change_raid(tx, raid_id, data)


@routes.put("/raids/{raid_id:uuid}/leader", scope=WRITE, raises=(*RAID, RaidOver, NotSignedUp))
async def put_leader(raid_id: PathRaidId, data: LeaderRequest, principal: Principal, tx: Write) -> Raid:
    """Hand a raid to another leader.

    Make a person who has signed up or takes part the leader.

    For the leader, moderators of the server and administrators of the platform.
    """
    return await actions.pass_on_raid(tx, principal, raid_id, data.user_id)


@routes.delete("/raids/{raid_id:uuid}", scope=WRITE, raises=(*RAID, RaidBegun))
async def delete_raid(raid_id: PathRaidId, principal: Principal, tx: Write) -> None:
    """Call a raid off.

    Remove a raid that has not begun, with its channel and its sign-ups. For its leader, and who moderates the server
    or administers the platform, who also remove one that has begun and that nobody else could lead.
    """
    await actions.call_off_raid(tx, principal, raid_id)
