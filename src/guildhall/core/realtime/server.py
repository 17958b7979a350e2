"""The live server of a process: lets connections in, does what they ask for, and ends them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from guildhall.clock import Clock
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.realtime.connections import Connection
from guildhall.core.realtime.errors import Malformed, NotSubscribed, TooManyConnections, TooManyTopics, UnknownTopic
from guildhall.core.realtime.frames import said, text_frame
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.operations import (
    Hello,
    Operation,
    OperationHandlers,
    Ping,
    Subscribe,
    Typing,
    Unsubscribe,
    decoder,
)
from guildhall.core.realtime.presence import Presence
from guildhall.core.realtime.rights import Rights
from guildhall.core.realtime.schemas import TopicKind, TopicKinds
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.subscriptions import Subscription
from guildhall.core.realtime.ticks import last_id
from guildhall.core.realtime.wires import SESSION_ENDED, UNAUTHENTICATED, Wire
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.log import get_logger

log = get_logger(__name__)

SCOPE = "live:connect"
"""The scope that an API token needs to connect."""
_SWEEP = 1.0
"""Seconds between looks at connections whose time is over."""


class LiveServer:
    """All connections of the process."""

    def __init__(
        self,
        db: Database,
        hub: Hub,
        presence: Presence,
        topics: TopicKinds,
        handlers: OperationHandlers,
        authenticator: Authenticator,
        revocations: Revocations,
        settings: RealtimeSettings,
        clock: Clock,
    ) -> None:
        self._hub = hub
        self._presence = presence
        self._topics = topics.by_name
        self.handlers: Mapping[type[Operation], Callable[[Connection, Any], Awaitable[None] | None]] = {
            Subscribe: self.follow,
            Unsubscribe: self._unsubscribe,
            Typing: self._type,
            Ping: self._pong,
            Hello: self._renew,
            **{kind: one.handle for one in handlers.made for kind in one.kinds},
        }
        self._authenticator = authenticator
        self._clock = clock
        self._revocations = revocations
        self.settings = settings
        self.burst = float(settings.operations_burst)
        self.rate = settings.operations_per_second
        self.decoder = decoder([kind for one in handlers.made for kind in one.kinds])
        self.loop = asyncio.get_running_loop()
        self._connections: set[Connection] = set()
        self._of_user: Counter[UserId] = Counter()
        self._touched: list[Connection] = []
        self._rights = Rights(db, hub, self._release, self._end)
        self._sweeping: asyncio.Task[None] | None = None
        self.resyncs = 0
        """Subscriptions that a slow reader lost."""
        hub.judge_by(self._rights.check_soon)
        hub.watch_signs(presence.heard)
        presence.tell(self._tell_sign)
        revocations.watch(self._revoked)

    async def close(self) -> None:
        """End the connections that are left, and what runs in the background."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeping
        await self._rights.close()

    @property
    def open(self) -> int:
        """Connections that are open."""
        return len(self._connections)

    @property
    def position(self) -> UUID:
        """The position of a reader who has seen everything up to now."""
        return last_id(self._hub.position)

    # -- coming and going -----------------------------------------------------------------------------------------

    def require_room(self, user_id: UserId) -> None:
        """Raises TooManyConnections."""
        if len(self._connections) >= self.settings.connections:
            raise TooManyConnections(detail="This process has as many connections as it may; try again later.")
        if self._of_user[user_id] >= self.settings.connections_per_user:
            most = self.settings.connections_per_user
            raise TooManyConnections(detail=f"No more than {most} connections at once; close one.")

    async def welcome(
        self, wire: Wire, principal: Principal, ends_at: float, kind: type[Connection] = Connection
    ) -> Connection:
        """A connection of somebody who is known. `ends_at` is in seconds since the epoch.

        Raises TooManyConnections, Unavailable.
        """
        await self._hub.begin()
        self.require_room(principal.viewer.id)
        if self._sweeping is None:
            self._sweeping = asyncio.create_task(self._sweep(), name="live-sweep")
            self._presence.begin()
        connection = kind(self, wire, principal, ends_at)
        self._connections.add(connection)
        self._of_user[connection.user_id] += 1
        seconds = self.settings.heartbeat_seconds
        connection.say(said("welcome", user=str(connection.user_id), heartbeat=seconds, now=self._now()))
        return connection

    def gone(self, connection: Connection) -> None:
        """See connections.Switchboard."""
        for topic in list(connection.subscriptions):
            self.unfollow(connection, topic)
        self._connections.discard(connection)
        self._of_user[connection.user_id] -= 1
        if not self._of_user[connection.user_id]:
            del self._of_user[connection.user_id]

    def _revoked(self, subject: UUID) -> None:
        for connection in list(self._connections):
            own = connection.principal
            if subject in (own.session, own.token) or (own.session is None and subject == connection.user_id):
                connection.close(SESSION_ENDED, "the session has ended")

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            if not self._revocations.current:  # what was revoked in a gap of the listening is read now, and told
                log.debug("revocations_behind")
            now, at = self._clock.timestamp(), self.loop.time()
            for connection in list(self._connections):
                if connection.ends_at <= now:
                    connection.close(UNAUTHENTICATED, "the access token has expired")
                elif connection.blocked and at - connection.blocked_since > self.settings.stalled_seconds:
                    log.info("live_reader_stalled", user_id=str(connection.user_id))
                    connection.abort()

    # -- sending --------------------------------------------------------------------------------------------------

    def flush_soon(self, connection: Connection) -> None:
        """See connections.Switchboard."""
        if not self._touched:
            self.loop.call_soon(self._flush)
        self._touched.append(connection)

    def _flush(self) -> None:
        touched, self._touched = self._touched, []
        for connection in touched:
            connection.flush()

    # -- operations -----------------------------------------------------------------------------------------------

    def _unsubscribe(self, connection: Connection, operation: Unsubscribe) -> None:
        topic = operation.topic.lower()
        self.unfollow(connection, topic)
        connection.say(said("unsubscribed", operation.ref, topic=topic))

    def _pong(self, connection: Connection, operation: Ping) -> None:
        connection.say(said("pong", operation.ref, now=self._now()))

    async def _renew(self, connection: Connection, operation: Hello) -> None:
        principal, ends_at = await self._authenticator.bearer(operation.token, SCOPE)
        if principal.viewer != connection.principal.viewer:
            raise Malformed(detail="The token belongs to somebody else: open another connection for them.")
        connection.principal = principal
        connection.ends_at = ends_at
        connection.say(said("welcome", operation.ref, user=str(connection.user_id), now=self._now()))

    def _type(self, connection: Connection, operation: Typing) -> None:
        topic = operation.topic.lower()
        subscription = connection.subscriptions.get(topic)
        if subscription is None or subscription.held or not subscription.kind.presence:
            raise NotSubscribed
        if connection.may_type(topic, self.loop.time()):
            self._presence.typing(topic, connection.user_id)

    # -- following ------------------------------------------------------------------------------------------------

    def topic(self, text: str) -> tuple[str, TopicKind, UUID]:
        """A topic's text, as it is always written, its kind and key. Raises UnknownTopic."""
        name, _, key = text.partition(":")
        kind = self._topics.get(name)
        if kind is None:
            raise UnknownTopic
        try:
            found = UUID(key)
        except ValueError:
            raise UnknownTopic from None
        return f"{name}:{found}", kind, found

    async def resume_point(self, after: UUID | None) -> UUID | None:
        """Return `after`, or None if it is ahead of everything: it was never given out, so no event can follow it.

        Raises Unavailable.
        """
        if after is None or await self._hub.has_reached(after):
            return after
        return None

    async def follow(self, connection: Connection, operation: Subscribe, *, gap: bool = False) -> None:
        """Begin a subscription, with the missed events.

        With an `after` that was never given out it begins from now on, and the reader learns that it is not complete;
        `gap` says that the caller has found that out already. Raises UnknownTopic, TooManyTopics, Unavailable, and as
        `may_follow`.
        """
        topic, kind, _ = self.topic(operation.topic)
        if topic in connection.subscriptions:
            self.unfollow(connection, topic)
        elif len(connection.subscriptions) >= self.settings.topics_per_connection:
            raise TooManyTopics(most=self.settings.topics_per_connection)
        await self._hub.begin()
        after = await self.resume_point(operation.after)
        gap = gap or after != operation.after
        position = self._hub.position
        topic = self._hub.known_as(topic)
        subscription = Subscription(connection, topic, kind, after or self._hub.last_id)
        subscription.judging = True
        connection.subscriptions[topic] = subscription
        self._hub.add(subscription)
        try:
            found = await self._rights.check(subscription, after, position)
        except BaseException:
            if connection.subscriptions.get(topic) is subscription:
                self.unfollow(connection, topic)
            raise
        subscription.judging = False
        if connection.subscriptions.get(topic) is not subscription:  # more happened meanwhile than may wait
            connection.say(said("unsubscribed", operation.ref, topic=topic))
            return
        told: dict[str, object] = {"topic": topic, "position": str(last_id(position))}
        if found is not None or gap:
            told["complete"] = found is not None and found.complete and not gap
        if kind.presence and (found is None or not found.more):
            subscription.present = True
            self._presence.join(topic, connection.user_id)
            present = self._presence.present(topic)
            told["present_count"] = len(present)
            told["present"] = sorted(map(str, present))[: self.settings.presence_most]
        connection.say(said("subscribed", operation.ref, **told))
        if found is not None:
            for happening in found.happenings:
                connection.tell(topic, happening)
                subscription.last = happening.id
            if found.more:
                connection.told_to_resync(topic, subscription.last)
                return
        self._release(connection, subscription)

    def _release(self, connection: Connection, subscription: Subscription) -> None:
        subscription.release()
        self.flush_soon(connection)  # a connection that puts its topics in one order may have waited for this one

    def unfollow(self, connection: Connection, topic: str) -> None:
        """See connections.Switchboard."""
        subscription = connection.subscriptions.pop(topic, None)
        if subscription is not None:
            self._hub.remove(subscription)
            if subscription.present:
                self._presence.leave(topic, connection.user_id)

    def _end(self, connection: Connection, subscription: Subscription, error: GuildhallError) -> None:
        topic = subscription.topic
        if connection.subscriptions.get(topic) is subscription:
            self.unfollow(connection, topic)
            connection.say(said("unsubscribed", topic=topic, code=error.code, detail=str(error)))
            self.flush_soon(connection)

    # -- presence -------------------------------------------------------------------------------------------------

    def _tell_sign(self, topic: str, user: UserId, state: str) -> None:
        followers = self._hub.followers(topic)
        if not followers or (state != "typing" and len(followers) > self.settings.presence_most):
            return
        if state == "typing":
            payload = said("typing", topic=topic, user=str(user))
        else:
            payload = said("presence", topic=topic, user=str(user), state=state)
        frame = text_frame(payload)
        for subscription in followers:
            connection = subscription.reader
            assert isinstance(connection, Connection)
            if not subscription.held and not connection.blocked and connection.user_id != user:
                connection.show(payload, frame)

    def _now(self) -> str:
        return datetime.fromtimestamp(self._clock.timestamp(), UTC).isoformat().replace("+00:00", "Z")
