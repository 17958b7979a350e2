"""What people and word filters report, and what became of it."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.moderation import OwnReport, Report, ReportRow, ReportStatus

add_report = Query(
    UUID,
    """
    insert into realm.reports (id, server_id, reporter_id, subject_id, channel_id, message_id, reason, created_at)
    values ($1, $2, $3, (select u.id from realm.users u where u.id = $4),
            (select c.id from realm.channels c where c.id = $5), $6, $7, $8)
    on conflict (reporter_id, message_id) where reporter_id is not null and message_id is not null do nothing
    returning id
    """,
    UUID,
    UUID,
    UUID | None,
    UUID | None,
    UUID | None,
    UUID | None,
    str,
    datetime,
)
"""Nothing when the reporter has reported that message before."""

open_reports_count = Query(int, "select count(*) from realm.reports where reporter_id = $1 and status = 'open'", UUID)

reporter_to_count = Query(UUID, "select id from realm.users where id = $1 for no key update", UUID)
"""Who reports takes turns with themselves, so that their reports are counted right."""

_REPORT = """r.id, r.reporter_id, r.subject_id, u.username as subject, r.channel_id, r.message_id, m.content, r.reason,
           r.status, r.resolution, r.handled_by, r.handled_at, r.created_at"""

report = Query(
    Report,
    f"""
    select {_REPORT}
    from realm.reports r
    left join realm.users u on u.id = r.subject_id
    left join realm.messages m on m.id = r.message_id
    where r.id = $1
    """,
    UUID,
)

reports_of_server = Query(
    Report,
    f"""
    select {_REPORT}
    from realm.reports r
    left join realm.users u on u.id = r.subject_id
    left join realm.messages m on m.id = r.message_id
    where r.server_id = $1 and r.status = $2 and ($3::uuid is null or r.id < $3)
    order by r.id desc
    limit $4
    """,
    UUID,
    ReportStatus,
    UUID | None,
    int,
    hot=True,
)

reports_by = Query(
    OwnReport,
    """
    select id, server_id, message_id, subject_id, reason, status, created_at
    from realm.reports
    where reporter_id = $1 and ($2::uuid is null or id < $2)
    order by id desc
    limit $3
    """,
    UUID,
    UUID | None,
    int,
    hot=True,
)

report_to_handle = Query(
    ReportRow, "select id, server_id, reporter_id, subject_id, status from realm.reports where id = $1 for update", UUID
)

handle_report = Command(
    """
    update realm.reports set status = $2, resolution = $3, handled_by = $4, handled_at = $5
    where id = $1
    """,
    UUID,
    ReportStatus,
    str | None,
    UUID,
    datetime,
)
