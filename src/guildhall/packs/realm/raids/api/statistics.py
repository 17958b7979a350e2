"""Statistics of raids: a person's by boss, a boss's leaderboards."""

from datetime import timedelta
from typing import Annotated, Literal

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.db.pages import Cursor, Page
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.api.parameters import PROFILE, READ, SERVER, Limit, PathServerId, PathUserId, Small
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.actions.statistics import records_of
from guildhall.packs.realm.raids.api.raids import OfBoss, OfDifficulty
from guildhall.packs.realm.raids.queries import statistics as queries
from guildhall.packs.realm.raids.rules.loot import Difficulty
from guildhall.packs.realm.raids.rules.raids import first_id_at
from guildhall.packs.realm.raids.schemas.statistics import BossRecord, Kill, Standing
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/realm")

_KILLS = Cursor("raid_kills", 1, tuple[Small, RaidId])

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


@routes.get("/users/{user_id:uuid}/raid-records", scope=READ, raises=(*PROFILE, UserNotFound))
async def get_records(
    user_id: PathUserId, tx: Read, boss: OfBoss = None, difficulty: OfDifficulty = None
) -> list[BossRecord]:
    """The raids of a person, by boss.

    Attempts, kills, best time and health, damage and healing, of somebody on the viewer's server.
    """
    return await records_of(tx, user_id, boss, difficulty)


@routes.get("/servers/{server_id:uuid}/raid-kills", scope=READ, pages=Pages(_KILLS, 50), raises=SERVER)
async def list_kills(
    server_id: PathServerId,
    boss: Boss,
    tx: Read,
    asked: Asked[tuple[Small, RaidId]],
    difficulty: At = "normal",
) -> Page[Kill]:
    """Fastest kills of a boss.

    The raids that have killed a boss, by the seconds of the pull that won.
    """
    seconds, raid_id = asked.after or (None, None)
    await profile_on(tx, server_id)
    rows = await queries.fastest_kills.many(tx, server_id, boss, difficulty, seconds, raid_id, asked.rows)
    return _KILLS.page(rows, asked.limit, lambda row: (row.kill_seconds, row.raid_id))


@routes.get("/servers/{server_id:uuid}/raid-standings", scope=READ, raises=SERVER)
async def list_standings(
    server_id: PathServerId,
    boss: Boss,
    tx: Read,
    difficulty: At = "normal",
    by: By = "damage",
    days: Days = 90,
    limit: Limit = 50,
) -> list[Standing]:
    """Ranking of people against a boss.

    Rank people by their best result in one raid of the last days, or by how often they have killed the boss.
    """
    await profile_on(tx, server_id)
    since = first_id_at(tx.now - timedelta(days=days))
    return await queries.best_of_boss.many(tx, server_id, boss, difficulty, since, by, limit)
