"""A raid while it is fought: pulls, the boss's health, the participants' numbers, the loot."""

from guildhall.packs.realm.access.api.parameters import WRITE
from guildhall.packs.realm.raids.actions import pulls as actions
from guildhall.packs.realm.raids.actions.figures import take_stats
from guildhall.packs.realm.raids.api.raids import RAID, PathRaidId
from guildhall.packs.realm.raids.errors import BadTime, NotParticipant, NotVictorious
from guildhall.packs.realm.raids.schemas.raids import BossHealth, PullEnd, Raid, RaidLoot, StatsRequest, StatsTaken
from guildhall.web.route import Routes, Write

routes = Routes("/api/v1/realm")


@routes.post("/raids/{raid_id:uuid}/pulls", scope=WRITE, raises=RAID)
async def post_pull(raid_id: PathRaidId, tx: Write) -> Raid:
    """Begin a pull.

    The raid in progress, its boss whole again. A raid that was wiped begins again; one that is won does not.
    """
    return await actions.start_pull(tx, raid_id)


@routes.put("/raids/{raid_id:uuid}/health", scope=WRITE, raises=RAID)
async def put_health(raid_id: PathRaidId, data: BossHealth, tx: Write) -> Raid:
    """Report the boss's health.

    The raid with its boss's health, which only falls while a pull runs: one that rises is refused.
    """
    return await actions.note_health(tx, raid_id, data.health_percentage, data.phase)


@routes.post("/raids/{raid_id:uuid}/end", scope=WRITE, status=200, raises=RAID)
async def post_end(raid_id: PathRaidId, data: PullEnd, tx: Write) -> Raid:
    """End a pull.

    The raid after a wipe, from which it may begin again, or after its victory, with which the loot is drawn.
    """
    return await actions.finish_pull(tx, raid_id, data.outcome, data.health_percentage)


@routes.post("/raids/{raid_id:uuid}/loot", scope=WRITE, status=200, raises=(*RAID, NotVictorious))
async def post_loot(raid_id: PathRaidId, tx: Write) -> list[RaidLoot]:
    """Draw the loot.

    Return the loot of the dead boss, drawn once, by the victory or the first call: later calls return the same.

    The draw follows from `loot_seed`, the boss, the difficulty and the participants: BLAKE2b-64 of the seed and a
    counter (eight bytes each, big-endian); three draws an item: quality, kind, winner.
    """
    return await actions.take_loot(tx, raid_id)


@routes.put("/raids/{raid_id:uuid}/stats", scope=WRITE, raises=(*RAID, BadTime, NotParticipant))
async def put_stats(raid_id: PathRaidId, data: StatsRequest, tx: Write) -> StatsTaken:
    """Record the statistics of participants.

    Totals of the whole raid so far, of many at once: all are taken or none. A total never falls.
    """
    return await take_stats(tx, raid_id, data)
