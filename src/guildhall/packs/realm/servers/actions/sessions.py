"""Sessions of players on a server: log-in, activity, log-out."""

from datetime import datetime, timedelta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.errors.permissions import NoProfile, ServerNotFound
from guildhall.packs.realm.access.rules.ranks import ADMIN
from guildhall.packs.realm.ids import GameSessionId, ServerId
from guildhall.packs.realm.servers import queries
from guildhall.packs.realm.servers.errors import (
    LevelOutOfRange,
    ServerFull,
    ServerMaintenance,
    ServerOffline,
    SessionNotFound,
    SessionOver,
)
from guildhall.packs.realm.servers.schemas import Server, Session

_QUIET = timedelta(seconds=10)
"""A sign of life this soon after another is not written."""


async def log_in(tx: Transaction, server_id: ServerId, ip_hash: bytes | None, user_agent: str | None) -> Session:
    """Begin to play; a session that the viewer still had ends.

    Logins of one server take turns, so that the population never passes the capacity. Raises NoProfile, Banned,
    ServerNotFound for a server that is not the viewer's, ServerMaintenance, ServerOffline, LevelOutOfRange, ServerFull.
    """
    person = await queries.person_to_log_in.one_or_none(tx, tx.viewer.id)
    if person is None:
        raise NoProfile
    home, level = person
    server = await queries.server_to_change.one_or_none(tx, server_id) if home == server_id else None
    if server is None:
        raise ServerNotFound
    await profile_on(tx, server_id)
    _require_open(server, level)
    await queries.end_session_for.one_or_none(tx, tx.viewer.id, None, tx.now)
    if await queries.population.one(tx, server_id) >= server.capacity:
        raise ServerFull(capacity=server.capacity)
    session = await queries.add_session.one(
        tx, GameSessionId(uuid7()), tx.viewer.id, server_id, ip_hash, user_agent, tx.now
    )
    await queries.note_login.run(tx, tx.viewer.id, tx.now)
    return session


def _require_open(server: Server, level: int) -> None:
    """Raises ServerMaintenance, ServerOffline, LevelOutOfRange."""
    if server.status == "maintenance":
        raise ServerMaintenance(detail=server.status_reason or "")
    if server.status == "offline":
        raise ServerOffline(detail=server.status_reason or "")
    if not server.level_range_min <= level <= server.level_range_max:
        raise LevelOutOfRange(least=server.level_range_min, most=server.level_range_max)


async def stay(tx: Transaction, session_id: GameSessionId) -> Session:
    """Keep a session active; return it. Raises SessionNotFound, SessionOver."""
    session = await queries.session_for.one_or_none(tx, tx.viewer.id, session_id)
    if session is None:
        raise SessionNotFound
    if session.logout_at is not None:
        raise SessionOver
    if tx.now - session.last_activity < _QUIET:
        return session
    if not await queries.note_activity.run(tx, tx.viewer.id, session_id, tx.now):
        raise SessionOver
    return await queries.session_for.one(tx, tx.viewer.id, session_id)


async def log_out(tx: Transaction, session_id: GameSessionId) -> Session:
    """End a session of the viewer's; one that has ended stays as it is. Raises SessionNotFound."""
    ended = await queries.end_session_for.one_or_none(tx, tx.viewer.id, session_id, tx.now)
    if ended is None:
        ended = await queries.session_for.one_or_none(tx, tx.viewer.id, session_id)
    if ended is None:
        raise SessionNotFound
    return ended


async def end_sessions_of(tx: Transaction, user_id: UserId) -> None:
    """End the session of somebody else, if they play."""
    await queries.end_silent_sessions.many(tx, None, user_id, None, tx.now)


async def end_sessions_on(tx: Transaction, server_id: ServerId) -> int:
    """End all sessions of a server; how many."""
    return len(await queries.end_silent_sessions.many(tx, server_id, None, None, tx.now))


async def end_silent_sessions(tx: Transaction, silent_since: datetime) -> int:
    """Log out everybody, on all servers, who was not heard of since an instant; how many."""
    return len(await queries.end_silent_sessions.many(tx, None, None, silent_since, tx.now))


async def clear_server(tx: Transaction, principal: Principal, server_id: ServerId, silent: timedelta) -> int:
    """Log out who has been silent for so long, or everybody; how many. Raises ServerNotFound, Forbidden."""
    actor = await acting_on(tx, principal, server_id, ADMIN)
    since = tx.now - silent if silent else None  # a session may have begun after this transaction
    ended = await queries.end_silent_sessions.many(tx, server_id, None, since, tx.now)
    for user_id in ended:
        await publish(tx, f"realm.user:{user_id}", "session_ended", {"server_id": server_id})
    await record(
        tx, "sessions_ended", actor=actor.id, server=server_id,
        details={"ended": len(ended), "silent_minutes": int(silent.total_seconds() // 60)},
    )  # fmt: skip
    return len(ended)
