"""The objects of alarms that web processes and workers both hold."""

from guildhall.core.notify.kinds import NoticeKind
from guildhall.pack import ProcessPart
from guildhall.packs.eve.characters.exports import export_of

_HOUR = 3600.0

PROCESS = ProcessPart(
    exports=(export_of("alarms", "id, kind, subject, fire_at, state, checked_at, created_at", "fire_at, id"),),
    notices=(
        NoticeKind("skill_complete", "Skill trained", "{count} skills trained", "notify_skill_complete"),
        NoticeKind(
            "skill_queue_ending",
            "Skill queue ends soon",
            "{count} skill queues end soon",
            "notify_skill_complete",
            max_age=12 * _HOUR,
        ),
        NoticeKind(
            "skill_queue_empty",
            "Skill queue is empty",
            "{count} skill queues are empty",
            "notify_skill_complete",
            max_age=12 * _HOUR,
        ),
        NoticeKind("industry_job_complete", "Industry job done", "{count} industry jobs done", "notify_industry_jobs"),
        NoticeKind(
            "pi_extractor_expired",
            "Extractors stopped",
            "Extractors of {count} characters stopped",
            "notify_pi_extractors",
        ),
    ),
)
