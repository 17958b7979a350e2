"""Servers and the sessions of those who play there."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.servers import Server, ServerStatus, Session

_SERVER = """id, name, region, capacity, current_population, status, status_reason, language, pvp_enabled,
           level_range_min, level_range_max, created_at, updated_at"""
_SESSION = "id, server_id, user_agent, login_at, logout_at, last_activity"

server = Query(Server, f"select {_SERVER} from realm.servers where id = $1", UUID, hot=True)

server_is_there = Query(UUID, "select id from realm.servers where id = $1", UUID, hot=True)

server_to_change = Query(Server, f"select {_SERVER} from realm.servers where id = $1 for no key update", UUID)
"""Nobody logs in there until the transaction ends."""

servers = Query(
    Server,
    f"""
    select {_SERVER}
    from realm.servers
    where ($1::text is null or realm.name_key(region) = realm.name_key($1)) and ($2::text is null or status = $2)
      and ($3::text is null or name > $3)
    order by name
    limit $4
    """,
    str | None,
    ServerStatus | None,
    str | None,
    int,
)

add_server = Query(
    Server,
    f"""
    insert into realm.servers (id, name, region, capacity, status, status_reason, language, pvp_enabled,
                               level_range_min, level_range_max, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
    on conflict (name_key, twin) do nothing
    returning {_SERVER}
    """,
    UUID,
    str,
    str,
    int,
    ServerStatus,
    str | None,
    str,
    bool,
    int,
    int,
    datetime,
)

change_server = Query(
    Server,
    f"""
    update realm.servers
    set name = $2, twin = case when name = $2 then twin end,
        region = $3, capacity = $4, current_population = $5, status = $6, status_reason = $7, language = $8,
        pvp_enabled = $9, level_range_min = $10, level_range_max = $11, updated_at = $12
    where id = $1
    returning {_SERVER}
    """,
    UUID,
    str,
    str,
    int,
    int,
    ServerStatus,
    str | None,
    str,
    bool,
    int,
    int,
    datetime,
)

population = Query(int, "select realm.live_sessions($1)", UUID, hot=True)
"""How many play on a server at this instant."""

misjudged_populations = Query(
    UUID,
    """
    select s.id
    from realm.servers s
    where ($1::uuid[] is null or s.id = any($1)) and s.current_population <> realm.live_sessions(s.id)
    order by s.id
    """,
    list[UUID] | None,
)

sessions_or_populations_due = Query(
    bool,
    """
    select exists (select from realm.sessions where logout_at is null and last_activity <= $1)
        or exists (select from realm.servers s where s.current_population <> realm.live_sessions(s.id)) as due
    """,
    datetime,
    proven=("due",),
)
"""Whether somebody plays who was not heard of since an instant, or a population is not what its sessions say."""

lock_servers = Query(UUID, "select id from realm.servers where id = any($1) order by id for no key update", list[UUID])

recount_populations = Command(
    """
    update realm.servers s
    set current_population = n.live
    from (select c.id, realm.live_sessions(c.id)::int as live from realm.servers c where c.id = any($1)) n
    where s.id = n.id and s.current_population <> n.live
    """,
    list[UUID],
)

person_to_log_in = Query(
    tuple[UUID, int],
    "select server_id, level from realm.users where id = $1 for no key update",
    UUID,
)
"""The server and the level of somebody, who does not move until the transaction ends."""

end_session_for = Query(
    Session,
    f"""
    update realm.sessions
    set logout_at = greatest($3, login_at)
    where user_id = $1 and logout_at is null and ($2::uuid is null or id = $2)
    returning {_SESSION}
    """,
    UUID,
    UUID | None,
    datetime,
)
"""Of the viewer $1, who has one at most."""

add_session = Query(
    Session,
    f"""
    insert into realm.sessions (id, user_id, server_id, ip_hash, user_agent, login_at, last_activity)
    values ($1, $2, $3, $4, $5, $6, $6)
    returning {_SESSION}
    """,
    UUID,
    UUID,
    UUID,
    bytes | None,
    str | None,
    datetime,
)

note_login = Command("update realm.users set last_login = $2 where id = $1", UUID, datetime)

session_for = Query(
    Session, f"select {_SESSION} from realm.sessions where user_id = $1 and id = $2", UUID, UUID, hot=True
)

note_activity = Command(
    "update realm.sessions set last_activity = $3 where user_id = $1 and id = $2 and logout_at is null",
    UUID,
    UUID,
    datetime,
)

sessions_for = Query(
    Session,
    f"""
    select {_SESSION}
    from realm.sessions
    where user_id = $1 and (not $2 or logout_at is null)
      and ($3::timestamptz is null or (login_at, id) < ($3, $4::uuid))
    order by login_at desc, id desc
    limit $5
    """,
    UUID,
    bool,
    datetime | None,
    UUID | None,
    int,
    hot=True,
)

end_silent_sessions = Query(
    UUID,
    "select ended from realm.end_sessions($1, $2, $3, $4) ended",
    UUID | None,
    UUID | None,
    datetime | None,
    datetime,
)
"""On a server ($1) or everywhere, of one person ($2) or of all, not heard of since $3 or however lively: the people.
As of $4."""

forget_sessions = Command(
    """
    delete from realm.sessions
    where id in (select id from realm.sessions where logout_at < $1 order by logout_at limit $2)
    """,
    datetime,
    int,
)
