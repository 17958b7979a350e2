"""People, raids and channels that a game server's rows name."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.game.schemas import HeldCharacter, KnownChannel, KnownPerson, KnownRaid
from guildhall.packs.realm.ids import ChannelId, RaidId, ServerId


@rows(
    KnownPerson,
    """
    select id, '' as name from realm.users where server_id = :server and id = any(:ids)
    union all
    select u.id, n.name
    from unnest(:names::text[]) n (name)
    join realm.users u on u.server_id = :server and u.username_key = realm.name_key(n.name)
    """,
    hot=True,
    proven=("id", "name"),
)
def known_people(server: ServerId, ids: list[UserId], names: list[str]) -> None:
    """The people of a server: by ids, without the name; by names, each as it was asked for, however it is written."""


@rows(
    KnownRaid,
    """
    select id, external_id from realm.raids where server_id = :server and id = any(:ids)
    union
    select id, external_id from realm.raids where server_id = :server and external_id = any(:externals)
    """,
    hot=True,
    proven=("id",),
)
def known_raids(server: ServerId, ids: list[RaidId], externals: list[str]) -> None: ...


@rows(
    KnownChannel,
    """
    select id, closed_at is not null as closed,
           visibility <> 'private' and min_level = 1 and num_nonnulls(guild_id, party_id, raid_id) = 0 as public
    from realm.channels where server_id = :server and id = any(:ids)
    """,
    hot=True,
    proven=("closed", "public"),
)
def known_channels(server: ServerId, ids: list[ChannelId]) -> None: ...


@rows(
    HeldCharacter,
    "select id, level, experience from realm.users where id = any(:ids) order by id for no key update",
    hot=True,
)
def hold_characters(ids: list[UserId]) -> None: ...


@command(
    """
    update realm.users u set level = n.level, experience = n.experience, updated_at = :now
    from unnest(:ids::uuid[], :levels::int[], :experience::bigint[]) n (id, level, experience)
    where u.id = n.id
    """,
)
def save_characters(ids: list[UserId], levels: list[int], experience: list[int], now: datetime) -> None: ...
