"""The log as the live streams read it: in the order in which notifications were sent."""

from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.schemas.notices import Told
from guildhall.db.statements import rows
from guildhall.ids import UserId

CHANNEL = "guildhall_notices"
"""The channel of NOTIFY with the users who have new notifications."""


@rows(None, "select pg_notify('guildhall_notices', :names)")
def tell_streams(names: str) -> None: ...


@rows(
    Told,
    """
    select told_no, id, character_id, type, title, body, data, happened_at, created_at
    from core.notification_log
    where user_id = :user and told_no > :place
    order by told_no
    limit :limit
    """,
    hot=True,
    proven=("told_no",),
)
def told_since(user: UserId, place: int, limit: int) -> None: ...


@rows(
    int | None,
    """
    select coalesce(
        (select told_no from core.notification_log where user_id = :user and id = :id),
        (select min(told_no) - 1 from core.notification_log where user_id = :user and id > :id)
    ) as place
    """,
)
def place_after(user: UserId, id: NotificationId) -> None:
    """Return the position of a reader who has seen a notification; if that is gone, before the first younger one.

    Null if there is no younger one either: it was the newest and is gone, or it was never given out.
    """


@rows(
    tuple[int, NotificationId],
    """
    select told_no, id from core.notification_log
    where user_id = :user and told_no is not null order by told_no desc limit 1
    """,
    proven=("told_no",),
)
def newest_told(user: UserId) -> None: ...
