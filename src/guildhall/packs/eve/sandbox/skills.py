"""A pilot's skills and training queue, which the character sheet follows only when the pilot logs in."""

from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import IMPLANTS, SKILL_BY_ID, SKILLS, Skill
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.sandbox.clock import DAY, HOUR, MINUTE
from guildhall.sandbox.dice import Dice

_ATTRIBUTES = ("charisma", "intelligence", "memory", "perception", "willpower")
_QUEUED = 8


def points(rank: int, level: int) -> int:
    """Skill points that a level needs in all."""
    return 0 if level == 0 else round(250 * rank * sqrt(32) ** (level - 1))


@dataclass
class Training:
    """One entry of the queue; times in unix seconds, None while the queue is paused."""

    position: int
    skill: Skill
    level: int
    began_with: int
    start: float | None
    finish: float | None


@dataclass
class Skills:
    """The trained skills of a pilot as of the last login, and the queue with entries that have finished since."""

    levels: dict[int, int]
    queue: list[Training]
    attributes: dict[str, int]
    unallocated: int
    last_login: float
    changed: float
    paused_at: float | None = None
    implants: list[int] = field(default_factory=list)

    def rate(self, skill: Skill) -> float:
        """Skill points a second."""
        return (self.attributes[skill.primary] + self.attributes[skill.secondary] / 2) / MINUTE

    def login(self, now: float) -> None:
        """The pilot logs in: finished entries move from the queue to the character sheet."""
        for entry in self.queue:
            if entry.finish is not None and entry.finish <= now:
                self.levels[entry.skill.id] = max(self.levels.get(entry.skill.id, 0), entry.level)
        self.queue = [entry for entry in self.queue if entry.finish is None or entry.finish > now]
        self.last_login = self.changed = now

    def pause(self, now: float) -> None:
        """Training stops: entries lose their dates; finished ones are taken from the queue."""
        self.login(now)
        self.paused_at = now
        for entry in self.queue:
            entry.start = entry.finish = None

    def resume(self, now: float) -> None:
        """Training goes on from the first entry; what was trained of it before the pause is lost."""
        self.paused_at = None
        self.changed = now
        at = now
        for entry in self.queue:
            entry.start = at
            at += (points(entry.skill.rank, entry.level) - entry.began_with) / self.rate(entry.skill)
            entry.finish = at

    def enqueue(self, skill: Skill, level: int, now: float, seconds: float | None = None) -> Training:
        """Put a skill at the end of the queue; `seconds` is how long it trains instead of its true time."""
        position = self.queue[-1].position + 1 if self.queue else 0
        done = points(skill.rank, level - 1)
        entry = Training(position, skill, level, done, None, None)
        if self.paused_at is None:
            last = self.queue[-1].finish if self.queue else None
            entry.start = max(now, last if last is not None else now)
            needed = (points(skill.rank, level) - done) / self.rate(skill)
            entry.finish = entry.start + (needed if seconds is None else seconds)
        self.queue.append(entry)
        self.changed = now
        return entry


def make_skills(dice: Dice, index: int, epoch: int) -> Skills:
    """The skills of one pilot; every seventh from the third has paused, every eleventh from the sixth is idle."""
    draw = dice.roll(kinds.SKILLS, index)
    attributes = {name: 17 + draw[place] % 11 for place, name in enumerate(_ATTRIBUTES)}
    levels = {skill.id: draw[5 + place] % 5 for place, skill in enumerate(SKILLS)}
    skills = Skills(
        levels={skill_id: level for skill_id, level in levels.items() if level},
        queue=[],
        attributes=attributes,
        unallocated=draw[31] % 4 * 50_000,
        last_login=epoch - 5 * HOUR - draw[30] % (6 * HOUR),
        changed=epoch - 5 * HOUR - draw[30] % (6 * HOUR),
        implants=list(IMPLANTS[: draw[29] % 5]),
    )
    if index % 11 != 5:
        _fill_queue(skills, dice, index, epoch)
    if index % 7 == 2:
        skills.pause(skills.last_login)
    return skills


def _fill_queue(skills: Skills, dice: Dice, index: int, epoch: int) -> None:
    """Entries one after the other: the first two are finished, the third is within the hour."""
    draw = dice.roll(kinds.QUEUE, index)
    first = draw[0] % 5
    level_of = dict(skills.levels)
    wanted: list[tuple[Skill, int]] = []
    for place in range(64):
        skill = SKILLS[(draw[1] + place * 7) % len(SKILLS)]
        level = level_of.get(skill.id, 0) + 1
        if level <= 5 and len(wanted) < _QUEUED:
            level_of[skill.id] = level
            wanted.append((skill, level))
    finishes = epoch + 10 * MINUTE + draw[2] % (30 * MINUTE)
    past = [need(skills, *entry) for entry in wanted[:3]]
    # The running entry ends soon after the epoch whatever its level, the two before it since the last login.
    at = max(finishes - sum(past), skills.last_login - HOUR)
    for position, (skill, level) in enumerate(wanted):
        seconds = need(skills, skill, level)
        if position == 0:
            finish = min(at + seconds, epoch - 2 * HOUR)
        elif position == 1:
            finish = epoch - HOUR + draw[3] % (30 * MINUTE)
        elif position == 2:
            finish = finishes
        else:
            finish = at + min(seconds, 20 * DAY)
        done = points(skill.rank, level - 1)
        trained = round((finish - at) * skills.rate(skill))
        started_with = max(done, points(skill.rank, level) - trained)
        skills.queue.append(Training(first + position, skill, level, started_with, at, finish))
        at = finish


def need(skills: Skills, skill: Skill, level: int) -> float:
    """Seconds that one level takes."""
    return (points(skill.rank, level) - points(skill.rank, level - 1)) / skills.rate(skill)


def skills_answer(skills: Skills) -> dict[str, Any]:
    """GET /skills: as of the last login."""
    rows = [
        {
            "active_skill_level": level,
            "skill_id": skill_id,
            "skillpoints_in_skill": points(SKILL_BY_ID[skill_id].rank, level),
            "trained_skill_level": level,
        }
        for skill_id, level in sorted(skills.levels.items())
    ]
    answer = {"skills": rows, "total_sp": sum(int(row["skillpoints_in_skill"]) for row in rows)}
    if skills.unallocated:
        answer["unallocated_sp"] = skills.unallocated
    return answer


def queue_answer(skills: Skills) -> list[dict[str, Any]]:
    """GET /skillqueue: entries keep standing when finished; those of a paused queue have no dates."""
    rows = []
    for entry in skills.queue:
        row: dict[str, Any] = {
            "finished_level": entry.level,
            "level_end_sp": points(entry.skill.rank, entry.level),
            "level_start_sp": points(entry.skill.rank, entry.level - 1),
            "queue_position": entry.position,
            "skill_id": entry.skill.id,
            "training_start_sp": entry.began_with,
        }
        if entry.start is not None and entry.finish is not None:
            row["finish_date"] = iso(entry.finish)
            row["start_date"] = iso(entry.start)
        rows.append(row)
    return rows


def attributes_answer(skills: Skills, epoch: int) -> dict[str, Any]:
    """GET /attributes."""
    remapped = epoch - 200 * DAY
    return {
        **skills.attributes,
        "accrued_remap_cooldown_date": iso(remapped + 365 * DAY),
        "bonus_remaps": 1,
        "last_remap_date": iso(remapped),
    }
