"""Characters: making and changing them, a server's people, how busy they are."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import Badge
from guildhall.packs.realm.ids import ServerId
from guildhall.packs.realm.people.schemas import Person, PersonCard, PersonRow, Ties, UserStatistics

_PERSON = """id, username, avatar_url, badge, level, experience, server_id, message_count, last_login, is_active,
           created_at"""


@rows(Person, f"select {_PERSON} from realm.users where id = :id", hot=True)
def person(id: UserId) -> None: ...


@rows(
    Person,
    f"""
    insert into realm.users (id, username, avatar_url, server_id, created_at, updated_at, two_factor_enabled)
    values (:id, :username, :avatar_url, :server, :now, :now,
            exists (select 1 from core.totp t where t.user_id = :id and t.confirmed_at is not null))
    on conflict (id) do nothing
    returning {_PERSON}
    """,
)
def add_person(id: UserId, username: str, avatar_url: str | None, server: ServerId, now: datetime) -> None: ...


@rows(
    PersonRow,
    """
    select id, username, server_id, badge, level, experience, is_active from realm.users where id = :id
    for update
    """,
)
def person_to_change(id: UserId) -> None:
    """Lock a person, who then joins and leaves nothing until the transaction ends."""


@rows(
    Person,
    f"""
    update realm.users set username = :username, twin = case when username = :username then twin end,
    avatar_url = :avatar_url, updated_at = :now where id = :id
    returning {_PERSON}
    """,
)
def rename_person(id: UserId, username: str, avatar_url: str | None, now: datetime) -> None: ...


@rows(
    Person,
    f"""
    update realm.users set username = :username, twin = case when username = :username then twin end,
    avatar_url = :avatar_url, server_id = :server, badge = 'standard', updated_at = :now
    where id = :id
    returning {_PERSON}
    """,
)
def move_person(id: UserId, username: str, avatar_url: str | None, now: datetime, server: ServerId) -> None:
    """Move a user to a server. What they were on the old one they are not on the new one."""


@command(
    """
    delete from realm.channel_members m using realm.channels c
    where m.user_id = :user and c.id = m.channel_id and c.server_id = :server
    """,
)
def leave_channels_of(user: UserId, server: ServerId) -> None: ...


@rows(bool, "select suspended_at is not null as suspended from core.users where id = :id", proven=("suspended",))
def is_suspended(id: UserId) -> None:
    """Return whether an account is suspended; for a role that sees all of them."""


@rows(
    Ties,
    """
    select exists (select 1 from realm.guild_members m where m.user_id = :user) as guild,
           exists (select 1 from realm.party_members m join realm.parties p on p.id = m.party_id
                   where m.user_id = :user and p.status = 'active') as party,
           exists (select 1 from realm.raids r where r.leader_id = :user and r.status in ('preparing', 'in_progress'))
           or exists (select 1 from realm.raid_signups s join realm.raids r on r.id = s.raid_id
                      where s.user_id = :user and s.state in ('confirmed', 'bench', 'tentative')
                        and r.status in ('preparing', 'in_progress')) as raid
    """,
)
def ties_of(user: UserId) -> None: ...


@rows(
    Person,
    f"""
    update realm.users set badge = :badge, level = :level, experience = :experience, is_active = :is_active,
        updated_at = :now where id = :id
    returning {_PERSON}
    """,
)
def change_person(id: UserId, badge: Badge, level: int, experience: int, is_active: bool, now: datetime) -> None: ...


@rows(
    PersonCard,
    """
    select id, username, avatar_url, badge, level, last_login
    from realm.users
    where server_id = :server and is_active and level between :lowest and :highest
      and (:after_level::int is null or (level, id) < (:after_level, :after::uuid))
    order by level desc, id desc
    limit :limit
    """,
    hot=True,
)
def people_by_level(
    server: ServerId, lowest: int, highest: int, after_level: int | None, after: UserId | None, limit: int
) -> None:
    """Select the people of a server by level, the highest first."""


@rows(
    PersonCard,
    """
    select id, username, avatar_url, badge, level, last_login
    from realm.users
    where server_id = :server and is_active and level between :lowest and :highest
      and username_key ~>=~ realm.name_key(:prefix::text) and username_key ~<~ (realm.name_key(:prefix) || chr(1114111))
      and (:after_name::text is null or username_key ~>~ realm.name_key(:after_name)
           or username_key = realm.name_key(:after_name) and twin is not null
             and (:after_id::uuid is null or id > :after_id))
    order by username_key using ~<~, twin nulls first
    limit :limit
    """,
    hot=True,
)
def people_by_name(
    server: ServerId,
    lowest: int,
    highest: int,
    prefix: str,
    after_name: str | None,
    after_id: UserId | None,
    limit: int,
) -> None:
    """A server's people whose names begin with a prefix, by name.

    Of names that are the same, the oldest comes first and the others behind a place.
    """


@rows(
    UserStatistics,
    """
    select u.id, u.username, u.message_count,
           (select count(*) from realm.raid_participants p where p.user_id = u.id) as raid_count,
           u.level, u.last_login
    from realm.users u
    where u.server_id = :server
      and (:after_message_count::bigint is null or (u.message_count, u.id) < (:after_message_count, :after::uuid))
    order by u.message_count desc, u.id desc
    limit :limit
    """,
    hot=True,
)
def user_statistics(server: ServerId, after_message_count: int | None, after: UserId | None, limit: int) -> None:
    """Select the statistics of a server's people, the busiest first."""
