"""The progress of an import, and look-ups of existing rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.statements import Command, Query, command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.exchange.schemas.exchange import Reason, Reject, TableDone
from guildhall.packs.realm.exchange.schemas.imports import ImportRow
from guildhall.packs.realm.ids import ChannelId, GuildId, ImportId, PartyId, RaidId, ServerId


@rows(bool, "select pg_try_advisory_xact_lock(7236836012341)")
def only_import() -> None:
    """Lock imports until the transaction ends; return whether no other import runs."""


@rows(
    ImportRow,
    """
    select id, namespace, first_message, last_message, words_done, finished_at
    from realm.imports where fingerprint = :fingerprint
    """,
)
def import_of(fingerprint: bytes) -> None: ...


@rows(
    ImportRow,
    """
    select id, namespace, first_message, last_message, words_done, finished_at
    from realm.imports where id = :id
    """,
)
def import_span(id: ImportId) -> None: ...


@command(
    """
    insert into realm.imports (id, fingerprint, namespace, file_name, started_at)
    values (:id, :fingerprint, :namespace, :file_name, :now)
    """,
)
def add_import(id: ImportId, fingerprint: bytes, namespace: UUID, file_name: str, now: datetime) -> None: ...


@command("insert into realm.import_tables (import_id, table_name, total) values (:import_, :table_name, :total)")
def add_import_table(import_: ImportId, table_name: str, total: int) -> None: ...


@rows(
    tuple[int, bool],
    """
    select last_row, finished from realm.import_tables
    where import_id = :import_ and table_name = :table_name for update
    """,
)
def last_row(import_: ImportId, table_name: str) -> None: ...


@command(
    """
    update realm.import_tables
    set last_row = :last_row, added = added + :added, known = known + :known, rejected = rejected + :rejected,
        finished = :finished
    where import_id = :import_ and table_name = :table_name
    """,
)
def mark_rows(
    import_: ImportId, table_name: str, last_row: int, added: int, known: int, rejected: int, finished: bool
) -> None: ...


@command(
    """
    update realm.imports
    set first_message = least(first_message, :first), last_message = greatest(last_message, :last)
    where id = :id
    """,
)
def widen_messages(id: ImportId, first: UUID, last: UUID) -> None: ...


@command("update realm.imports set finished_at = :now where id = :id")
def finish_import(id: ImportId, now: datetime) -> None: ...


@command(
    """
    insert into realm.import_rejects (import_id, table_name, row_number, kept, reason, contents, at)
    select :import_, :table_name, r.n, r.kept, r.reason, r.contents::json, :at
    from unnest(:numbers::bigint[], :kept::boolean[], :reasons::text[], :contents::text[]) r (n, kept, reason, contents)
    """,
)
def add_rejects(
    import_: ImportId,
    table_name: str,
    numbers: list[int],
    kept: list[bool],
    reasons: list[str],
    contents: list[str],
    at: datetime,
) -> None: ...


@rows(
    TableDone,
    """
    select table_name as "table", total, added, known, rejected, finished
    from realm.import_tables where import_id = :import_
    """,
)
def import_tables(import_: ImportId) -> None: ...


@rows(
    Reason,
    """
    select table_name as "table", reason, kept, count(*) as rows
    from realm.import_rejects where import_id = :import_
    group by 1, 2, 3
    order by count(*) desc, 1, 2
    limit 200
    """,
)
def reject_reasons(import_: ImportId) -> None: ...


@rows(
    Reject,
    """
    select table_name as "table", row_number as row, kept, reason, contents
    from realm.import_rejects where import_id = :import_
    order by table_name, row_number
    """,
)
def rejects(import_: ImportId) -> None: ...


@command(
    """
    delete from realm.import_rejects
    where ctid = any(array(select ctid from realm.import_rejects where at < :before order by at limit :limit))
    """,
)
def forget_rejects(before: datetime, limit: int) -> None: ...


@rows(int, "select tick from core.next_live_tick(false)", proven=("tick",))
def next_tick() -> None: ...


@command(
    """
    update realm.followers f
    set tick = :tick
    where f.name in ('counts', 'words') and f.tick < :tick
      and not exists (
          select from realm.messages m
          where m.id >= core.live_id(f.tick + 1, 0, 0) and m.id < core.live_id(:tick, 0, 0)
      )
    """,
)
def advance_followers(tick: int) -> None:
    """Move the checkpoints of followers to this instant if nothing was sent since their last look.

    Then an import counts and indexes the older messages that it adds by itself.
    """


@rows(
    UUID, "select core.live_id(tick + 1, 0, 0) as id from realm.followers where name = :name for share", proven=("id",)
)
def follower_bound(name: str) -> None:
    """Lock a follower's checkpoint until the transaction ends, and return it as an id.

    Messages before it were followed; those after it will be.
    """


def _present(table: str, lock: str) -> Query[[list[UUID]], UUID]:
    @rows(UUID, f"select id from realm.{table} where id = any(:ids) order by id for {lock}")
    def present(ids: list[UUID]) -> None: ...

    return present


present = {
    kind: _present(table, lock)
    for kind, table, lock in (
        ("server", "servers", "key share"),
        ("user", "users", "no key update"),
        ("guild", "guilds", "no key update"),
        ("party", "parties", "no key update"),
        ("raid", "raids", "no key update"),
    )
}
"""Statements that select which of some ids exist. None of these rows is deleted until the transaction ends."""


@rows(
    tuple[ChannelId, ServerId],
    "select id, server_id from realm.channels where id = any(:ids) order by id for no key update",
)
def present_channels(ids: list[ChannelId]) -> None:
    """Select which of some channels exist, with their servers."""


@rows(tuple[str, UserId], "select email, id from core.users where email = any(:emails)", proven=("email",))
def taken_emails(emails: list[str]) -> None: ...


@rows(
    tuple[ServerId, str, str, UUID | None],
    """
    select g.server_id, g.name, realm.name_key(g.name) as key, c.id
    from unnest(:servers::uuid[], :names::text[]) g (server_id, name)
    left join realm.channels c
      on c.server_id = g.server_id and c.name_key = realm.name_key(g.name)
     and c.guild_id is null and c.party_id is null and c.raid_id is null and c.closed_at is null
    """,
    proven=("server_id", "name", "key"),
)
def taken_channel_names(servers: list[ServerId], names: list[str]) -> None:
    """The names of channels of servers with their keys, and who has them."""


@rows(
    tuple[ServerId, str, str, UUID | None],
    """
    select g.server_id, g.name, realm.name_key(g.name) as key, u.id
    from unnest(:servers::uuid[], :names::text[]) g (server_id, name)
    left join realm.users u on u.server_id = g.server_id and u.username_key = realm.name_key(g.name)
    """,
    proven=("server_id", "name", "key"),
)
def taken_usernames(servers: list[ServerId], names: list[str]) -> None:
    """The same of characters."""


@rows(
    tuple[GuildId, int],
    "select guild_id, count(*)::int from realm.guild_members where guild_id = any(:guilds) group by 1",
)
def guild_member_counts(guilds: list[GuildId]) -> None: ...


@rows(
    tuple[PartyId, int],
    "select party_id, count(*)::int from realm.party_members where party_id = any(:parties) group by 1",
)
def party_member_counts(parties: list[PartyId]) -> None: ...


member_counts: dict[str, Query[..., tuple[Any, int]]] = {
    "guild_members": guild_member_counts,
    "party_members": party_member_counts,
}


@command(
    """
    update realm.guilds g
    set member_count = n.members, max_members = greatest(g.max_members, n.members)
    from (select guild_id, count(*)::int as members from realm.guild_members where guild_id = any(:guilds) group by 1) n
    where g.id = n.guild_id and g.member_count <> n.members
    """,
)
def settle_guilds(guilds: list[GuildId]) -> None: ...


@command(
    """
    update realm.parties p
    set member_count = n.members, max_members = greatest(p.max_members, n.members)
    from (
        select party_id, count(*)::int as members from realm.party_members where party_id = any(:parties) group by 1
    ) n
    where p.id = n.party_id and p.member_count <> n.members
    """,
)
def settle_parties(parties: list[PartyId]) -> None: ...


@command(
    """
    update realm.raids r
    set participant_count = n.people
    from (
        select raid_id, count(*)::int as people from realm.raid_participants where raid_id = any(:raids) group by 1
    ) n
    where r.id = n.raid_id and r.participant_count <> n.people
    """,
)
def settle_raids(raids: list[RaidId]) -> None: ...


settle: dict[str, Command[...]] = {
    "guild_members": settle_guilds,
    "party_members": settle_parties,
    "raid_participants": settle_raids,
}
"""Makes the counts of some guilds, parties or raids what their members are."""
