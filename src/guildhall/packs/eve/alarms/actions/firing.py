"""Alarms that are due: judged by what is stored, and their notifications sent."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from guildhall.core.notify.actions.notices import notify
from guildhall.core.notify.schemas.notices import Notice
from guildhall.db.pool import Transaction
from guildhall.log import get_logger
from guildhall.packs.eve.alarms import queries, rules
from guildhall.packs.eve.alarms.rules import Verdict
from guildhall.packs.eve.alarms.schemas import DueAlarm, JudgedEntry, JudgedExtractor, JudgedJob, JudgedSection
from guildhall.packs.eve.ids import AlarmId, CharacterId
from guildhall.packs.eve.industry.rules import activity
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.eve.skills.rules import level

log = get_logger(__name__)
BATCH = 500
PATIENCE = timedelta(seconds=60)
"""The time for which an alarm waits for a fresh answer before it is judged by the stored one."""
_PAUSE = timedelta(seconds=10)
"""The delay until a waiting alarm is checked again."""
_TRUST = timedelta(hours=24)
"""The age at which data is too old for an alarm to be sent on its grounds."""
_SECTIONS = {"industry_job_complete": "industry", "pi_extractor_expired": "planets"}


class Fired(Struct, frozen=True):
    """The result of checking the due alarms. `waiting` characters need a fresh answer of a section first."""

    looked_at: int
    sent: int
    dropped: int
    waiting: list[tuple[CharacterId, str]]


async def fire_due(tx: Transaction, settings: EveSettings) -> Fired:
    """Judge the due alarms, at most a batch of them, and notify of those that hold, each once.

    Rows are locked and settled in the transaction of the notifications, so that neither a second worker nor a restart
    doubles or loses one. An alarm whose section ESI would answer anew by now waits for that a little.
    """
    due = await queries.due_alarms.many(tx, tx.now, tx.now - _PAUSE, BATCH)
    if not due:
        return Fired(0, 0, 0, [])
    known = await _Known.read(tx, due)
    tell: list[DueAlarm] = []
    drop: list[AlarmId] = []
    wait: list[DueAlarm] = []
    for alarm in due:
        verdict = known.judged(alarm, tx, settings)
        if verdict == "tell":
            tell.append(alarm)
        elif verdict == "wait":
            wait.append(alarm)
        else:
            drop.append(alarm.id)
    await notify(tx, known.notices(tell))
    if tell:
        await queries.settle_alarms.run(tx, [alarm.id for alarm in tell], "fired", tx.now)
    if drop:
        await queries.settle_alarms.run(tx, drop, "dropped", tx.now)
    if wait:
        await queries.put_off_alarms.run(tx, [alarm.id for alarm in wait], tx.now)
    waiting = sorted({(alarm.character, _SECTIONS.get(alarm.kind, "skill_queue")) for alarm in wait})
    return Fired(len(due), len(tell), len(drop), waiting)


class _Known:
    """The stored data of the characters whose alarms are due."""

    def __init__(self) -> None:
        self.queues: dict[CharacterId, list[JudgedEntry]] = defaultdict(list)
        self.trained: dict[tuple[CharacterId, int], int] = {}
        self.jobs: dict[tuple[CharacterId, int], JudgedJob] = {}
        self.pins: dict[tuple[CharacterId, int], JudgedExtractor] = {}
        self.sections: dict[tuple[CharacterId, str], JudgedSection] = {}
        self.names: dict[int, str] = {}

    @classmethod
    async def read(cls, tx: Transaction, due: Sequence[DueAlarm]) -> "_Known":
        """Five statements, however many alarms."""
        known = cls()
        characters = sorted({alarm.character for alarm in due})
        for entry in await queries.judged_queues.many(tx, characters):
            known.queues[entry.character].append(entry)
            if entry.name is not None:
                known.names[entry.skill_id] = entry.name
        skills = sorted({rules.skill_of(alarm.subject)[0] for alarm in due if alarm.kind == "skill_complete"})
        if skills:
            for skill in await queries.trained_levels.many(tx, characters, skills):
                known.trained[skill.character, skill.skill_id] = skill.trained_skill_level
                if skill.name is not None:
                    known.names[skill.skill_id] = skill.name
        if jobs := [alarm.subject for alarm in due if alarm.kind == "industry_job_complete"]:
            for job in await queries.judged_jobs.many(tx, characters, jobs):
                known.jobs[job.character, job.job_id] = job
        if pins := [alarm.subject for alarm in due if alarm.kind == "pi_extractor_expired"]:
            for pin in await queries.judged_extractors.many(tx, characters, pins):
                known.pins[pin.character, pin.pin_id] = pin
        for section in await queries.judged_sections.many(tx, characters):
            known.sections[section.character, section.section] = section
        return known

    def judged(self, alarm: DueAlarm, tx: Transaction, settings: EveSettings) -> Verdict:
        """The verdict; an alarm that cannot be judged or worded is dropped, so that it does not hold up the others."""
        try:
            verdict = self.judge(alarm, tx, settings)
            if verdict == "tell":
                self.notices([alarm])
        except Exception as error:
            log.error("eve_alarm_broken", alarm=str(alarm.id), kind=alarm.kind, exc_info=error)
            return "drop"
        return verdict

    def judge(self, alarm: DueAlarm, tx: Transaction, settings: EveSettings) -> Verdict:
        """Return whether an alarm holds by the stored data, waits for a fresh answer, or is dropped."""
        if alarm.token_state in ("sold", "removed"):
            return "drop"
        if alarm.fire_at < tx.now - timedelta(hours=settings.alarm_late_hours):
            return "drop"
        section = self.sections.get((alarm.character, _SECTIONS.get(alarm.kind, "skill_queue")))
        synced_at = section.synced_at if section is not None else None
        if synced_at is None or synced_at < alarm.fire_at - _TRUST:
            return "drop"
        verdict = self._judge(alarm, tx, settings, synced_at)
        if verdict == "wait":
            return verdict
        outdated = synced_at < alarm.fire_at and (section is None or (section.expires_at or synced_at) <= tx.now)
        patient = tx.now < alarm.fire_at + PATIENCE and alarm.token_state == "valid"  # noqa: S105 (no secret)
        return "wait" if verdict == "tell" and outdated and patient else verdict

    def _judge(self, alarm: DueAlarm, tx: Transaction, settings: EveSettings, synced_at: object) -> Verdict:
        entries = self.queues.get(alarm.character, [])
        if alarm.kind == "skill_complete":
            skill_id, _ = rules.skill_of(alarm.subject)
            trained = self.trained.get((alarm.character, skill_id))
            return rules.judge_skill(alarm.subject, entries, trained, tx.now)
        if alarm.kind == "industry_job_complete":
            return rules.judge_job(self.jobs.get((alarm.character, alarm.subject)), tx.now)
        if alarm.kind == "pi_extractor_expired":
            return rules.judge_extractor(self.pins.get((alarm.character, alarm.subject)), tx.now)
        within = timedelta(hours=settings.queue_ends_hours)
        return rules.judge_queue(
            alarm.kind,  # type: ignore[arg-type]
            entries, tx.now, within, alarm.created_at, synced_at,  # type: ignore[arg-type]
        )  # fmt: skip

    def notices(self, alarms: Sequence[DueAlarm]) -> list[Notice]:
        """One for each alarm; of extractors one for each character, whatever their number."""
        found: list[Notice] = []
        pins: dict[CharacterId, list[DueAlarm]] = defaultdict(list)
        for alarm in alarms:
            if alarm.kind == "pi_extractor_expired":
                pins[alarm.character].append(alarm)
            else:
                found.append(self._notice(alarm))
        return found + [self._extractors(together) for together in pins.values()]

    def _notice(self, alarm: DueAlarm) -> Notice:
        if alarm.kind == "skill_complete":
            skill_id, reached = rules.skill_of(alarm.subject)
            name = self.names.get(skill_id) or f"Skill {skill_id}"
            return _notice_of(
                alarm, "skill_complete", f"{alarm.character_name}: skill trained", f"{name} {level(reached)}",
                {"skill_id": skill_id, "level": reached},
            )  # fmt: skip
        if alarm.kind == "industry_job_complete":
            job = self.jobs[alarm.character, alarm.subject]
            what = job.name or "a job"
            return _notice_of(
                alarm, "industry_job_complete", f"{alarm.character_name}: {activity(job.activity_id)} is done",
                f"{job.runs} × {what}", {"job_id": job.job_id, "activity_id": job.activity_id},
            )  # fmt: skip
        if alarm.kind == "queue_ends_soon":
            end = max(e.finish_date for e in self.queues[alarm.character] if e.finish_date is not None)
            return _notice_of(
                alarm, "skill_queue_ending", f"{alarm.character_name}: the skill queue ends soon",
                f"Nothing trains after {end:%Y-%m-%d %H:%M} UTC.", {"ends_at": end.isoformat()},
            )  # fmt: skip
        paused = alarm.kind == "queue_paused"
        return _notice_of(
            alarm, "skill_queue_empty",
            f"{alarm.character_name}: the skill queue is {'paused' if paused else 'empty'}",
            "Nothing trains.", {"state": "paused" if paused else "empty"},
        )  # fmt: skip

    def _extractors(self, alarms: Sequence[DueAlarm]) -> Notice:
        first = min(alarms, key=lambda alarm: (alarm.fire_at, alarm.occurrence_key))
        found = [self.pins[alarm.character, alarm.subject] for alarm in alarms]
        planets = sorted({pin.planet_name or f"planet {pin.planet_id}" for pin in found})
        count = f"{len(found)} extractors have" if len(found) > 1 else "An extractor has"
        return _notice_of(
            first, "pi_extractor_expired", f"{first.character_name}: {count} stopped", ", ".join(planets),
            {"pin_ids": sorted(pin.pin_id for pin in found), "planet_ids": sorted({pin.planet_id for pin in found})},
        )  # fmt: skip


def _notice_of(alarm: DueAlarm, type: str, title: str, body: str, data: dict[str, object]) -> Notice:
    return Notice(
        user_id=alarm.user_id,
        type=type,
        title=title,
        body=body,
        occurrence_key=alarm.occurrence_key,
        happened_at=alarm.fire_at if alarm.kind != "queue_paused" else alarm.created_at,
        character_id=alarm.character_id,
        data=data,
    )
