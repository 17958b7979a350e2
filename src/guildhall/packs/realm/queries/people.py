"""Characters: making and changing them, a server's people, how busy they are."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.access import Badge
from guildhall.packs.realm.schemas.people import Person, PersonCard, PersonRow, Ties, UserStatistics

_PERSON = """id, username, avatar_url, badge, level, experience, server_id, message_count, last_login, is_active,
           created_at"""

person = Query(Person, f"select {_PERSON} from realm.users where id = $1", UUID, hot=True)

add_person = Query(
    Person,
    f"""
    insert into realm.users (id, username, avatar_url, server_id, created_at, updated_at, two_factor_enabled)
    values ($1, $2, $3, $4, $5, $5,
            exists (select 1 from core.totp t where t.user_id = $1 and t.confirmed_at is not null))
    on conflict (id) do nothing
    returning {_PERSON}
    """,
    UUID,
    str,
    str | None,
    UUID,
    datetime,
)

person_to_change = Query(
    PersonRow,
    "select id, username, server_id, badge, level, experience, is_active from realm.users where id = $1 for update",
    UUID,
)
"""Nobody joins or leaves anything as this person until the transaction ends."""

rename_person = Query(
    Person,
    f"""
    update realm.users set username = $2, twin = case when username = $2 then twin end,
    avatar_url = $3, updated_at = $4 where id = $1
    returning {_PERSON}
    """,
    UUID,
    str,
    str | None,
    datetime,
)

move_person = Query(
    Person,
    f"""
    update realm.users set username = $2, twin = case when username = $2 then twin end,
    avatar_url = $3, server_id = $5, badge = 'standard', updated_at = $4
    where id = $1
    returning {_PERSON}
    """,
    UUID,
    str,
    str | None,
    datetime,
    UUID,
)
"""To the server $5. What somebody was on the old one they are not on the new one."""

leave_channels_of = Command(
    """
    delete from realm.channel_members m using realm.channels c
    where m.user_id = $1 and c.id = m.channel_id and c.server_id = $2
    """,
    UUID,
    UUID,
)

is_suspended = Query(
    bool, "select suspended_at is not null as suspended from core.users where id = $1", UUID, proven=("suspended",)
)
"""Whether an account is closed to its owner; for a role that sees everybody's."""

ties_of = Query(
    Ties,
    """
    select exists (select 1 from realm.guild_members m where m.user_id = $1) as guild,
           exists (select 1 from realm.party_members m join realm.parties p on p.id = m.party_id
                   where m.user_id = $1 and p.status = 'active') as party,
           exists (select 1 from realm.raids r where r.leader_id = $1 and r.status in ('preparing', 'in_progress'))
           or exists (select 1 from realm.raid_signups s join realm.raids r on r.id = s.raid_id
                      where s.user_id = $1 and s.state in ('confirmed', 'bench', 'tentative')
                        and r.status in ('preparing', 'in_progress')) as raid
    """,
    UUID,
)

change_person = Query(
    Person,
    f"""
    update realm.users set badge = $2, level = $3, experience = $4, is_active = $5, updated_at = $6 where id = $1
    returning {_PERSON}
    """,
    UUID,
    Badge,
    int,
    int,
    bool,
    datetime,
)

people_to_progress = Query(
    tuple[UUID, int],
    "select id, level from realm.users where id = any($1) and server_id = $2 order by id for no key update",
    list[UUID],
    UUID,
)

progress_people = Command(
    """
    update realm.users u set level = n.level, experience = n.experience, updated_at = $4
    from unnest($1::uuid[], $2::int[], $3::bigint[]) n (id, level, experience)
    where u.id = n.id and (u.level, u.experience) is distinct from (n.level, n.experience)
    """,
    list[UUID],
    list[int],
    list[int],
    datetime,
)

people_by_level = Query(
    PersonCard,
    """
    select id, username, avatar_url, badge, level, last_login
    from realm.users
    where server_id = $1 and is_active and level between $2 and $3
      and ($4::int is null or (level, id) < ($4, $5::uuid))
    order by level desc, id desc
    limit $6
    """,
    UUID,
    int,
    int,
    int | None,
    UUID | None,
    int,
    hot=True,
)
"""Of a server, the highest first."""

people_by_name = Query(
    PersonCard,
    """
    select id, username, avatar_url, badge, level, last_login
    from realm.users
    where server_id = $1 and is_active and level between $2 and $3
      and username_key ~>=~ realm.name_key($4::text) and username_key ~<~ (realm.name_key($4) || chr(1114111))
      and ($5::text is null or username_key ~>~ realm.name_key($5)
           or username_key = realm.name_key($5) and twin is not null and ($6::uuid is null or id > $6))
    order by username_key using ~<~, twin nulls first
    limit $7
    """,
    UUID,
    int,
    int,
    str,
    str | None,
    UUID | None,
    int,
    hot=True,
)
"""Of a server, those whose names begin with $4, by name behind $5; of names that are the same, the oldest comes first
and the others behind a place ($6)."""

user_statistics = Query(
    UserStatistics,
    """
    select u.id, u.username, u.message_count,
           (select count(*) from realm.raid_participants p where p.user_id = u.id) as raid_count,
           u.level, u.last_login
    from realm.users u
    where u.server_id = $1 and ($2::bigint is null or (u.message_count, u.id) < ($2, $3::uuid))
    order by u.message_count desc, u.id desc
    limit $4
    """,
    UUID,
    int | None,
    UUID | None,
    int,
    hot=True,
)
"""Of a server, the busiest first."""

staff_of = Query(
    UUID,
    """
    select id from realm.users
    where server_id = $1 and badge in ('admin', 'moderator') and is_active
    order by id
    limit $2
    """,
    UUID,
    int,
    hot=True,
)
