"""Findings of a look at a character: compared, remembered, told."""

from datetime import timedelta
from decimal import Decimal

import msgspec

from guildhall.core.jobs.actions import send
from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.characters.kinds import CHANGED
from guildhall.packs.poe2.characters.messages import CharacterSeen
from guildhall.packs.poe2.characters.queries import builds, characters, snapshots
from guildhall.packs.poe2.characters.rules.changes import is_due, slot_changes
from guildhall.packs.poe2.characters.rules.items import WornItem
from guildhall.packs.poe2.characters.rules.sheet import Sheet
from guildhall.packs.poe2.characters.schemas import AttachedBuild, CharacterRow, NewSnapshot, Snapshot
from guildhall.packs.poe2.ids import CharacterId, CharacterLeagueId, EquipmentChangeId, SnapshotId
from guildhall.packs.poe2.settings import Poe2Settings

_encode = msgspec.json.Encoder().encode


async def save_look(tx: Transaction, id: CharacterId, sheet: Sheet, settings: Poe2Settings) -> int | None:
    """Save what a look has found; return how many looks in a row have found nothing new, or None without the row.

    A snapshot is added when something has changed: at once, or for experience alone now and then.
    """
    row = await characters.locked_character.one_or_none(tx, id)
    if row is None:
        return None
    line = sheet.line
    attached = await builds.build_of.one_or_none(tx, id, line.class_name, line.ascendancy)
    figures = NewSnapshot() if attached is None else _taken_over(attached, sheet)
    latest = await snapshots.latest_snapshot.one_or_none(tx, id)
    changed = latest is None or _content(latest) != _new_content(sheet, figures)
    gained = latest is not None and latest.experience != line.experience
    every = timedelta(hours=settings.experience_hours)
    remember = changed or (gained and is_due(row.snapshot_at, tx.now, every))
    if remember:
        await _add_snapshot(tx, row, sheet, figures)
    if row.equipment is not None and row.equipment_hash != sheet.equipment_hash:
        await _add_changes(tx, row, sheet)
    unchanged = 0 if changed or gained else row.unchanged + 1
    await characters.save_look.run(
        tx, id, line.name, line.class_name, line.ascendancy, line.level, line.experience, line.league,
        line.private_league, unchanged, _encode(sheet.equipment), sheet.equipment_hash, sheet.skills_hash,
        sheet.passive_tree_hash, tx.now if remember else None, tx.now,
    )  # fmt: skip
    if line.level != row.level:
        await send(tx, CharacterSeen(row.user_id))
    if line.name != row.name:
        await tell(tx, row, "renamed", f"{row.name} is called {line.name} now", "It goes on being watched.")
    return unchanged


async def tell(tx: Transaction, row: CharacterRow, what: str, title: str, body: str) -> None:
    """Tell a user what has become of a watched character, once for each time."""
    key = f"{CHANGED.type}:{what}:{row.id}:{int(tx.now.timestamp())}"
    data = {"character": row.name}
    await notify(tx, [Notice(row.user_id, CHANGED.type, title, body, key, tx.now, data=data)])


async def _add_snapshot(tx: Transaction, row: CharacterRow, sheet: Sheet, figures: NewSnapshot) -> None:
    line = sheet.line
    await snapshots.add_snapshot.run(
        tx, SnapshotId(uuid7()), row.user_id, row.id, line.name, line.class_name, line.ascendancy, line.level,
        line.league, line.private_league, line.experience, sheet.equipment_hash, sheet.skills_hash,
        sheet.passive_tree_hash, sheet.stats, _exact(figures.dps), _exact(figures.ehp), figures.build_id, tx.now,
        figures.main_skill, figures.calculated_by,
    )  # fmt: skip
    await snapshots.note_league.run(
        tx, CharacterLeagueId(uuid7()), row.id, row.user_id, line.league, line.class_name, line.ascendancy,
        line.private_league, line.level, line.experience, tx.now,
    )  # fmt: skip


async def _add_changes(tx: Transaction, row: CharacterRow, sheet: Sheet) -> None:
    before = msgspec.convert(row.equipment, list[WornItem])
    changes = slot_changes(before, sheet.equipment)
    await snapshots.add_equipment_changes.run(
        tx,
        row.user_id,
        row.id,
        [EquipmentChangeId(uuid7()) for _ in changes],
        [one.slot for one in changes],
        [_encode(one.before).decode() for one in changes],
        [_encode(one.after).decode() for one in changes],
        tx.now,
    )


def _taken_over(build: AttachedBuild, sheet: Sheet) -> NewSnapshot:
    """The figures of a build, and its main skill if the character has it."""
    skill = build.main_skill if build.main_skill in sheet.stats.skills else None
    return NewSnapshot(build.build_id, build.dps, build.ehp, skill, build.calculated_by)


def _exact(figure: float | None) -> Decimal | None:
    """A figure with all its digits, so that it is read as the same again."""
    return None if figure is None else Decimal(repr(figure))


def _content(latest: Snapshot) -> tuple[object, ...]:
    """The content in which two snapshots may differ, experience left out."""
    return (
        latest.character_name, latest.class_name, latest.ascendancy, latest.level, latest.league,
        latest.equipment_hash, latest.skills_hash, latest.passive_tree_hash, latest.build_id, latest.calculated_dps,
        latest.calculated_ehp,
    )  # fmt: skip


def _new_content(sheet: Sheet, figures: NewSnapshot) -> tuple[object, ...]:
    line = sheet.line
    return (
        line.name, line.class_name, line.ascendancy, line.level, line.league, sheet.equipment_hash,
        sheet.skills_hash, sheet.passive_tree_hash, figures.build_id, figures.dps, figures.ehp,
    )  # fmt: skip
