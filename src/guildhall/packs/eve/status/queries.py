"""The game's server and the health of ESI's routes: one row for all processes."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.eve.status.schemas import ServerStatusRow


@command("insert into eve.server_status (single) values (true) on conflict do nothing")
def begin_status() -> None:
    """Insert the row once, so that there is one to claim."""


@rows(
    bool,
    """
    select not exists (select from eve.server_status where expires_at > :now and routes_expires_at > :now) as due
    """,
    proven=("due",),
)
def status_asked_for(now: datetime) -> None:
    """Return whether the stored status has expired, or there is none."""


@rows(
    tuple[bool, bool],
    """
    select coalesce(expires_at <= :now, true) as status_due, coalesce(routes_expires_at <= :now, true) as routes_due
    from eve.server_status
    for update skip locked
    """,
)
def status_due(now: datetime) -> None: ...


@command(
    """
    update eve.server_status
    set online = :online, players = :players, server_version = coalesce(:server_version, server_version),
        start_time = coalesce(:start_time, start_time), vip = :vip, as_of = :as_of, expires_at = :expires_at
    """,
)
def save_status(
    online: bool | None,
    players: int | None,
    server_version: str | None,
    start_time: datetime | None,
    vip: bool,
    as_of: datetime,
    expires_at: datetime,
) -> None: ...


@command("update eve.server_status set online = null, players = null, vip = false, expires_at = :expires_at")
def forget_status(expires_at: datetime) -> None:
    """Set the server's status to unknown; `as_of` stays that of the last answer."""


@command(
    """
    update eve.server_status
    set routes_down = :routes_down, routes_as_of = :routes_as_of, routes_expires_at = :routes_expires_at
    """,
)
def save_routes(routes_down: list[str], routes_as_of: datetime, routes_expires_at: datetime) -> None: ...


@command(
    """
    update eve.server_status
    set expires_at = greatest(expires_at, :until), routes_expires_at = greatest(routes_expires_at, :until)
    """,
)
def hold_status(until: datetime) -> None: ...


@rows(
    ServerStatusRow,
    """
    select online, players, server_version, start_time, vip, routes_down, as_of
    from eve.server_status
    """,
)
def server_status() -> None: ...
