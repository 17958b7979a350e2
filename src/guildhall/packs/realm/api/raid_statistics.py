"""Statistics of raids: a person's by boss, a boss's leaderboards."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions.access import profile_on
from guildhall.packs.realm.actions.raid_statistics import records_of
from guildhall.packs.realm.api.parameters import READ, After, Limit, ServerId, Small, UserId
from guildhall.packs.realm.api.raids import OfBoss, OfDifficulty
from guildhall.packs.realm.queries import raid_statistics as queries
from guildhall.packs.realm.rules.loot import Difficulty
from guildhall.packs.realm.rules.raids import first_id_at
from guildhall.packs.realm.schemas.raid_statistics import BossRecord, Kill, Standing
from guildhall.web.problems import documented
from guildhall.web.routes import below

_KILLS = Cursor("raid_kills", 1, tuple[Small, UUID])

Boss = Annotated[
    str,
    QueryParameter(
        name="boss", description="The boss, however its name is written", min_length=1, max_length=100,
        pattern=r"^[^\x00]*$", examples=[Example(value="Ragnaros")],
    ),
]  # fmt: skip
At = Annotated[Difficulty, QueryParameter(name="difficulty", description="At this difficulty")]
By = Annotated[Literal["damage", "healing", "kills"], QueryParameter(name="by", description="What is compared")]
Days = Annotated[int, QueryParameter(name="days", ge=1, le=366, description="Only raids of the last days")]


@get("/users/{user_id:uuid}/raid-records", summary="Somebody's raids by boss",
     responses=documented(400, 401, 403, 404, 409))  # fmt: skip
async def get_records(
    user_id: UserId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    boss: OfBoss = None,
    difficulty: OfDifficulty = None,
) -> list[BossRecord]:
    """Attempts, kills, best time and health, damage and healing, of somebody on the viewer's server."""
    async with db.read(viewer) as tx:
        return await records_of(tx, viewer, user_id, boss, difficulty)


@get("/servers/{server_id:uuid}/raid-kills", summary="Fastest kills of a boss",
     responses=documented(400, 401, 403, 404, 409))  # fmt: skip
async def list_kills(
    server_id: ServerId,
    boss: Boss,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    difficulty: At = "normal",
    after: After = None,
    limit: Limit = 50,
) -> Page[Kill]:
    """The raids that have killed a boss, by the seconds of the pull that won."""
    seconds, raid_id = _KILLS.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        rows = await queries.fastest_kills.many(tx, server_id, boss, difficulty, seconds, raid_id, limit + 1)
    return _KILLS.page(rows, limit, lambda row: (row.kill_seconds, row.raid_id))


@get("/servers/{server_id:uuid}/raid-standings", summary="Ranking of people against a boss",
     responses=documented(400, 401, 403, 404, 409))  # fmt: skip
async def list_standings(
    server_id: ServerId,
    boss: Boss,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    difficulty: At = "normal",
    by: By = "damage",
    days: Days = 90,
    limit: Limit = 50,
) -> list[Standing]:
    """Rank people by their best result in one raid of the last days, or by how often they have killed the boss."""
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        since = first_id_at(tx.now - timedelta(days=days))
        return await queries.best_of_boss.many(tx, server_id, boss, difficulty, since, by, limit)


routes = below("/api/v1/realm", [get_records, list_kills, list_standings], guards=[requires(READ)])
