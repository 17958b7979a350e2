"""Alarms: what is to be told at a time, and what it is judged by."""

from datetime import datetime, timedelta
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.eve.schemas.alarms import (
    DueAlarm,
    JudgedEntry,
    JudgedExtractor,
    JudgedJob,
    JudgedSection,
    PendingAlarm,
    TrainedLevel,
)

pending_alarms = Query(
    PendingAlarm,
    """
    select id, kind, subject, occurrence_key, fire_at
    from eve.alarms
    where character = $1 and kind = any($2) and state = 'pending'
    order by id
    for update
    """,
    UUID,
    list[str],
)

drop_alarms = Command(
    "update eve.alarms set state = 'dropped', checked_at = $2 where id = any($1) and state = 'pending'",
    list[UUID],
    datetime,
)

# One that was dropped comes back when the queue is changed back; one that fired never does, and neither does what is
# the same occurrence, though its date moved a little.
plan_alarms = Command(
    """
    insert into eve.alarms as a (id, kind, subject, occurrence_key, fire_at, character, user_id, created_at)
    select n.id, n.kind, n.subject, n.key, n.fire_at, $6, $7, $8
    from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[])
        as n (id, kind, subject, key, fire_at)
    where not exists (
        select from eve.alarms f
        where f.character = $6 and f.kind = n.kind and f.subject = n.subject and f.state = 'fired'
          and f.fire_at between n.fire_at - $9::interval and n.fire_at + $9::interval
    )
    on conflict (occurrence_key) do update
        set state = 'pending', checked_at = null, created_at = excluded.created_at
        where a.state = 'dropped'
    """,
    list[UUID], list[str], list[int], list[str], list[datetime], UUID, UUID, datetime, timedelta,
)  # fmt: skip

due_alarms = Query(
    DueAlarm,
    """
    select a.id, a.kind, a.subject, a.occurrence_key, a.fire_at, a.created_at, a.checked_at, a.character, a.user_id,
           c.character_id, c.character_name, c.token_state
    from eve.alarms a
    join eve.characters c on c.id = a.character
    where a.state = 'pending' and a.fire_at <= $1 and (a.checked_at is null or a.checked_at <= $2)
    order by a.fire_at, a.id
    limit $3
    for update of a skip locked
    """,
    datetime,
    datetime,
    int,
)

alarms_due = Query(
    bool,
    "select exists (select from eve.alarms where state = 'pending' and fire_at <= $1) as due",
    datetime,
    proven=("due",),
)

coming_alarms = Query(
    datetime,
    """
    select distinct date_trunc('second', fire_at) + interval '1 second' as at
    from eve.alarms
    where state = 'pending' and fire_at > $1 and fire_at <= $2
    order by 1
    limit $3
    """,
    datetime,
    datetime,
    int,
    proven=("at",),
)

settle_alarms = Command(
    "update eve.alarms set state = $2, checked_at = $3 where id = any($1)", list[UUID], str, datetime
)

put_off_alarms = Command("update eve.alarms set checked_at = $2 where id = any($1)", list[UUID], datetime)

forget_alarms = Command(
    "delete from eve.alarms where state <> 'pending' and fire_at < $1 and coalesce(checked_at, fire_at) < $1", datetime
)

judged_queues = Query(
    JudgedEntry,
    """
    select q.character, q.queue_position, q.skill_id, q.finished_level, q.finish_date, t.name
    from eve.skill_queue q
    left join eve.names t on t.id = q.skill_id
    where q.character = any($1)
    order by q.character, q.queue_position
    """,
    list[UUID],
)

trained_levels = Query(
    TrainedLevel,
    """
    select s.character, s.skill_id, s.trained_skill_level, t.name
    from eve.skills s
    left join eve.names t on t.id = s.skill_id
    where s.character = any($1) and s.skill_id = any($2)
    """,
    list[UUID],
    list[int],
)

judged_jobs = Query(
    JudgedJob,
    """
    select j.character, j.job_id, j.status, j.end_date, j.activity_id, j.runs, coalesce(p.name, b.name) as name
    from eve.industry_jobs j
    left join eve.names p on p.id = j.product_type_id
    left join eve.names b on b.id = j.blueprint_type_id
    where j.character = any($1) and j.job_id = any($2)
    """,
    list[UUID],
    list[int],
)

judged_extractors = Query(
    JudgedExtractor,
    """
    select e.character, e.pin_id, e.expiry_time, e.planet_id,
           n.name || ' (' || p.planet_type || ')' as planet_name, t.name as product_name
    from eve.extractors e
    left join eve.planets p on p.character = e.character and p.planet_id = e.planet_id
    left join eve.names n on n.id = p.solar_system_id
    left join eve.names t on t.id = e.product_type_id
    where e.character = any($1) and e.pin_id = any($2)
    """,
    list[UUID],
    list[int],
)

judged_sections = Query(
    JudgedSection,
    """
    select character, section, synced_at, expires_at
    from eve.section_syncs
    where character = any($1) and section in ('skill_queue', 'industry', 'planets')
    """,
    list[UUID],
)
