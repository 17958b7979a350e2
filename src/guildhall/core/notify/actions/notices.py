"""Notifications of users: the call for packs, and the users' read marks."""

from collections.abc import Sequence
from datetime import timedelta

from guildhall.core.jobs.actions import send
from guildhall.core.notify.errors import NotificationNotFound
from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.messages import DispatchNotices
from guildhall.core.notify.queries import notices as notice_queries
from guildhall.core.notify.schemas.notices import Notice, Notification, ReadCount
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7

_SOON = timedelta(seconds=1)
"""A dispatch that begins within that time sees what this transaction adds, if it is not a long one."""


async def notify(tx: Transaction, notices: Sequence[Notice]) -> int:
    """Notify users of an event; return the number of new notices.

    The notices are stored in the caller's transaction, as the worker's role. An occurrence of an earlier call, or of
    this one, changes nothing. The kind, the user's settings, preferences and quiet hours decide at the end of the
    gathering time where and when each is sent. Texts that are too long are cut; deleted users are skipped.
    """
    if not notices:
        return 0
    # One order for everybody, so that two who tell the same do not wait for each other in a circle.
    ordered = sorted(notices, key=lambda notice: (notice.user_id, notice.occurrence_key))
    added = await notice_queries.add_notices.many(
        tx,
        [NotificationId(uuid7()) for _ in ordered],
        [notice.user_id for notice in ordered],
        [notice.character_id for notice in ordered],
        [notice.type for notice in ordered],
        [_text(notice.title, 200) or notice.type for notice in ordered],
        [_text(notice.body, 4000) for notice in ordered],
        [notice.data or None for notice in ordered],
        [notice.occurrence_key for notice in ordered],
        [notice.happened_at for notice in ordered],
        tx.now,
        tx.now,
    )
    if added and not await notice_queries.dispatch_waits.one(tx, tx.now + _SOON):
        await send(tx, DispatchNotices())
    return len(added)


async def read_notification(tx: Transaction, notification_id: NotificationId) -> Notification:
    """Mark one of the viewer's notifications as read; one that waits is not sent any more.

    Raises NotificationNotFound.
    """
    found = await notice_queries.mark_read.one_or_none(tx, tx.viewer.id, notification_id, tx.now)
    if found is None:
        raise NotificationNotFound
    return found


async def read_notifications(tx: Transaction, up_to: NotificationId | None) -> ReadCount:
    """Mark the viewer's notifications as read, all or those up to one. Raises NotificationNotFound for another's."""
    if up_to is not None and await notice_queries.notification_for.one_or_none(tx, tx.viewer.id, up_to) is None:
        raise NotificationNotFound
    read = await notice_queries.mark_all_read.run(tx, tx.viewer.id, up_to, tx.now)
    return ReadCount(read, await notice_queries.unread_for.one(tx, tx.viewer.id))


def _text(text: str, longest: int) -> str:
    """A text that PostgreSQL can hold, of at most so many characters."""
    clean = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"
