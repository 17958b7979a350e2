"""Reports of people and of word filters, and their outcomes."""

from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.schemas import ReportStatus
from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import MessageId, ServerId
from guildhall.packs.realm.moderation.schemas import MessagePlace, OwnReport, Report

_REPORT = """r.id, r.reporter_id, r.subject_id, u.username as subject, c.id as channel_id, r.item_id as message_id,
           m.content, r.reason, r.status, r.resolution, r.handled_by, r.handled_at, r.created_at"""

_FROM = """from core.reports r
    left join realm.users u on u.id = r.subject_id
    left join realm.messages m on m.id = r.item_id
    left join realm.channels c on c.id = (r.context->>'channel_id')::uuid"""


@rows(
    Report,
    f"""
    select {_REPORT}
    {_FROM}
    where r.id = :id
    """,
)
def report(id: ReportId) -> None: ...


@rows(
    Report,
    f"""
    select {_REPORT}
    {_FROM}
    where r.place_id = :server and r.status = :status and (:after::uuid is null or r.id < :after)
    order by r.id desc
    limit :limit
    """,
    hot=True,
)
def reports_of_server(server: ServerId, status: ReportStatus, after: ReportId | None, limit: int) -> None: ...


@rows(
    OwnReport,
    """
    select id, place_id as server_id, item_id as message_id, subject_id, reason, status, created_at
    from core.reports
    where reporter_id = :reporter and kind in ('realm.message', 'realm.user') and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    hot=True,
    proven=("server_id",),
)
def reports_by(reporter: UserId, after: ReportId | None, limit: int) -> None: ...


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


@rows(UserId, "select id from realm.users where id = :id for key share")
def locked_person(id: UserId) -> None:
    """Lock a person, so that a report about them is not added while they go."""


@rows(ServerId, "select server_id from realm.users where id = :id", hot=True)
def person_server(id: UserId) -> None: ...
