"""The pulls of raids: begun, fought, ended; and what is left when a boss is dead."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from guildhall.core.jobs.actions import send_many
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.ids import LootId, RaidId
from guildhall.packs.realm.raids.actions.raids import hold_as_officer, tell_raid
from guildhall.packs.realm.raids.errors import HealthRises, NotVictorious, RaidNotRunning, RaidOver, RaidRunning
from guildhall.packs.realm.raids.messages import AnnounceRaid
from guildhall.packs.realm.raids.queries import participants as raid_participants
from guildhall.packs.realm.raids.queries import raids as queries
from guildhall.packs.realm.raids.rules.loot import draw_loot
from guildhall.packs.realm.raids.rules.raids import (
    Outcome,
    Progress,
    Pull,
    Refusal,
    Step,
    begin_pull,
    end_pull,
    hurt_boss,
)
from guildhall.packs.realm.raids.schemas.raids import LockedRaid, Raid, RaidLoot, RaidPull

REFUSALS: dict[Refusal, Callable[[], RaidNotRunning | RaidRunning | RaidOver | HealthRises]] = {
    "not_running": RaidNotRunning,
    "running": RaidRunning,
    "over": RaidOver,
    "health_rises": HealthRises,
}


class Turn(Struct):
    """A held raid that goes on: how it was, how it is now, the pulls that were touched in their last states."""

    raid: LockedRaid
    before: Progress
    now: Progress
    pulls: dict[int, Pull]
    tick_at: datetime | None
    tick_seq: int


async def hold_turns(tx: Transaction, raids: Sequence[LockedRaid]) -> dict[RaidId, Turn]:
    """Return the states of locked raids, ready for further steps."""
    last = {one.raid_id: one for one in await queries.last_pulls.many(tx, [one.id for one in raids])}
    turns = {}
    for raid in raids:
        pull = last.get(raid.id)
        running = None
        if pull is not None and pull.status == "in_progress":
            running = Pull(pull.number, pull.status, pull.started_at, pull.ended_at, pull.best_health)
        progress = Progress(
            raid.status, raid.health_percentage, raid.phase, raid.start_time, raid.end_time, raid.kill_seconds,
            pull.number if pull is not None else 0, running,
        )  # fmt: skip
        turns[raid.id] = Turn(raid, progress, progress, {}, raid.tick_at, raid.tick_seq)
    return turns


async def save_turns(tx: Transaction, turns: Sequence[Turn]) -> None:
    """Write how raids have gone on, draw the loot of those that were won, and tell everybody."""
    if not turns:
        return
    await queries.save_progress.run(
        tx,
        [one.raid.id for one in turns],
        [one.now.status for one in turns],
        [one.now.health for one in turns],
        [one.now.phase for one in turns],
        [one.now.start_time for one in turns],
        [one.now.end_time for one in turns],
        [one.now.seconds for one in turns],
        [one.now.kill_seconds for one in turns],
        [one.now.victory for one in turns],
        [one.tick_at for one in turns],
        [one.tick_seq for one in turns],
        tx.now,
    )
    pulls = [(one.raid.id, pull) for one in turns for _, pull in sorted(one.pulls.items())]
    await queries.save_pulls.run(
        tx,
        [raid_id for raid_id, _ in pulls],
        [pull.number for _, pull in pulls],
        [pull.status for _, pull in pulls],
        [pull.started_at for _, pull in pulls],
        [pull.ended_at for _, pull in pulls],
        [pull.seconds for _, pull in pulls],
        [pull.best_health for _, pull in pulls],
    )
    await draw(tx, [one.raid for one in turns if one.now.status == "victory"])
    for one in turns:
        await _tell(tx, one)
    await send_many(tx, [announcement for one in turns for announcement in _announcements(one)])


async def _tell(tx: Transaction, turn: Turn) -> None:
    topic = f"realm.raid:{turn.raid.id}"
    for number, pull in sorted(turn.pulls.items()):
        body = RaidPull(number, pull.status, pull.started_at, pull.ended_at, pull.seconds, pull.best_health)
        if number > turn.before.pulls:
            await publish(tx, topic, "pull_started", body)
        if pull.status != "in_progress":
            await publish(tx, topic, "pull_ended", body)
    tick = {
        "status": turn.now.status,
        "health_percentage": turn.now.health,
        "phase": turn.now.phase,
        "pull": turn.now.pulls,
        "at": turn.tick_at or tx.now,
    }
    await publish(tx, topic, "raid_tick", tick)
    if turn.now.status != turn.before.status or turn.now.pulls != turn.before.pulls:
        await tell_raid(tx, turn.raid.id, turn.raid.server_id)


def _announcements(turn: Turn) -> list[AnnounceRaid]:
    """Return the announcements for the raid's channel: its beginning, each wipe, the victory."""
    said = []
    if turn.before.pulls == 0 and turn.now.pulls:
        said.append(AnnounceRaid(turn.raid.id, "started", 1))
    for number, pull in sorted(turn.pulls.items()):
        if pull.status != "in_progress":
            said.append(AnnounceRaid(turn.raid.id, pull.status, number))
    return said


async def draw(tx: Transaction, raids: Sequence[LockedRaid]) -> None:
    """Draw the loot of held raids that have none yet, for those who take part now, and tell of it."""
    waiting = [one for one in raids if not one.loot_generated]
    if not waiting:
        return
    people: dict[RaidId, list[UserId]] = {one.id: [] for one in waiting}
    for raid_id, user_id in await raid_participants.people_of.many(tx, list(people)):
        people[raid_id].append(user_id)
    drawn = {one.id: draw_loot(one.loot_seed, one.boss_name, one.difficulty, people[one.id]) for one in waiting}
    loot = [(raid_id, item) for raid_id, items in drawn.items() for item in items]
    await raid_participants.add_loot.run(
        tx,
        [LootId(uuid7()) for _ in loot],
        [raid_id for raid_id, _ in loot],
        [item.number for _, item in loot],
        [item.item for _, item in loot],
        [item.quality for _, item in loot],
        [item.winner for _, item in loot],
        tx.now,
    )
    await raid_participants.note_loot.run(tx, list(drawn), tx.now)
    for raid_id, items in drawn.items():
        told = [RaidLoot(item.number, item.item, item.quality, item.winner) for item in items]
        await publish(tx, f"realm.raid:{raid_id}", "loot", {"loot": told})


async def _step(
    tx: Transaction, raid_id: RaidId, act: str, step_of: Callable[[Progress, datetime], Step | Refusal]
) -> Raid:
    """A raid after one step that an officer takes now."""
    raid = await hold_as_officer(tx, raid_id, act)
    turn = (await hold_turns(tx, [raid]))[raid_id]
    step = step_of(turn.now, tx.now)
    if not isinstance(step, Step):
        raise REFUSALS[step]()
    turn.now = step.progress
    turn.pulls[step.pull.number] = step.pull
    await save_turns(tx, [turn])
    return await queries.raid_of.one(tx, raid_id)


async def start_pull(tx: Transaction, raid_id: RaidId) -> Raid:
    """The raid with a new pull. Raises as hold_as_officer, RaidRunning, RaidOver."""
    return await _step(tx, raid_id, "begun", begin_pull)


async def note_health(tx: Transaction, raid_id: RaidId, health: int, phase: str | None) -> Raid:
    """The raid with its boss's health. Raises as hold_as_officer, RaidNotRunning, RaidOver, HealthRises."""
    return await _step(tx, raid_id, "health_noted", lambda raid, _: hurt_boss(raid, health, phase))


async def finish_pull(tx: Transaction, raid_id: RaidId, outcome: Outcome, health: int | None) -> Raid:
    """The raid after its pull. Raises as hold_as_officer, RaidNotRunning, RaidOver, HealthRises."""

    def ending(raid: Progress, at: datetime) -> Step | Refusal:
        if health is not None:
            step = hurt_boss(raid, health)
            if not isinstance(step, Step):
                return step
            raid = step.progress
        return end_pull(raid, outcome, at)

    return await _step(tx, raid_id, "ended", ending)


async def take_loot(tx: Transaction, raid_id: RaidId) -> list[RaidLoot]:
    """Return the loot of the dead boss; draw it if this was not done yet. Raises as hold_as_officer, NotVictorious."""
    raid = await hold_as_officer(tx, raid_id, "looted")
    if raid.status != "victory":
        raise NotVictorious
    await draw(tx, [raid])
    return await raid_participants.loot_of.many(tx, raid_id)
