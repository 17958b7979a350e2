"""The game's server and the health of ESI's routes: one row for all processes."""

from datetime import datetime

from guildhall.db.query import Command, Query

# The row is made by who comes first, so that there is one to claim.
begin_status = Command("insert into eve.server_status (single) values (true) on conflict do nothing")

status_asked_for = Query(
    bool,
    """
    select not exists (select from eve.server_status where expires_at > $1 and routes_expires_at > $1) as due
    """,
    datetime,
    proven=("due",),
)
"""Whether what is known has expired, or nothing is known."""

status_due = Query(
    tuple[bool, bool],
    """
    select coalesce(expires_at <= $1, true) as status_due, coalesce(routes_expires_at <= $1, true) as routes_due
    from eve.server_status
    for update skip locked
    """,
    datetime,
)

save_status = Command(
    """
    update eve.server_status
    set online = $1, players = $2, server_version = coalesce($3, server_version),
        start_time = coalesce($4, start_time), vip = $5, as_of = $6, expires_at = $7
    """,
    bool | None,
    int | None,
    str | None,
    datetime | None,
    bool,
    datetime,
    datetime,
)

# Nobody knows whether it is up; `as_of` stays that of the last answer.
forget_status = Command(
    "update eve.server_status set online = null, players = null, vip = false, expires_at = $1", datetime
)

save_routes = Command(
    "update eve.server_status set routes_down = $1, routes_as_of = $2, routes_expires_at = $3",
    list[str],
    datetime,
    datetime,
)

hold_status = Command(
    """
    update eve.server_status
    set expires_at = greatest(expires_at, $1), routes_expires_at = greatest(routes_expires_at, $1)
    """,
    datetime,
)
