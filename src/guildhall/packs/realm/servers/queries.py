"""Servers and the sessions of those who play there."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.ids import GameSessionId, ServerId
from guildhall.packs.realm.servers.schemas import Server, ServerStatus, Session

_SERVER = """id, name, region, capacity, current_population, status, status_reason, language, pvp_enabled,
           level_range_min, level_range_max, created_at, updated_at"""
_SESSION = "id, server_id, user_agent, login_at, logout_at, last_activity"


@rows(Server, f"select {_SERVER} from realm.servers where id = :id", hot=True)
def server(id: ServerId) -> None: ...


@rows(Server, f"select {_SERVER} from realm.servers where id = :id for no key update")
def server_to_change(id: ServerId) -> None:
    """Lock a server: log-ins there wait until the transaction ends."""


@rows(
    Server,
    f"""
    select {_SERVER}
    from realm.servers
    where (:region::text is null or realm.name_key(region) = realm.name_key(:region))
      and (:status::text is null or status = :status)
      and (:after::text is null or name > :after)
    order by name
    limit :limit
    """,
)
def servers(region: str | None, status: ServerStatus | None, after: str | None, limit: int) -> None: ...


@rows(
    Server,
    f"""
    insert into realm.servers (id, name, region, capacity, status, status_reason, language, pvp_enabled,
                               level_range_min, level_range_max, created_at, updated_at)
    values (:id, :name, :region, :capacity, :status, :status_reason, :language, :pvp_enabled, :level_range_min,
            :level_range_max, :now, :now)
    on conflict (name_key, twin) do nothing
    returning {_SERVER}
    """,
)
def add_server(
    id: ServerId,
    name: str,
    region: str,
    capacity: int,
    status: ServerStatus,
    status_reason: str | None,
    language: str,
    pvp_enabled: bool,
    level_range_min: int,
    level_range_max: int,
    now: datetime,
) -> None: ...


@rows(
    Server,
    f"""
    update realm.servers
    set name = :name, twin = case when name = :name then twin end,
        region = :region, capacity = :capacity, current_population = :current_population, status = :status,
        status_reason = :status_reason, language = :language,
        pvp_enabled = :pvp_enabled, level_range_min = :level_range_min, level_range_max = :level_range_max,
        updated_at = :now
    where id = :id
    returning {_SERVER}
    """,
)
def change_server(
    id: ServerId,
    name: str,
    region: str,
    capacity: int,
    current_population: int,
    status: ServerStatus,
    status_reason: str | None,
    language: str,
    pvp_enabled: bool,
    level_range_min: int,
    level_range_max: int,
    now: datetime,
) -> None: ...


@rows(int, "select realm.live_sessions(:server)", hot=True)
def population(server: ServerId) -> None:
    """Count the players on a server at this instant."""


@rows(
    bool,
    """
    select exists (select from realm.sessions where logout_at is null and last_activity <= :silent_since)
        or exists (select from realm.servers s where s.current_population <> realm.live_sessions(s.id)) as due
    """,
    proven=("due",),
)
def sessions_or_populations_due(silent_since: datetime) -> None:
    """Return whether a session is silent since an instant, or a population differs from its sessions."""


@rows(tuple[ServerId, int], "select server_id, level from realm.users where id = :id for no key update")
def person_to_log_in(id: UserId) -> None:
    """The server and the level of somebody, who does not move until the transaction ends."""


@rows(
    Session,
    f"""
    update realm.sessions
    set logout_at = greatest(:now, login_at)
    where user_id = :user and logout_at is null and (:id::uuid is null or id = :id)
    returning {_SESSION}
    """,
)
def end_session_for(user: UserId, id: GameSessionId | None, now: datetime) -> None:
    """End the viewer's session, of which there is one at most."""


@rows(
    Session,
    f"""
    insert into realm.sessions (id, user_id, server_id, ip_hash, user_agent, login_at, last_activity)
    values (:id, :user, :server, :ip_hash, :user_agent, :now, :now)
    returning {_SESSION}
    """,
)
def add_session(
    id: GameSessionId, user: UserId, server: ServerId, ip_hash: bytes | None, user_agent: str | None, now: datetime
) -> None: ...


@command("update realm.users set last_login = :now where id = :id")
def note_login(id: UserId, now: datetime) -> None: ...


@rows(Session, f"select {_SESSION} from realm.sessions where user_id = :user and id = :id", hot=True)
def session_for(user: UserId, id: GameSessionId) -> None: ...


@command("update realm.sessions set last_activity = :now where user_id = :user and id = :id and logout_at is null")
def note_activity(user: UserId, id: GameSessionId, now: datetime) -> None: ...


@rows(
    Session,
    f"""
    select {_SESSION}
    from realm.sessions
    where user_id = :user and (not :open or logout_at is null)
      and (:after_login_at::timestamptz is null or (login_at, id) < (:after_login_at, :after::uuid))
    order by login_at desc, id desc
    limit :limit
    """,
    hot=True,
)
def sessions_for(
    user: UserId, open: bool, after_login_at: datetime | None, after: GameSessionId | None, limit: int
) -> None: ...


@rows(GameSessionId, "select ended from realm.end_sessions(:server, :user, :since, :now) ended")
def end_silent_sessions(server: ServerId | None, user: UserId | None, since: datetime | None, now: datetime) -> None:
    """End the sessions on a server or everywhere, of one user or of all, not heard of since an instant (null for
    all); the people.
    """


@command(
    """
    delete from realm.sessions
    where id in (select id from realm.sessions where logout_at < :before order by logout_at limit :limit)
    """,
)
def forget_sessions(before: datetime, limit: int) -> None: ...
