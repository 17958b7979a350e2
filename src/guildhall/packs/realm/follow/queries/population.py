"""The populations of servers."""

from guildhall.db.statements import command, rows
from guildhall.packs.realm.ids import ServerId


@rows(
    ServerId,
    """
    select s.id
    from realm.servers s
    where (:ids::uuid[] is null or s.id = any(:ids)) and s.current_population <> realm.live_sessions(s.id)
    order by s.id
    """,
)
def misjudged_populations(ids: list[ServerId] | None) -> None: ...


@rows(ServerId, "select id from realm.servers where id = any(:ids) order by id for no key update")
def lock_servers(ids: list[ServerId]) -> None: ...


@command(
    """
    update realm.servers s
    set current_population = n.live
    from (select c.id, realm.live_sessions(c.id)::int as live from realm.servers c where c.id = any(:ids)) n
    where s.id = n.id and s.current_population <> n.live
    """,
)
def recount_populations(ids: list[ServerId]) -> None: ...
