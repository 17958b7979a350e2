"""The viewer's notifications: the list, the read marks, receipts, the live stream."""

from typing import Annotated, Any

from litestar import Request
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.clock import Clock
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.principals.tokens import AccessTokens
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.notify.actions import notices as actions
from guildhall.core.notify.errors import NotificationNotFound
from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.queries import deliveries as delivery_queries
from guildhall.core.notify.queries import notices as notice_queries
from guildhall.core.notify.schemas.deliveries import Deliveries
from guildhall.core.notify.schemas.notices import Notification, Notifications, ReadCount, ReadRequest, Status
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.notify.streams import NoticeStream, NoticeStreams
from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.web.last_event import LastEventId, last_event
from guildhall.web.route import PEOPLE, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/notifications")

_ID = "0192f8a4-7c00-7000-8000-000000000001"
_PAGES = Cursor("notifications", 1, tuple[NotificationId])

After = Annotated[
    str | None,
    QueryParameter(name="after", description="The `next` of the page before", max_length=600, required=False),
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100, description="Items on a page")]
Type = Annotated[
    str | None,
    QueryParameter(
        name="type", description="Only of this type", pattern="^[a-zA-Z0-9_.-]*$", max_length=60, required=False
    ),
]
OfStatus = Annotated[Status | None, QueryParameter(name="status", description="Only of this status", required=False)]
Unread = Annotated[bool, QueryParameter(name="unread", description="Only those that are not read")]
PathNotificationId = Annotated[
    NotificationId, PathParameter(description="The notification's id", examples=[Example(value=_ID)])
]


@routes.get("/", scope=PEOPLE, pages=Pages(_PAGES))
async def list_notifications(
    viewer: Viewer,
    tx: Read,
    asked: Asked[tuple[NotificationId]],
    type_: Type = None,
    status: OfStatus = None,
    unread: Unread = False,
) -> Notifications:
    """Notifications, newest first.

    The viewer's notifications, with the count of all that are unread.
    """
    at = asked.after
    rows = await notice_queries.notifications_for.many(
        tx, viewer.id, type_, status, unread, None if at is None else at[0], asked.rows
    )
    count = await notice_queries.unread_for.one(tx, viewer.id)
    page = _PAGES.page(rows, asked.limit, lambda row: (row.id,))
    return Notifications(page.items, count, page.next)


@routes.post("/{notification_id:uuid}/read", scope=PEOPLE, status=200, raises=(NotificationNotFound,))
async def read_one(notification_id: PathNotificationId, tx: Write) -> Notification:
    """Mark one as read.

    The notification as it is now. One that is not sent yet is not sent any more.
    """
    return await actions.read_notification(tx, notification_id)


@routes.post("/read", scope=PEOPLE, status=200, raises=(NotificationNotFound,))
async def read_all(tx: Write, data: ReadRequest | None = None) -> ReadCount:
    """Mark all as read, or all up to one.

    Mark notifications as read. `unread` counts those that came after `up_to`, which is one of the viewer's own.
    """
    return await actions.read_notifications(tx, data.up_to if data is not None else None)


@routes.get("/{notification_id:uuid}/deliveries", scope=PEOPLE, raises=(NotificationNotFound,))
async def deliveries(notification_id: PathNotificationId, viewer: Viewer, tx: Read) -> Deliveries:
    """Delivery receipts.

    Return the deliveries of a notification: one for each device, address and webhook.
    """
    if await notice_queries.notification_for.one_or_none(tx, viewer.id, notification_id) is None:
        raise NotificationNotFound
    batch = await notice_queries.batch_for.one_or_none(tx, viewer.id, notification_id)
    if batch is None:
        return Deliveries([])
    return Deliveries(await delivery_queries.deliveries_for.many(tx, viewer.id, batch, notification_id))


@routes.get(
    "/stream",
    scope=PEOPLE,
    media_type="text/event-stream",
    answers={
        200: ResponseSpec(
            str,
            generate_examples=False,
            media_type="text/event-stream",
            description="Events `hello` (once, with the place to go on from) and `notification`, a comment now and "
            "then as a sign of life. The stream ends with the access token or the session; come again with a fresh "
            "token and `Last-Event-ID`.",
        )
    },
)
async def stream(
    request: Request[Any, Any, Any],
    principal: Principal,
    notice_streams: NoticeStreams,
    settings: NotifySettings,
    accesstokens: AccessTokens,
    page_cookies: Cookies,
    clock: Clock,
    last_event_id: LastEventId = None,
) -> NoticeStream:
    """Live notifications as server-sent events.

    Send each notification once, as it comes; after a reconnect with Last-Event-ID without a gap.
    """
    _, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() or request.cookies.get(page_cookies.access, "")
    ends_at = clock.timestamp() + accesstokens.lifetime
    if principal.session is not None:
        ends_at = min(ends_at, accesstokens.read(token).issued_at + accesstokens.lifetime)
    return NoticeStream(
        notice_streams, settings, principal.viewer, principal.session, ends_at, last_event(last_event_id)
    )
