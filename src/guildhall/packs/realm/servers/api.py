"""Game servers, and playing on them."""

from datetime import timedelta
from typing import Annotated, Any

from litestar import Request
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principals.errors import RoleMissing
from guildhall.core.identity.principals.permissions import require_role
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.instants import Instant
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import AN_ID, READ, SERVER, STAFF, WRITE, PathServerId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import ServerNotFound
from guildhall.packs.realm.ids import GameSessionId
from guildhall.packs.realm.servers import queries
from guildhall.packs.realm.servers.actions import servers as actions
from guildhall.packs.realm.servers.actions import sessions
from guildhall.packs.realm.servers.errors import (
    CapacityTooSmall,
    LevelOutOfRange,
    LevelRangeTurned,
    ServerFull,
    ServerMaintenance,
    ServerNameTaken,
    ServerOffline,
    SessionNotFound,
    SessionOver,
)
from guildhall.packs.realm.servers.schemas import (
    Server,
    ServerChange,
    ServerRequest,
    ServerStatus,
    Session,
    SessionsEnded,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_SERVERS = Cursor("servers", 1, tuple[Annotated[str, Meta(max_length=80, pattern=WITHOUT_NUL)]])
_SESSIONS = Cursor("realm_sessions", 1, tuple[Instant, GameSessionId])
_AGENT_MOST = 300

PathSessionId = Annotated[GameSessionId, PathParameter(description="The session's id", examples=AN_ID)]
OfRegion = Annotated[
    str | None,
    QueryParameter(
        name="region", description="Only of this region", max_length=40, pattern=WITHOUT_NUL, required=False,
        examples=[Example(value="eu")],
    ),
]  # fmt: skip
OfStatus = Annotated[
    ServerStatus | None, QueryParameter(name="status", description="Only of this status", required=False)
]
Live = Annotated[bool, QueryParameter(name="live", description="Only the session that has not ended")]
IdleMinutes = Annotated[
    int,
    QueryParameter(
        name="idle_minutes", ge=0, le=1440, description="Only of those not heard of for so long; 0 is everybody",
        examples=[Example(value=15)],
    ),
]  # fmt: skip


@routes.get("/servers", scope=READ, pages=Pages(_SERVERS, 50))
async def list_servers(
    tx: Read,
    asked: Asked[tuple[Annotated[str, Meta(max_length=80, pattern=WITHOUT_NUL)]]],
    region: OfRegion = None,
    status: OfStatus = None,
) -> Page[Server]:
    """Servers by name.

    Return all servers, or those of a region or a status; every signed-in account may choose among them.
    """
    behind = asked.after
    rows = await queries.servers.many(tx, region, status, behind[0] if behind is not None else None, asked.rows)
    return _SERVERS.page(rows, asked.limit, lambda row: (row.name,))


@routes.get("/servers/{server_id:uuid}", scope=READ, raises=(ServerNotFound,))
async def get_server(server_id: PathServerId, tx: Read) -> Server:
    """One server.

    Return a server with the number of its players.
    """
    found = await queries.server.one_or_none(tx, server_id)
    if found is None:
        raise ServerNotFound
    return found


@routes.post("/servers", scope=WRITE, raises=(RoleMissing, LevelRangeTurned, ServerNameTaken, ContentRefused))
async def post_server(data: ServerRequest, principal: Principal, tx: Write) -> Server:
    """Open a server.

    For administrators of the platform.
    """
    require_role(principal, "admin")
    return await actions.open_server(tx, principal, data)


@routes.patch(
    "/servers/{server_id:uuid}",
    scope=WRITE,
    raises=(RoleMissing, ServerNotFound, CapacityTooSmall, LevelRangeTurned, ServerNameTaken, ContentRefused),
)
async def patch_server(
    server_id: PathServerId, data: ServerChange, principal: Principal, tx: Write, settings: RealmSettings
) -> Server:
    """Change a server.

    A capacity below the population is refused (409). For administrators of the platform.
    """
    require_role(principal, "admin")
    return await actions.change_server(tx, principal, server_id, data, settings)


@routes.post(
    "/servers/{server_id:uuid}/sessions",
    scope=WRITE,
    raises=(*SERVER, LevelOutOfRange, ServerFull, ServerMaintenance, ServerOffline),
)
async def post_session(
    server_id: PathServerId, request: Request[Any, Any, Any], tx: Write, keyedhash: KeyedHash
) -> Session:
    """Begin to play.

    The session; one that the viewer still had ends.

    A server under maintenance (`realm.server_maintenance`), offline (`realm.server_offline`) or full
    (`realm.server_full`) answers 409 with Retry-After.
    """
    ip_hash = keyedhash.of("realm address", request.client.host) if request.client is not None else None
    agent = request.headers.get("user-agent")
    shown = agent[:_AGENT_MOST].replace("\x00", "") if agent is not None else None
    return await sessions.log_in(tx, server_id, ip_hash, shown)


@routes.get("/sessions", scope=READ, pages=Pages(_SESSIONS, 50))
async def list_sessions(
    viewer: Viewer, tx: Read, asked: Asked[tuple[Instant, GameSessionId]], live: Live = False
) -> Page[Session]:
    """Your sessions, newest first.

    Return the viewer's sessions on servers.
    """
    at, last = asked.after or (None, None)
    rows = await queries.sessions_for.many(tx, viewer.id, live, at, last, asked.rows)
    return _SESSIONS.page(rows, asked.limit, lambda row: (row.login_at, row.id))


@routes.post("/sessions/{session_id:uuid}/activity", scope=WRITE, status=200, raises=(SessionNotFound, SessionOver))
async def post_activity(session_id: PathSessionId, tx: Write) -> Session:
    """Keep a session of play active.

    A silent session is ended after a while; then 409 says to log in again.
    """
    return await sessions.stay(tx, session_id)


@routes.delete("/sessions/{session_id:uuid}", scope=WRITE, status=200, raises=(SessionNotFound,))
async def delete_session(session_id: PathSessionId, tx: Write) -> Session:
    """Stop playing.

    The session as it ended. Asked again, nothing changes.
    """
    return await sessions.log_out(tx, session_id)


@routes.delete("/servers/{server_id:uuid}/sessions", scope=WRITE, status=200, raises=STAFF)
async def delete_sessions(
    server_id: PathServerId, principal: Principal, tx: Write, idle_minutes: IdleMinutes = 15
) -> SessionsEnded:
    """Log people out.

    End the sessions that were silent for so long, or all. For administrators of the server.
    """
    ended = await sessions.clear_server(tx, principal, server_id, timedelta(minutes=idle_minutes))
    return SessionsEnded(ended)


WEB = WebPart(routes=routes)
