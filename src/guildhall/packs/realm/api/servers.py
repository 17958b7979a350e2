"""Game servers, and playing on them."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principal import require_role, requires
from guildhall.core.identity.schemas import Principal
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.realm.actions import servers as actions
from guildhall.packs.realm.actions import sessions
from guildhall.packs.realm.api.parameters import AN_ID, READ, WRITE, After, Limit, ServerId
from guildhall.packs.realm.errors.access import ServerNotFound
from guildhall.packs.realm.queries import servers as queries
from guildhall.packs.realm.schemas.servers import (
    Server,
    ServerChange,
    ServerRequest,
    ServerStatus,
    Session,
    SessionsEnded,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import documented
from guildhall.web.routes import below

_SERVERS = Cursor("servers", 1, tuple[Annotated[str, Meta(max_length=80, pattern=WITHOUT_NUL)]])
_SESSIONS = Cursor("realm_sessions", 1, tuple[Instant, UUID])
_AGENT_MOST = 300

SessionId = Annotated[UUID, PathParameter(description="The session's id", examples=AN_ID)]
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


@get("/servers", summary="Servers by name", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_servers(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    region: OfRegion = None,
    status: OfStatus = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Server]:
    """Return all servers, or those of a region or a status; every signed-in account may choose among them."""
    behind = _SERVERS.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await queries.servers.many(tx, region, status, behind[0] if behind is not None else None, limit + 1)
    return _SERVERS.page(rows, limit, lambda row: (row.name,))


@get("/servers/{server_id:uuid}", summary="One server", responses=documented(400, 401, 403, 404),
     guards=[requires(READ)])  # fmt: skip
async def get_server(server_id: ServerId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Server:
    """Return a server with the number of its players."""
    async with db.read(viewer) as tx:
        found = await queries.server.one_or_none(tx, server_id)
    if found is None:
        raise ServerNotFound
    return found


@post("/servers", summary="Open a server", responses=documented(400, 401, 403, 409, 413, 422), guards=[requires(WRITE)])
async def post_server(
    data: JSONBody[ServerRequest], principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Server:
    """Open a server. For administrators of the platform."""
    require_role(principal, "admin")
    async with db.write(principal.viewer) as tx:
        return await actions.open_server(tx, principal, data)


@patch("/servers/{server_id:uuid}", summary="Change a server", responses=documented(400, 401, 403, 404, 409, 413, 422),
       guards=[requires(WRITE)])  # fmt: skip
async def patch_server(
    server_id: ServerId,
    data: JSONBody[ServerChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> Server:
    """Change a server. A capacity below the population is refused (409). For administrators of the platform."""
    require_role(principal, "admin")
    async with db.write(principal.viewer) as tx:
        return await actions.change_server(tx, principal, server_id, data, settings)


@post("/servers/{server_id:uuid}/sessions", summary="Begin to play",
      responses=documented(400, 401, 403, 404, 409), guards=[requires(WRITE)])  # fmt: skip
async def post_session(
    server_id: ServerId,
    request: Request,  # type: ignore[type-arg]
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    keyedhash: NamedDependency[KeyedHash],
) -> Session:
    """The session; one that the viewer still had ends.

    A server under maintenance (`realm.server_maintenance`), offline (`realm.server_offline`) or full
    (`realm.server_full`) answers 409 with Retry-After.
    """
    ip_hash = keyedhash.of("realm address", request.client.host) if request.client is not None else None
    agent = request.headers.get("user-agent")
    shown = agent[:_AGENT_MOST].replace("\x00", "") if agent is not None else None
    async with db.write(viewer) as tx:
        return await sessions.log_in(tx, viewer, server_id, ip_hash, shown)


@get("/sessions", summary="Your sessions, newest first", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_sessions(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    live: Live = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[Session]:
    """Return the viewer's sessions on servers."""
    at, last = _SESSIONS.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        rows = await queries.sessions_for.many(tx, viewer.id, live, at, last, limit + 1)
    return _SESSIONS.page(rows, limit, lambda row: (row.login_at, row.id))


@post("/sessions/{session_id:uuid}/activity", status_code=200, summary="Keep a session of play active",
      responses=documented(400, 401, 403, 404, 409), guards=[requires(WRITE)])  # fmt: skip
async def post_activity(
    session_id: SessionId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Session:
    """Keep a session active. A silent session is ended after a while; then 409 says to log in again."""
    async with db.write(viewer) as tx:
        return await sessions.stay(tx, viewer, session_id)


@delete("/sessions/{session_id:uuid}", status_code=200, summary="Stop playing",
        responses=documented(400, 401, 403, 404), guards=[requires(WRITE)])  # fmt: skip
async def delete_session(
    session_id: SessionId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Session:
    """The session as it ended. Asked again, nothing changes."""
    async with db.write(viewer) as tx:
        return await sessions.log_out(tx, viewer, session_id)


@delete("/servers/{server_id:uuid}/sessions", status_code=200, summary="Log people out",
        responses=documented(400, 401, 403, 404, 409), guards=[requires(WRITE)])  # fmt: skip
async def delete_sessions(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    idle_minutes: IdleMinutes = 15,
) -> SessionsEnded:
    """End the sessions that were silent for so long, or all. For administrators of the server."""
    async with db.write(principal.viewer) as tx:
        ended = await sessions.clear_server(tx, principal, server_id, timedelta(minutes=idle_minutes))
    return SessionsEnded(ended)


routes = below(
    "/api/v1/realm",
    [
        list_servers,
        get_server,
        post_server,
        patch_server,
        post_session,
        list_sessions,
        post_activity,
        delete_session,
        delete_sessions,
    ],
)
