"""Reports of messages and people, and their handling."""

from collections.abc import Sequence

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.actions.permissions import profile_for, reading
from guildhall.packs.realm.access.errors.permissions import (
    Banned,
    ChannelNotFound,
    Forbidden,
    LevelTooLow,
    MessageNotFound,
    UserNotFound,
)
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.ids import ChannelId, MessageId, ReportId, ServerId
from guildhall.packs.realm.moderation.errors import (
    AlreadyReported,
    NothingReported,
    ReportHandled,
    ReportNotFound,
    TooManyReports,
)
from guildhall.packs.realm.moderation.queries import reports as queries
from guildhall.packs.realm.moderation.queries.reports import message_place, person_server, staff_of
from guildhall.packs.realm.moderation.schemas import MessagePlace, Report, ReportAnswer, ReportRequest

_STAFF_MOST = 50
"""The most moderators who are notified of a report at once; all of them find it in the list."""


async def report(tx: Transaction, wanted: ReportRequest, waiting_most: int) -> ReportId:
    """Report a message that the viewer may read, or somebody of their server; the report's id.

    Raises NothingReported, MessageNotFound, UserNotFound, AlreadyReported, TooManyReports when `waiting_most` of the
    viewer's wait to be handled.
    """
    if (wanted.message_id is None) == (wanted.user_id is None):
        raise NothingReported
    profile = await profile_for(tx)
    await queries.reporter_to_count.one(tx, tx.viewer.id)
    if await queries.open_reports_count.one(tx, tx.viewer.id) >= waiting_most:
        raise TooManyReports(most=waiting_most)
    channel_id: ChannelId | None = None
    if wanted.message_id is not None:
        message = await _readable(tx, wanted.message_id)
        subject_id, channel_id = message.user_id, message.channel_id
    else:
        assert wanted.user_id is not None
        if await person_server.one_or_none(tx, wanted.user_id) != profile.server_id:
            raise UserNotFound
        subject_id = wanted.user_id
    if subject_id == tx.viewer.id:
        raise Forbidden(detail="You cannot report yourself.")
    added = await queries.add_report.one_or_none(
        tx,
        ReportId(uuid7()),
        profile.server_id,
        tx.viewer.id,
        subject_id,
        channel_id,
        wanted.message_id,
        wanted.reason,
        tx.now,
    )
    if added is None:
        raise AlreadyReported
    for moderator in await staff_of.many(tx, profile.server_id, _STAFF_MOST):
        await publish(tx, f"realm.user:{moderator}", "report_made", {"id": added, "server_id": profile.server_id})
    return added


async def _readable(tx: Transaction, message_id: MessageId) -> MessagePlace:
    message = await message_place.one_or_none(tx, message_id)
    if message is None or message.channel_id is None or message.is_deleted:
        raise MessageNotFound
    try:
        await reading(tx, message.channel_id)
    except (ChannelNotFound, Banned, LevelTooLow) as error:
        raise MessageNotFound from error
    return message


async def report_flagged(
    tx: Transaction,
    server_id: ServerId,
    channel_id: ChannelId | None,
    message_id: MessageId,
    author_id: UserId,
    words: Sequence[str],
) -> None:
    """Report a message for the words that the filter flags."""
    reason = f"Filtered: {', '.join(words)}"[:500]
    await queries.add_report.one_or_none(
        tx, ReportId(uuid7()), server_id, None, author_id, channel_id, message_id, reason, tx.now
    )


async def handle_report(tx: Transaction, principal: Principal, report_id: ReportId, answer: ReportAnswer) -> Report:
    """Close a report with an answer, as a moderator of its server; notify its author.

    Raises ReportNotFound, Forbidden, ReportHandled; Forbidden for a report about oneself.
    """
    row = await queries.report_to_handle.one_or_none(tx, report_id)
    if row is None:
        raise ReportNotFound
    actor = await acting_on(tx, principal, row.server_id, MODERATOR)
    if row.subject_id == actor.id:
        raise Forbidden(detail="Somebody else must handle a report about you.")
    if row.status != "open":
        raise ReportHandled
    await queries.handle_report.run(tx, report_id, answer.status, answer.resolution, actor.id, tx.now)
    if row.reporter_id is not None:
        await publish(tx, f"realm.user:{row.reporter_id}", "report_handled", {"id": report_id, "status": answer.status})
    await record(
        tx, f"report_{answer.status}", actor=actor.id, server=row.server_id, subject=row.subject_id,
        details={"report_id": report_id},
    )  # fmt: skip
    return await queries.report.one(tx, report_id)
