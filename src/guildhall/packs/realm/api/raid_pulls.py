"""A raid while it is fought: pulls, the boss's health, the participants' numbers, the loot."""

from litestar import post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from guildhall.core.identity.principal import requires
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import raid_pulls as actions
from guildhall.packs.realm.actions.raid_stats import take_stats
from guildhall.packs.realm.api.parameters import WRITE
from guildhall.packs.realm.api.raids import RaidId
from guildhall.packs.realm.schemas.raids import BossHealth, PullEnd, Raid, RaidLoot, StatsRequest, StatsTaken
from guildhall.web.problems import documented
from guildhall.web.routes import below


@post("/raids/{raid_id:uuid}/pulls", summary="Begin a pull", responses=documented(400, 401, 403, 404, 409))
async def post_pull(raid_id: RaidId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Raid:
    """The raid in progress, its boss whole again. A raid that was wiped begins again; one that is won does not."""
    async with db.write(viewer) as tx:
        return await actions.start_pull(tx, viewer, raid_id)


@put(
    "/raids/{raid_id:uuid}/health",
    summary="Report the boss's health",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def put_health(
    raid_id: RaidId, data: JSONBody[BossHealth], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Raid:
    """The raid with its boss's health, which only falls while a pull runs: one that rises is refused."""
    async with db.write(viewer) as tx:
        return await actions.note_health(tx, viewer, raid_id, data.health_percentage, data.phase)


@post(
    "/raids/{raid_id:uuid}/end", status_code=200, summary="End a pull",
    responses=documented(400, 401, 403, 404, 409, 413),
)  # fmt: skip
async def post_end(
    raid_id: RaidId, data: JSONBody[PullEnd], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Raid:
    """The raid after a wipe, from which it may begin again, or after its victory, with which the loot is drawn."""
    async with db.write(viewer) as tx:
        return await actions.finish_pull(tx, viewer, raid_id, data.outcome, data.health_percentage)


@post(
    "/raids/{raid_id:uuid}/loot",
    status_code=200,
    summary="Draw the loot",
    responses=documented(400, 401, 403, 404, 409),
)
async def post_loot(raid_id: RaidId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> list[RaidLoot]:
    """Return the loot of the dead boss, drawn once, by the victory or the first call: later calls return the same.

    The draw follows from `loot_seed`, the boss, the difficulty and the participants: BLAKE2b-64 of the seed and a
    counter (eight bytes each, big-endian); three draws an item: quality, kind, winner.
    """
    async with db.write(viewer) as tx:
        return await actions.take_loot(tx, viewer, raid_id)


@put(
    "/raids/{raid_id:uuid}/stats", summary="Record the statistics of participants",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)  # fmt: skip
async def put_stats(
    raid_id: RaidId, data: JSONBody[StatsRequest], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> StatsTaken:
    """Totals of the whole raid so far, of many at once: all are taken or none. A total never falls."""
    async with db.write(viewer) as tx:
        return await take_stats(tx, viewer, raid_id, data)


routes = below(
    "/api/v1/realm", [post_pull, put_health, post_end, post_loot, put_stats], guards=[requires(WRITE)],
)  # fmt: skip
