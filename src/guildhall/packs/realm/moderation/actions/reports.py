"""Reports of messages and people, and their handling."""

from collections.abc import Sequence

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.actions import add_report, close_report, count_own_reports
from guildhall.core.moderation.ids import ReportId
from guildhall.core.moderation.queries import report_to_handle
from guildhall.core.moderation.schemas import NewReport
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
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
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
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
    if await count_own_reports(tx, "realm") >= waiting_most:
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
    added = await add_report(
        tx,
        await _report_of(tx, profile.server_id, subject_id, wanted.message_id, channel_id, wanted.reason, tx.viewer.id),
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
    await add_report(tx, await _report_of(tx, server_id, author_id, message_id, channel_id, reason, None))


async def _report_of(
    tx: Transaction,
    server_id: ServerId,
    subject_id: UserId,
    message_id: MessageId | None,
    channel_id: ChannelId | None,
    reason: str,
    reporter_id: UserId | None,
) -> NewReport:
    return NewReport(
        kind="realm.user" if message_id is None else "realm.message",
        reason=reason,
        place=server_id,
        item=message_id,
        subject=await queries.locked_person.one_or_none(tx, subject_id),
        reporter=reporter_id,
        context={} if channel_id is None else {"channel_id": channel_id},
    )


async def handle_report(tx: Transaction, principal: Principal, report_id: ReportId, answer: ReportAnswer) -> Report:
    """Close a report with an answer, as a moderator of its server; notify its author.

    Raises ReportNotFound, Forbidden, ReportHandled; Forbidden for a report about oneself.
    """
    row = await report_to_handle.one_or_none(tx, report_id, "realm")
    if row is None or row.place_id is None:
        raise ReportNotFound
    actor = await acting_on(tx, principal, ServerId(row.place_id), MODERATOR)
    if row.subject_id == actor.id:
        raise Forbidden(detail="Somebody else must handle a report about you.")
    if row.status != "open":
        raise ReportHandled
    await close_report(tx, row, answer.status, answer.resolution, by=actor.id)
    if row.reporter_id is not None:
        await publish(tx, f"realm.user:{row.reporter_id}", "report_handled", {"id": report_id, "status": answer.status})
    return await queries.report.one(tx, report_id)
