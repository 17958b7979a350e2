"""Reports of people and of word filters, and their outcomes."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId, ReportId, ServerId
from guildhall.packs.realm.moderation.schemas import MessagePlace, OwnReport, Report, ReportRow, ReportStatus


@rows(
    ReportId,
    """
    insert into realm.reports (id, server_id, reporter_id, subject_id, channel_id, message_id, reason, created_at)
    values (:id, :server, :reporter, (select u.id from realm.users u where u.id = :subject),
            (select c.id from realm.channels c where c.id = :channel), :message, :reason, :now)
    on conflict (reporter_id, message_id) where reporter_id is not null and message_id is not null do nothing
    returning id
    """,
)
def add_report(
    id: ReportId,
    server: ServerId,
    reporter: UserId | None,
    subject: UserId | None,
    channel: ChannelId | None,
    message: MessageId | None,
    reason: str,
    now: datetime,
) -> None:
    """Insert a report. No row if the reporter has reported that message before."""


@rows(int, "select count(*) from realm.reports where reporter_id = :reporter and status = 'open'")
def open_reports_count(reporter: UserId) -> None: ...


@rows(UserId, "select id from realm.users where id = :id for no key update")
def reporter_to_count(id: UserId) -> None:
    """Lock a reporter, so that their own reports are counted one after the other."""


_REPORT = """r.id, r.reporter_id, r.subject_id, u.username as subject, r.channel_id, r.message_id, m.content, r.reason,
           r.status, r.resolution, r.handled_by, r.handled_at, r.created_at"""


@rows(
    Report,
    f"""
    select {_REPORT}
    from realm.reports r
    left join realm.users u on u.id = r.subject_id
    left join realm.messages m on m.id = r.message_id
    where r.id = :id
    """,
)
def report(id: ReportId) -> None: ...


@rows(
    Report,
    f"""
    select {_REPORT}
    from realm.reports r
    left join realm.users u on u.id = r.subject_id
    left join realm.messages m on m.id = r.message_id
    where r.server_id = :server and r.status = :status and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def reports_of_server(server: ServerId, status: ReportStatus, after: ReportId | None, limit: int) -> None: ...


@rows(
    OwnReport,
    """
    select id, server_id, message_id, subject_id, reason, status, created_at
    from realm.reports
    where reporter_id = :reporter and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
)
def reports_by(reporter: UserId, after: ReportId | None, limit: int) -> None: ...


@rows(ReportRow, "select id, server_id, reporter_id, subject_id, status from realm.reports where id = :id for update")
def report_to_handle(id: ReportId) -> None: ...


@command(
    """
    update realm.reports set status = :status, resolution = :resolution, handled_by = :handled_by, handled_at = :now
    where id = :id
    """,
)
def handle_report(
    id: ReportId, status: ReportStatus, resolution: str | None, handled_by: UserId, now: datetime
) -> None: ...


@rows(
    UserId,
    """
    select id from realm.users
    where server_id = :server and badge in ('admin', 'moderator') and is_active
    order by id
    limit :limit
    """,
    hot=True,
)
def staff_of(server: ServerId, limit: int) -> None: ...


@rows(
    MessagePlace, "select id, user_id, server_id, channel_id, is_deleted from realm.messages where id = :id", hot=True
)
def message_place(id: MessageId) -> None: ...


@rows(ServerId, "select server_id from realm.users where id = :id", hot=True)
def person_server(id: UserId) -> None: ...
