"""Facts for the rules of permissions."""

from datetime import datetime

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import ChannelFacts, Profile
from guildhall.packs.realm.ids import ChannelId, ServerId


def _until(kind: str, place: str) -> str:
    """The end of the longest sanction of a kind that runs `:now`, as an expression; 9999 is for good."""
    return f"""
    (select max(coalesce(s.until, '9999-12-31')) from realm.sanctions s
     where s.user_id = u.id and s.server_id = u.server_id and {place} and s.kind = '{kind}'
       and s.lifted_at is null and coalesce(s.until, '9999-12-31') > :now)
    """


@rows(
    Profile,
    f"""
    select u.id, u.username, u.server_id, u.badge, u.level, u.is_active,
           {_until("mute", "s.channel_id is null")} as muted_until,
           {_until("ban", "s.channel_id is null")} as banned_until
    from realm.users u
    where u.id = :user
    """,
    hot=True,
)
def profile_of(user: UserId, now: datetime) -> None:
    """Select the profile of a user at an instant."""


_ADMITTED = "(s.admitted_at is not null and s.state in ('confirmed', 'bench', 'tentative'))"
"""The condition under which a person who has signed up to a raid (s) was let into its channel."""

_FACTS = f"""
    select c.id as channel_id, c.server_id, c.visibility, c.min_level, c.slow_mode_seconds,
           c.guild_id, c.party_id, c.raid_id, c.closed_at,
           u.id as user_id, u.server_id as home_id, u.badge, u.level, u.is_active, m.role as member_role,
           coalesce(g.user_id is not null or p.user_id is not null or r.user_id is not null
                    or {_ADMITTED}
                    or raid.leader_id = u.id, false) as belongs,
           coalesce(g.rank in ('leader', 'officer') or p.role = 'leader' or raid.leader_id = u.id, false) as leads,
           {_until("mute", "(s.channel_id is null or s.channel_id = c.id)")} as muted_until,
           {_until("ban", "(s.channel_id is null or s.channel_id = c.id)")} as banned_until, u.username,
           case when raid.leader_id <> u.id then least(r.joined_at, case when {_ADMITTED} then s.admitted_at end) end
               as since
    from realm.channels c
    join realm.users u on u.id = :user
    left join realm.channel_members m on m.channel_id = c.id and m.user_id = u.id
    left join realm.guild_members g on g.guild_id = c.guild_id and g.user_id = u.id
    left join realm.party_members p on p.party_id = c.party_id and p.user_id = u.id
    left join realm.raids raid on raid.id = c.raid_id
    left join realm.raid_participants r on r.raid_id = c.raid_id and r.user_id = u.id
    left join realm.raid_signups s on s.raid_id = c.raid_id and s.user_id = u.id
"""


@rows(ChannelFacts, f"{_FACTS} where c.id = :channel", hot=True, proven=("belongs", "leads"))
def channel_facts(user: UserId, now: datetime, channel: ChannelId) -> None:
    """Select the facts of a user and a channel at an instant."""


@rows(ChannelFacts, f"{_FACTS} where c.id = any(:channels)", hot=True, proven=("belongs", "leads"))
def facts_of_channels(user: UserId, now: datetime, channels: list[ChannelId]) -> None:
    """Select the facts of a user and several channels at an instant."""


@rows(
    ChannelId,
    """
    select c.id from realm.channels c
    where c.server_id = :server and c.guild_id is null and c.party_id is null and c.raid_id is null
      and (c.visibility <> 'private'
           or exists (select from realm.channel_members m where m.channel_id = c.id and m.user_id = :user))
    union
    select c.id from realm.guild_members m join realm.channels c on c.guild_id = m.guild_id where m.user_id = :user
    union
    select c.id from realm.party_members m join realm.channels c on c.party_id = m.party_id where m.user_id = :user
    union
    select c.id from realm.raids r join realm.channels c on c.raid_id = r.id where r.leader_id = :user
    union
    select c.id from realm.raid_participants r join realm.channels c on c.raid_id = r.raid_id where r.user_id = :user
    union
    select c.id from realm.raid_signups r join realm.channels c on c.raid_id = r.raid_id where r.user_id = :user
    """,
    hot=True,
    proven=("id",),
)
def channels_about(user: UserId, server: ServerId) -> None:
    """The channels of a server that a user who moderates nothing may be able to read, to be judged one by one."""


@rows(
    ChannelId,
    """
    select distinct channel_id from realm.sanctions
    where user_id = :user and server_id = :server and channel_id is not null and kind = 'ban' and lifted_at is null
      and coalesce(until, '9999-12-31') > :now
    """,
    hot=True,
    proven=("channel_id",),
)
def banned_channels(user: UserId, server: ServerId, now: datetime) -> None: ...


@rows(ChannelId, "select id from realm.channels where server_id = :server and id <> all(:ids)")
def other_channels(server: ServerId, ids: list[ChannelId]) -> None:
    """All of a server but some."""


@rows(ServerId, "select server_id from realm.channels where id = :id", hot=True)
def channel_server(id: ChannelId) -> None: ...


@rows(ServerId, "select id from realm.servers where id = :id", hot=True)
def server_is_there(id: ServerId) -> None: ...


@rows(
    bool,
    """
    select exists (
        select 1 from realm.sanctions s
        where s.user_id = :user and s.server_id = :server and (s.channel_id is null or s.channel_id = :channel)
          and s.kind = 'ban'
          and s.lifted_at is null and coalesce(s.until, '9999-12-31') > :now)
    """,
    hot=True,
)
def bans_in(user: UserId, server: ServerId, channel: ChannelId, now: datetime) -> None: ...
