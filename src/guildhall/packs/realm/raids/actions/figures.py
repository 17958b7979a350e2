"""Participants' figures, written in batches."""

from collections.abc import Sequence

from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.ids import RaidId
from guildhall.packs.realm.raids.actions.raids import hold_as_officer
from guildhall.packs.realm.raids.errors import BadTime, NotParticipant
from guildhall.packs.realm.raids.queries import participants as queries
from guildhall.packs.realm.raids.rules.figures import Told, Totals, after
from guildhall.packs.realm.raids.rules.raids import may_have_happened
from guildhall.packs.realm.raids.schemas.raids import HeldStats, StatsRequest, StatsTaken

Key = tuple[RaidId, UserId]
"""A raid and somebody who takes part."""


async def hold_totals(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Totals]:
    """The numbers of those of the pairs who take part, held in the order of ids."""
    held = await queries.hold_stats.many(tx, [raid for raid, _ in keys], [person for _, person in keys])
    return {(one.raid_id, one.user_id): _totals(one) for one in held}


def _totals(held: HeldStats) -> Totals:
    return Totals(
        held.damage_dealt, held.healing, held.damage_taken, held.deaths, held.uptime_percentage, held.class_,
        held.stats_at,
    )  # fmt: skip


async def save_totals(tx: Transaction, totals: dict[Key, Totals]) -> None:
    """Write the numbers of held participants in one statement, and tell the boards of their raids."""
    if not totals:
        return
    rows = list(totals.items())
    await queries.save_stats.run(
        tx,
        [raid for (raid, _), _ in rows],
        [person for (_, person), _ in rows],
        [one.class_ for _, one in rows],
        [one.damage_dealt for _, one in rows],
        [one.healing for _, one in rows],
        [one.damage_taken for _, one in rows],
        [one.deaths for _, one in rows],
        [one.uptime_percentage for _, one in rows],
        [one.at for _, one in rows],
    )
    changed: dict[RaidId, list[UserId]] = {}
    for raid_id, person in totals:
        changed.setdefault(raid_id, []).append(person)
    for raid_id, people in sorted(changed.items()):
        await publish(tx, f"realm.raid:{raid_id}", "stats_changed", {"user_ids": people})


async def take_stats(tx: Transaction, raid_id: RaidId, request: StatsRequest) -> StatsTaken:
    """Save an officer's figures of participants: all or none. Raises as hold_as_officer, BadTime, NotParticipant."""
    await hold_as_officer(tx, raid_id, "stats_told")
    at = request.at or tx.now
    if not may_have_happened(at, tx.now):
        raise BadTime
    keys = sorted({(raid_id, one.user_id) for one in request.participants})
    held = await hold_totals(tx, keys)
    if len(held) < len(keys):
        raise NotParticipant
    changed: dict[Key, Totals] = {}
    taken = 0
    for one in request.participants:
        key = (raid_id, one.user_id)
        told = Told(at, one.damage_dealt, one.healing, one.damage_taken, one.deaths, one.uptime_percentage)
        before = changed.get(key, held[key])
        if (now := after(before, told)) != before:
            changed[key] = now
            taken += 1
    await save_totals(tx, changed)
    return StatsTaken(taken, len(request.participants) - taken)
