"""Skills, the queue, attributes: what is stored of a character."""

from uuid import UUID

from guildhall.db.statements import rows
from guildhall.packs.eve.rules.skills import QueueRow, SkillRow
from guildhall.packs.eve.schemas.views.skills import AttributesRow, Totals


@rows(
    SkillRow,
    """
    select s.skill_id, t.name, s.trained_skill_level, s.active_skill_level, s.skillpoints_in_skill
    from eve.skills s
    left join eve.names t on t.id = s.skill_id
    where s.character = :character
    order by s.skill_id
    """,
)
def shown_skills(character: UUID) -> None: ...


@rows(
    QueueRow,
    """
    select q.queue_position, q.skill_id, t.name, q.finished_level, q.start_date, q.finish_date, q.training_start_sp,
           q.level_start_sp, q.level_end_sp
    from eve.skill_queue q
    left join eve.names t on t.id = q.skill_id
    where q.character = :character
    order by q.queue_position
    """,
)
def shown_queue(character: UUID) -> None: ...


@rows(Totals, "select total_sp, unallocated_sp from eve.skill_totals where character = :character")
def shown_totals(character: UUID) -> None: ...


@rows(
    AttributesRow,
    """
    select charisma, intelligence, memory, perception, willpower, bonus_remaps, last_remap_date,
           accrued_remap_cooldown_date
    from eve.attributes
    where character = :character
    """,
)
def shown_attributes(character: UUID) -> None: ...
