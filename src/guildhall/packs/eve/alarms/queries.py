"""Alarms: what is to be told at a time, and what it is judged by."""

from datetime import datetime, timedelta

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.eve.alarms.schemas import (
    DueAlarm,
    JudgedEntry,
    JudgedExtractor,
    JudgedJob,
    JudgedSection,
    PendingAlarm,
    TrainedLevel,
)
from guildhall.packs.eve.ids import AlarmId, CharacterId


@rows(
    PendingAlarm,
    """
    select id, kind, subject, occurrence_key, fire_at
    from eve.alarms
    where character = :character and kind = any(:kinds) and state = 'pending'
    order by id
    for update
    """,
)
def pending_alarms(character: CharacterId, kinds: list[str]) -> None: ...


@command("update eve.alarms set state = 'dropped', checked_at = :now where id = any(:ids) and state = 'pending'")
def drop_alarms(ids: list[AlarmId], now: datetime) -> None: ...


@command(
    """
    insert into eve.alarms as a (id, kind, subject, occurrence_key, fire_at, character, user_id, created_at)
    select n.id, n.kind, n.subject, n.key, n.fire_at, :character, :user, :now
    from unnest(:ids::uuid[], :kinds::text[], :subjects::bigint[], :keys::text[], :fire_at::timestamptz[])
        as n (id, kind, subject, key, fire_at)
    where not exists (
        select from eve.alarms f
        where f.character = :character and f.kind = n.kind and f.subject = n.subject and f.state = 'fired'
          and f.fire_at between n.fire_at - :same::interval and n.fire_at + :same::interval
    )
    on conflict (occurrence_key) do update
        set state = 'pending', checked_at = null, created_at = excluded.created_at
        where a.state = 'dropped'
    """,
)
def plan_alarms(
    ids: list[AlarmId],
    kinds: list[str],
    subjects: list[int],
    keys: list[str],
    fire_at: list[datetime],
    character: CharacterId,
    user: UserId,
    now: datetime,
    same: timedelta,
) -> None:
    """One that was dropped comes back when the queue is changed back; one that fired never does, and neither does what
    is the same occurrence, though its date moved a little.
    """


@rows(
    DueAlarm,
    """
    select a.id, a.kind, a.subject, a.occurrence_key, a.fire_at, a.created_at, a.checked_at, a.character, a.user_id,
           c.character_id, c.character_name, c.token_state
    from eve.alarms a
    join eve.characters c on c.id = a.character
    where a.state = 'pending' and a.fire_at <= :now and (a.checked_at is null or a.checked_at <= :before)
    order by a.fire_at, a.id
    limit :limit
    for update of a skip locked
    """,
)
def due_alarms(now: datetime, before: datetime, limit: int) -> None: ...


@rows(
    bool, "select exists (select from eve.alarms where state = 'pending' and fire_at <= :now) as due", proven=("due",)
)
def alarms_due(now: datetime) -> None: ...


@rows(
    datetime,
    """
    select distinct date_trunc('second', fire_at) + interval '1 second' as at
    from eve.alarms
    where state = 'pending' and fire_at > :now and fire_at <= :until
    order by 1
    limit :limit
    """,
    proven=("at",),
)
def coming_alarms(now: datetime, until: datetime, limit: int) -> None: ...


@command("update eve.alarms set state = :state, checked_at = :now where id = any(:ids)")
def settle_alarms(ids: list[AlarmId], state: str, now: datetime) -> None: ...


@command("update eve.alarms set checked_at = :now where id = any(:ids)")
def put_off_alarms(ids: list[AlarmId], now: datetime) -> None: ...


@command(
    """
    delete from eve.alarms
    where state <> 'pending' and fire_at < :before and coalesce(checked_at, fire_at) < :before
    """,
)
def forget_alarms(before: datetime) -> None: ...


@rows(
    JudgedEntry,
    """
    select q.character, q.queue_position, q.skill_id, q.finished_level, q.finish_date, t.name
    from eve.skill_queue q
    left join eve.names t on t.id = q.skill_id
    where q.character = any(:characters)
    order by q.character, q.queue_position
    """,
)
def judged_queues(characters: list[CharacterId]) -> None: ...


@rows(
    TrainedLevel,
    """
    select s.character, s.skill_id, s.trained_skill_level, t.name
    from eve.skills s
    left join eve.names t on t.id = s.skill_id
    where s.character = any(:characters) and s.skill_id = any(:skills)
    """,
)
def trained_levels(characters: list[CharacterId], skills: list[int]) -> None: ...


@rows(
    JudgedJob,
    """
    select j.character, j.job_id, j.status, j.end_date, j.activity_id, j.runs, coalesce(p.name, b.name) as name
    from eve.industry_jobs j
    left join eve.names p on p.id = j.product_type_id
    left join eve.names b on b.id = j.blueprint_type_id
    where j.character = any(:characters) and j.job_id = any(:jobs)
    """,
)
def judged_jobs(characters: list[CharacterId], jobs: list[int]) -> None: ...


@rows(
    JudgedExtractor,
    """
    select e.character, e.pin_id, e.expiry_time, e.planet_id,
           n.name || ' (' || p.planet_type || ')' as planet_name, t.name as product_name
    from eve.extractors e
    left join eve.planets p on p.character = e.character and p.planet_id = e.planet_id
    left join eve.names n on n.id = p.solar_system_id
    left join eve.names t on t.id = e.product_type_id
    where e.character = any(:characters) and e.pin_id = any(:pins)
    """,
)
def judged_extractors(characters: list[CharacterId], pins: list[int]) -> None: ...


@rows(
    JudgedSection,
    """
    select character, section, synced_at, expires_at
    from eve.section_syncs
    where character = any(:characters) and section in ('skill_queue', 'industry', 'planets')
    """,
)
def judged_sections(characters: list[CharacterId]) -> None: ...
