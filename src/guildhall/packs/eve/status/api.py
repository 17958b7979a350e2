"""The route of the server's status."""

from datetime import timedelta

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.reading import age_of, with_age
from guildhall.packs.eve.status import queries
from guildhall.packs.eve.status.schemas import ServerStatus
from guildhall.web.route import PUBLIC, Read, Routes

routes = Routes("/api/v1/eve")
_STATUS_LASTS = timedelta(minutes=10)
"""The age at which a stored status of the server says nothing about now."""


@routes.get("/status", scope=PUBLIC)
async def get_status(tx: Read) -> Response[ServerStatus]:
    """Status of the game's server.

    Return whether the server is up, the number of players, and the routes of ESI that are down, as seen last.

    Only ESI's 502, 503 and 504 and the daily downtime are "offline"; anything else that goes wrong is "unknown".
    """
    row = await queries.server_status.one_or_none(tx)
    if row is None:
        return with_age(ServerStatus(None, None, None, None, False, [], None, None), None)
    age = age_of(row.as_of, tx.now)
    known = row.as_of is not None and tx.now - row.as_of <= _STATUS_LASTS
    online, players = (row.online, row.players) if known else (None, None)
    status = ServerStatus(online, players, row.server_version, row.start_time, row.vip, row.routes_down, row.as_of, age)
    return with_age(status, age, {"cache-control": "public, max-age=30"})


WEB = WebPart(routes=routes)
