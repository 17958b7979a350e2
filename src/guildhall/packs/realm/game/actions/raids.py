"""Raids that the game runs: made, and updated tick by tick."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pool import Transaction
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.game.actions.game import Tally, names_one, people, raids, rows_of
from guildhall.packs.realm.game.queries import hold_characters
from guildhall.packs.realm.game.schemas import RAIDS, TICKS, GameRaid, RowsTaken
from guildhall.packs.realm.ids import ServerId
from guildhall.packs.realm.raids.actions.pulls import REFUSALS, hold_turns, save_turns
from guildhall.packs.realm.raids.actions.raids import NewRaid, add_raids, with_clean_names
from guildhall.packs.realm.raids.errors import BadTime, RaidNotFound
from guildhall.packs.realm.raids.queries.raids import lock_raids
from guildhall.packs.realm.raids.rules.raids import Tick, may_be_planned, may_have_happened, take_tick
from guildhall.packs.realm.raids.schemas.raids import RaidRequest
from guildhall.packs.realm.settings import RealmSettings

_RAIDS_MOST = 200
"""Raids that one call may make; each opens a channel."""


async def make_raids(
    tx: Transaction, principal: Principal, server_id: ServerId, body: bytes, settings: RealmSettings
) -> RowsTaken:
    """Make the raids that the game has not reported before. Raises TooManyRows, as require_game."""
    await require_game(tx, principal, server_id)
    read = rows_of(body, RAIDS, settings, _RAIDS_MOST)
    tally = Tally(read.faults)
    person = await people(tx, server_id, [(row.leader_id, row.leader_name) for _, row in read.rows])
    named = {one for _, row in read.rows if (one := person(row.leader_id, row.leader_name)) is not None}
    held = {one.id for one in await hold_characters.many(tx, sorted(named))}
    new = []
    for line, row in read.rows:
        leader = person(row.leader_id, row.leader_name)
        if not names_one(row.leader_id, row.leader_name):
            tally.invalid(line, "A row names its leader by leader_id or by leader_name.")
        elif leader is None or leader not in held:
            tally.refuse(line, UserNotFound())
        elif row.scheduled_at is not None and not may_be_planned(row.scheduled_at, tx.now):
            tally.refuse(line, BadTime())
        else:
            try:
                new.append(NewRaid(leader, with_clean_names(_request(row)), row.external_id))
            except ContentRefused as error:
                tally.refuse(line, error)
    if new:
        tally.taken = len(await add_raids(tx, server_id, new, principal.viewer.id))
        tally.again = len(new) - tally.taken
    return tally.report()


def _request(row: GameRaid) -> RaidRequest:
    return RaidRequest(
        row.name, row.boss_name, row.difficulty, row.description, row.scheduled_at, row.tank_slots, row.healer_slots,
        row.dps_slots,
    )  # fmt: skip


async def take_ticks(
    tx: Transaction, principal: Principal, server_id: ServerId, body: bytes, settings: RealmSettings
) -> RowsTaken:
    """Apply the game's ticks to raids, row by row; a tick that is not later than the last one of its raid came before.

    Raises TooManyRows, as require_game.
    """
    await require_game(tx, principal, server_id)
    read = rows_of(body, TICKS, settings)
    tally = Tally(read.faults)
    raid_of = await raids(tx, server_id, [(row.raid_id, row.external_id) for _, row in read.rows])
    found = {line: raid_of(row.raid_id, row.external_id) for line, row in read.rows}
    held = await lock_raids.many(tx, sorted({one for one in found.values() if one is not None}))
    turns = await hold_turns(tx, held)
    changed = {}
    for line, row in read.rows:
        raid_id = found[line]
        turn = turns.get(raid_id) if raid_id is not None else None
        if not names_one(row.raid_id, row.external_id):
            tally.invalid(line, "A row names its raid by raid_id or by external_id.")
        elif not may_have_happened(row.at, tx.now):
            tally.refuse(line, BadTime())
        elif turn is None:
            tally.refuse(line, RaidNotFound())
        elif turn.tick_at is not None and (row.at, row.seq) <= (turn.tick_at, turn.tick_seq):
            tally.again += 1
        else:
            after = take_tick(turn.now, Tick(row.at, row.status, row.health_percentage, row.phase))
            if isinstance(after, str):
                tally.refuse(line, REFUSALS[after]())
                continue
            turn.now, pulls = after
            turn.pulls |= {pull.number: pull for pull in pulls}
            turn.tick_at, turn.tick_seq = row.at, row.seq
            changed[turn.raid.id] = turn
            tally.taken += 1
    await save_turns(tx, list(changed.values()))
    return tally.report()
