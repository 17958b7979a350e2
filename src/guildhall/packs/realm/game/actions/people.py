"""Reports of the game about people: their totals in raids, their level and experience."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.game.actions.game import Tally, names_one, people, raids, rows_of
from guildhall.packs.realm.game.queries import hold_characters, save_characters
from guildhall.packs.realm.game.schemas import STATS, PlayerStats, RowsTaken
from guildhall.packs.realm.ids import RaidId, ServerId
from guildhall.packs.realm.raids.actions.figures import Key, hold_totals, save_totals
from guildhall.packs.realm.raids.actions.raids import tell_raid
from guildhall.packs.realm.raids.errors import BadTime, NotParticipant, RaidNotFound
from guildhall.packs.realm.raids.queries.participants import add_participants, count_participants
from guildhall.packs.realm.raids.queries.raids import lock_raids
from guildhall.packs.realm.raids.rules.figures import Told, Totals, after
from guildhall.packs.realm.raids.rules.raids import may_have_happened
from guildhall.packs.realm.settings import RealmSettings

_TOTALS = ("damage_dealt", "healing", "damage_taken", "deaths", "uptime_percentage", "role", "class_")


class _Row:
    """A good row with its person and its raid."""

    __slots__ = ("changed", "key", "line", "told", "user_id")

    def __init__(self, line: int, told: PlayerStats, user_id: UserId, raid_id: RaidId | None) -> None:
        self.line = line
        self.told = told
        self.user_id = user_id
        self.key: Key | None = (raid_id, user_id) if raid_id is not None else None
        self.changed = False


async def take_player_stats(
    tx: Transaction, principal: Principal, server_id: ServerId, body: bytes, settings: RealmSettings
) -> RowsTaken:
    """Save totals that grow, in whatever order they come. Raises TooManyRows, as require_game."""
    await require_game(tx, principal, server_id)
    read = rows_of(body, STATS, settings)
    tally = Tally(read.faults)
    rows = await _known(tx, server_id, read.rows, tally)
    # The people first, as their deletion takes them: who is held stays.
    held = await hold_characters.many(tx, sorted({row.user_id for row in rows}))
    characters = {one.id: (one.level, one.experience) for one in held}
    for row in rows:
        if row.user_id not in characters:
            tally.refuse(row.line, UserNotFound())
    rows = await _in_raids(tx, server_id, [row for row in rows if row.user_id in characters], tally)
    await _characters(tx, rows, characters)
    tally.taken = sum(row.changed for row in rows)
    tally.again = len(rows) - tally.taken
    return tally.report()


async def _known(
    tx: Transaction, server_id: ServerId, given: list[tuple[int, PlayerStats]], tally: Tally
) -> list[_Row]:
    """Return the sound rows whose person and raid exist."""
    person_of = await people(tx, server_id, [(row.user_id, row.username) for _, row in given])
    raid_of = await raids(tx, server_id, [(row.raid_id, row.external_id) for _, row in given])
    rows = []
    for line, row in given:
        person, raid = person_of(row.user_id, row.username), raid_of(row.raid_id, row.external_id)
        in_raid = names_one(row.raid_id, row.external_id)
        if not names_one(row.user_id, row.username):
            tally.invalid(line, "A row names its person by user_id or by username.")
        elif row.raid_id is not None and row.external_id is not None:
            tally.invalid(line, "A row names its raid by raid_id or by external_id.")
        elif not may_have_happened(row.at, tx.now):
            tally.refuse(line, BadTime())
        elif not in_raid and any(getattr(row, name) is not None for name in _TOTALS):
            tally.invalid(line, "A row with numbers of a raid names the raid.")
        elif not in_raid and row.level is None and row.experience is None:
            tally.invalid(line, "A row says something.")
        elif person is None:
            tally.refuse(line, UserNotFound())
        elif in_raid and raid is None:
            tally.refuse(line, RaidNotFound())
        else:
            rows.append(_Row(line, row, person, raid))
    return rows


async def _in_raids(tx: Transaction, server_id: ServerId, rows: list[_Row], tally: Tally) -> list[_Row]:
    """Save the rows' figures of raids; return the accepted rows. A row with a role and a class makes a participant."""
    new = {
        row.key: (row.told.role, row.told.class_)
        for row in rows
        if row.key is not None and row.told.role and row.told.class_
    }
    added: set[Key] = set()
    if new:
        await lock_raids.many(tx, sorted({raid for raid, _ in new}))
        keys = sorted(new)
        added = set(
            await add_participants.many(
                tx,
                [raid for raid, _ in keys],
                [person for _, person in keys],
                [new[key][0] for key in keys],
                [new[key][1] for key in keys],
                tx.now,
            )
        )
        joined = sorted({raid for raid, _ in added})
        await count_participants.run(tx, joined, tx.now)
        for raid_id in joined:
            await tell_raid(tx, raid_id, server_id)
    totals = await hold_totals(tx, sorted({row.key for row in rows if row.key is not None}))
    changed: dict[Key, Totals] = {}
    stay = []
    for row in rows:
        if row.key is None:
            stay.append(row)
            continue
        if row.key not in totals:
            tally.refuse(
                row.line, NotParticipant(detail="This person does not take part in the raid: give a role and a class.")
            )
            continue
        stay.append(row)
        one, before = row.told, changed.get(row.key, totals[row.key])
        told = Told(
            one.at, one.damage_dealt, one.healing, one.damage_taken, one.deaths, one.uptime_percentage, one.class_
        )
        row.changed = row.key in added
        added.discard(row.key)
        if (now := after(before, told)) != before:
            changed[row.key] = now
            row.changed = True
    await save_totals(tx, changed)
    return stay


async def _characters(tx: Transaction, rows: list[_Row], characters: dict[UserId, tuple[int, int]]) -> None:
    """Take the rows' levels and experience, which only grow; `characters` are those that are held, as they were."""
    changed: dict[UserId, tuple[int, int]] = {}
    for row in rows:
        level, experience = changed.get(row.user_id, characters[row.user_id])
        now = max(level, row.told.level or 0), max(experience, row.told.experience or 0)
        if now != (level, experience):
            changed[row.user_id] = now
            row.changed = True
    if changed:
        ids = sorted(changed)
        await save_characters.run(tx, ids, [changed[one][0] for one in ids], [changed[one][1] for one in ids], tx.now)
