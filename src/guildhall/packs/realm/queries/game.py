"""What a game server's rows are about."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.game import HeldCharacter, KnownChannel, KnownPerson, KnownRaid

known_people = Query(
    KnownPerson,
    """
    select id, '' as name from realm.users where server_id = $1 and id = any($2)
    union all
    select u.id, n.name
    from unnest($3::text[]) n (name)
    join realm.users u on u.server_id = $1 and u.username_key = realm.name_key(n.name)
    """,
    UUID,
    list[UUID],
    list[str],
    hot=True,
    proven=("id", "name"),
)
"""Of a server ($1): by ids, without the name; by names ($3), each as it was asked for, however it is written."""

known_raids = Query(
    KnownRaid,
    """
    select id, external_id from realm.raids where server_id = $1 and id = any($2)
    union
    select id, external_id from realm.raids where server_id = $1 and external_id = any($3)
    """,
    UUID,
    list[UUID],
    list[str],
    hot=True,
    proven=("id",),
)

known_channels = Query(
    KnownChannel,
    """
    select id, closed_at is not null as closed,
           visibility <> 'private' and min_level = 1 and num_nonnulls(guild_id, party_id, raid_id) = 0 as public
    from realm.channels where server_id = $1 and id = any($2)
    """,
    UUID,
    list[UUID],
    hot=True,
    proven=("closed", "public"),
)

hold_characters = Query(
    HeldCharacter,
    "select id, level, experience from realm.users where id = any($1) order by id for no key update",
    list[UUID],
    hot=True,
)

save_characters = Command(
    """
    update realm.users u set level = n.level, experience = n.experience, updated_at = $4
    from unnest($1::uuid[], $2::int[], $3::bigint[]) n (id, level, experience)
    where u.id = n.id
    """,
    list[UUID],
    list[int],
    list[int],
    datetime,
)
