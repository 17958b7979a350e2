"""Public data: the server's status, the health of routes, the corporations of characters."""

from datetime import timedelta

import msgspec
from msgspec import Struct

from guildhall.core.upstream.errors import UpstreamNotFound, UpstreamResting
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.instants import Instant
from guildhall.log import get_logger
from guildhall.packs.eve.errors import EsiAway, EsiForbade, EsiHalted, TokenRefused
from guildhall.packs.eve.queries import characters, status
from guildhall.packs.eve.rules import routes
from guildhall.packs.eve.schemas.kinds import Id, Int
from guildhall.packs.eve.upstream.client import Esi

log = get_logger(__name__)

_AFFILIATIONS = 1000
"""Ids that one question takes."""
_ASKING = timedelta(seconds=30)
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


class _Affiliation(Struct, frozen=True):
    character_id: Id
    corporation_id: Id
    alliance_id: Id | None = None


_STATUS = Rows(_Status)
_META = Rows(_MetaStatus)
_GIVEN = Rows(list[_Affiliation])
_FAILURES = (Unavailable, UpstreamNotFound, EsiForbade, TokenRefused)


async def sync_status(db: Database, esi: Esi) -> dict[str, bool | int]:
    """Look at the server and at ESI's routes if what is known has expired. One process does at a time."""
    async with db.write() as tx:
        await status.begin_status.run(tx)
        due = await status.status_due.one_or_none(tx, tx.now)
        if due is None or not any(due):
            return {"asked": False}
        await status.hold_status.run(tx, tx.now + _ASKING)  # ours to ask; who comes meanwhile finds nothing due
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
                await status.save_status.run(tx, False, None, None, None, False, tx.now, tx.now + _ASKING)
            else:
                log.warning("eve_status_unknown", why=str(error))
                await status.forget_status.run(tx, tx.now + _ASKING)
        return
    async with db.write() as tx:
        await status.save_status.run(
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
        await status.save_routes.run(tx, down, answer.as_of, max(answer.expires_at, tx.now + _ROUTES_LAST))
    return len(down)


async def sync_affiliations(db: Database, esi: Esi, only_new: bool) -> dict[str, int]:
    """Look up corporations and alliances from the public list; how many characters were asked for."""
    async with db.read() as tx:
        ids = await characters.to_affiliate.many(tx, only_new)
    if not ids:
        return {"asked": 0}
    answer = await esi.post(routes.AFFILIATION, msgspec.json.encode(ids[:_AFFILIATIONS]))
    given = {one.character_id: one for one in esi.decode(routes.AFFILIATION, answer, _GIVEN)}
    async with db.write() as tx:
        await characters.save_affiliations.run(
            tx,
            list(given),
            [one.corporation_id for one in given.values()],
            [one.alliance_id for one in given.values()],
        )
    return {"asked": len(ids)}
