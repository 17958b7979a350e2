"""The viewer's notifications: the list, the read marks, receipts, the live stream."""

from typing import Annotated
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter

from guildhall.clock import Clock
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.schemas import Principal
from guildhall.core.identity.tokens import AccessTokens
from guildhall.core.notify.actions import notices as actions
from guildhall.core.notify.errors import NotificationNotFound
from guildhall.core.notify.queries import deliveries as delivery_queries
from guildhall.core.notify.queries import notices as queries
from guildhall.core.notify.schemas import (
    Deliveries,
    Notification,
    Notifications,
    ReadCount,
    ReadRequest,
    Status,
)
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.notify.streams import EventStream, NoticeStreams
from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.last_event import LastEventId, last_event
from guildhall.web.problems import documented
from guildhall.web.routes import below

_ID = "0192f8a4-7c00-7000-8000-000000000001"
_PAGES = Cursor("notifications", 1, tuple[UUID])

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
NotificationId = Annotated[UUID, PathParameter(description="The notification's id", examples=[Example(value=_ID)])]


@get("/", summary="Notifications, newest first", responses=documented(400, 401))
async def list_notifications(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    type_: Type = None,
    status: OfStatus = None,
    unread: Unread = False,
    after: After = None,
    limit: Limit = 20,
) -> Notifications:
    """The viewer's notifications, with the count of all that are unread."""
    at = _PAGES.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await queries.notifications_for.many(
            tx, viewer.id, type_, status, unread, None if at is None else at[0], limit + 1
        )
        count = await queries.unread_for.one(tx, viewer.id)
    page = _PAGES.page(rows, limit, lambda row: (row.id,))
    return Notifications(page.items, count, page.next)


@post("/{notification_id:uuid}/read", status_code=200, summary="Mark one as read", responses=documented(400, 401, 404))
async def read_one(
    notification_id: NotificationId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Notification:
    """The notification as it is now. One that is not sent yet is not sent any more."""
    async with db.write(viewer) as tx:
        return await actions.read_notification(tx, viewer, notification_id)


@post("/read", status_code=200, summary="Mark all as read, or all up to one", responses=documented(400, 401, 404, 413))
async def read_all(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[ReadRequest | None] = None
) -> ReadCount:
    """Mark notifications as read. `unread` counts those that came after `up_to`, which is one of the viewer's own."""
    async with db.write(viewer) as tx:
        return await actions.read_notifications(tx, viewer, data.up_to if data is not None else None)


@get("/{notification_id:uuid}/deliveries", summary="Delivery receipts", responses=documented(400, 401, 404))
async def deliveries(
    notification_id: NotificationId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Deliveries:
    """Return the deliveries of a notification: one for each device, address and webhook."""
    async with db.read(viewer) as tx:
        if await queries.notification_for.one_or_none(tx, viewer.id, notification_id) is None:
            raise NotificationNotFound
        batch = await queries.batch_for.one_or_none(tx, viewer.id, notification_id)
        if batch is None:
            return Deliveries([])
        return Deliveries(await delivery_queries.deliveries_for.many(tx, viewer.id, batch, notification_id))


@get(
    "/stream",
    summary="Live notifications as server-sent events",
    media_type="text/event-stream",
    responses={
        **documented(400, 401),
        200: ResponseSpec(
            str, generate_examples=False, media_type="text/event-stream",
            description="Events `hello` (once, with the place to go on from) and `notification`, a comment now and "
            "then as a sign of life. The stream ends with the access token or the session; come again with a fresh "
            "token and `Last-Event-ID`.",
        ),
    },
)  # fmt: skip
async def stream(
    request: Request,  # type: ignore[type-arg]
    principal: NamedDependency[Principal],
    notice_streams: NamedDependency[NoticeStreams],
    settings: NamedDependency[NotifySettings],
    accesstokens: NamedDependency[AccessTokens],
    page_cookies: NamedDependency[Cookies],
    clock: NamedDependency[Clock],
    last_event_id: LastEventId = None,
) -> EventStream:
    """Send each notification once, as it comes; after a reconnect with Last-Event-ID without a gap."""
    _, _, bearer = request.headers.get("authorization", "").partition(" ")
    token = bearer.strip() or request.cookies.get(page_cookies.access, "")
    ends_at = clock.timestamp() + accesstokens.lifetime
    if principal.session is not None:
        ends_at = min(ends_at, accesstokens.read(token).issued_at + accesstokens.lifetime)
    return EventStream(
        notice_streams, settings, principal.viewer, principal.session, ends_at, last_event(last_event_id)
    )


routes = below(
    "/api/v1/notifications",
    [list_notifications, read_one, read_all, deliveries, stream],
)
