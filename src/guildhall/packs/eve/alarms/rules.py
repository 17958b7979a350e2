"""Rules for alarms: planned from the latest answer, and judged again when they are due."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from msgspec import Struct

from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.skills.rules import Entry, ends_at, left, queue_state

Kind = Literal[
    "skill_complete",
    "queue_ends_soon",
    "queue_empty",
    "queue_vanished",
    "queue_paused",
    "industry_job_complete",
    "pi_extractor_expired",
]
Verdict = Literal["tell", "drop", "wait"]
QUEUE_KINDS: tuple[Kind, ...] = (
    "skill_complete",
    "queue_ends_soon",
    "queue_empty",
    "queue_vanished",
    "queue_paused",
)
SAME = timedelta(minutes=30)
"""Two times of the same thing that are nearer than this are one occurrence: ESI's dates move by seconds."""
CONFIRM = timedelta(minutes=3)
"""A queue that is suddenly paused or gone is believed when a later answer says it again."""
_JOB_RUNS = ("active", "ready")


class Alarm(Struct, frozen=True):
    """A notification that is due at `fire_at`.

    `ahead` alarms are of use only before: planned too late they are left out.

    `condition` alarms are of a state that began just now, and of which there is one at a time.
    """

    kind: Kind
    subject: int
    fire_at: datetime
    occurrence_key: str
    ahead: bool = False
    condition: bool = False


class Job(Protocol):
    """The fields of an industry job that the rules need."""

    @property
    def job_id(self) -> int:
        """The game's id."""

    @property
    def status(self) -> str:
        """ESI's word."""

    @property
    def end_date(self) -> datetime:
        """The time at which it is ready."""


class Program(Protocol):
    """The fields of an extractor that the rules need."""

    @property
    def pin_id(self) -> int:
        """The game's id."""

    @property
    def expiry_time(self) -> datetime | None:
        """The time at which it stops; None while it has no program."""


def _alarm(
    kind: Kind, character: CharacterId, subject: int, fire_at: datetime, ahead: bool = False, condition: bool = False
) -> Alarm:
    key = f"{kind}:{character}:{subject}:{fire_at:%Y-%m-%dT%H:%M:%SZ}"
    return Alarm(kind, subject, fire_at, key, ahead, condition)


def skill_subject(skill_id: int, level: int) -> int:
    """A skill's level as one number."""
    return skill_id * 10 + level


def skill_of(subject: int) -> tuple[int, int]:
    """The skill and the level of a subject."""
    return subject // 10, subject % 10


def queue_alarms(
    character: CharacterId,
    before: Sequence[Entry],
    entries: Sequence[Entry],
    now: datetime,
    *,
    since: datetime,
    ends_within: timedelta,
) -> list[Alarm]:
    """Return the alarms of a queue. `before` is the previous answer; skills that were done before `since` cause none.

    A paused queue (entries without dates) has no times, so no skill of it counts as done. A pause, and an empty queue,
    are conditions: an outage of the game once gave such answers for a while.
    """
    found = [
        _alarm("skill_complete", character, skill_subject(e.skill_id, e.finished_level), e.finish_date)
        for e in entries
        if e.finish_date is not None and e.finish_date > since
    ]
    end = ends_at(entries)
    if end is not None and end > since:
        found.append(_alarm("queue_ends_soon", character, 0, end - ends_within, ahead=True))
        found.append(_alarm("queue_empty", character, 0, end))
    state, was = queue_state(entries, now), queue_state(before, now)
    if state == "paused" and was != "paused":
        found.append(_alarm("queue_paused", character, 0, now + CONFIRM, condition=True))
    if not entries and left(before, now):
        found.append(_alarm("queue_vanished", character, 0, now + CONFIRM, condition=True))
    return found


def conditions(entries: Sequence[Entry], now: datetime) -> set[Kind]:
    """The conditions that may hold on with this answer; alarms of others are over."""
    held: set[Kind] = set()
    if queue_state(entries, now) == "paused":
        held.add("queue_paused")
    if not entries:
        held.add("queue_vanished")
    return held


def job_alarms(character: CharacterId, jobs: Iterable[Job], since: datetime) -> list[Alarm]:
    """An alarm at the end of each job that runs. ESI rarely says "ready" by itself."""
    return [
        _alarm("industry_job_complete", character, job.job_id, job.end_date)
        for job in jobs
        if job.status in _JOB_RUNS and job.end_date > since
    ]


def extractor_alarms(character: CharacterId, extractors: Iterable[Program], since: datetime) -> list[Alarm]:
    """An alarm at the end of each extractor's program: the one trigger of a colony that is sure."""
    return [
        _alarm("pi_extractor_expired", character, pin.pin_id, pin.expiry_time)
        for pin in extractors
        if pin.expiry_time is not None and pin.expiry_time > since
    ]


def judge_skill(subject: int, entries: Sequence[Entry], trained: int | None, now: datetime) -> Verdict:
    """Judge whether a skill is really done: the queue may have been changed or paused since.

    One that left the queue is done if the skills say so: a login clears finished entries.
    """
    skill_id, level = skill_of(subject)
    for entry in entries:
        if entry.skill_id == skill_id and entry.finished_level == level:
            done = entry.finish_date is not None and entry.finish_date <= now
            return "tell" if done else "drop"
    return "tell" if trained is not None and trained >= level else "drop"


def judge_queue(
    kind: Kind,
    entries: Sequence[Entry],
    now: datetime,
    ends_within: timedelta,
    made_at: datetime,
    confirmed_at: datetime | None,
) -> Verdict:
    """Judge whether a queue really ends soon, is empty or paused.

    A condition needs a second answer: `confirmed_at`, when the queue was read last, after `made_at` of the alarm.
    """
    state = queue_state(entries, now)
    if kind == "queue_ends_soon":
        end = ends_at(entries)
        soon = state == "training" and end is not None and end - now <= ends_within + timedelta(minutes=1)
        return "tell" if soon else "drop"
    if kind == "queue_empty":
        return "tell" if state == "empty" else "drop"
    if (state == "paused") if kind == "queue_paused" else (not entries):
        return "tell" if confirmed_at is not None and confirmed_at > made_at else "wait"
    return "drop"


def judge_job(job: Job | None, now: datetime) -> Verdict:
    """Judge whether a job is really ready: it may have been paused, cancelled, or delivered by its owner."""
    return "tell" if job is not None and job.status in _JOB_RUNS and job.end_date <= now else "drop"


def judge_extractor(pin: Program | None, now: datetime) -> Verdict:
    """Judge whether an extractor has really stopped: it may run a new program."""
    return "tell" if pin is not None and pin.expiry_time is not None and pin.expiry_time <= now else "drop"
