"""Skills, the queue, attributes: what is stored of a character."""

from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.eve.rules.skills import QueueRow, SkillRow
from guildhall.packs.eve.schemas.views.skills import AttributesRow, Totals

shown_skills = Query(
    SkillRow,
    """
    select s.skill_id, t.name, s.trained_skill_level, s.active_skill_level, s.skillpoints_in_skill
    from eve.skills s
    left join eve.names t on t.id = s.skill_id
    where s.character = $1
    order by s.skill_id
    """,
    UUID,
)

shown_queue = Query(
    QueueRow,
    """
    select q.queue_position, q.skill_id, t.name, q.finished_level, q.start_date, q.finish_date, q.training_start_sp,
           q.level_start_sp, q.level_end_sp
    from eve.skill_queue q
    left join eve.names t on t.id = q.skill_id
    where q.character = $1
    order by q.queue_position
    """,
    UUID,
)

shown_totals = Query(Totals, "select total_sp, unallocated_sp from eve.skill_totals where character = $1", UUID)

shown_attributes = Query(
    AttributesRow,
    """
    select charisma, intelligence, memory, perception, willpower, bonus_remaps, last_remap_date,
           accrued_remap_cooldown_date
    from eve.attributes
    where character = $1
    """,
    UUID,
)
