"""Alarms set anew with each answer of the game."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.eve.alarms import queries, rules
from guildhall.packs.eve.alarms.rules import Alarm
from guildhall.packs.eve.characters.schemas import CharacterRow
from guildhall.packs.eve.ids import AlarmId
from guildhall.packs.eve.industry.schemas.stored import IndustryJob
from guildhall.packs.eve.planets.schemas.stored import Extractor
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.skills.schemas.stored import QueueEntry


async def plan(
    tx: Transaction,
    character: CharacterRow,
    kinds: Sequence[str],
    wanted: Sequence[Alarm],
    held: Collection[str],
) -> None:
    """Replace the waiting alarms of some kinds by those that follow from the latest answer.

    Alarms that are due stay, to be judged. A condition has one alarm as long as it is `held`.
    """
    pending = await queries.pending_alarms.many(tx, character.id, list(kinds))
    keys = {alarm.occurrence_key for alarm in wanted}
    waiting = {alarm.kind for alarm in pending}
    over = [
        alarm.id
        for alarm in pending
        if alarm.occurrence_key not in keys
        and alarm.kind not in held
        and (alarm.fire_at > tx.now or alarm.kind in ("queue_paused", "queue_vanished"))
    ]
    if over:
        await queries.drop_alarms.run(tx, over, tx.now)
    known = {alarm.occurrence_key for alarm in pending}
    new = [
        alarm
        for alarm in wanted
        if alarm.occurrence_key not in known
        and not (alarm.ahead and alarm.fire_at <= tx.now)
        and not (alarm.condition and alarm.kind in waiting)
    ]
    if new:
        new = list({alarm.occurrence_key: alarm for alarm in new}.values())
        await queries.plan_alarms.run(
            tx,
            [AlarmId(uuid7()) for _ in new],
            [alarm.kind for alarm in new],
            [alarm.subject for alarm in new],
            [alarm.occurrence_key for alarm in new],
            [alarm.fire_at for alarm in new],
            character.id,
            character.user_id,
            tx.now,
            rules.SAME,
        )


def _since(tx: Transaction, first_import: bool, settings: EveSettings) -> Any:
    return tx.now if first_import else tx.now - timedelta(hours=settings.alarm_late_hours)


async def on_skill_queue(
    tx: Transaction,
    character: CharacterRow,
    before: Sequence[QueueEntry],
    after: Sequence[QueueEntry],
    *,
    first_import: bool,
    settings: EveSettings,
) -> None:
    """Set the queue's alarms anew."""
    wanted = rules.queue_alarms(
        character.id,
        after if first_import else before,
        after,
        tx.now,
        since=_since(tx, first_import, settings),
        ends_within=timedelta(hours=settings.queue_ends_hours),
    )
    held = rules.conditions(after, tx.now)
    await plan(tx, character, rules.QUEUE_KINDS, wanted, held)


async def on_industry(
    tx: Transaction, character: CharacterRow, after: Iterable[IndustryJob], *, first_import: bool, settings: EveSettings
) -> None:
    """Set the jobs' alarms anew."""
    wanted = rules.job_alarms(character.id, after, _since(tx, first_import, settings))
    await plan(tx, character, ("industry_job_complete",), wanted, ())


async def on_extractors(
    tx: Transaction, character: CharacterRow, after: Iterable[Extractor], *, first_import: bool, settings: EveSettings
) -> None:
    """Set the extractors' alarms anew."""
    wanted = rules.extractor_alarms(character.id, after, _since(tx, first_import, settings))
    await plan(tx, character, ("pi_extractor_expired",), wanted, ())
