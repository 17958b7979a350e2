"""The server's status, and the health of ESI's routes."""

from datetime import timedelta

from msgspec import Struct

from guildhall.core.upstream.errors import UpstreamNotFound, UpstreamResting
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.instants import Instant
from guildhall.log import get_logger
from guildhall.packs.eve.status import queries
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.errors import EsiAway, EsiForbade, EsiHalted, TokenRefused
from guildhall.packs.eve.upstream.rate_limits import forget_halts
from guildhall.packs.eve.upstream.schemas import Int

log = get_logger(__name__)
_ASKING = timedelta(seconds=30)
_HALTED = timedelta(minutes=1)
"""The time for which expired halts are kept."""
_ROUTES_LAST = timedelta(seconds=60)
"""The least time for which /meta/status is believed; its own header says one second."""


class _Status(Struct, frozen=True):
    players: Int
    server_version: str
    start_time: Instant
    vip: bool = False


class _RouteHealth(Struct, frozen=True):
    method: str
    path: str
    status: str


class _MetaStatus(Struct, frozen=True):
    routes: list[_RouteHealth]


_STATUS = Rows(_Status)
_META = Rows(_MetaStatus)
_FAILURES = (Unavailable, UpstreamNotFound, EsiForbade, TokenRefused)


async def sync_status(db: Database, esi: Esi) -> dict[str, bool | int]:
    """Look at the server and at ESI's routes if what is known has expired. One process does at a time."""
    async with db.write() as tx:
        await queries.begin_status.run(tx)
        await forget_halts.run(tx, tx.now - _HALTED)
        due = await queries.status_due.one_or_none(tx, tx.now)
        if due is None or not any(due):
            return {"asked": False}
        await queries.hold_status.run(tx, tx.now + _ASKING)  # ours to ask; who comes meanwhile finds nothing due
    server_due, routes_due = due
    down: int = 0
    if server_due:
        await _server(db, esi)
    if routes_due:
        down = await _routes(db, esi)
    return {"asked": True, "routes_down": down}


async def _server(db: Database, esi: Esi) -> None:
    """Note whether the server is up.

    It is down when ESI says so by 502, 503 or 504, or in the daily downtime. Any other failure may be ours or ESI's
    own: then the state is not known, and the last answer ages.
    """
    try:
        answer = await esi.get(routes.STATUS, "/status", interactive=True)
        found = esi.decode(routes.STATUS, answer, _STATUS)
    except (EsiHalted, UpstreamResting):
        return
    except _FAILURES as error:
        async with db.write() as tx:
            if isinstance(error, EsiAway) or esi.in_downtime:
                await queries.save_status.run(tx, False, None, None, None, False, tx.now, tx.now + _ASKING)
            else:
                log.warning("eve_status_unknown", why=str(error))
                await queries.forget_status.run(tx, tx.now + _ASKING)
        return
    async with db.write() as tx:
        await queries.save_status.run(
            tx, True, found.players, found.server_version, found.start_time, found.vip, answer.as_of, answer.expires_at
        )


async def _routes(db: Database, esi: Esi) -> int:
    """Save which routes are down; return how many. A failure changes nothing."""
    try:
        answer = await esi.get(routes.META_STATUS, "/meta/status", interactive=True)
        health = esi.decode(routes.META_STATUS, answer, _META)
    except _FAILURES:
        return 0
    down = sorted(f"{one.method} {one.path}" for one in health.routes if one.status == "Down")
    async with db.write() as tx:
        await queries.save_routes.run(tx, down, answer.as_of, max(answer.expires_at, tx.now + _ROUTES_LAST))
    return len(down)
