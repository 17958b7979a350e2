"""The objects of skills that web processes and workers both hold."""

from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

PROCESS = ProcessPart(
    exports=(
        export_of("skills", "skill_id, active_skill_level, trained_skill_level, skillpoints_in_skill", "skill_id"),
        export_of("skill_totals", "total_sp, unallocated_sp, as_of", "as_of"),
        export_of("skill_history", "day, total_sp, unallocated_sp", "day"),
        export_of(
            "skill_queue",
            "queue_position, skill_id, finished_level, start_date, finish_date, training_start_sp, level_start_sp, "
            "level_end_sp",
            "queue_position",
        ),
        export_of(
            "attributes",
            "charisma, intelligence, memory, perception, willpower, bonus_remaps, last_remap_date, "
            "accrued_remap_cooldown_date",
            "charisma",
        ),
    ),
)
