"""Channels: making them, changing them, who sees them, who belongs to them."""

from datetime import datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import Visibility
from guildhall.packs.realm.chat.schemas.channels import ChannelRow, LockedChannel, Member, MemberRole, MemberSubject
from guildhall.packs.realm.ids import ChannelId, GuildId, PartyId, RaidId, ServerId

_SHOWN = """c.id, c.name, c.server_id, c.description, c.visibility, c.category, c.min_level, c.message_count,
           c.slow_mode_seconds, c.guild_id, c.party_id, c.raid_id, c.closed_at, c.created_at"""


@rows(ChannelRow, f"select {_SHOWN} from realm.channels c where c.id = :id", hot=True)
def channel(id: ChannelId) -> None: ...


@rows(
    ChannelRow,
    f"""
    select {_SHOWN}
    from realm.channels c
    where c.id in (
        select f.id from realm.channels f
        where f.server_id = :server and f.guild_id is null and f.party_id is null and f.raid_id is null
          and (:with_private or f.visibility <> 'private'
               or exists (select from realm.channel_members m where m.channel_id = f.id and m.user_id = :user))
        union
        select f.id from realm.guild_members e join realm.channels f on f.guild_id = e.guild_id where e.user_id = :user
        union
        select f.id from realm.party_members e join realm.channels f on f.party_id = e.party_id where e.user_id = :user
        union
        select f.id from realm.raid_participants e join realm.channels f on f.raid_id = e.raid_id
        where e.user_id = :user
        union
        select f.id from realm.raid_signups e join realm.channels f on f.raid_id = e.raid_id
        where e.user_id = :user and e.state in ('confirmed', 'bench', 'tentative') and e.admitted_at is not null
        union
        select f.id from realm.raids e join realm.channels f on f.raid_id = e.id where e.leader_id = :user
      )
      and c.server_id = :server and (:category::text is null or c.category = :category)
        and (c.closed_at is not null) = :closed
      and (:after::uuid is null or c.id > :after)
    order by c.id
    limit :limit
    """,
    hot=True,
)
def channels_for(
    user: UserId,
    server: ServerId,
    with_private: bool,
    category: str | None,
    closed: bool,
    after: UUID | None,
    limit: int,
) -> None:
    """The channels of a server that a user may know of: the server's own, and those of what they are in.

    With its private ones or without; open ones or closed ones.
    """


@rows(
    int,
    """
    select count(*) from realm.channels
    where server_id = :server and closed_at is null and guild_id is null and party_id is null and raid_id is null
    """,
)
def open_channels_count(server: ServerId) -> None: ...


@command(
    """
    insert into realm.channels (id, name, server_id, description, visibility, category, min_level, slow_mode_seconds,
                                created_by, created_at, updated_at)
    values (:id, :name, :server, :description, :visibility, :category, :min_level, :slow_mode_seconds, :created_by,
            :now, :now)
    """,
)
def add_plain_channel(
    id: ChannelId,
    name: str,
    server: ServerId,
    description: str | None,
    visibility: Visibility,
    category: str | None,
    min_level: int,
    slow_mode_seconds: int,
    created_by: UserId,
    now: datetime,
) -> None: ...


@command(
    """
    insert into realm.channels (id, name, server_id, visibility, guild_id, party_id, raid_id, created_by,
                                created_at, updated_at)
    values (:id, :name, :server, 'private', :guild, :party, :raid, :created_by, :now, :now)
    """,
)
def add_channel(
    id: ChannelId,
    name: str,
    server: ServerId,
    guild: GuildId | None,
    party: PartyId | None,
    raid: RaidId | None,
    created_by: UserId | None,
    now: datetime,
) -> None:
    """One that follows a guild, a party or a raid."""


@rows(
    LockedChannel,
    """
    select id, server_id, name, description, visibility, category, min_level, slow_mode_seconds, closed_at,
           num_nonnulls(guild_id, party_id, raid_id) > 0 as follows
    from realm.channels where id = :id for no key update
    """,
)
def channel_to_change(id: ChannelId) -> None: ...


@command(
    """
    update realm.channels
    set name = :name, twin = case when name = :name then twin end,
        description = :description, visibility = :visibility, category = :category, min_level = :min_level,
        slow_mode_seconds = :slow_mode_seconds,
        closed_at = :closed_at, updated_at = :now
    where id = :id
    """,
)
def change_channel(
    id: ChannelId,
    name: str,
    description: str | None,
    visibility: Visibility,
    category: str | None,
    min_level: int,
    slow_mode_seconds: int,
    closed_at: datetime | None,
    now: datetime,
) -> None: ...


@command("update realm.channels set closed_at = :now, updated_at = :now where id = :id and closed_at is null")
def end_channel(id: ChannelId, now: datetime) -> None: ...


@command("delete from realm.channels where id = :id")
def remove_channel(id: ChannelId) -> None: ...


@rows(
    Member,
    """
    select m.user_id, u.username, m.role, m.joined_at
    from realm.channel_members m join realm.users u on u.id = m.user_id
    where m.channel_id = :channel and (:after::uuid is null or m.user_id > :after)
    order by m.user_id
    limit :limit
    """,
    hot=True,
)
def members(channel: ChannelId, after: UUID | None, limit: int) -> None: ...


@rows(
    MemberSubject,
    """
    select u.id, u.badge, m.role
    from realm.users u left join realm.channel_members m on m.user_id = u.id and m.channel_id = :channel
    where u.id = :user and u.server_id = :server and u.is_active
    for no key update of u
    """,
)
def member_subject(user: UserId, server: ServerId, channel: ChannelId) -> None:
    """A user of a server, whose row is locked until the transaction ends, and what they are in a channel."""


@rows(
    Member,
    """
    insert into realm.channel_members as m (channel_id, user_id, role, joined_at) values (:channel, :user, :role, :now)
    on conflict (channel_id, user_id) do update set role = excluded.role
    returning m.user_id, (select u.username from realm.users u where u.id = m.user_id) as username, m.role, m.joined_at
    """,
    proven=("username",),
)
def put_member(channel: ChannelId, user: UserId, role: MemberRole, now: datetime) -> None: ...


@command("delete from realm.channel_members where channel_id = :channel and user_id = :user")
def remove_member(channel: ChannelId, user: UserId) -> None: ...
