"""The API of events: intake for everybody, roll-ups for moderators, and one's own activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from litestar import Request
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import HeaderParameter, QueryParameter
from msgspec import Meta

from guildhall.core.analytics.errors import BadBatch, BadTimeZone, BatchTooLarge, EventRefused
from guildhall.core.analytics.intake import Intake
from guildhall.core.analytics.queries.daily import daily_page
from guildhall.core.analytics.schemas import Activity, DailyCount, EventOutcomes
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.core.analytics.views import activity_of, count_of
from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.web.limits import network_of
from guildhall.web.route import PEOPLE, PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1")

READ = "analytics:read"
"""The scope of API tokens that read roll-ups."""
_PATH = "/api/v1/events"
_LIMIT = None
"""The framework's limit of bodies is off: the edge has its own for these."""
_ENVELOPE = 500
"""Bytes of an event beside its data, and of the batch beside its events."""
_TEXT, _OBJECT = OpenAPIType.STRING, OpenAPIType.OBJECT

_SESSION = Schema(type=_TEXT, min_length=1, max_length=255, description="The client's own name for a visit")
_EVENT = Schema(
    type=_OBJECT,
    required=["type"],
    properties={
        "type": Schema(type=_TEXT, description="A type that clients may send", examples=["analytics.screen_viewed"]),
        "data": Schema(type=_OBJECT, description="The data of the type", examples=[{"screen": "builds"}]),
        "session_id": _SESSION,
        "id": Schema(
            type=_TEXT, format=OpenAPIFormat.UUID, description="The client's id of the event: a repetition is harmless"
        ),
        "at": Schema(
            type=_TEXT, format=OpenAPIFormat.DATE_TIME, description="The time of the event by the client's clock"
        ),
    },
)
_BATCH = Schema(
    type=_OBJECT,
    required=["events"],
    properties={
        "events": Schema(type=OpenAPIType.ARRAY, items=_EVENT, description="The events; each is judged by itself"),
        "session_id": _SESSION,
        "sent_at": Schema(
            type=_TEXT, format=OpenAPIFormat.DATE_TIME, description="The time of sending by the client's clock"
        ),
    },
    examples=[{"session_id": "3f1c", "events": [{"type": "analytics.screen_viewed", "data": {"screen": "builds"}}]}],
)


@dataclass
class _OfBatch(Operation):
    """The operation with its body, whose events are read one by one and not by the framework."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            {"application/json": OpenAPIMediaType(schema=_BATCH)}, description="A batch of events.", required=True
        )


Signal = Annotated[
    str | None, HeaderParameter(name="sec-gpc", required=False, max_length=20, description="1: no tracking")
]
OldSignal = Annotated[
    str | None, HeaderParameter(name="dnt", required=False, max_length=20, description="1: no tracking")
]


def larger_bodies(settings: AnalyticsSettings) -> Mapping[str, int]:
    """Return the kilobytes that a full batch may have."""
    return {_PATH: -(-(settings.events_most + 1) * (settings.event_bytes + _ENVELOPE) // 1000)}


@routes.post(
    "/events",
    scope=PUBLIC,
    status=200,
    raises=(BadBatch, BatchTooLarge, EventRefused),
    options={"operation_class": _OfBatch, "request_max_body_size": _LIMIT},
)
async def post_events(
    request: Request[Any, Any, Any],
    principal: Principal | None,
    intake: Intake,
    gpc: Signal = None,
    dnt: OldSignal = None,
) -> EventOutcomes:
    """Send events.

    A batch of events of somebody who is signed in, or of a visitor. Each event is judged by itself: `outcomes` has one
    for each, in their order; stored events are durable. A signed-in person's events are stored with the person while
    `share_activity_stats` is on in their settings, otherwise without them. Of a visitor who sends `Sec-GPC: 1` or
    `DNT: 1` nothing is stored. No address is stored.
    """
    client = request.client
    sender = network_of(client.host if client is not None else "") if principal is None else str(principal.viewer.id)
    outcomes = await intake.take(
        await request.body(),
        user_id=None if principal is None else principal.viewer.id,
        sender=sender,
        not_tracked=principal is None and "1" in (gpc, dnt),
    )
    return EventOutcomes(list(outcomes))


Since = Annotated[
    date | None,
    QueryParameter(name="since", description="The first day; 30 days ago by default", required=False,
                   examples=[Example(value="2026-11-01")]),
]  # fmt: skip
Until = Annotated[
    date | None,
    QueryParameter(name="until", description="The last day; today by default", required=False,
                   examples=[Example(value="2026-11-30")]),
]  # fmt: skip
OfType = Annotated[
    str | None,
    QueryParameter(name="type", description="Only of this type", max_length=100, pattern=r"^[a-z0-9_.]+$",
                   required=False, examples=[Example(value="analytics.screen_viewed")]),
]  # fmt: skip
OfRollUp = Annotated[
    str | None,
    QueryParameter(name="rollup", description="Only by these fields, joined by commas; empty for all events of a type",
                   max_length=200, pattern=r"^[A-Za-z0-9_,]*$", required=False, examples=[Example(value="screen")]),
]  # fmt: skip
_Large = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_PAGES = Pages(Cursor("analytics_daily", 1, tuple[date, str, str, _Large]), usual=100, largest=1000)
_USUAL = timedelta(days=30)


@routes.get("/analytics/daily", scope=READ, pages=_PAGES, raises=(RoleMissing,))
async def list_daily_counts(
    principal: Principal,
    tx: Read,
    page: Asked[tuple[date, str, str, int]],
    since: Since = None,
    until: Until = None,
    of_type: OfType = None,
    rollup: OfRollUp = None,
) -> Page[DailyCount]:
    """Daily roll-ups of events.

    The events of each day by type and by the fields of its roll-ups, the latest day first. For moderators of the
    platform.
    """
    require_role(principal, "moderator")
    last = until or tx.now.date()
    day, kind, by, cell = page.after or (None, None, None, None)
    found = await daily_page.many(
        tx, of_type, rollup, since or tx.now.date() - _USUAL, last, day, kind, by, cell, page.rows
    )
    rows = _PAGES.cursor.page(found, page.limit, lambda row: (row.day, row.event_type, row.rollup, row.cell))
    return Page([count_of(row) for row in rows.items], rows.next)


Days = Annotated[int, QueryParameter(name="days", ge=1, le=400, description="Days back from now", required=False)]
Zone = Annotated[
    str,
    QueryParameter(name="time_zone", description="A time zone of the IANA", max_length=64,
                   pattern=r"^[A-Za-z][A-Za-z0-9_+/-]*$", required=False, examples=[Example(value="Europe/Berlin")]),
]  # fmt: skip


@routes.get("/me/activity", scope=PEOPLE, raises=(BadTimeZone,))
async def get_activity(viewer: Viewer, tx: Read, days: Days = 90, time_zone: Zone = "UTC") -> Activity:
    """Your activity by hour of the week.

    Your own events of the last days. There are only those of times when `share_activity_stats` was on in your settings.
    """
    return await activity_of(tx, viewer.id, days, time_zone)
