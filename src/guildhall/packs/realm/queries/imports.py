"""How far an import is, and what it has to know of what is here."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.exchange import Reason, Reject, TableDone
from guildhall.packs.realm.schemas.imports import ImportRow

only_import = Query(bool, "select pg_try_advisory_xact_lock(7236836012341)")
"""Whether nobody else imports; until the transaction ends."""

import_of = Query(
    ImportRow,
    """
    select id, namespace, first_message, last_message, words_done, finished_at
    from realm.imports where fingerprint = $1
    """,
    bytes,
)

import_span = Query(
    ImportRow,
    """
    select id, namespace, first_message, last_message, words_done, finished_at
    from realm.imports where id = $1
    """,
    UUID,
)

add_import = Command(
    "insert into realm.imports (id, fingerprint, namespace, file_name, started_at) values ($1, $2, $3, $4, $5)",
    UUID,
    bytes,
    UUID,
    str,
    datetime,
)

add_import_table = Command(
    "insert into realm.import_tables (import_id, table_name, total) values ($1, $2, $3)", UUID, str, int
)

last_row = Query(
    tuple[int, bool],
    "select last_row, finished from realm.import_tables where import_id = $1 and table_name = $2 for update",
    UUID,
    str,
)

mark_rows = Command(
    """
    update realm.import_tables
    set last_row = $3, added = added + $4, known = known + $5, rejected = rejected + $6, finished = $7
    where import_id = $1 and table_name = $2
    """,
    UUID,
    str,
    int,
    int,
    int,
    int,
    bool,
)

widen_messages = Command(
    """
    update realm.imports
    set first_message = least(first_message, $2), last_message = greatest(last_message, $3)
    where id = $1
    """,
    UUID,
    UUID,
    UUID,
)

finish_import = Command("update realm.imports set finished_at = $2 where id = $1", UUID, datetime)

add_rejects = Command(
    """
    insert into realm.import_rejects (import_id, table_name, row_number, kept, reason, contents, at)
    select $1, $2, r.n, r.kept, r.reason, r.contents::json, $7
    from unnest($3::bigint[], $4::boolean[], $5::text[], $6::text[]) r (n, kept, reason, contents)
    """,
    UUID,
    str,
    list[int],
    list[bool],
    list[str],
    list[str],
    datetime,
)

import_tables = Query(
    TableDone,
    """
    select table_name as "table", total, added, known, rejected, finished
    from realm.import_tables where import_id = $1
    """,
    UUID,
)

reject_reasons = Query(
    Reason,
    """
    select table_name as "table", reason, kept, count(*) as rows
    from realm.import_rejects where import_id = $1
    group by 1, 2, 3
    order by count(*) desc, 1, 2
    limit 200
    """,
    UUID,
)

rejects = Query(
    Reject,
    """
    select table_name as "table", row_number as row, kept, reason, contents
    from realm.import_rejects where import_id = $1
    order by table_name, row_number
    """,
    UUID,
)

forget_rejects = Command(
    """
    delete from realm.import_rejects
    where ctid = any(array(select ctid from realm.import_rejects where at < $1 order by at limit $2))
    """,
    datetime,
    int,
)

next_tick = Query(int, "select tick from core.next_live_tick(false)", proven=("tick",))

# Who follows the messages goes on behind this instant when nothing was sent since it last looked: then what an import
# adds of earlier times is its own to count and to make words of.
advance_followers = Command(
    """
    update realm.followers f
    set tick = $1
    where f.name in ('counts', 'words') and f.tick < $1
      and not exists (
          select from realm.messages m
          where m.id >= core.live_id(f.tick + 1, 0, 0) and m.id < core.live_id($1, 0, 0)
      )
    """,
    int,
)

follower_bound = Query(
    UUID,
    "select core.live_id(tick + 1, 0, 0) as id from realm.followers where name = $1 for share",
    str,
    proven=("id",),
)
"""What is before it was followed; what is not will be. The follower waits until the transaction ends."""

present: dict[str, Query[UUID]] = {
    kind: Query(UUID, f"select id from realm.{table} where id = any($1) order by id for {lock}", list[UUID])
    for kind, table, lock in (
        ("server", "servers", "key share"),
        ("user", "users", "no key update"),
        ("guild", "guilds", "no key update"),
        ("party", "parties", "no key update"),
        ("raid", "raids", "no key update"),
    )
}
"""Which of some things are there. None of them goes until the transaction ends."""

present_channels = Query(
    tuple[UUID, UUID],
    "select id, server_id from realm.channels where id = any($1) order by id for no key update",
    list[UUID],
)
"""With their servers."""

taken_emails = Query(
    tuple[str, UUID], "select email, id from core.users where email = any($1)", list[str], proven=("email",)
)

taken_channel_names = Query(
    tuple[UUID, str, str, UUID | None],
    """
    select g.server_id, g.name, realm.name_key(g.name) as key, c.id
    from unnest($1::uuid[], $2::text[]) g (server_id, name)
    left join realm.channels c
      on c.server_id = g.server_id and c.name_key = realm.name_key(g.name)
     and c.guild_id is null and c.party_id is null and c.raid_id is null and c.closed_at is null
    """,
    list[UUID],
    list[str],
    proven=("server_id", "name", "key"),
)
"""Names ($2) of channels of servers ($1) with their keys, and who has them."""

taken_usernames = Query(
    tuple[UUID, str, str, UUID | None],
    """
    select g.server_id, g.name, realm.name_key(g.name) as key, u.id
    from unnest($1::uuid[], $2::text[]) g (server_id, name)
    left join realm.users u on u.server_id = g.server_id and u.username_key = realm.name_key(g.name)
    """,
    list[UUID],
    list[str],
    proven=("server_id", "name", "key"),
)
"""The same of characters."""

member_counts: dict[str, Query[tuple[UUID, int]]] = {
    "guild_members": Query(
        tuple[UUID, int],
        "select guild_id, count(*)::int from realm.guild_members where guild_id = any($1) group by 1",
        list[UUID],
    ),
    "party_members": Query(
        tuple[UUID, int],
        "select party_id, count(*)::int from realm.party_members where party_id = any($1) group by 1",
        list[UUID],
    ),
}

settle: dict[str, Command] = {
    "guild_members": Command(
        """
        update realm.guilds g
        set member_count = n.members, max_members = greatest(g.max_members, n.members)
        from (select guild_id, count(*)::int as members from realm.guild_members where guild_id = any($1) group by 1) n
        where g.id = n.guild_id and g.member_count <> n.members
        """,
        list[UUID],
    ),
    "party_members": Command(
        """
        update realm.parties p
        set member_count = n.members, max_members = greatest(p.max_members, n.members)
        from (select party_id, count(*)::int as members from realm.party_members where party_id = any($1) group by 1) n
        where p.id = n.party_id and p.member_count <> n.members
        """,
        list[UUID],
    ),
    "raid_participants": Command(
        """
        update realm.raids r
        set participant_count = n.people
        from (select raid_id, count(*)::int as people from realm.raid_participants where raid_id = any($1) group by 1) n
        where r.id = n.raid_id and r.participant_count <> n.people
        """,
        list[UUID],
    ),
}
"""Makes the counts of some guilds, parties or raids what their members are."""
