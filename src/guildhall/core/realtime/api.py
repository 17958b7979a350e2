"""The live endpoint: a WebSocket, and its twin of server-sent events."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, WebSocket
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.realtime.errors import Malformed, UnknownTopic
from guildhall.core.realtime.handshake import EXTENSION, LiveProtocol
from guildhall.core.realtime.operations import Hello
from guildhall.core.realtime.server import SCOPE, LiveServer
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.streams import LiveStream
from guildhall.core.realtime.wires import POLICY, TOO_MANY, UNAUTHENTICATED
from guildhall.errors import GuildhallError, TooManyRequests
from guildhall.web.last_event import LastEventId, last_event
from guildhall.web.route import Routes

routes = Routes("/api/v1/live")

_hello = msgspec.json.Decoder(Hello)

_TRY_AGAIN_LATER = 1013
_FIRST_BYTES = 8192


@routes.websocket("/")
async def live(
    socket: WebSocket[Any, Any, Any], live_server: LiveServer, authenticator: Authenticator, settings: RealtimeSettings
) -> None:
    """Accept a live connection: by the handshake's header or cookies, or by a first frame with a token."""
    await socket.accept()
    try:
        found = await _of_handshake(socket, authenticator)
        if found is None:
            async with asyncio.timeout(settings.sign_in_seconds):
                found = await _of_first_frame(socket, authenticator)
        extensions: Any = socket.scope["extensions"]
        protocol: LiveProtocol = extensions[EXTENSION]
        wire = protocol.wire()
        connection = await live_server.welcome(wire, *found)
    except TimeoutError:
        await socket.close(UNAUTHENTICATED, "nobody said who they are")
        return
    except GuildhallError as error:
        await socket.close(_close_code(error), f"{error.code}: {error}"[:100])
        return
    protocol.go_live(wire, connection)


def _close_code(error: GuildhallError) -> int:
    if error.status == 401:
        return UNAUTHENTICATED
    if isinstance(error, TooManyRequests):
        return TOO_MANY
    return _TRY_AGAIN_LATER if error.status == 503 else POLICY


async def _of_handshake(
    socket: WebSocket[Any, Any, Any], authenticator: Authenticator
) -> tuple[Principal, float] | None:
    """Return the principal of the handshake and its expiry. Raises as Authenticator."""
    authorization = socket.headers.get("authorization")
    if authorization is None:
        return await authenticator.page(socket)
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated(detail="The Authorization header must be 'Bearer TOKEN'.")
    return await authenticator.bearer(token.strip(), SCOPE)


async def _of_first_frame(socket: WebSocket[Any, Any, Any], authenticator: Authenticator) -> tuple[Principal, float]:
    """Return the principal of the first frame and its expiry. Raises Malformed, and as Authenticator."""
    message: Any = await socket.receive()
    text = message.get("text")
    if message["type"] != "websocket.receive" or text is None or len(text) > _FIRST_BYTES:
        raise Malformed(detail='The first frame must be {"op":"hello","token":"…"}.')
    try:
        hello = _hello.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Malformed(detail='The first frame must be {"op":"hello","token":"…"}.') from error
    return await authenticator.bearer(hello.token, SCOPE)


Topics = Annotated[
    list[str],
    QueryParameter(
        name="topic", description="A topic to follow, `kind:id`; several times for several", max_items=100, min_items=1
    ),
]


@routes.get(
    "/events",
    scope=SCOPE,
    raises=(UnknownTopic,),
    media_type="text/event-stream",
    answers={
        200: ResponseSpec(
            str,
            generate_examples=False,
            media_type="text/event-stream",
            description="Events `event` with topic, kind and data, `resync` when the reader was too slow or there is "
            "more than is told at once (come again with the last id), `unsubscribed` when it may not follow a topic "
            "any more, and a comment now and then as a sign of life. The stream ends with the access token.",
        )
    },
)
async def events(
    request: Request[Any, Any, Any],
    topics: Topics,
    principal: Principal,
    live_server: LiveServer,
    settings: RealtimeSettings,
    authenticator: Authenticator,
    last_event_id: LastEventId = None,
) -> LiveStream:
    """Events of topics, as server-sent events.

    Stream events of topics for clients that only read: topics, order, limits and resuming as in the WebSocket.
    """
    _, _, token = request.headers.get("authorization", "").partition(" ")
    if token:
        _, ends_at = await authenticator.bearer(token.strip(), SCOPE)
    else:
        page = await authenticator.page(request)
        if page is None:
            raise Unauthenticated
        ends_at = page[1]
    live_server.require_room(principal.viewer.id)
    for topic in topics:
        live_server.topic(topic)
    return LiveStream(live_server, settings, principal, ends_at, topics, last_event(last_event_id))
