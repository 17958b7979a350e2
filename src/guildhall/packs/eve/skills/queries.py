"""Skills, the queue and attributes of a character."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.skills.rules import QueueRow, SkillRow
from guildhall.packs.eve.skills.schemas.stored import QueueEntry, Skill
from guildhall.packs.eve.skills.schemas.views import AttributesRow, Totals


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
def shown_skills(character: CharacterId) -> None: ...


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
def shown_queue(character: CharacterId) -> None: ...


@rows(Totals, "select total_sp, unallocated_sp from eve.skill_totals where character = :character")
def shown_totals(character: CharacterId) -> None: ...


@rows(
    AttributesRow,
    """
    select charisma, intelligence, memory, perception, willpower, bonus_remaps, last_remap_date,
           accrued_remap_cooldown_date
    from eve.attributes
    where character = :character
    """,
)
def shown_attributes(character: CharacterId) -> None: ...


@rows(
    Skill,
    """
    select skill_id, active_skill_level, trained_skill_level, skillpoints_in_skill
    from eve.skills where character = :character order by skill_id
    """,
)
def skills(character: CharacterId) -> None: ...


@command(
    """
    with told as (
        insert into eve.skill_totals (character, user_id, total_sp, unallocated_sp, as_of)
        values (:character, :user, :total_sp, :unallocated_sp, :as_of)
        on conflict (character) do update
        set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp, as_of = excluded.as_of
    )
    insert into eve.skill_history as h (character, user_id, day, total_sp, unallocated_sp)
    values (:character, :user, (:as_of at time zone 'utc')::date, :total_sp, :unallocated_sp)
    on conflict (character, day) do update
    set total_sp = excluded.total_sp, unallocated_sp = excluded.unallocated_sp
    where (h.total_sp, h.unallocated_sp) is distinct from (excluded.total_sp, excluded.unallocated_sp)
    """,
)
def save_totals(character: CharacterId, user: UserId, total_sp: int, unallocated_sp: int, as_of: datetime) -> None: ...


@rows(
    QueueEntry,
    """
    select queue_position, skill_id, finished_level, start_date, finish_date, training_start_sp, level_start_sp,
           level_end_sp
    from eve.skill_queue where character = :character order by queue_position
    """,
)
def queue(character: CharacterId) -> None: ...
