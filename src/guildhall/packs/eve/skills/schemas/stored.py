"""Skills, the queue and attributes, as ESI gives them and as they are stored."""

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int, Small


class Skill(Struct, frozen=True):
    """A skill of a character."""

    skill_id: Id
    active_skill_level: Small
    trained_skill_level: Small
    skillpoints_in_skill: Id


class SkillSheet(Struct, frozen=True):
    """/skills as ESI gives it."""

    skills: list[Skill]
    total_sp: Id
    unallocated_sp: Id | None = None


class QueueEntry(Struct, frozen=True):
    """A line of the skill queue. Without dates the queue is paused; a finish in the past is done but still listed."""

    queue_position: Int
    skill_id: Id
    finished_level: Small
    start_date: Instant | None = None
    finish_date: Instant | None = None
    training_start_sp: Id | None = None
    level_start_sp: Id | None = None
    level_end_sp: Id | None = None


class Attributes(Struct, frozen=True):
    """The attributes on which skill training depends."""

    charisma: Small
    intelligence: Small
    memory: Small
    perception: Small
    willpower: Small
    bonus_remaps: Small | None = None
    last_remap_date: Instant | None = None
    accrued_remap_cooldown_date: Instant | None = None
